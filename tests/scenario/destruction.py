# SPDX-License-Identifier: Apache-2.0
"""Destroyed means: no copy opens with what the installation still holds.

The directory is copied while the short group's video lives. After its death,
nothing that the live directory holds opens that video, in the live directory
or in the copy. With the copy's own old roots the copy does open: so the test
can see.
"""
import glob
import json
import os
import shutil
import subprocess
import tempfile
import time

from scenario import Demo, HAECHI, check, run, scenario, until, verify

SECONDS = 42  # the short group keeps 14 s
WORK = tempfile.mkdtemp(prefix="haechi-")
LIVE, COPY, MIXED = (os.path.join(WORK, name)
                     for name in ("live", "copy", "mixed"))


def short_cameras():
    """Numbers of the cameras whose retention is counted in seconds."""
    done = subprocess.run([HAECHI, "notice", "show", LIVE + "/notice.yaml",
                           "--json"], capture_output=True, check=True)
    notice = json.loads(done.stdout)
    short = [group["id"] for group in notice["groups"]
             if "seconds" in group["retention"]]
    check(len(short) == 1, notice["groups"])
    numbers, group = [], None
    with open(LIVE + "/plant.yaml") as plant:
        number = None
        for line in plant:
            words = line.strip().removeprefix("- ").split()
            if words[:1] == ["number:"]:
                number = int(words[1])
            if words[:1] == ["group:"]:
                group = words[1]
                if group in short:
                    numbers.append(number)
    check(len(numbers) == 2, numbers)
    return numbers


def recorded_s(directory, cameras):
    _, result = verify(directory)
    return [one["recorded_s"] for one in result.get("cameras", [])
            if one["camera"] in cameras]


@scenario
def the_span_is_destroyed_and_an_entry_says_so():
    with Demo("--seconds", str(SECONDS), "--json", directory=LIVE) as demo:
        until(lambda: demo.code, 20, "running")
        time.sleep(13)
        shutil.copytree(LIVE, COPY, ignore=shutil.ignore_patterns("*.sock"))
        result = demo.result(SECONDS + 40)
    check(result["destructions"] > 0, result)
    code, result = verify(LIVE)
    check(code == 0, result)
    for one in result["cameras"]:
        is_short = one["camera"] in short_cameras()
        check((one["destroyed_s"] > 5) == is_short, one)
    with open(LIVE + "/log/entries") as entries:
        done = [json.loads(line) for line in entries
                if '"deletion.done"' in line]
    check({entry["camera"] for entry in done} >= set(short_cameras()), done)


@scenario
def with_its_old_roots_the_copy_opens():
    for seconds in recorded_s(COPY, short_cameras()):
        check(seconds > 5, f"the control sees only {seconds} s")


@scenario
def with_the_live_roots_the_copy_does_not_open():
    # The thief's best: the old ciphertext and the old tables, and all that
    # the live directory has kept. Each live key file over the old, alone and
    # together with the others.
    names = [os.path.basename(path)
             for path in glob.glob(LIVE + "/keys/*")]
    roots = [name for name in names if name.startswith("root")]
    check(len(roots) == 2, names)
    old_log = open(COPY + "/log/entries").read()
    for chosen in (roots, roots + [n for n in names if n.startswith("table")]):
        shutil.rmtree(MIXED, ignore_errors=True)
        shutil.copytree(COPY, MIXED)
        for name in chosen:
            shutil.copy(f"{LIVE}/keys/{name}", f"{MIXED}/keys/{name}")
        check(open(MIXED + "/log/entries").read() == old_log, "the copy")
        old = sum(recorded_s(COPY, short_cameras()))
        opened = sum(recorded_s(MIXED, short_cameras()))
        # What was recorded in the copy's last seconds may still be alive in
        # the live table only if its time has not come; here all has.
        check(old > 10, f"control: {old}")
        check(opened == 0, f"{opened} s open with the live {chosen}")


@scenario
def the_old_roots_are_nowhere_in_the_live_directory():
    roots = []
    for path in glob.glob(COPY + "/keys/root*"):
        content = open(path, "rb").read()
        # The root is the part of the block that is neither zeros nor magic:
        # every 16-byte piece that is not constant is looked for.
        pieces = [content[i:i + 16] for i in range(0, len(content), 16)]
        roots += [piece for piece in pieces if len(set(piece)) > 8]
    check(len(roots) >= 4, "found no root to look for")
    live_now = set()
    for path in glob.glob(LIVE + "/keys/root*"):
        content = open(path, "rb").read()
        live_now |= {content[i:i + 16] for i in range(0, len(content), 16)}
    gone = [piece for piece in roots if piece not in live_now]
    check(len(gone) == len(roots), "a root of the copy is still in use")
    for directory, _, files in os.walk(LIVE):
        for name in files:
            if name.endswith(".sock"):
                continue
            content = open(os.path.join(directory, name), "rb").read()
            for piece in gone:
                check(piece not in content, f"an old root stands in {name}")


try:
    run()
finally:
    shutil.rmtree(WORK, ignore_errors=True)
