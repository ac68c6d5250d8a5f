# SPDX-License-Identifier: Apache-2.0
"""Destroyed means: no copy opens with what the installation still holds.

All files are stolen at random moments while spans die, by expiry (the short
group) and by a person's word (haechi destroy). When all of these are dead,
every copy is tried with the live roots, alone and with everything else that the
live directory holds: nothing of a destroyed span opens. With the roots that
were stolen with it each copy does open: so the test can see.

CRASH_LONG=1: for minutes, with many copies and orders. STOLEN_SEED=N: the same
moments again.
"""
import glob
import json
import os
import random
import shutil
import subprocess
import tempfile
import time

from scenario import (Demo, HAECHI, check, copy_of_running, destroy, entries,
                      fresh_site, run, scenario, time_us, until, verify)

IS_LONG = "CRASH_LONG" in os.environ
RECORDED_S = 3  # of each camera, before the first theft
COPIES, STEALING_S = (40, 300) if IS_LONG else (5, 16)
ORDERS = 6 if IS_LONG else 1
DYING_S = 60  # the short group keeps 5 s, in keys of 5 s: 15 s, in truth
ORDERED = (3, 4)  # of groups of 60 days
SEED = int(os.environ.get("STOLEN_SEED", random.randrange(10**6)))
WORK = tempfile.mkdtemp(prefix="haechi-")
LIVE, COPIED, MIXED = (os.path.join(WORK, name)
                       for name in ("live", "copies", "mixed"))
TOLD = {True: [0, 0], False: [0, 0]}  # tried, opened: with own roots, or not
STOLEN = []  # when each copy was whole, us
CONTROL = []  # of each copy: camera -> seconds that its own roots open


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


def copy_of(number):
    return os.path.join(COPIED, f"copy-{number:02}")


def steal(number):
    copy_of_running(LIVE, copy_of(number))
    STOLEN.append(int(time.time() * 1e6))


def opened_s(directory):
    """camera -> seconds of records that open there."""
    done = subprocess.run([HAECHI, "verify", "--dir", directory, "--json"],
                          capture_output=True, timeout=120)
    if done.returncode == 3:  # no table opens, and so nothing does
        check(b"no key table" in done.stderr, done.stderr)
        return {}
    return {one["camera"]: one["recorded_s"]
            for one in json.loads(done.stdout)["cameras"]}


def mix(number, take):
    """The copy, with what of the live directory take(path) names."""
    shutil.rmtree(MIXED, ignore_errors=True)
    subprocess.run(["cp", "-a", "--sparse=always", copy_of(number), MIXED],
                   check=True)
    for directory, _, files in os.walk(LIVE):
        for name in files:
            path = os.path.relpath(os.path.join(directory, name), LIVE)
            if name.endswith(".sock") or not take(path):
                continue
            os.makedirs(os.path.dirname(f"{MIXED}/{path}"), exist_ok=True)
            shutil.copy(f"{LIVE}/{path}", f"{MIXED}/{path}")


def is_root(path):
    return path.startswith("keys/root")


def is_table(path):
    return path.startswith("keys/")


def is_no_record(path):
    return not path.endswith((".vol", ".leaf"))


MIXTURES = [is_root, is_no_record] + ([is_table] if IS_LONG else [])


def ordered_until():
    """camera -> end of what was destroyed by a person's word, us: of these all
    that was there died."""
    until_us = {}
    for entry in entries(LIVE):
        if entry["kind"] == "deletion.done" and entry["order"] != 0:
            until_us[entry["camera"]] = max(time_us(entry["to"]),
                                            until_us.get(entry["camera"], 0))
    return until_us


def destroyed_s(number, opened, short, ordered):
    """How much of what opens there is destroyed; camera -> seconds."""
    found = {}
    for camera, seconds in opened.items():
        alive_s = seconds
        if camera in short:
            alive_s = 0
        elif camera in ordered:
            alive_s = max(0, (STOLEN[number] - ordered[camera]) / 1e6 + 1)
        if seconds > alive_s:
            found[camera] = seconds - alive_s
    return found


def order(camera):
    """An order that nobody answered in time on a machine that stood still is
    given again: one is as good as two."""
    for attempt in range(5):
        try:
            return destroy(WORK, LIVE, "--camera", str(camera))
        except AssertionError as error:
            if "no answer in time" not in str(error) or attempt == 4:
                raise
            print(f"# {error}", flush=True)


def is_recorded(api, cameras):
    """Each of them for so long that a theft finds something of it."""
    return all(any(to_us - from_us > RECORDED_S * 1e6
                   for from_us, to_us in api.coverage(camera)["recorded"])
               for camera in cameras)


def is_dead(cameras, until_us):
    """Whether the log says of each that all up to then has died."""
    dead_us = {}
    for entry in entries(LIVE):
        if entry["kind"] == "deletion.done":
            dead_us[entry["camera"]] = max(time_us(entry["to"]),
                                           dead_us.get(entry["camera"], 0))
    return all(dead_us.get(camera, 0) >= until_us for camera in cameras)


@scenario
def all_files_are_stolen_while_spans_die():
    moments = random.Random(SEED)
    print(f"# STOLEN_SEED={SEED}", flush=True)
    fresh_site(LIVE)
    with Demo(directory=LIVE) as demo:
        api = demo.api()
        until(lambda: is_recorded(api, [*short_cameras(), *ORDERED]), 60,
              "something to steal")
        begin = time.monotonic() + 1
        # One theft in each slice of the time: so there are thefts before the
        # first order and behind the last, whatever the seed.
        thefts = [begin + STEALING_S * (k + moments.random()) / COPIES
                  for k in range(COPIES)]
        orders = [begin + STEALING_S * (k + moments.uniform(0.4, 0.8)) / ORDERS
                  for k in range(ORDERS)]
        for number in range(COPIES):
            while orders and orders[0] < thefts[number]:
                time.sleep(max(0, orders.pop(0) - time.monotonic()))
                order(ORDERED[len(orders) % len(ORDERED)])
            time.sleep(max(0, thefts[number] - time.monotonic()))
            steal(number)
        while orders:
            orders.pop()
            order(ORDERED[len(orders) % len(ORDERED)])
        # Until the last stolen second of the short group has died.
        until(lambda: is_dead(short_cameras(), STOLEN[-1]), DYING_S,
              "the death of all that was stolen", step=1)
        check(demo.stop() == 0, "an orderly stop")


@scenario
def each_span_that_died_has_its_entry():
    code, result = verify(LIVE)
    check(code == 0 and result["unexplained_s"] == 0, result)
    short = short_cameras()
    for one in result["cameras"]:
        if one["camera"] in short:
            check(one["destroyed_s"] > 5, one)
    done = [entry for entry in entries(LIVE)
            if entry["kind"] == "deletion.done"]
    check({entry["camera"] for entry in done} >= set(short), done)
    check(len(ordered_until()) == min(ORDERS, len(ORDERED)), done)


@scenario
def with_the_roots_stolen_with_it_every_copy_opens():
    short, ordered = short_cameras(), ordered_until()
    for number in range(COPIES):
        opened = opened_s(copy_of(number))
        CONTROL.append(opened)
        dead = destroyed_s(number, opened, short, ordered)
        TOLD[True][0] += 1
        TOLD[True][1] += len(dead) > 0
        check(all(dead.get(camera, 0) > 1 for camera in short),
              f"copy {number}: the control sees only {dead}")
    # The thefts before an order see what it destroyed, too.
    check(any(set(destroyed_s(number, CONTROL[number], short, ordered)) &
              set(ordered) for number in range(COPIES)), CONTROL)


@scenario
def with_all_that_is_live_no_copy_opens_what_was_destroyed():
    short, ordered = short_cameras(), ordered_until()
    for number in range(COPIES):
        for take in MIXTURES:
            mix(number, take)
            opened = opened_s(MIXED)
            dead = destroyed_s(number, opened, short, ordered)
            TOLD[False][0] += 1
            TOLD[False][1] += len(dead) > 0
            check(not dead, f"copy {number}, {take.__name__}: {dead} s open")
            # What lives still, opens with the live tables: so it was tried.
            if take is not is_root:
                check(any(opened[camera] > 0 for camera in opened
                          if camera not in ordered and camera not in short),
                      f"copy {number}, {take.__name__}: {opened}")


@scenario
def no_block_of_a_stolen_table_opens_with_a_live_root():
    done = subprocess.run([HAECHI, "verify", "--dir", LIVE, "--images", COPIED,
                           "--json"], capture_output=True, timeout=300)
    images = json.loads(done.stdout)["images"]
    check(done.returncode == 0 and len(images) == COPIES, done.stdout[-800:])
    for one in images:
        check(one["tried"] and not one["opened"] and one["opens_itself"], one)


@scenario
def no_stolen_root_stands_in_the_live_directory():
    roots = set()
    for number in range(COPIES):
        found = set()
        for path in glob.glob(copy_of(number) + "/keys/root*"):
            with open(path, "rb") as file:
                content = file.read()
            # The root is what is neither zeros nor magic: every 16-byte piece
            # that is not constant is looked for.
            pieces = [content[i:i + 16] for i in range(0, len(content), 16)]
            found |= {piece for piece in pieces if len(set(piece)) > 8}
        # Copies between the same two rotations hold the same roots.
        check(len(found) >= 2, f"copy {number}: found no root to look for")
        roots |= found
    for directory, _, files in os.walk(LIVE):
        for name in files:
            if name.endswith(".sock"):
                continue
            with open(os.path.join(directory, name), "rb") as file:
                content = file.read()
            check(not any(piece in content for piece in roots),
                  f"a stolen root stands in {name}")


try:
    run()
finally:
    shutil.rmtree(WORK, ignore_errors=True)
    # For `make crash`, and for whoever reads what `make test` prints.
    for is_own, (tried, opened) in TOLD.items():
        words = (" known bad: a stolen image, the roots not overwritten"
                 if is_own else ": stolen images and all that is live")
        print(f"# crash{words}: {tried} schedules, {opened} violations",
              flush=True)
