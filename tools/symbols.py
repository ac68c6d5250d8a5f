#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""No global name is defined twice, and what one file alone uses is static.

Reads the objects of the last build with nm; without a build there is nothing
to say. Tests may use what the program does not.
"""
import collections
import os
import subprocess
import sys

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
BUILD = os.environ.get("BUILD", os.path.join(ROOT, "build"))


def objects(folder):
    for path, _, names in os.walk(folder):
        for name in names:
            if name.endswith(".o"):
                yield os.path.join(path, name)


def symbols(paths):
    """(file, kind, name) of all global symbols."""
    lines = subprocess.run(["nm", "-gA", *paths], check=True, text=True,
                           capture_output=True).stdout.splitlines()
    for line in lines:
        file, rest = line.split(":", 1)
        fields = rest.split()
        yield file, fields[-2], fields[-1]


def source_of(path):
    return os.path.basename(path)[:-len(".o")]


def main():
    if not os.path.isdir(BUILD):
        return 0
    sources = set()
    for path, _, names in os.walk(os.path.join(ROOT, "src")):
        relative = os.path.relpath(path, ROOT).replace(os.sep, "_")
        sources |= {f"{relative}_{name}.o" for name in names
                    if name.endswith(".c")}
    ours, others = [], []
    for path in objects(BUILD):
        is_ours = (os.path.basename(path) in sources and
                   os.sep + "tests" + os.sep not in path[len(BUILD):])
        (ours if is_ours else others).append(path)
    if not ours:
        return 0
    defined = collections.defaultdict(set)
    used = collections.defaultdict(set)
    for file, kind, name in symbols(ours):
        (used if kind == "U" else defined)[name].add(source_of(file))
    for _, kind, name in symbols(others):
        if kind == "U":
            used[name].add("tests")
    complaints = []
    for name, files in sorted(defined.items()):
        if len(files) > 1:
            complaints.append(f"{name}: defined in {', '.join(sorted(files))}")
        elif (not used[name] and name != "main" and
              not name.startswith("message_")):  # made by a table
            complaints.append(f"{min(files)}: {name}: nobody else uses it; "
                              "make it static, or delete it")
    for complaint in complaints:
        print(complaint)
    return 1 if complaints else 0


if __name__ == "__main__":
    sys.exit(main())
