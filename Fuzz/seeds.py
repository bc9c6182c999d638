#!/usr/bin/env python3
"""Lays out seeds for one fuzz target: files of the fixtures and of ASSAY_CORPUS that fit it, and the DER inside them."""
import lzma
import os
import re
import shutil
import struct
import subprocess
import sys
import tarfile

target, out = sys.argv[1], sys.argv[2]
corpus = os.environ.get("ASSAY_CORPUS", "../shared/corpus")
LIMIT = 65536


def files(root, pattern):
    for folder, _, names in sorted(os.walk(root)):
        for name in sorted(names):
            path = os.path.join(folder, name)
            if re.search(pattern, path) and os.path.isfile(path) and 0 < os.path.getsize(path) <= LIMIT:
                yield path


def keep(data, label):
    with open(os.path.join(out, re.sub(r"[^A-Za-z0-9._-]", "_", label)[-120:]), "wb") as handle:
        handle.write(data)


def pkcs7_of_pe(data):
    """The certificate table's first entry, found by the PKCS #7 signedData object identifier."""
    place = data.find(bytes.fromhex("06092a864886f70d010702"))
    return data[place - 4:] if place >= 4 else b""


def tarballs(member):
    path = os.path.join(corpus, "reliability/openssl-fuzz-corpora.tar.xz")
    if not os.path.exists(path):
        return
    with tarfile.open(path) as archive:
        for info in archive:
            if info.isfile() and f"/{member}/" in "/" + info.name and 0 < info.size <= LIMIT:
                yield info.name, archive.extractfile(info).read()


PATTERNS = {
    "pe": r"\.(exe|dll|pyd|sys|efi)$",
    "powershell": r"\.(ps1|psm1|psd1|ps1xml|psc1|cdxml|mof)$",
    "policy": r"\.ya?ml$",
    "certificate": r"\.(crt|cer|der)$",
    "revocation": r"\.(crl|ocsp)$",
    "asn1": r"\.(crt|cer|der|crl|ocsp|p7b)$",
    "publickey": r"\.(crt|cer)$",
    "catalog": r"\.cat$",
    "cfb": r"\.(msi|msp|mst|msm)$",
    "msi": r"\.(msi|msp|mst|msm)$",
    "cab": r"\.(cab|ex_)$",
    "script-host": r"\.(js|vbs|vbe|jse|wsf)$",
    "zip": r"\.(appx|msix|appxbundle|msixbundle|nupkg|vsix|zip|whl)$",
    "msix": r"\.(appx|msix|appxbundle|msixbundle|256appx|512appx)$",
    "nupkg": r"\.nupkg$",
    "vsix": r"\.vsix$",
    "xml": r"\.(xml|config|manifest|application|ps1xml|wsf|plist)$",
    "xmldsig": r"\.(application|manifest|psdsxs|xml)$",
    "clickonce-files": r"\.(application|manifest)$",
    "regf": r"(/hives?/|regf|NTUSER|SYSTEM|SOFTWARE)",
    "regf-log": r"(LOG1|LOG2|\.log)",
    "iis": r"\.config$",
    "task": r"\.xml$",
    "zone": r"(Zone\.Identifier|\.ini)$",
    "appcontrol": r"\.xml$",
    "applocker": r"\.xml$",
    "macho": r"(/MacOS/|/santa/|\.dylib$|macho)",
    "plist": r"(\.plist$|CodeResources$)",
    "coderesources": r"CodeResources$",
    "sealedtree": r"CodeResources$",
}
roots = ["Fixtures", corpus + "/windows", corpus + "/reliability/pkits", corpus + "/reliability/pkcs7",
         corpus + "/reliability/asn1-2008", corpus + "/apple"]
for root in roots:
    if target in PATTERNS:
        for path in files(root, PATTERNS[target]):
            shutil.copy(path, os.path.join(out, re.sub(r"[^A-Za-z0-9._-]", "_", path)[-120:]))
    if target == "signeddata":
        for path in files(root, PATTERNS["pe"]):
            data = pkcs7_of_pe(open(path, "rb").read())
            if data:
                keep(data, path + ".p7")
for target_name, member in (("signeddata", "cms"), ("legacytimestamp", "cms"), ("certificate", "x509"), ("revocation", "crl"), ("asn1", "asn1")):
    if target == target_name:
        for name, data in tarballs(member):
            keep(data, name)
if target == "requirement-blob":
    # Requirement sets inside Mach-Os: magic, length, few entries.
    for path, _, names in os.walk(corpus + "/apple"):
        for name in sorted(names):
            data = open(os.path.join(path, name), "rb").read()
            place = data.find(bytes.fromhex("fade0c01"))
            while place >= 0:
                length = int.from_bytes(data[place + 4:place + 8], "big")
                if 12 <= length < 65536:
                    keep(data[place:place + length], f"{name}-{place}")
                place = data.find(bytes.fromhex("fade0c01"), place + 4)
if target in ("codesignature", "detachedsignature", "designated"):
    # Signatures inside Mach-Os, from their own magic on.
    for root in roots:
        for path, _, names in os.walk(root):
            for name in sorted(names):
                data = open(os.path.join(path, name), "rb").read(64 << 20)
                if data[:4] not in (bytes.fromhex(magic) for magic in ("feedface", "feedfacf", "cefaedfe", "cffaedfe", "cafebabe")):
                    continue
                place = data.find(bytes.fromhex("fade0cc0"))
                if place >= 0 and int.from_bytes(data[place + 4:place + 8], "big") <= LIMIT:
                    blob = data[place:place + int.from_bytes(data[place + 4:place + 8], "big")]
                    if target == "detachedsignature":
                        # One entry, for arm64.
                        blob = struct.pack(">5I", 0xFADE0CC1, 20 + len(blob), 1, 0x0100000C, 20) + blob
                    keep(blob, f"{os.path.basename(path)}-{name}")
if target in ("bundle", "sealedtree", "coderesources", "plist"):
    # The parts of a made bundle; the target for bundles takes them joined by 0xFF.
    for path in files("Fixtures/bundle", r"\.tar$"):
        with tarfile.open(path) as archive:
            parts = {os.path.basename(info.name): archive.extractfile(info).read() for info in archive if info.isfile()}
        seal, info = parts.get("CodeResources", b""), parts.get("Info.plist", b"")
        label = os.path.basename(os.path.dirname(path))
        if target == "bundle":
            keep(b"\xff".join([info, seal, parts.get("CodeDirectory", b""), b"#!/bin/sh\n"]), label)
        elif seal:
            keep(seal, label)
if target == "requirement":
    for path in files(corpus + "/apple/requirements", r"."):
        for index, line in enumerate(open(path, "rb").read().splitlines()[:400]):
            keep(line, f"{os.path.basename(path)}-{index}")
if target == "driverlist":
    digest = "ab" * 32
    keep(('[{"Id":"x","Tags":["a.sys"],"KnownVulnerableSamples":[{"Filename":"a","SHA256":"%s","Authentihash":{"SHA1":"%s"}}]}]'
          % (digest, "cd" * 20)).encode(), "json")
    keep(('Id,Tags,KnownVulnerableSamples_SHA256\r\nx,"a, ""b""","%s, %s"\r\n' % (digest, digest)).encode(), "csv")
if target == "santa":
    rule = '{"rule_type":"%s","identifier":"%s","policy":"%s","custom_msg":"x"}'
    pairs = (("TEAMID", "ABCDE12345", "BLOCKLIST"), ("BINARY", "ab" * 32, "ALLOWLIST"), ("SIGNINGID", "platform:a.b", "REMOVE"))
    keep(('{"rules":[%s]}' % ",".join(rule % pair for pair in pairs)).encode(), "json")
    keep(b"<plist><dict><key>StaticRules</key><array><dict><key>rule_type</key><string>CDHASH</string><key>policy</key>"
         b"<string>CEL</string><key>identifier</key><string>" + b"cd" * 20 + b"</string></dict></array></dict></plist>", "plist")
if target in ("regf", "regf-log"):
    # The beginning of a real hive, and of its log behind it.
    hives = corpus + "/windows/hives/transactions_"
    if os.path.exists(hives + "NTUSER.DAT.xz"):
        hive, log = (lzma.open(hives + name).read(32768) for name in ("NTUSER.DAT.xz", "ntuser.dat.log1.xz"))
        keep(hive if target == "regf" else bytes([64, 0]) + hive + log, "NTUSER")
certificate = os.path.join(os.path.dirname(out), "certificate.der")
if not os.path.exists(certificate):
    for path in files(corpus + "/reliability/pkits/certs", r"TrustAnchorRoot.*\.crt$"):
        shutil.copy(path, certificate)
        break
    else:
        subprocess.run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", "/dev/null", "-subj", "/CN=fuzz",
                        "-outform", "DER", "-out", certificate], check=True, stderr=subprocess.DEVNULL)
