"""Measurements over Apple code: a large program beside the floor, small ones beside LIEF, a bundle of many files."""
import hashlib
import os
import pathlib
import plistlib
import shutil
import struct
import subprocess
import sys
import zipfile

import measure

# Node for arm64 inside a wheel of PyPI; nobody's copy is kept here.
WHEEL = ("playwright", "1.65.2", "macosx_11_0_arm64", "2e03da7fd7cd6ea92d22524be147e5803649ab0ae9b362b9a78efa869c2f57c7")


class AppleParts:
    def apple(self):
        self.large_program()
        self.small_programs("machos", 512)
        self.small_programs("small-machos", 96)
        self.large_bundle()

    # A large program

    def large_program(self):
        part = "A Mach-O file of 147 MB (node in playwright's wheel)"
        path = self.node()
        if path is None:
            self.report.add(part, "the wheel could not be had: no network, or another file than expected", "not measured")
            return
        needs = self.digests_of(path)
        floor_list = self.scratch / "node.tsv"
        floor_list.write_text("\t".join([str(path), *needs]) + "\n")
        command = [self.tool, "verify", "--trust", "builtin:apple", path]
        # Alternating, least of each: what else runs here disturbs both alike.
        ours, floors = [], []
        for _ in range(3 if self.trial else 11):
            ours.append(measure.process(command)[0])
            floors.append(self.peer("hash", floor_list, 1)[0])
        ratio = min(ours) / min(floors)
        _, _, memory, code = measure.best(command, 1)
        size = path.stat().st_size / 1e6
        self.report.add(part, f"assay verify, {size:.1f} MB, whole process", f"{min(ours):.3f} s, {memory:.1f} MB, exit {code}")
        self.report.add(part, f"floor: hashing it once per code directory ({', '.join(needs)})", f"{min(floors):.3f} s")
        self.report.add(part, "assay by the floor", f"{ratio:.3f}", "at most 1.15", ratio <= 1.15 and code == 0)

    def node(self):
        """The program, fetched once into a folder outside of the repository; nil where that cannot be."""
        name, version, platform, wanted = WHEEL
        home = pathlib.Path(os.environ.get("ASSAY_BENCH_CACHE", "/tmp/assay-bench-cache"))
        home.mkdir(parents=True, exist_ok=True)
        wheel = home / f"{name}-{version}-py3-none-{platform}.whl"
        if not wheel.exists():
            fetch = [sys.executable, "-m", "pip", "download", "--quiet", "--disable-pip-version-check", "--no-deps", "--platform", platform,
                     "--only-binary=:all:", "-d", home, f"{name}=={version}"]
            subprocess.run([str(word) for word in fetch], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
        if not wheel.exists() or hashlib.sha256(wheel.read_bytes()).hexdigest() != wanted:
            return None
        path = self.scratch / "node"
        with zipfile.ZipFile(wheel) as archive, archive.open("playwright/driver/node") as inner, open(path, "wb") as outer:
            shutil.copyfileobj(inner, outer)
        return path

    def digests_of(self, path):
        """One digest for each code directory, as `inspect` names them."""
        shown = subprocess.run([str(self.tool), "inspect", str(path)], capture_output=True, text=True).stdout
        lines = [line for line in shown.splitlines() if "code directory: version" in line]
        return [word for line in lines for word in ("sha256", "sha1", "sha384") if f" {word}," in line] or ["sha256"]

    # Small programs

    def small_programs(self, name, kilobytes):
        """Scan beside LIEF's bare parse, over genuine files below a size of which every image is signed."""
        count = 50 if self.trial else 500
        part = f"{count} small signed Mach-O files, each below {kilobytes} kB"
        files, kinds = self.small_machos(count, name, kilobytes << 10)
        if not files:
            self.report.add(part, "no genuine files: set ASSAY_CORPUS", "not measured")
            return
        folder = files[0].parent
        total = sum(path.stat().st_size for path in files)
        self.report.add(part, "bytes", f"{total / 1e6:.1f} MB, {total / len(files) / 1024:.0f} kB a file; copies of {kinds} files")
        listing = self.scratch / f"{name}.tsv"
        listing.write_text("".join(f"{path}\n" for path in files))
        ours = [self.tool, "scan", "--trust", "builtin:apple", "--format", "jsonl", "--exit-zero", folder]
        median, least, memory, _ = measure.best(ours, 7)
        self.report.add(part, "assay scan as it comes, process start included, everything verified",
                        f"{milliseconds(median / len(files))} a file, least {milliseconds(least / len(files))}, {memory:.1f} MB")
        one, _, _, _ = measure.best([*ours[:2], "--jobs", "1", *ours[2:]], 7)
        self.report.add(part, "assay scan, one job", f"{milliseconds(one / len(files))} a file")
        seconds, good = self.peer("lief-macho", listing, 5)
        if seconds is None:
            self.report.add(part, "LIEF", "did not run")
            return
        hashes = self.hash_listing(files, name)
        hashing, both = self.peer("hash", hashes, 5)[0], self.peer("hash2", hashes, 5)[0]
        self.report.add(part, "floor: reading and hashing the bytes once, one process; two",
                        f"{milliseconds(hashing / len(files))} a file; {milliseconds(both / len(files))}")
        self.report.add(part, "LIEF, parsing alone, import not counted", f"{milliseconds(seconds / len(files))} a file, {good} parsed")
        self.report.add(part, "assay's rate by LIEF's", f"{seconds / median:.1f}", "at least 10", seconds / median >= 10)
        self.report.add(part, "assay's rate by LIEF's, one job", f"{seconds / one:.1f}")
        self.report.add(part, "the floor's rate by LIEF's, one process; two: what no verifier in Python's place can pass",
                        f"{seconds / hashing:.1f}; {seconds / both:.1f}")

    def hash_listing(self, files, name):
        listing = self.scratch / f"{name}-hash.tsv"
        listing.write_text("".join(f"{path}\tsha256\n" for path in files))
        return listing

    def small_machos(self, count, name, limit):
        """`count` copies, round robin over the genuine Mach-O files below the limit, in one folder; and how many files they are."""
        corpus = os.environ.get("ASSAY_CORPUS") or str(self.root.parent / "shared/corpus")
        found = [path for path in sorted((pathlib.Path(corpus) / "apple").rglob("*"))
                 if path.is_file() and 4 < path.stat().st_size < limit and is_signed(path.read_bytes())]
        if not found:
            return [], 0
        folder = self.scratch / name
        folder.mkdir()
        return [pathlib.Path(shutil.copyfile(found[number % len(found)], folder / f"{number:03}-{found[number % len(found)].name}"))
                for number in range(count)], len(found)

    # A large bundle

    def large_bundle(self):
        count = 1_000 if self.trial else 100_000
        part = f"A bundle of {count:,} sealed files"
        bundle = self.made_bundle(count)
        listing = self.scratch / "bundle.tsv"
        listing.write_text("".join(f"{path}\tsha1\tsha256\n" for path in sorted((bundle / "Contents/Resources").rglob("*.txt"))))
        command = [self.tool, "verify", "--trust", "builtin:apple", "--format", "jsonl", bundle]
        done = subprocess.run([str(word) for word in command], stdin=subprocess.DEVNULL, capture_output=True, text=True)
        codes = [word for word in ("apple.signer.adhoc", "limit.", "bundle.") if f'"{word}' in done.stdout]
        whole = codes == ["apple.signer.adhoc"]
        runs = [measure.process(command)[0] for _ in range(1 if self.trial else 3)]
        memory = measure.peak(command)
        floor = min(self.peer("hash", listing, 1)[0] for _ in range(1 if self.trial else 3))
        self.report.add(part, "assay verify", f"{min(runs):.2f} s, {memory:.1f} MB")
        self.report.add(part, "judged whole: no limit reached, no file left out", "yes" if whole else f"no: {codes}", "yes", whole)
        self.report.add(part, "floor: reading every file and hashing it by SHA-1 and SHA-256, Python", f"{floor:.2f} s")
        shutil.rmtree(bundle)

    def made_bundle(self, count):
        """An ad hoc bundle whose signature is kept as files; cs_blobs.h, and nothing of ours."""
        bundle = self.scratch / "Large.bundle"
        contents = bundle / "Contents"
        (contents / "_CodeSignature").mkdir(parents=True)
        info = plistlib.dumps({"CFBundleIdentifier": "com.example.large", "CFBundlePackageType": "BNDL"})
        (contents / "Info.plist").write_bytes(info)
        files, files2 = {}, {}
        for number in range(count):
            folder = contents / f"Resources/part{number // 1000:03}"
            if number % 1000 == 0:
                folder.mkdir(parents=True)
            name, data = f"Resources/part{number // 1000:03}/resource-with-a-name-{number:06}.txt", b"%d\n" % number * 20
            (contents / name).write_bytes(data)
            old = hashlib.sha1(data).digest()
            files[name], files2[name] = old, {"hash": old, "hash2": hashlib.sha256(data).digest()}
        rules = {"^.*": True, "^Info\\.plist$": {"omit": True, "weight": 20.0}, "^Resources/": {"weight": 20.0},
                 "^Resources/.*\\.lproj/": {"optional": True, "weight": 1000.0}, "^(.*/)?\\.DS_Store$": {"omit": True, "weight": 2000.0},
                 "^[^/]+$": {"nested": True, "weight": 10.0}}
        seal = plistlib.dumps({"files": files, "files2": files2, "rules": {"^Resources/": True}, "rules2": rules})
        (contents / "_CodeSignature/CodeResources").write_bytes(seal)
        name = b"com.example.large\0"
        slots = [hashlib.sha256(seal).digest(), bytes(32), hashlib.sha256(info).digest()]
        place = 48 + len(name) + 96
        head = struct.pack(">7I", 0x20100, 2, place, 48, 3, 1, len(info)) + bytes([32, 2, 0, 0]) + bytes(8)
        body = head + name + b"".join(slots) + hashlib.sha256(info).digest()
        (contents / "_CodeSignature/CodeDirectory").write_bytes(struct.pack(">2I", 0xFADE0C02, len(body) + 8) + body)
        return bundle


def milliseconds(seconds):
    return f"{seconds * 1000:.2f} ms"


def is_signed(data):
    """True for a Mach-O file of which every image has LC_CODE_SIGNATURE; loader.h and fat.h, and nothing of ours."""
    if data[:4] == b"\xca\xfe\xba\xbe":
        count, = struct.unpack_from(">I", data, 4)
        if count > 43 or len(data) < 8 + 20 * count:
            return False
        images = [data[offset:offset + size] for offset, size in
                  (struct.unpack_from(">II", data, 16 + 20 * number) for number in range(count))]
        return count > 0 and all(is_signed(image) for image in images)
    headers = {b"\xcf\xfa\xed\xfe": 32, b"\xce\xfa\xed\xfe": 28}
    if data[:4] not in headers or len(data) < 32:
        return False
    place = headers[data[:4]]
    for _ in range(min(struct.unpack_from("<I", data, 16)[0], 10_000)):
        if place + 8 > len(data):
            return False
        kind, size = struct.unpack_from("<II", data, place)
        if kind == 0x1D:
            return True
        place += max(size, 8)
    return False
