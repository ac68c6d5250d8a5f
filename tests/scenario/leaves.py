# SPDX-License-Identifier: Apache-2.0
"""Every group of pictures hangs under a root in the log.

Recorded with a vault that is killed on the way; the roots are computed again
here, with hashlib alone; then, in copies, leaves, records and roots are changed,
removed and exchanged, and verify has to find and name each."""
import glob
import hashlib
import json
import os
import re
import shutil
import signal
import struct
import tempfile
import time

from scenario import Demo, check, entries, run, scenario, until, verify

BLOCK = 256  # docs/design/records.md, "Leaves"
CAMERA = 3
RECORD_S = 26


def sha(*parts):
    return hashlib.sha256(b"".join(parts)).digest()


def tree(hashes):
    """RFC 6962 section 2.1."""
    if len(hashes) == 1:
        return hashes[0]
    left = 1 << (len(hashes) - 1).bit_length() - 1
    return sha(b"\x01", tree(hashes[:left]), tree(hashes[left:]))


def blocks(path):
    with open(path, "rb") as file:
        content = file.read()
    return [content[at:at + BLOCK] for at in range(0, len(content), BLOCK)]


class Leaf:
    def __init__(self, path, at, block):
        self.path, self.at, self.block = path, at, block
        self.flags, self.camera, self.samples = struct.unpack_from(
            ">HII", block, 6)
        self.sequence, self.from_us, self.to_us = struct.unpack_from(
            ">Qqq", block, 16)
        self.first_record, self.records = struct.unpack_from(">QI", block, 40)
        self.previous = block[160:192]


def leaves(directory, camera):
    found = []
    for path in sorted(glob.glob(directory + "/volumes/*.leaf")):
        for at, block in enumerate(blocks(path)):
            if block[:4] == b"HGOP":
                found.append(Leaf(path, at * BLOCK, block))
    return sorted((leaf for leaf in found if leaf.camera == camera),
                  key=lambda leaf: leaf.sequence)


def batches(directory):
    """batch number -> {place: (part, files, leaves)} from the leaf files."""
    found = {}
    for path in sorted(glob.glob(directory + "/volumes/*.leaf")):
        waiting = []
        for block in blocks(path):
            if block[:4] == b"HGOP":
                waiting.append(sha(b"\x00", block))
            elif block[:4] == b"HBAT":
                files, number, count = struct.unpack_from(">HQI", block, 6)
                place, = struct.unpack_from(">H", block, 40)
                check(count == len(waiting), "a batch counts other leaves")
                found.setdefault(number, {})[place] = (tree(waiting), files)
                waiting = []
        check(not waiting, f"{path}: {len(waiting)} leaves in no batch")
    return found


def roots_hold(directory):
    told = {entry["batch"]: entry for entry in entries(directory)
            if entry["kind"] == "recording.root"}
    found = batches(directory)
    check(len(told) >= 2 and set(found) == set(told),
          f"told {sorted(told)}, found {sorted(found)}")
    for number, parts in found.items():
        if len(parts) < parts[next(iter(parts))][1]:
            continue  # a part went with its volume
        root = tree([sha(b"\x00", parts[place][0]) for place in sorted(parts)])
        check(root.hex() == told[number]["root"], f"batch {number}")


def chain_holds(directory):
    chain = leaves(directory, CAMERA)
    check(chain[0].sequence == 1, "the first leaf is not the first")
    for before, leaf in zip(chain, chain[1:]):
        check(leaf.sequence == before.sequence + 1, "a number is missing")
        check(leaf.previous == sha(b"\x00", before.block), "not bound")
    return [leaf for leaf in chain if leaf.flags & 1]


def finds(directory, what, *words):
    code, result = verify(directory)
    text = json.dumps(result.get("problems"))
    check(code == 1 and not result["ok"], f"{what}: not found")
    for word in words:
        check(word in text, f"{what}: no '{word}' in {text[:600]}")


def write(path, at, data):
    with open(path, "r+b") as file:
        file.seek(at)
        file.write(data)


def flip(path, at):
    with open(path, "rb") as file:
        file.seek(at)
        byte = file.read(1)
    write(path, at, bytes([byte[0] ^ 0x10]))


def name(leaf):
    return f"camera {leaf.camera} group of pictures {leaf.sequence}"


def change_a_leaf(directory, leaf):
    flip(leaf.path, leaf.at + 100)  # its content
    return "group of pictures", "are not those that were counted"


def change_the_content_and_all_after_it(directory, leaf):
    """As one would who wants the leaves to fit: chain, parts and paths are made
    again; the log is not his to change."""
    blocks_of = blocks(leaf.path)
    at = leaf.at // BLOCK
    blocks_of[at] = blocks_of[at][:96] + b"\x5a" * 32 + blocks_of[at][128:]
    heads, waiting = {}, []
    for i, block in enumerate(blocks_of):
        if block[:4] == b"HGOP":
            camera, = struct.unpack_from(">I", block, 8)
            if i > at and camera == leaf.camera and camera in heads:
                block = block[:160] + heads[camera] + block[192:]
            if camera == leaf.camera and i >= at:
                heads[camera] = sha(b"\x00", block)
            waiting.append(sha(b"\x00", block))
        else:
            block = block[:48] + tree(waiting) + block[80:]
            waiting = []
        blocks_of[i] = block
    write(leaf.path, 0, b"".join(blocks_of))
    return name(leaf), "its root is not the one in entry"


def remove_a_leaf(directory, leaf):
    with open(leaf.path, "rb") as file:
        content = file.read()
    with open(leaf.path, "wb") as file:
        file.write(content[:leaf.at] + content[leaf.at + BLOCK:])
    return f"of groups of pictures {leaf.sequence} to {leaf.sequence}",


def exchange_two_leaves(directory, leaf):
    other = leaves(directory, CAMERA)[leaf.sequence]
    write(leaf.path, leaf.at, other.block)
    write(other.path, other.at, leaf.block)
    return name(leaf), "its leaf stands behind that of number"


def cut_the_end(directory, leaf):
    with open(leaf.path, "r+b") as file:
        file.truncate(leaf.at)
    return "leaves of batch", "log entry"


def remove_the_file(directory, leaf):
    os.unlink(leaf.path)
    return "leaves of batch", "are missing"


def remove_a_record(directory, leaf):
    volume = leaf.path[:-4] + "vol"
    with open(volume, "rb") as file:
        content = file.read()
    at = content.find(b"HREC")
    while at >= 0:
        camera, = struct.unpack_from(">I", content, at + 8)
        sequence, = struct.unpack_from(">Q", content, at + 24)
        if at % 512 == 0 and camera == CAMERA and \
                sequence == leaf.first_record:
            write(volume, at, bytes(160))
            return name(leaf), f"its record {sequence} is missing"
        at = content.find(b"HREC", at + 4)
    raise AssertionError("no such record")


def change_a_root(directory, leaf):
    """The log itself tells, and so do the leaf files."""
    path = directory + "/log/entries"
    with open(path, "rb") as file:
        lines = file.read().split(b"\n")
    at = next(i for i, line in enumerate(lines) if b'"recording.root"' in line)
    root = json.loads(lines[at])["root"]
    changed = root[:-1] + ("0" if root[-1] != "0" else "1")
    lines[at] = lines[at].replace(root.encode(), changed.encode())
    with open(path, "wb") as file:
        file.write(b"\n".join(lines))
    return f"its root is not the one in entry {at} of the log",


CHANGES = [change_a_leaf, change_the_content_and_all_after_it, remove_a_leaf,
           exchange_two_leaves, cut_the_end, remove_the_file, remove_a_record,
           change_a_root]


def every_flipped_byte_is_named(directory):
    """One bit of each byte of a leaf and of a batch that closes some, a byte in
    five of them a look; each is named, with its volume or its batch."""
    leaf = leaves(directory, CAMERA)[6]
    of_file = blocks(leaf.path)
    batch = next(i for i, block in enumerate(of_file) if block[:4] != b"HGOP")
    volume = int(re.search(r"-(\d+)\.leaf$", leaf.path).group(1))
    for begin in (leaf.at, batch * BLOCK):
        for at in range(begin + begin // BLOCK % 5, begin + BLOCK, 5):
            with open(leaf.path, "rb") as file:
                whole = file.read()
            write(leaf.path, at, bytes([whole[at] ^ 1 << at % 8]))
            code, result = verify(directory)
            write(leaf.path, at, whole[at:at + 1])
            check(code == 1, f"byte {at}: not found")
            check(any(f"volume {volume}" in one["where"] or
                      "leaves of batch" in one["what"]
                      for one in result["problems"]),
                  f"byte {at}: {result['problems'][:5]}")


@scenario
def what_is_changed_behind_the_roots_is_found_and_named():
    with Demo() as demo:
        demo.api()
        time.sleep(RECORD_S / 2)
        vault = demo.role("vault")
        os.kill(vault, signal.SIGKILL)
        until(lambda: demo.role("vault") not in (None, vault), 10,
              "a vault again")
        time.sleep(RECORD_S / 2)
        check(demo.stop() == 0, "not stopped")
        code, result = verify(demo.directory)
        check(code == 0, json.dumps(result["problems"])[:800])
        check(result["leaves_hashed"] > 100, str(result["leaves_hashed"]))
        # Of the group that the kill cut, and of what had no leaf yet.
        check(result["without_leaf_s"] < 40, str(result["without_leaf_s"]))
        roots_hold(demo.directory)
        begun = chain_holds(demo.directory)
        check(len(begun) >= 2, "the chain did not begin anew")
        every_flipped_byte_is_named(demo.directory)
        leaf = leaves(demo.directory, CAMERA)[6]
        for change in CHANGES:
            copy = tempfile.mkdtemp(prefix="haechi-leaves-")
            shutil.rmtree(copy)
            shutil.copytree(demo.directory, copy,
                            ignore=shutil.ignore_patterns("*.sock"))
            mine = leaves(copy, CAMERA)[6]
            check(mine.sequence == leaf.sequence, "another leaf")
            try:
                finds(copy, change.__name__, *change(copy, mine))
            finally:
                shutil.rmtree(copy)


run()
