#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Runs all crash tests and ends with what they tried:
crash.py BUILD [--quick] [NAME ...]

--quick: as in the suite; else long. Schedules tried and violations; known-bad variants with theirs, each of which
must have been caught; then one line with the sums. Exit 0: no violation, every
bad variant caught, at least SCHEDULES_MIN schedules. What the tests print stays
in BUILD/crash.log.
"""
import os
import re
import subprocess
import sys

SCHEDULES_MIN = 100_000
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
    """Its output, and whether it says that all is well."""
    print(f"crash: {name}", flush=True)
    done = subprocess.run(command, env={**os.environ, **environment},
                          stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    text = done.stdout.decode(errors="replace")
    log.write(f"==== {name}, exit {done.returncode}\n{text}")
    return text, done.returncode == 0


def main():
    build = sys.argv[1]
    only = [word for word in sys.argv[2:] if word != "--quick"]
    is_long = "--quick" not in sys.argv
    right, bad, failed = [], [], []
    with open(os.path.join(build, "crash.log"), "w") as log:
        for name, command, environment in programs(build, is_long):
            if only and name not in only:
                continue
            text, is_well = run(name, command, environment, log)
            if not is_well:
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
    print(f"\n{tried} schedules tried, {violations} violations; "
          f"{caught} of {len(bad)} known-bad variants caught", flush=True)
    is_well = (not failed and violations == 0 and caught == len(bad) > 0 and
               (only or tried >= SCHEDULES_MIN))
    sys.exit(0 if is_well else 1)


main()
