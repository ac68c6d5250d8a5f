#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Which of many inputs to keep for a fuzzer: those that stand in its corpus, and
as few of others as reach the edges of its files that any of them reaches.

  choose_corpus.py BUILD NAME FOLDER [MOST]   copies them into tests/fuzz/corpus

BUILD: of tools/coverage.sh. FOLDER: a fuzzer's own corpus. MOST: files in all
(29)."""
import json
import os
import shutil
import subprocess
import sys
import tempfile

ROOT = os.path.normpath(os.path.join(os.path.dirname(__file__), ".."))


def files_of(name):
    with open(f"{ROOT}/tests/fuzz/coverage.txt") as table:
        rows = [line.split() for line in table if not line.startswith("#")]
    return sorted({row[1] for row in rows if row and row[0] == name})


def edges(build, name, files, inputs):
    """What these inputs reach: (file, place, taken or not)."""
    program = f"{build}/tests/fuzz/fuzz_{name}"
    with tempfile.TemporaryDirectory() as directory:
        folder = os.path.join(directory, "inputs")
        os.mkdir(folder)
        for path in inputs:
            shutil.copy(path, folder)
        raw, data = directory + "/raw", directory + "/data"
        subprocess.run([program, folder], check=True, capture_output=True,
                       env={**os.environ, "LLVM_PROFILE_FILE": raw})
        subprocess.run(["llvm-profdata-16", "merge", "-sparse", raw, "-o",
                        data], check=True)
        text = subprocess.run(
            ["llvm-cov-16", "export", "-instr-profile", data, program,
             *[f"{ROOT}/{file}" for file in files]], check=True,
            capture_output=True).stdout
    reached = set()
    for file in json.loads(text)["data"][0]["files"]:
        for branch in file.get("branches", []):
            place = (file["filename"], *branch[:4])
            reached.update((place, side) for side in (4, 5) if branch[side])
    return reached


def main(build, name, folder, most="29"):
    files = files_of(name)
    corpus = f"{ROOT}/tests/fuzz/corpus/{name}"
    kept = sorted(entry.path for entry in os.scandir(corpus))
    have = edges(build, name, files, kept)
    found = {}
    for entry in sorted(os.scandir(folder), key=lambda one: one.stat().st_size):
        reached = edges(build, name, files, [entry.path]) - have
        if reached:
            found[entry.path] = reached
    while found and len(kept) < int(most):
        best = max(found, key=lambda path: len(found[path]))
        have |= found[best]
        kept.append(best)
        shutil.copy(best, f"{corpus}/found-{len(kept):02}")
        found = {path: reached - have for path, reached in found.items()
                 if reached - have}
    print(f"{name}: {len(kept)} files, {len(have)} edges reached, "
          f"{len(set().union(*found.values()))} left out")


main(*sys.argv[1:])
