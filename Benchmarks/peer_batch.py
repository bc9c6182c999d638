"""peer_batch.py lief|lief-macho|signify|hash|hash2 FILE-LIST: judges every file named, one after the other, and prints seconds without imports.

`hash` is the floor: each line of its list is a path and the digests that the file's signatures need. `hash2` is the floor on two
cores: two processes, each taking every second file."""
import hashlib
import os
import sys
import time

kind, listing = sys.argv[1:]
rows = [line.rstrip("\n").split("\t") for line in open(listing, encoding="utf-8")]
good = 0

if kind == "lief":
    import lief

    lief.logging.disable()
    began = time.perf_counter()
    for path, *_ in rows:
        binary = lief.PE.parse(path)
        good += binary is not None and binary.verify_signature() == lief.PE.Signature.VERIFICATION_FLAGS.OK
elif kind == "lief-macho":
    import lief

    lief.logging.disable()
    began = time.perf_counter()
    for path, *_ in rows:
        good += bool(lief.MachO.parse(path))
elif kind == "signify":
    from signify.authenticode import AuthenticodeFile

    began = time.perf_counter()
    for path, *_ in rows:
        with open(path, "rb") as file:
            result, _ = AuthenticodeFile.from_stream(file).explain_verify()
            good += result.name == "OK"
else:
    began = time.perf_counter()
    child = os.fork() if kind == "hash2" else None
    if kind == "hash2":
        rows = rows[child == 0::2]
    buffer = bytearray(1 << 20)
    for path, *digests in rows:
        hashers = [hashlib.new(name) for name in digests]
        with open(path, "rb", buffering=0) as file:
            while count := file.readinto(buffer):
                for hasher in hashers:
                    hasher.update(memoryview(buffer)[:count])
        good += all(hasher.digest() for hasher in hashers)
    if child == 0:
        os._exit(0)
    if child:
        os.waitpid(child, 0)
print(time.perf_counter() - began, good)
