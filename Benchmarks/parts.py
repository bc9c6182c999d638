"""The measurements, each with the target it has to meet."""
import json
import os
import pathlib
import shutil
import statistics
import subprocess
import sys

import measure
from parts_apple import AppleParts

HERE = pathlib.Path(__file__).resolve().parent


class Row:
    def __init__(self, part, what, result, target=None, met=None):
        self.part, self.what, self.result, self.target, self.met = part, what, result, target, met


class Report:
    def __init__(self):
        self.rows = []

    def add(self, part, what, result, target=None, met=None):
        self.rows.append(Row(part, what, result, target, met))
        print(f"   {what}: {result}" + ("" if met is None else "  met" if met else "  MISSED"), file=sys.stderr)

    def markdown(self, began, machine, versions):
        lines = ["# Benchmarks", "", "Written by `Benchmarks/run`; every number is of one run, side by side. How: `Benchmarks/README.md`.",
                 "", f"- {began:%Y-%m-%d %H:%M} UTC, {machine}", "- " + "; ".join(versions), ""]
        part = None
        for row in self.rows:
            if row.part != part:
                part = row.part
                lines += ["", f"## {part}", "", "| what | result | target | |", "|---|---|---|---|"]
            verdict = "" if row.met is None else "met" if row.met else "**missed**"
            lines.append(f"| {row.what} | {row.result} | {row.target or ''} | {verdict} |")
        return "\n".join(lines) + "\n"


def milliseconds(seconds):
    return f"{seconds * 1000:.2f} ms"


class Bench(AppleParts):
    def __init__(self, root, tool, maker, peers, scratch, report, trial=False):
        self.trial = trial
        self.root, self.tool, self.maker, self.peers, self.scratch, self.report = root, tool, maker, peers, scratch, report

    # Start

    def start(self):
        part = "Start"
        median, least, memory, _ = measure.best([self.tool, "version"], 60)
        self.report.add(part, "`assay version`, whole process", f"{milliseconds(median)} median, {milliseconds(least)} least",
                        "under 5 ms", median < 0.005)
        self.report.add(part, "memory of it", f"{memory:.1f} MB")
        if self.tool == (self.root / ".build/release/assay").resolve():
            wrapped, _, _, _ = measure.best([self.root / "assay", "version"], 60)
            self.report.add(part, "`./assay version` over the tool itself", milliseconds(wrapped - median), "under 20 ms",
                            wrapped - median < 0.020)

    # One small PE

    def single(self):
        part = "One small signed PE, whole process"
        small = self.small_genuine()
        own = self.scratch / "own"
        subprocess.run([self.maker, "demo", own], check=True, stdin=subprocess.DEVNULL)
        cases = [("own authority", own / "files/good.exe", own / "trust/root.pem", own / "trust/root.pem")]
        if small:
            cases.append(("Microsoft's roots", small, "builtin:microsoft", self.peers.roots))
        for name, path, trust, pem in cases:
            ours = [self.tool, "verify", "--trust", trust, path]
            median, least, memory, code = measure.best(ours, 60)
            size = path.stat().st_size // 1024
            label = f"{name}, {size} kB"
            self.report.add(part, f"assay verify ({label})", f"{milliseconds(median)}, {memory:.1f} MB, exit {code}",
                            "under 10 ms and 25 MB", median < 0.010 and memory < 25 and code == 0)
            if not self.peers.osslsigncode:
                continue
            theirs = [self.peers.osslsigncode, "verify", "-ignore-crl", "-CAfile", pem, "-TSA-CAfile", pem, "-in", path]
            other, _, other_memory, other_code = measure.best(theirs, 30)
            self.report.add(part, f"osslsigncode verify ({label})", f"{milliseconds(other)}, {other_memory:.1f} MB, exit {other_code}")
            held = name == "Microsoft's roots"
            self.report.add(part, f"assay's time by osslsigncode's ({label})", f"1/{other / median:.1f}",
                            "at most 1/5" if held else None, other / median >= 5 if held else None)
        # The loader of an unpacked newer suite costs osslsigncode time that an installed one does not pay.
        self.report.add(part, "osslsigncode --version, the peer's own start", milliseconds(self.peer_start()))

    def peer_start(self):
        if not self.peers.osslsigncode:
            return 0
        return measure.best([self.peers.osslsigncode, "--version"], 30)[0]

    # 200 signed PEs

    def batch(self):
        part = "200 signed PEs, chain and timestamp"
        files = self.genuine_batch(20 if self.trial else 200)
        if not files:
            self.report.add(part, "no genuine files: set ASSAY_CORPUS or run Scripts/corpus", "not measured")
            return
        folder = files[0].parent
        total = sum(path.stat().st_size for path in files)
        self.report.add(part, "bytes", f"{total / 1e6:.1f} MB, {total / len(files) / 1024:.0f} kB a file")
        listing, digests = self.listing(files)
        ours = [self.tool, "scan", "--trust", "builtin:microsoft", "--format", "jsonl", "--exit-zero", folder]
        rates = {}
        median, _, memory, _ = measure.best(ours, 7)
        rates["assay"] = len(files) / median
        trusted = self.count_trusted(ours)
        self.report.add(part, "assay scan as it comes, process start included",
                        f"{milliseconds(median / len(files))} a file, {memory:.1f} MB, {trusted} of {len(files)} trusted")
        median, _, memory, _ = measure.best([*ours[:2], "--jobs", "1", *ours[2:]], 7)
        one_job = len(files) / median
        self.report.add(part, "assay scan, one job", f"{milliseconds(median / len(files))} a file, {memory:.1f} MB")
        for name, runs in [("lief", 5), ("signify", 1)]:
            seconds, good = self.peer(name, listing, runs)
            if seconds is None:
                self.report.add(part, name, "did not run")
                continue
            rates[name] = len(files) / seconds
            without = ", no chain" if name == "lief" else ""
            self.report.add(part, f"{name}{without}, import not counted", f"{milliseconds(seconds / len(files))} a file, {good} good")
        if self.peers.osslsigncode:
            rates["osslsigncode"] = 1 / self.osslsigncode_batch(files)
            self.report.add(part, "osslsigncode, one process a file", f"{milliseconds(1 / rates['osslsigncode'])} a file")
        floor, _ = self.peer("hash", digests, 7)
        self.report.add(part, "floor: hashing the bytes once per digest", f"{milliseconds(floor / len(files))} a file")
        for name, factor in [("lief", 3), ("osslsigncode", 80)]:
            if name in rates:
                ratio = rates["assay"] / rates[name]
                self.report.add(part, f"assay's rate by {name}'s", f"{ratio:.1f}", f"at least {factor}", ratio >= factor)
                self.report.add(part, f"assay's rate by {name}'s, one job", f"{one_job / rates[name]:.1f}")
        if "signify" in rates:
            self.report.add(part, "assay's rate by signify's", f"{rates['assay'] / rates['signify']:.1f}")

    def osslsigncode_batch(self, files):
        # Its own certificates' distribution points would be fetched otherwise, and this measures offline work.
        roots = ["-CAfile", self.peers.roots, "-TSA-CAfile", self.peers.roots]
        seconds = [measure.process([self.peers.osslsigncode, "verify", "-ignore-crl", *roots, "-in", path])[0] for path in files]
        return statistics.mean(seconds)

    def peer(self, kind, listing, runs):
        """(median seconds, good files) of a Python peer over the list."""
        results = []
        for _ in range(runs):
            done = subprocess.run([self.peers.python, HERE / "peer_batch.py", kind, listing], stdin=subprocess.DEVNULL,
                                  capture_output=True, text=True)
            if done.returncode != 0:
                print(done.stderr.strip()[-300:], file=sys.stderr)
                return None, 0
            seconds, good = done.stdout.split()[-2:]
            results.append((float(seconds), int(good)))
        return statistics.median(result[0] for result in results), results[-1][1]

    def count_trusted(self, command):
        done = subprocess.run([str(word) for word in command], stdin=subprocess.DEVNULL, capture_output=True, text=True)
        return sum(1 for line in done.stdout.splitlines() if line and json.loads(line).get("state") == "trusted")

    def listing(self, files):
        """Two lists: paths, and paths with the digests that the signatures of each need, as assay names them."""
        folder = files[0].parent
        done = subprocess.run([str(self.tool), "scan", "--format", "jsonl", "--exit-zero", str(folder)], stdin=subprocess.DEVNULL,
                              capture_output=True, text=True)
        needs = {}
        for line in done.stdout.splitlines():
            report = json.loads(line)
            names = {signature.get("digestAlgorithm") for signature in report.get("signatures", [])} - {None}
            needs[pathlib.Path(report["target"]).name] = sorted(name.replace("-", "") for name in names) or ["sha256"]
        plain, digests = self.scratch / "files.tsv", self.scratch / "digests.tsv"
        plain.write_text("".join(f"{path}\n" for path in files))
        digests.write_text("".join("\t".join([str(path)] + needs.get(path.name, ["sha256"])) + "\n" for path in files))
        return plain, digests

    # Large files

    def large(self):
        part = "A large file"
        path = self.scratch / "large.exe"
        megabytes = 8 if self.trial else 512
        subprocess.run([self.maker, "large", path, str(megabytes)], check=True, stdin=subprocess.DEVNULL)
        root = self.own_root()
        digests = self.scratch / "large.tsv"
        digests.write_text(f"{path}\tsha256\n")
        # Alternating, least of each: what else runs here disturbs both alike.
        ours, floors = [], []
        for _ in range(9):
            ours.append(measure.process([self.tool, "verify", "--trust", root, path])[0])
            floors.append(self.peer("hash", digests, 1)[0])
        ratio = min(ours) / min(floors)
        self.report.add(part, f"assay verify, {megabytes} MB, SHA-256", f"{min(ours):.3f} s")
        self.report.add(part, "floor: reading and hashing it", f"{min(floors):.3f} s")
        self.report.add(part, "assay by the floor", f"{ratio:.3f}", "at most 1.15", ratio <= 1.15)

    # Two cores

    def cores(self):
        part = "Two cores"
        folder = self.scratch / "cores"
        folder.mkdir()
        first = folder / "000.exe"
        megabytes, count = (4, 8) if self.trial else (128, 96)
        subprocess.run([self.maker, "large", first, str(megabytes)], check=True, stdin=subprocess.DEVNULL)
        for number in range(1, count):
            os.link(first, folder / f"{number:03}.exe")
        root = self.own_root()
        times = {1: [], 2: []}
        for _ in range(3):
            for jobs in times:
                times[jobs].append(measure.process([self.tool, "scan", "--trust", root, "--jobs", str(jobs), folder])[0])
        one, two = min(times[1]), min(times[2])
        self.report.add(part, f"scan of {count} files of {megabytes} MB, one job", f"{one:.2f} s")
        self.report.add(part, "the same, two jobs", f"{two:.2f} s")
        self.report.add(part, "two by one", f"{one / two:.2f}", "at least 1.8, on 5 s or more", one / two >= 1.8 and one >= 5)
        shutil.rmtree(folder)

    # A large tree

    def tree(self):
        part = "A tree of 100,000 files"
        program = (self.root / "Fixtures/pe/good/program.exe").read_bytes()
        script = (self.root / "Fixtures/powershell/good/script.ps1").read_bytes()
        trust = self.root / "Fixtures/trust/root.pem"
        base = self.scratch / "tree"
        made, results = 0, {}
        counts = [500, 1_000, 2_000] if self.trial else [25_000, 50_000, 100_000]
        for count in counts:
            while made < count:
                folder = base / f"{made // 5000:02}" / f"{made // 250:04}"
                folder.mkdir(parents=True, exist_ok=True)
                for number in range(made, made + 250):
                    name, data = self.tree_file(number, program, script)
                    (folder / name).write_bytes(data)
                made += 250
            command = [self.tool, "scan", "--trust", trust, "--format", "jsonl", "--exit-zero", base]
            runs = [measure.process(command) for _ in range(3)]
            results[count] = min(run[0] for run in runs), measure.peak(command)
            self.report.add(part, f"{count:,} files", f"{results[count][0]:.2f} s, {results[count][1]:.1f} MB")
        memory = max(result[1] for result in results.values())
        self.report.add(part, "memory", f"{memory:.1f} MB", "under 64 MB", memory < 64)
        growth = (results[counts[2]][0] / results[counts[0]][0]) / 4
        self.report.add(part, f"cost a file, {counts[2]:,} by {counts[0]:,}", f"{growth:.2f}", "linear: at most 1.15", growth <= 1.15)

    @staticmethod
    def tree_file(number, program, script):
        """One in fifty a signed program, one in fifty a signed script, the rest text and data as on a real disk."""
        if number % 50 == 0:
            return f"program{number}.exe", program
        if number % 50 == 25:
            return f"script{number}.ps1", script
        return (f"note{number}.txt", b"plain text\n" * 20) if number % 2 else (f"data{number}.bin", bytes(range(256)) * 8)

    # A Windows disk

    def disk(self):
        files, catalogs = (1_000, 50) if self.trial else (20_000, 1_000)
        title = f"A Windows disk of {files:,} files with {catalogs:,} catalogs"
        self.disk_of(f"{title}, programs of the sizes that Windows has", files, catalogs, None, 1.25)
        megabytes = files // 20
        self.disk_of(f"{title}, all of it {megabytes:,} MB, for what a file costs", files, catalogs, megabytes, None)

    def disk_of(self, part, files, catalogs, megabytes, target):
        made = self.scratch / "windows"
        scaled = [] if megabytes is None else ["--megabytes", str(megabytes)]
        subprocess.run([self.maker, "disk", "--files", str(files), "--catalogs", str(catalogs), *scaled, made],
                       check=True, stdin=subprocess.DEVNULL)
        disk, trust = made / "disk", made / "trust/root.pem"
        command = [self.tool, "scan", "--trust", trust, "--format", "jsonl", "--exit-zero", disk]
        reports = self.reports(command)
        needed, taken = self.scratch / "needed.tsv", self.scratch / "taken.tsv"
        self.list_digests(disk, reports, needed, taken)
        # Alternating, least of each: what else runs here disturbs both alike.
        ours, floors, least = [], [], []
        for _ in range(2 if self.trial else 7):
            ours.append(measure.process(command)[0])
            floors.append(self.peer("hash2", needed, 1)[0])
            least.append(self.peer("hash2", taken, 1)[0])
        states = {}
        for report in reports:
            states[report["state"]] = states.get(report["state"], 0) + 1
        words = ", ".join(f"{count:,} {state}" for state, count in sorted(states.items()))
        vouched = sum(any(s["kind"] == "catalog" for s in report["signatures"]) for report in reports)
        size = sum(path.stat().st_size for path in disk.rglob("*") if path.is_file()) / 1e6
        self.report.add(part, "on it", f"{size:,.0f} MB; judged: {words}; {vouched:,} by a catalog")
        self.report.add(part, "assay scan, a job a core", f"{min(ours):.2f} s")
        self.report.add(part, "floor: hashing the same bytes once per digest needed, two processes", f"{min(floors):.2f} s")
        ratio = min(ours) / min(floors)
        if target is None:
            self.report.add(part, "assay by the floor", f"{ratio:.2f}")
        else:
            self.report.add(part, "assay by the floor", f"{ratio:.2f}", f"at most {target}", ratio <= target)
        self.report.add(part, "hashing no more than what assay came to hash", f"{min(least):.2f} s")
        self.report.add(part, "assay by that", f"{min(ours) / min(least):.2f}")
        memory = measure.peak(command)
        self.report.add(part, "peak memory", f"{memory:.1f} MB", "under 128 MB", memory < 128)
        shutil.rmtree(made)

    def reports(self, command):
        done = subprocess.run([str(word) for word in command], stdin=subprocess.DEVNULL, capture_output=True, text=True)
        return [json.loads(line) for line in done.stdout.splitlines() if line]

    @staticmethod
    def list_digests(disk, reports, needed, taken):
        """Needed: what a file may be listed by, and what its own signatures cover; a catalog is covered by its signature's digest alone.
        Taken: the weaker digests only of files that no catalog lists by the strongest, as assay goes about it."""
        listed = {s["digestAlgorithm"] for report in reports for s in report["signatures"] if s["kind"] == "catalog"}
        strongest = max(listed, default=None)
        with open(needed, "w", encoding="utf-8") as all_rows, open(taken, "w", encoding="utf-8") as fewer_rows:
            for report in reports:
                path = str(disk / report["target"])
                own = {s["digestAlgorithm"] for s in report["signatures"] if s["kind"] != "catalog"}
                found = {s["digestAlgorithm"] for s in report["signatures"] if s["kind"] == "catalog"}
                every = own if report["format"] == "catalog" else listed | own
                fewer = own | {strongest} if strongest in found else every
                all_rows.write("\t".join([path, *sorted(every)]) + "\n")
                fewer_rows.write("\t".join([path, *sorted(fewer)]) + "\n")

    # Files

    def own_root(self):
        folder = self.scratch / "own"
        if not folder.exists():
            subprocess.run([self.maker, "demo", folder], check=True, stdin=subprocess.DEVNULL)
        return folder / "trust/root.pem"

    def genuine(self):
        """Genuine signed PEs: the corpus, else what Scripts/corpus fetched."""
        corpus = os.environ.get("ASSAY_CORPUS")
        places = ([pathlib.Path(corpus) / "windows/wheels"] if corpus else []) + [
            self.root.parent / "shared/corpus/windows/wheels", self.root / ".corpus"]
        for place in places:
            if place.is_dir():
                found = sorted(p for p in place.rglob("*") if p.suffix in (".dll", ".exe", ".pyd") and p.is_file())
                if found:
                    return found
        return []

    def small_genuine(self):
        files = [path for path in self.genuine() if path.stat().st_size < 64 << 10]
        return min(files, key=lambda path: path.stat().st_size) if files else None

    def genuine_batch(self, count):
        """`count` copies, round robin over all genuine files, in one folder."""
        found = self.genuine()
        if not found:
            return []
        folder = self.scratch / "batch"
        folder.mkdir()
        files = []
        for number in range(count):
            origin = found[number % len(found)]
            target = folder / f"{number:03}-{origin.name}"
            shutil.copyfile(origin, target)
            files.append(target)
        return files
