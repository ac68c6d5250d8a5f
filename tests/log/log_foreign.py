# SPDX-License-Identifier: Apache-2.0
"""A log before verifiers that are not ours: Go's sumdb/note and sumdb/tlog
(Debian's golang-golang-x-mod-dev) and openssl."""
import base64
import os
import random
import subprocess
import sys

sys.path.insert(0, os.path.dirname(__file__))
from log_copies import WORK, call, grow, read, write  # noqa: E402
from scenario import SOURCE_ROOT, check, run, scenario  # noqa: E402

OLD, SIZE = 300, 1000
LOG, KEPT, COSIGNED, FOREIGN = (
    f"{WORK.name}/{name}" for name in ("log", "kept", "cosigned", "foreign"))
NUMBERS = [0, SIZE - 1, *random.sample(range(1, SIZE - 1), 3)]
ED25519_DER = bytes.fromhex("302a300506032b6570032100")


def make():
    grow(LOG, OLD)
    write(KEPT, read(f"{LOG}/checkpoint"))
    grow(LOG, SIZE - OLD, COSIGNED)
    for number in NUMBERS:
        write(f"{WORK.name}/{number}",
              call("log", "prove", str(number), "--log", LOG).stdout)


def go_says(log, expect=0):
    origin, vkey = call("log", "key", "--log", LOG).stdout.decode().split()
    done = subprocess.run(
        [FOREIGN, log, KEPT, vkey, origin,
         *(f"{number}={WORK.name}/{number}" for number in NUMBERS)],
        capture_output=True, text=True, timeout=60)
    check(done.returncode == expect, f"{done.returncode}: {done.stdout}"
          f"{done.stderr}")
    return done.stdout


def openssl_says(vkey, message, signature):
    """Whether openssl takes this for a signature by the vkey's key."""
    key, text, signed = (f"{WORK.name}/{name}" for name in
                         ("key.der", "text", "signature"))
    write(key, ED25519_DER + base64.b64decode(vkey.split(b"+", 2)[2])[1:])
    write(text, message)
    write(signed, signature)
    done = subprocess.run(
        ["openssl", "pkeyutl", "-verify", "-pubin", "-keyform", "DER",
         "-inkey", key, "-rawin", "-in", text, "-sigfile", signed],
        capture_output=True, text=True, timeout=60)
    return done.returncode == 0 and "Successfully" in done.stdout


def signed_text(note):
    """Text and, for each signature line, what stands behind its key's id."""
    text, lines = note.rsplit(b"\n\n", 1)
    return text + b"\n", [base64.b64decode(line.split(b" ")[2])[4:]
                          for line in lines.splitlines()]


@scenario
def go_builds_it_without_a_network():
    go = {"GOPATH": "/usr/share/gocode", "GO111MODULE": "off",
          "GOFLAGS": "", "CGO_ENABLED": "0",
          "GOCACHE": os.environ.get("GOCACHE", f"{WORK.name}/go")}
    done = subprocess.run(
        ["go", "build", "-o", FOREIGN, f"{SOURCE_ROOT}/tests/log/foreign.go"],
        env={**os.environ, **go}, capture_output=True, text=True, timeout=280)
    check(done.returncode == 0, done.stderr)


@scenario
def go_proves_entries_and_growth():
    said = go_says(LOG)
    check(f"from {OLD} to {SIZE} entries" in said, said)
    for number in NUMBERS:
        check(f"entry {number} is in the log\n" in said, said)


@scenario
def go_denies_an_altered_entry():
    entries = read(f"{LOG}/entries")
    write(f"{LOG}/entries", entries.replace(b'"account":0,', b'"account":1,'))
    said = go_says(LOG, expect=1)
    write(f"{LOG}/entries", entries)
    check("tlog.CheckRecord" in said, said)


@scenario
def openssl_verifies_the_checkpoint():
    text, (signature,) = signed_text(read(f"{LOG}/checkpoint"))
    vkey = read(f"{LOG}/vkey").strip()
    check(openssl_says(vkey, text, signature), "the signature")
    check(not openssl_says(vkey, text.replace(b"1000", b"1001"), signature),
          "of another size")


@scenario
def openssl_verifies_a_cosignature():
    text, (_, cosignature) = signed_text(read(COSIGNED))
    check(text == signed_text(read(f"{LOG}/checkpoint"))[0], text)
    vkey = read(f"{COSIGNED}.vkey").strip()
    time = int.from_bytes(cosignature[:8], "big")
    message = b"cosignature/v1\ntime %d\n" % time + text
    check(openssl_says(vkey, message, cosignature[8:]), "the cosignature")
    message = b"cosignature/v1\ntime %d\n" % (time + 1) + text
    check(not openssl_says(vkey, message, cosignature[8:]), "at another time")


make()
run()
