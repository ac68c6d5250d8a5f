# SPDX-License-Identifier: Apache-2.0
"""haechi log, and what haechi verify --log finds in a log that was damaged by
chance or altered by its owner, who has the key and signs it anew."""
import os
import random
import sys

sys.path.insert(0, os.path.dirname(__file__))
from log_copies import (WORK, call, copy_of, grow, read, sign_anew,  # noqa: E402
                        verify, write)
from scenario import check, run, scenario  # noqa: E402

OLD, SIZE, FLIPS = 400, 700, 12
BIG = 18000  # more than is read, and hashed by two threads, at a time
RANDOM = random.Random(20261122)
LOG, YESTERDAY, KEPT = (f"{WORK.name}/{name}"
                        for name in ("log", "yesterday", "kept"))


def make():
    grow(LOG, OLD)
    os.rename(copy_of(LOG), YESTERDAY)
    write(KEPT, read(f"{LOG}/checkpoint"))
    grow(LOG, SIZE - OLD)


def kept_fails(log, words):
    """Sound by itself, but not with the checkpoint that was kept."""
    check(verify(log) == [], "signed anew, and sound without a checkpoint")
    found = verify(log, "--checkpoint", KEPT, sound=False)
    check([where for where, _ in found] == [KEPT], f"the kept one: {found}")
    check(words in found[0][1], found)


def altered(change):
    """The lines of a copy after change(lines), signed anew by the owner."""
    log = copy_of(LOG)
    lines = read(f"{log}/entries").splitlines(keepends=True)
    change(lines)
    for number, line in enumerate(lines):
        head, rest = line.split(b",", 1)
        lines[number] = b'{"n":%d,' % number + rest
        check(head.startswith(b'{"n":'), head)
    write(f"{log}/entries", b"".join(lines))
    texts = read(f"{log}/texts").splitlines(keepends=True)
    write(f"{log}/texts", b"".join(texts[:len(lines)]))
    sign_anew(log)
    return log


@scenario
def key_checkpoint_proof_and_entry_are_told():
    origin, vkey = call("log", "key", "--log", LOG).stdout.split()
    check(vkey == read(f"{LOG}/vkey").strip(), vkey)
    check(vkey.startswith(origin + b"+"), f"{origin}, {vkey}")
    note = call("log", "checkpoint", "--log", LOG).stdout
    check(note == read(f"{LOG}/checkpoint"), note)
    check(note.split(b"\n")[:2] == [origin, b"%d" % SIZE], note)
    lines = read(f"{LOG}/entries").split(b"\n")
    for number in (0, 255, 256, SIZE - 1):
        entry = call("log", "entry", str(number), "--log", LOG).stdout
        check(entry == lines[number] + b"\n", f"{number}: {entry}")
        proof = call("log", "prove", str(number), "--log", LOG).stdout
        head, signed = proof.split(b"\n\n", 1)
        check(head.split(b"\n")[:2] ==
              [b"c2sp.org/tlog-proof@v1", b"index %d" % number], proof)
        check(signed == note, proof)


@scenario
def what_is_not_there_is_said():
    for what in ("entry", "prove"):
        done = call("log", what, str(SIZE), "--log", LOG, expect=3)
        check(b"no such log or entry" in done.stderr, done.stderr)
    for what in ("key", "checkpoint"):
        call("log", what, "--log", f"{WORK.name}/nothing", expect=3)
        call("log", what, expect=2)
    call("verify", "--log", f"{WORK.name}/nothing", expect=3)


@scenario
def a_sound_log_is_sound():
    vkey = read(f"{LOG}/vkey").decode().strip()
    check(verify(LOG) == [], "alone")
    check(verify(LOG, "--checkpoint", KEPT, "--vkey", vkey) == [], "and more")
    said = call("verify", "--log", LOG).stdout.decode()
    check(said.endswith("\nok\n") and f"{SIZE} entries" in said, said)


@scenario
def a_flipped_bit_is_found_and_named():
    named = {"entries": "entries line", "texts": "texts line",
             "tile/0/000": "tile/0/000", "tile/0/002.p/188": "tile/0/002.p/188",
             "tile/1/000.p/2": "tile/1/000.p/2", "index": "index row",
             "checkpoint": "checkpoint", "vkey": "vkey"}
    for name, place in named.items():
        log = copy_of(LOG)
        whole = read(f"{log}/{name}")
        for _ in range(FLIPS):
            at = RANDOM.randrange(len(whole))
            flipped = bytearray(whole)
            flipped[at] ^= 1 << RANDOM.randrange(8)
            write(f"{log}/{name}", flipped)
            found = verify(log, sound=False)
            if name in ("entries", "texts"):
                line = whole[:at].count(b"\n") + 1
                place = f"{name} line {line}"
            check(any(where.startswith(place) for where, _ in found),
                  f"{name}, byte {at}, {place}: {found}")


@scenario
def in_a_large_log_the_line_is_named_too():
    big = f"{WORK.name}/big"
    grow(big, BIG)
    check(verify(big) == [], "sound")
    whole = read(f"{big}/entries")
    check(len(whole) > 1 << 21, f"{len(whole)} bytes: more than a window")
    lines = whole.splitlines(keepends=True)
    for number in (0, 8191, 8192, BIG - 1):
        at = sum(map(len, lines[:number])) + len(lines[number]) // 2
        flipped = bytearray(whole)
        flipped[at] ^= 1
        write(f"{big}/entries", flipped)
        found = [where for where, _ in verify(big, sound=False)]
        check(f"entries line {number + 1}" in found, f"{number}: {found}")
    write(f"{big}/entries", whole)
    check(verify(big) == [], "sound again")


@scenario
def an_altered_line_is_named_even_with_the_next_ones_right():
    log = copy_of(LOG)
    lines = read(f"{log}/entries").splitlines(keepends=True)
    lines[300] = lines[300].replace(b'"account":300', b'"account":301')
    write(f"{log}/entries", b"".join(lines))
    found = [where for where, _ in verify(log, sound=False)]
    check(found == ["entries line 301", "checkpoint"], found)


@scenario
def a_shorter_log_is_found_by_its_own_checkpoint():
    log = copy_of(LOG)
    lines = read(f"{log}/entries").splitlines(keepends=True)
    write(f"{log}/entries", b"".join(lines[:-1]))
    found = verify(log, sound=False)
    check(("checkpoint", f"it has {SIZE} entries, the log {SIZE - 1}: the end "
           "of the log is missing") in found, found)


@scenario
def a_removed_entry_is_found_given_a_kept_checkpoint():
    def remove(lines):
        del lines[123]
    kept_fails(altered(remove), "altered, removed or reordered")


@scenario
def reordered_entries_are_found_given_a_kept_checkpoint():
    def swap(lines):
        lines[17], lines[18] = lines[18], lines[17]
    kept_fails(altered(swap), "altered, removed or reordered")


@scenario
def a_replaced_tail_is_found_given_a_kept_checkpoint():
    def replace(lines):
        for number in range(OLD - 1, SIZE):
            lines[number] = lines[number].replace(b'"account":',
                                                  b'"account":9')
    kept_fails(altered(replace), "altered, removed or reordered")


@scenario
def yesterdays_copy_is_found_given_a_kept_checkpoint():
    today = f"{WORK.name}/today"
    write(today, read(f"{LOG}/checkpoint"))
    check(verify(YESTERDAY) == [], "sound by itself")
    found = verify(YESTERDAY, "--checkpoint", today, sound=False)
    check([where for where, _ in found] == [today], found)
    check("the end of the log is missing" in found[0][1], found)


@scenario
def a_log_signed_by_another_key_is_found_given_the_vkey():
    log = copy_of(LOG)
    vkey = read(f"{LOG}/vkey").decode().strip()
    os.unlink(f"{log}/signing.key")
    os.unlink(f"{log}/vkey")
    sign_anew(log)
    check(verify(log) == [], "sound by itself")
    found = verify(log, "--vkey", vkey, sound=False)
    check(any(where == "checkpoint" for where, _ in found), found)


make()
run()
