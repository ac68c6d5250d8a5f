#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Runs all crash tests and ends with what they tried:
crash.py BUILD [--quick] [NAME ...]

--quick: as in the suite; else long, which takes an hour on two idle cores.
Schedules tried and violations; known-bad variants with theirs, each of which
must have been caught; what could not be run on this machine, which counts as
neither; then one line with the sums. What the tests print stays in
BUILD/crash.log.

Exit 0: all was run, no violation, every bad variant caught and, of all parts
together, at least SCHEDULES_MIN schedules. 3: the same of what was run, but this
machine has not what a part needs. 1: otherwise.
"""
import os
import re
import subprocess
import sys
import tempfile
import time

SCHEDULES_MIN = 100_000
ERRORS_KEPT = 4000  # characters of what a part that failed said
NOT_HERE = 3  # the exit code of a part that this machine cannot run
LINE = re.compile(r"^# crash( known bad)?: (.*): "
                  r"(\d+) schedules, (\d+) violations$", re.MULTILINE)


def programs(build, is_long):
    """(name, command, environment) of each."""
    root = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
    folder = os.path.join(build, "tests", "crash")
    environment = {"SOURCE_ROOT": root, "CMOCKA_MESSAGE_OUTPUT": "TAP",
                   "HAECHI": os.path.abspath(os.path.join(build, "haechi")),
                   "PYTHONDONTWRITEBYTECODE": "1"}
    if is_long:
        environment["CRASH_LONG"] = "1"
    yield ("rotation_model", [os.path.join(folder, "rotation_model"),
                              *(["--long"] if is_long else [])], {})
    for name in sorted(os.listdir(folder)):
        if name.startswith("crash_") and not name.endswith(".p"):
            yield (name, [os.path.join(folder, name)], environment)
    yield ("destruction", [sys.executable, os.path.join(
        root, "tests/scenario/destruction.py")], environment)
    if is_long:
        yield ("hold_kills", [sys.executable, os.path.join(
            root, "tests/scenario/hold_kills.py")], environment)
    yield ("power_cut", [os.path.join(root, "tests/power_cut/run.sh"), build],
           {})


def run(name, command, environment, log):
    """Its output, the end of what it said where it failed, and exit code."""
    print(f"crash: {name}", end=" ", flush=True)
    begin = time.monotonic()
    with tempfile.TemporaryFile("w+", errors="replace") as errors:
        done = subprocess.run(command, env={**os.environ, **environment},
                              stdout=subprocess.PIPE, stderr=errors)
        errors.seek(0)
        said = errors.read()[-ERRORS_KEPT:] if done.returncode else ""
    text = done.stdout.decode(errors="replace")
    print(f"({time.monotonic() - begin:.0f} s)", flush=True)
    log.write(f"==== {name}, exit {done.returncode}\n{text}{said}")
    log.flush()
    return text, said, done.returncode


def main():
    build = sys.argv[1]
    only = [word for word in sys.argv[2:] if word != "--quick"]
    is_long = "--quick" not in sys.argv
    right, bad, failed, absent = [], [], [], []
    with open(os.path.join(build, "crash.log"), "w") as log:
        for name, command, environment in programs(build, is_long):
            if only and name not in only:
                continue
            text, said, code = run(name, command, environment, log)
            if code == NOT_HERE:
                absent.append((name, said.strip().split("\n")[-1]))
            elif code != 0:
                failed.append(name)
            for is_bad, what, schedules, violations in LINE.findall(text):
                (bad if is_bad else right).append(
                    (what, int(schedules), int(violations)))
    print("\nschedules  violations  of what must hold")
    for what, schedules, violations in right:
        print(f"{schedules:9}  {violations:10}  {what}")
    print("\nschedules  violations  of known-bad variants: each must have some")
    for what, schedules, violations in bad:
        print(f"{schedules:9}  {violations:10}  {what}"
              + ("" if violations else "   NOT CAUGHT"))
    tried = sum(one[1] for one in right)
    violations = sum(one[2] for one in right)
    caught = sum(1 for one in bad if one[2])
    for name in failed:
        print(f"\nfailed: {name}; see {build}/crash.log")
    for name, why in absent:
        print(f"\nnot run here: {name}: {why}")
    print(f"\n{tried} schedules tried, {violations} violations; "
          f"{caught} of {len(bad)} known-bad variants caught"
          + (f"; {len(absent)} parts NOT RUN" if absent else ""), flush=True)
    is_well = (not failed and violations == 0 and caught == len(bad) and
               (only or (bad and tried >= SCHEDULES_MIN)))
    sys.exit((NOT_HERE if absent else 0) if is_well else 1)


main()
