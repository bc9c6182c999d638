"""plist_oracle.py CORPUS FIXTURES OUT: every property list below, as Python's plistlib reads it, in one canonical text each.

Whole files, and those inside Mach-O files (entitlements, Info.plist, lists of cdhashes). Each also as a binary one that plistlib writes.
OUT gets N.plist and N.txt; index.tsv names them.
"""
import datetime
import os
import plistlib
import struct
import sys
import tarfile

corpus, fixtures, out = sys.argv[1:]


def text(value):
    if isinstance(value, bool):
        return f"b{int(value)}"
    if isinstance(value, int):
        return f"i{value}"
    if isinstance(value, float):
        return "r" + struct.pack(">d", value).hex()
    if isinstance(value, str):
        return "s" + value.encode("utf-8", "surrogatepass").hex()
    if isinstance(value, bytes):
        return "d" + value.hex()
    if isinstance(value, datetime.datetime):
        return f"t{int((value - datetime.datetime(2001, 1, 1)).total_seconds())}"
    if isinstance(value, plistlib.UID):
        return f"u{value.data}"
    if isinstance(value, list):
        return "[" + ",".join(map(text, value)) + "]"
    return "{" + ",".join(sorted(f"{key.encode().hex()}:{text(inner)}" for key, inner in value.items())) + "}"


def found():
    """(label, octets)"""
    for folder, _, names in sorted(os.walk(corpus)):
        for name in sorted(names):
            path = os.path.join(folder, name)
            if os.path.islink(path) or not os.path.isfile(path):
                continue
            data, label = open(path, "rb").read(), os.path.relpath(path, corpus)
            if data[:6] == b"bplist" or data[:5] == b"<?xml" and b"<plist" in data[:400] or name == "CodeResources":
                yield label, data
            elif data[:4] in (bytes.fromhex(m) for m in ("cafebabe", "cafebabf", "cffaedfe", "cefaedfe", "feedface")):
                place = 0
                while (place := data.find(b"<?xml version=", place)) >= 0:
                    end = data.find(b"</plist>", place)
                    if 0 <= end - place < 1 << 20:
                        yield f"{label}@{place}", data[place:end + 8]
                    place += 10
    for folder, _, names in sorted(os.walk(fixtures)):
        for name in sorted(names):
            if name.endswith(".tar"):
                with tarfile.open(os.path.join(folder, name)) as archive:
                    for info in archive:
                        data = archive.extractfile(info).read() if info.isfile() else b""
                        if data[:5] == b"<?xml":
                            yield f"{os.path.basename(folder)}/{info.name}", data


rows, seen = [], set()


def keep(label, data):
    if data in seen:
        return None
    seen.add(data)
    value = None
    try:
        value = plistlib.loads(data)
        shown = text(value)
    except Exception:
        shown = "refused"
    number = len(rows)
    with open(f"{out}/{number}.plist", "wb") as file:
        file.write(data)
    with open(f"{out}/{number}.txt", "w", encoding="ascii") as file:
        file.write(shown)
    rows.append(label)
    return None if shown == "refused" else value


for label, data in found():
    value = keep(label, data)
    if value is not None:
        keep(label + " as binary", plistlib.dumps(value, fmt=plistlib.FMT_BINARY))
        keep(label + " as XML", plistlib.dumps(value))
with open(f"{out}/index.tsv", "w", encoding="utf-8") as file:
    file.writelines(f"{label}\n" for label in rows)
