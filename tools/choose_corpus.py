#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Which of many inputs to keep for a fuzzer: those that stand in its corpus, and
as few of others as reach the edges that any of them reaches.

  choose_corpus.py BUILD NAME FOLDER [MOST]   copies them into tests/fuzz/corpus

BUILD: of tools/fuzz.sh. FOLDER: a fuzzer's own corpus. MOST: files in all
(29). An edge: one that the sanitizers' coverage counts; where the fuzzer asks no
more than whether it was taken, each is one feature of libFuzzer's."""
import os
import shutil
import subprocess
import sys
import tempfile

ROOT = os.path.normpath(os.path.join(os.path.dirname(__file__), ".."))
LARGEST = 65536  # bytes, as tools/fuzz.sh has it


def edges(build, name, folders):
    """Each input's path -> the edges that it reaches, by one run over all."""
    with tempfile.TemporaryDirectory() as directory:
        control, empty = directory + "/control", directory + "/empty"
        os.mkdir(empty)
        subprocess.run(
            [f"{build}/tests/fuzz/fuzz_{name}", "-merge=1",
             "-set_cover_merge=1", "-use_counters=0", f"-max_len={LARGEST}",
             f"-merge_control_file={control}", empty, *folders],
            check=True, capture_output=True)
        with open(control) as lines:
            rows = [line.split() for line in lines]
    count, known = int(rows[0][0]), int(rows[1][0])
    paths = [" ".join(row) for row in rows[2:2 + count]]
    reached = {path: set() for path in paths}
    for row in rows[2 + count:]:
        if row[0] == "FT":
            reached[paths[int(row[1])]].update(row[2:])
    assert known <= count
    return reached


def main(build, name, folder, most="29"):
    corpus = f"{ROOT}/tests/fuzz/corpus/{name}"
    reached = edges(build, name, [corpus, folder])
    kept = [path for path in reached if os.path.dirname(path) == corpus]
    have = set().union(*(reached[path] for path in kept))
    count = len(os.listdir(corpus))
    found = {path: reached[path] - have for path in reached}
    while any(found.values()) and count < int(most):
        # Of those that add as much, the smallest.
        best = max(found, key=lambda path: (len(found[path]),
                                            -os.path.getsize(path)))
        have |= found[best]
        count += 1
        shutil.copy(best, f"{corpus}/found-{count:02}")
        found = {path: new - have for path, new in found.items()}
    print(f"{name}: {count} files, {len(have)} edges reached, "
          f"{len(set().union(*found.values()))} left out")


main(*sys.argv[1:])
