#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""How long each fuzzer has run, over all time: tests/fuzz/minutes.txt.

  fuzz_minutes.py TARGET COMMAND...   runs it; adds its CPU time, and a finding
                                      where it fails; ends as it ended
  fuzz_minutes.py                     targets that have less than 30 minutes"""
import os
import resource
import subprocess
import sys

TABLE = os.path.join(os.path.dirname(__file__), "../tests/fuzz/minutes.txt")
ENOUGH_MINUTES = 30


def read():
    """The lines that say what it is, and target -> (minutes, findings)."""
    words, rows = [], {}
    with open(TABLE) as file:
        for line in file:
            if line.startswith("#"):
                words.append(line)
            elif line.strip():
                target, minutes, findings = line.split()
                rows[target] = (float(minutes), int(findings))
    return words, rows


def write(words, rows):
    with open(TABLE + ".new", "w") as file:
        file.writelines(words)
        for target, (minutes, findings) in sorted(rows.items()):
            file.write(f"{target:20} {minutes:8.2f} {findings:3}\n")
    os.rename(TABLE + ".new", TABLE)


def main(target, *command):
    code = subprocess.run(command).returncode
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    words, rows = read()
    minutes, findings = rows.get(target, (0.0, 0))
    rows[target] = (minutes + (used.ru_utime + used.ru_stime) / 60,
                    findings + (code > 0))  # below: killed from outside
    write(words, rows)
    return code if code >= 0 else 1


def say_who_needs_more():
    for target, (minutes, _) in sorted(read()[1].items()):
        if minutes < ENOUGH_MINUTES:
            print(f"{target}: {minutes:.1f} of {ENOUGH_MINUTES} minutes")
    return 0


sys.exit(main(*sys.argv[1:]) if sys.argv[1:] else say_who_needs_more())
