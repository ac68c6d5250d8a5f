# SPDX-License-Identifier: Apache-2.0
"""Disks that go and come back, and disks that will not hold what is promised.

Two disks; one is away while video of a group of ten seconds dies. It is an
alarm, the other records on; when it is back, what it missed is freed."""
import json
import os
import re
import shutil
import struct
import subprocess
import tempfile
import time

from scenario import (Demo, HAECHI, check, edit, entries, fresh_site, run,
                      scenario, until, verify)

WORK = tempfile.mkdtemp(prefix="haechi-")
PERIOD_S = 10
CEILING_S = 5 + PERIOD_S + 5
SHORT = (6, 7)
HEADER_SIZE = 160
DISKS = ("d1", "d2")


def haechi(*words):
    done = subprocess.run([HAECHI, *words], capture_output=True, timeout=30)
    return done.returncode, (done.stdout + done.stderr).decode()


def disk(site, name):
    return os.path.join(site, name)


def make_site(name):
    site = os.path.join(WORK, name)
    fresh_site(site)
    for one in DISKS:
        os.mkdir(disk(site, one))
    paths = ", ".join(f"{{id: {one}, path: {disk(site, one)}}}"
                      for one in DISKS)
    edit(site, "plant.yaml", r"^storage:\n", f"storage:\n  disks: [{paths}]\n")
    edit(site, "notice.yaml", r"seconds: \d+", f"seconds: {PERIOD_S}")
    return site


def short_records(directory):
    """(camera, start us) of what volumes of a disk hold of the short group."""
    found = []
    for name in sorted(os.listdir(directory)):
        if not name.endswith(".vol"):
            continue
        with open(os.path.join(directory, name), "rb") as volume:
            content = volume.read()
        at = content.find(b"HREC", 4096)
        while at >= 0:
            header = content[at:at + HEADER_SIZE]
            if at % 512 == 0 and len(header) == HEADER_SIZE:
                camera, = struct.unpack_from(">I", header, 8)
                start_us, = struct.unpack_from(">q", header, 32)
                if camera in SHORT:
                    found.append((camera, start_us))
            at = content.find(b"HREC", at + 4)
    return found


def states(site):
    return [entry["detail"] for entry in entries(site)
            if entry["kind"] == "disk.state"]


def recording(demo, site):
    code, text = haechi("status", "--dir", site, "--json")
    return code == 0 and text.count('"state":"recording"') == 9


@scenario
def a_disk_that_was_away_pays_what_it_missed():
    site = make_site("away")
    with Demo(directory=site) as demo:
        until(lambda: recording(demo, site), 60, "recording")
        time.sleep(5)
        check(demo.stop() == 0, "an orderly stop")
    # The disk of one of the two cameras.
    away = next(one for one in DISKS if short_records(disk(site, one)))
    missed = short_records(disk(site, away))
    newest_us = max(start_us for _, start_us in missed)
    code, text = haechi("disk", "list", "--dir", site)
    check(code == 0 and text.count(" ok ") == 2, text)

    os.rename(disk(site, away), site + "/elsewhere")
    os.mkdir(disk(site, away))  # a mount point without its disk
    code, text = haechi("disk", "list", "--dir", site)
    check(code == 1 and re.search(away + r" +missing", text)
          and "mount it" in text, text)
    with Demo(directory=site) as demo:
        until(lambda: recording(demo, site), 60, "recording on the other")
        until(lambda: f"{away} missing" in states(site), 30, "an entry")
        code, text = haechi("status", "--dir", site, "--json")
        told = {one["id"]: one["state"] for one in json.loads(text)["disks"]}
        check(told[away] == "missing", told)
        code, text = haechi("status", "--dir", site)
        check(f"DISK: {away} is missing" in text, text)
        alarms = demo.api().json("GET", "/cameras")["disks"]
        check([(one["id"], one["state"]) for one in alarms]
              == [(away, "missing")], alarms)
        code, text = haechi("disk", "accept", "--dir", site, "--disk", away)
        check(code == 3, f"accepted while it runs: {text}")
        until(lambda: time.time() * 1e6 > newest_us + CEILING_S * 1e6 + 6e6,
              60, "all of it dead", step=1)
        check(demo.stop() == 0, "an orderly stop")
    check(os.listdir(disk(site, away)) == [], "the mount point was written to")

    os.rmdir(disk(site, away))
    os.rename(site + "/elsewhere", disk(site, away))
    check(short_records(disk(site, away)) == missed, "it lay still")
    code, text = haechi("disk", "list", "--dir", site)
    check(code == 0 and "still holds space" in text, text)
    before = len(entries(site))
    with Demo(directory=site) as demo:
        until(lambda: recording(demo, site), 60, "recording")
        until(lambda: not [one for one in short_records(disk(site, away))
                           if one[1] <= newest_us], 60,
              "freeing what was missed")
        until(lambda: any(entry["kind"] == "space.freed" and
                          entry["camera"] == missed[0][0]
                          for entry in entries(site)[before:]), 60,
              "an entry for the space")
        until(lambda: "still holds" not in haechi("disk", "list", "--dir",
                                                  site)[1], 60,
              "having looked through all cameras")
        check(f"{away} ok" in states(site), states(site))
        check(demo.api(first=False).json("GET", "/cameras")["disks"] == [],
              "an alarm is left")
        check(demo.stop() == 0, "an orderly stop")
    code, text = haechi("disk", "list", "--dir", site)
    check(code == 0 and "still holds" not in text, text)
    code, result = verify(site)
    check(code == 0 and result["unexplained_s"] == 0, result)


# ---- a promise that the disks will not hold ----------------------------------

def crc32c(content):
    crc = 0xffffffff
    for byte in content:
        crc ^= byte
        for _ in range(8):
            crc = crc >> 1 ^ (0x82f63b78 if crc & 1 else 0)
    return crc ^ 0xffffffff


def measure_as(site, bytes_per_s):
    """As if each class had been measured for a day (store/disk_book.h)."""
    path = site + "/events/disks"
    with open(path, "rb") as file:
        content = bytearray(file.read()[:-4])
    disks, pools = struct.unpack_from(">HH", content, 6)
    at = 28 + disks * (2 + 64 + 512 + 16 + 18)
    check(pools > 0 and at + 12 * pools == len(content),
          f"{disks} disks, {pools} pools, {len(content)} bytes")
    for pool in range(pools):
        class_id, cameras, _, _ = struct.unpack_from(">HHII", content,
                                                     at + 12 * pool)
        struct.pack_into(">HHII", content, at + 12 * pool, class_id, cameras,
                         bytes_per_s, 86400)
    content += struct.pack(">I", crc32c(content))
    with open(path, "wb") as file:
        file.write(content)


@scenario
def a_period_that_will_be_broken_is_told_days_ahead():
    site = make_site("small")
    with Demo(directory=site) as demo:
        until(lambda: recording(demo, site), 60, "recording")
        time.sleep(3)
        check(demo.stop() == 0, "an orderly stop")
    room = os.statvfs(site)
    free = room.f_bavail * room.f_frsize
    measure_as(site, min(2**32 - 1, free // (2 * 86400)))
    code, text = haechi("check", "--dir", site)
    check(code != 0 and "storage_too_small" in text and "measured" in text,
          f"{code}: {text}")
    with Demo(directory=site) as demo:
        until(lambda: recording(demo, site), 60, "recording")
        warning = until(lambda: [e for e in entries(site)
                                 if e["kind"] == "space.warning"], 90,
                        "a warning", step=1)[0]
        code, text = haechi("status", "--dir", site)
        check("a period will be broken" in text, text)
        print(f"# {warning['detail']}, until {warning['to']}", flush=True)
        time.sleep(3)
        again = [e for e in entries(site) if e["kind"] == "space.warning"]
        check(len(again) == 1, "told once a day")
        check(demo.stop() == 0, "an orderly stop")


try:
    run()
finally:
    shutil.rmtree(WORK, ignore_errors=True)
