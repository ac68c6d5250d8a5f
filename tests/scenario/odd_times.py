# SPDX-License-Identifier: Apache-2.0
"""Cameras whose times, packets or key pictures are odd, side by side: each is
recorded as far as it can be, has the state and the gaps that are true of it, and
fills no log. Then the process that meets them stands still: that is nobody's clock."""
import os
import re
import shutil
import signal
import tempfile
import time

from odd_cameras import FRAMES_A_S, OddCameras, TICKS_A_S, is_key
from scenario import (HAECHI, Installation, check, children, edit, entries,
                      free_port, fresh_site, nine_record, run, scenario,
                      time_us, until, verify)

CLIP = os.path.join(os.path.dirname(HAECHI), "clips", "cam-1.h264")
PLAIN, BACK, LATE, LOSSY, SLOW, JUMPS = 1, 2, 3, 4, 5, 6
ODD_AT_S, SEEN_S, STILL_S = 12, 50, 12
TICK_US = 100_000  # what is missing between two pictures at most
ENTRIES_MAX = 12  # of one camera, in all that time


def goes_back(play):
    """Its clock is set back by eight seconds."""
    for at, units in play.frames():
        past_s = at / FRAMES_A_S
        shift_s = 100 - (8 if past_s > ODD_AT_S else 0)
        play.send(units, (past_s + shift_s) * TICKS_A_S)


def comes_late(play):
    """Its way becomes three seconds longer, and stays so."""
    for at, units in play.frames():
        past_s = at / FRAMES_A_S
        play.wait(past_s + (3 if past_s > ODD_AT_S else 0))
        play.send(units, past_s * TICKS_A_S)


def loses(play):
    """From then on a packet of nine in ten pictures."""
    for at, units in play.frames():
        is_lost = at > ODD_AT_S * FRAMES_A_S and at % 10 != 0
        play.send(units, at * TICKS_A_S / FRAMES_A_S, 0 if is_lost else None)


def is_slow(play):
    """A picture each 1.25 s."""
    keys = [units for units in play.clip if is_key(units)]
    at = 0
    while True:
        play.wait(at * 1.25)
        play.send(keys[at % len(keys)], at * 1.25 * TICKS_A_S)
        at += 1


def jumps(play):
    """An hour forward, and again."""
    for at, units in play.frames():
        past_s = at / FRAMES_A_S
        hours = int(past_s > ODD_AT_S) + int(past_s > ODD_AT_S + 15)
        play.send(units, (past_s + hours * 3600) * TICKS_A_S)


def of(site, number):
    return [one for one in entries(site) if one.get("camera") == number and
            one["kind"] in ("camera.state", "gap", "gap.open")]


def causes(found, kind):
    return [one["cause"] for one in found if one["kind"] == kind]


def check_entries(site):
    told = {number: of(site, number) for number in range(1, 10)}
    for number, found in told.items():
        check(len(found) <= ENTRIES_MAX, f"camera {number}: {len(found)}")
    check(causes(told[BACK], "camera.state").count("clock") == 1, told[BACK])
    check(causes(told[JUMPS], "camera.state").count("clock") == 2,
          told[JUMPS])
    # Three seconds of silence, told once, in which nothing was missing.
    check("no_data" not in
          [one["cause"] for one in told[LATE] if one["kind"] == "gap" and
           one["from"] != one["to"]], told[LATE])
    check(causes(told[LATE], "gap.open").count("no_data") <= 1, told[LATE])
    # Until two distances are known.
    check(causes(told[SLOW], "gap").count("no_data") <= 2, told[SLOW])
    check("damaged" in causes(told[LOSSY], "gap"), told[LOSSY])
    check(set(causes(told[PLAIN], "gap")) <= {"starting"}, told[PLAIN])


def stand_still(recorder):
    ingest = next(pid for pid, words in children(recorder.process.pid)
                  if "ingest" in words)
    os.kill(ingest, signal.SIGSTOP)
    time.sleep(STILL_S)
    os.kill(ingest, signal.SIGCONT)


@scenario
def odd_cameras_are_recorded_and_told_as_they_are():
    site = tempfile.mkdtemp(prefix="haechi-")
    fresh_site(site)
    with open(site + "/plant.yaml") as plant:
        camera_port = int(re.findall(r"port: (\d+)", plant.read())[1])
    web_port = free_port()
    edit(site, "plant.yaml", r"port: \d+", f"port: {web_port}")
    cameras = OddCameras(CLIP, camera_port, {
        BACK: goes_back, LATE: comes_late, LOSSY: loses, SLOW: is_slow,
        JUMPS: jumps})
    try:
        with Installation(site, web_port) as recorder:
            recorder.api()
            until(lambda: nine_record(site), 60, "nine recording")
            time.sleep(SEEN_S)
            now = until(lambda: nine_record(site), 20, "nine recording still")
            for number, one in now.items():
                check(number == LOSSY or one["recorded_s"] >= SEEN_S - 5, one)
            check_entries(site)
            before = len(of(site, PLAIN))
            stand_still(recorder)
            until(lambda: nine_record(site), 30, "all nine behind it")
            time.sleep(5)
            for number in (PLAIN, 7, 8, 9):
                found = of(site, number)
                check("clock" not in causes(found, "camera.state"), found)
                gaps = [one for one in found if one["kind"] == "gap" and
                        one["cause"] != "starting"]
                check(all(time_us(gap["to"]) - time_us(gap["from"]) < TICK_US
                          for gap in gaps), gaps)
            check(len(of(site, PLAIN)) - before <= 2, of(site, PLAIN))
            check(recorder.stop() == 0, "an orderly stop")
        lost = [one["detail"] for one in of(site, LOSSY)
                if one["kind"] == "gap" and "holes" in one["detail"]]
        check(lost and int(lost[0].split()[0]) > SEEN_S, of(site, LOSSY))
        code, result = verify(site)
        check(code == 0 and result["unexplained_s"] == 0, result)
    finally:
        cameras.close()
        shutil.rmtree(site, ignore_errors=True)


run()
