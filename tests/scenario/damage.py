# SPDX-License-Identifier: Apache-2.0
"""Bytes that changed on the disk: one record is named, one record is missing.

A stopped installation; bytes of one record of one camera are flipped. verify
names that record and nothing else; started again, a download gives everything
but that record and the pictures up to the next IDR; the other cameras give
everything."""
import glob
import os
import shutil
import struct
import tempfile
import time

from scenario import (Demo, boot_us, check, download, entries, ledger,
                      missing, run, scenario, until, verify)

RECORD_S = 12
CAMERA = 3
OTHERS = [1, 2, 4, 9]
GOP_US = 1_000_000
UNIT_US = 150_000  # a picture, and the time it was under way
FRAME_US = 1_000_000 // 15
LAST_PICTURE_US = 100_000  # cmd/verify/groups.c
HEADER_SIZE = 160  # docs/design/records.md, "Records"
VICTIM_BYTES = 2048  # where bytes are flipped it must still be the victim


class Record:
    """A record's header, as it stands in a volume."""

    def __init__(self, path, at, header):
        self.header = header
        self.path = path
        self.at = at
        self.camera, = struct.unpack_from(">I", header, 8)
        self.from_us, = struct.unpack_from(">q", header, 32)
        self.to_us = self.from_us + struct.unpack_from(">I", header, 40)[0]
        self.samples, self.size, self.place = struct.unpack_from(
            ">III", header, 44)
        self.where = (f"volumes/{os.path.basename(path)} offset {at} "
                      f"camera {self.camera}")

    def groups(self, following):
        """Of how many groups of pictures it holds more than the one picture
        that a leaf may miss: at the border of a minute a record is cut
        anywhere, and those behind it may hold the end of one group and the
        beginning of the next."""
        if following.place == self.place + self.samples:
            return 1
        parts = self.samples - following.place, following.place
        return sum(part * FRAME_US > LAST_PICTURE_US for part in parts)

    def below(self, directory):
        """The same record in a copy of the installation."""
        name = os.path.basename(self.path)
        return Record(os.path.join(directory, "volumes", name), self.at,
                      self.header)


def records(directory):
    found = []
    for path in sorted(glob.glob(directory + "/volumes/*.vol")):
        with open(path, "rb") as volume:
            content = volume.read()
        at = content.find(b"HREC", 4096)
        while at >= 0:
            if at % 512 == 0:
                found.append(Record(path, at, content[at:at + HEADER_SIZE]))
            at = content.find(b"HREC", at + 4)
    return found


def flip(record, offset, count):
    """Changes count bytes from offset inside the record on."""
    with open(record.path, "r+b") as volume:
        volume.seek(record.at + offset)
        before = volume.read(count)
        volume.seek(record.at + offset)
        volume.write(bytes(byte ^ 0x40 for byte in before))


class Site:
    """What one recording left behind, to be damaged in several ways."""

    def __init__(self):
        self.directory = tempfile.mkdtemp(prefix="haechi-")
        sent_file = self.directory + "/ledger"
        with Demo("--ledger", sent_file, directory=self.directory) as demo:
            api = demo.api()
            until(lambda: all(api.coverage(c)["recorded"]
                              for c in range(1, 10)), 60, "recording")
            self.from_us = api.coverage(1)["clock_us"]
            self.trusted_minus_boot_us = self.from_us - boot_us()
            time.sleep(RECORD_S)
            self.to_us = api.coverage(1)["clock_us"] - 2_000_000
            check(demo.stop() == 0, "an orderly stop")
        self.sent = ledger(sent_file)
        code, result = verify(self.directory)
        check(code == 0 and result["damaged"] == 0, result)
        self.records = result["records"]

    def victim(self):
        """A record in the middle of the camera's recording."""
        middle_us = (self.from_us + self.to_us) // 2
        return min((one for one in records(self.directory)
                    if one.camera == CAMERA and one.size > VICTIM_BYTES),
                   key=lambda one: abs(one.from_us - middle_us))

    def groups_of(self, victim):
        following = min((one for one in records(self.directory)
                         if one.camera == victim.camera and
                         one.from_us > victim.from_us),
                        key=lambda one: one.from_us)
        return victim.groups(following)

    def copy(self):
        directory = tempfile.mkdtemp(prefix="haechi-")
        shutil.copytree(self.directory, directory, dirs_exist_ok=True,
                        ignore=shutil.ignore_patterns("*.sock"))
        return directory


SITE = []


def site():
    if not SITE:
        SITE.append(Site())
    return SITE[0]


def check_named(directory, victim):
    """verify finds this record, and only this one."""
    code, result = verify(directory)
    check(code == 1 and not result["ok"], result)
    check(result["damaged"] == 1, result)
    check(result["records"] == site().records - 1, result)
    check(result["unexplained_s"] == 0, result)
    check(len(result["problems"]) == 1, result["problems"])
    check(result["problems"][0]["where"] == victim.where,
          (result["problems"], victim.where))


def check_unexplained(directory, victim):
    """Nobody knows what stood there: a hole in this camera's time."""
    code, result = verify(directory)
    check(code == 1 and not result["ok"], result)
    check(result["records"] == site().records - 1, result)
    length_s = (victim.to_us - victim.from_us) / 1e6
    check(abs(result["unexplained_s"] - length_s) < 0.2, result)
    problems = result["problems"]
    check(problems[0]["where"].startswith(f"camera {victim.camera} "),
          problems)
    # The leaves of its groups of pictures name it still.
    check(len(problems) == 1 + site().groups_of(victim), problems)
    for one in problems[1:]:
        check(f"camera {victim.camera} group of pictures" in one["where"] and
              one["what"].endswith(" is missing"), problems)


def check_playback(demo, victim):
    """Everything but the victim and what hangs on it."""
    api = demo.api(first=False)
    for camera in [CAMERA] + OTHERS:
        path = os.path.join(demo.directory, f"camera-{camera}.mp4")
        kept = download(api, camera, site().from_us, site().to_us, path)
        lost = missing(site().sent[camera], kept,
                       site().from_us - site().trusted_minus_boot_us)
        times_us = [sent_us + site().trusted_minus_boot_us
                    for _, sent_us, _ in lost]
        if camera != CAMERA:
            check(not lost, f"camera {camera} lost {lost}")
            continue
        length_us = victim.to_us - victim.from_us
        check(lost, "the damaged record's pictures were given out")
        check(min(times_us) > victim.from_us - UNIT_US and
              max(times_us) < victim.to_us + GOP_US + UNIT_US,
              (times_us, victim.from_us, victim.to_us))
        check(max(times_us) - min(times_us) < length_us + GOP_US,
              f"{len(lost)} pictures are missing")


def damage_and_look(offset, count, look):
    victim = site().victim()
    directory = site().copy()
    flip(victim.below(directory), offset, count)
    look(directory, victim)
    with Demo(directory=directory) as demo:
        check_playback(demo, victim)
        check(demo.stop() == 0, "an orderly stop")
    told = [e for e in entries(directory) if e["kind"] == "records.lost"]
    code, result = verify(directory)
    shutil.rmtree(directory, ignore_errors=True)
    return code, result, told


@scenario
def one_flipped_byte_costs_one_record():
    code, result, told = damage_and_look(HEADER_SIZE + 1001, 1, check_named)
    check(code == 1 and result["damaged"] == 1, result)


@scenario
def a_destroyed_sector_costs_one_record():
    # A start finds it where it looks for torn writes: then it says so.
    code, result, told = damage_and_look(1024, 512, check_named)
    check(result["unexplained_s"] == 0, result)
    check(result["damaged"] == 1 or
          [e for e in told if e["camera"] == CAMERA and
           e["cause"] == "corrupt"], (result, told))


@scenario
def a_destroyed_header_costs_one_record():
    damage_and_look(0, HEADER_SIZE, check_unexplained)


try:
    run()
finally:
    for one in SITE:
        shutil.rmtree(one.directory, ignore_errors=True)
