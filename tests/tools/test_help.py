#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""What each command says of itself: usage, options and help are of one mind,
a wrong option is refused, and a manual page can be made of it. Prints TAP."""
import os
import re
import subprocess
import sys
import tempfile

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(
    os.path.abspath(__file__))))
sys.path.insert(0, os.path.join(ROOT, "tools"))
import man_pages  # noqa: E402

HAECHI = os.environ["HAECHI"]
OPTION = r"--[a-z][a-z0-9-]*"


def refusal_of(name):
    """A wrong option ends with 2 and one line that names it."""
    done = subprocess.run([HAECHI, *name.split(), "--no-such-option"],
                          capture_output=True, text=True, timeout=20)
    if done.returncode != 2:
        return f"exit {done.returncode} for an unknown option"
    if "--no-such-option" not in done.stderr or done.stdout:
        return f"said: {done.stderr!r}"
    return None


def complaints(name):
    text = man_pages.help_of(HAECHI, *name.split())
    usage, summary, options, _, codes = man_pages.split(text)
    in_usage = set(re.findall(OPTION, usage)) - {"--help"}
    listed = {re.match(OPTION, option).group() for option, _ in options
              if option.startswith("--")}
    if in_usage != listed:
        yield f"usage and options differ: {sorted(in_usage ^ listed)}"
    if not summary or not codes.startswith("0 "):
        yield "no summary or no exit codes"
    for option, lines in options:
        if not " ".join(lines).strip():
            yield f"{option} has no help"
    for line in text.split("\n"):
        if len(line) > 80:
            yield f"more than 80 columns: {line}"
    refusal = refusal_of(name)
    if refusal:
        yield refusal


def manual_complaints():
    with tempfile.TemporaryDirectory() as work:
        man_pages.main(HAECHI, work)
        names = sorted(os.listdir(work))
        if "haechi.1" not in names or len(names) < 2:
            yield "no pages"
        for name in names:
            done = subprocess.run(
                ["groff", "-man", "-ww", "-Tutf8", "-P-cbou", os.path.join(work, name)],
                capture_output=True, text=True, timeout=20)
            if done.returncode != 0 or done.stderr:
                yield f"{name}: {done.stderr}"
            for word in ("NAME", "SYNOPSIS"):
                if word not in done.stdout:
                    yield f"{name}: no {word}"


def main():
    listed = man_pages.commands(HAECHI)
    print(f"1..{len(listed) + 2}")
    checks = [(f"haechi {name} --help", complaints(name))
              for name, _ in listed]
    names = [name for name, _ in listed]
    twice = [name for name in names if names.count(name) > 1]
    checks.append(("each command once", twice))
    checks.append(("manual pages", manual_complaints()))
    for number, (what, found) in enumerate(checks, 1):
        found = list(found)
        print("not ok" if found else "ok", number, "-", what)
        for line in found:
            print("#", line)


main()
