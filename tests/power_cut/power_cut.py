#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Power cuts under a whole installation, on real file systems.

A disk that keeps a journal of its writes and flushes (journal_disk.c, served
by nbdkit, mounted through nbdfuse and a loop device) carries an installation
with nine simulated cameras. Afterwards the disk is made again as it may have
looked had the power gone at some moment: everything before the last flush,
and of what came after it nothing, all, or a torn part. On each such disk the
file system is mounted, the recorder started again, and then:

  - every entry that had been acknowledged stands in the log
  - no camera has lost more than LOSS_US of what it had sent
  - `haechi verify` finds nothing damaged and every second explained

Needs root, /dev/fuse and loop devices. The seed is printed; SEED= sets it.
"""
import json
import os
import random
import shutil
import struct
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, os.path.join(os.environ["SOURCE_ROOT"], "tests/scenario"))
from machine import late_s  # noqa: E402
from scenario import Demo, boot_us, check, ledger, until, verify  # noqa: E402

FILE_SYSTEMS = {
    "ext4": ["mkfs.ext4", "-q"],
    "xfs": ["mkfs.xfs", "-q"],
    "btrfs": ["mkfs.btrfs", "-q"],
}
DISK_BYTES = 1 << 30
RECORDED_S = 14
CUTS = int(os.environ.get("CUTS", "12"))
LOSS_US = 2_000_000
ROW = struct.Struct("=QQII")
WRITE, FLUSH, ZERO = 1, 2, 3
SECTOR = 512


def command(*words, **options):
    return subprocess.run(words, check=True, capture_output=True,
                          **options).stdout.decode().strip()


class Mounted:
    """A loop device on a file, mounted; use it with `with`."""

    def __init__(self, path, directory, make=None):
        self.directory = directory
        os.makedirs(directory, exist_ok=True)
        self.device = command("losetup", "--find", "--show", path)
        try:
            if make:
                command(*make, self.device)
            command("mount", self.device, directory)
        except BaseException:
            command("losetup", "-d", self.device)
            raise

    def __enter__(self):
        return self

    def __exit__(self, *error):
        for _ in range(50):
            done = subprocess.run(["umount", self.directory],
                                  capture_output=True)
            if done.returncode == 0:
                break
            time.sleep(0.2)
        command("losetup", "-d", self.device)


class JournalDisk:
    """The disk as a file; use it with `with`."""

    def __init__(self, plugin, directory):
        self.file = os.path.join(directory, "disk")
        self.journal = os.path.join(directory, "journal")
        open(self.file, "w").close()
        self.process = subprocess.Popen(
            ["nbdfuse", self.file, "--command", "nbdkit", "-s",
             "--exit-with-parent", plugin,
             "image=" + os.path.join(directory, "image"),
             "journal=" + self.journal, f"size={DISK_BYTES}"])
        until(lambda: os.path.getsize(self.file) == DISK_BYTES, 10,
              "served by nbdfuse")

    def __enter__(self):
        return self

    def __exit__(self, *error):
        subprocess.run(["fusermount3", "-u", self.file], capture_output=True)
        self.process.wait(20)


# ---- one run ------------------------------------------------------------------

def record(site, sent_path):
    """What was acknowledged, when, and which cameras keep it for days."""
    acknowledged = []
    with Demo("--ledger", sent_path, directory=site) as demo:
        api = demo.api()
        groups = [group for site in api.json("GET", "/cameras")["sites"]
                  for group in site["groups"]]
        cameras = [camera["number"] for group in groups
                   for camera in group["cameras"]]
        until(lambda: all(api.coverage(c)["recorded"] for c in cameras), 15,
              "recording all cameras")
        begin = boot_us() + 1_000_000
        end = begin + RECORDED_S * 1_000_000
        while boot_us() < end:
            now_us = int(time.time() * 1e6)
            view = api.open_view(random.choice(cameras), now_us - 2_000_000,
                                 now_us)
            acknowledged.append((boot_us(), view["entry"]))
            api.json("DELETE", f"/views/{view['view']}")
            time.sleep(1.1)  # 60 a minute are allowed
        check(demo.stop() == 0, "the recorder's exit code")
    return {"acknowledged": acknowledged, "begin": begin, "end": end,
            "sent": ledger(sent_path),
            "long": [camera["number"] for group in groups
                     if group["retention"]["unit"] != "seconds"
                     for camera in group["cameras"]]}


# ---- the disk after a cut --------------------------------------------------------

def rows_of(journal):
    """(boot time, kind, offset, length, place of the data) in order."""
    rows = []
    size = os.path.getsize(journal)
    with open(journal, "rb") as file:
        at = 0
        while at + ROW.size <= size:
            file.seek(at)
            boot, offset, length, kind = ROW.unpack(file.read(ROW.size))
            at += ROW.size
            rows.append((boot, kind, offset, length, at))
            if kind == WRITE:
                at += length
    return rows


class Replay:
    """The disk up to a flush, going forward; and copies of it, torn."""

    def __init__(self, journal, directory):
        self.rows = rows_of(journal)
        self.data = open(journal, "rb")
        self.stable_path = os.path.join(directory, "stable")
        self.cut_path = os.path.join(directory, "cut")
        self.stable = os.open(self.stable_path, os.O_RDWR | os.O_CREAT, 0o600)
        os.ftruncate(self.stable, DISK_BYTES)
        self.applied = 0

    def close(self):
        self.data.close()
        os.close(self.stable)

    def content(self, row):
        _, kind, _, length, place = row
        if kind == ZERO:
            return bytes(length)
        self.data.seek(place)
        return self.data.read(length)

    def apply(self, descriptor, row):
        if row[1] == ZERO:  # a hole stays one
            os.pwrite(descriptor, b"", row[2])
        if row[1] != FLUSH:
            os.pwrite(descriptor, self.content(row), row[2])

    def tear(self, descriptor, row):
        content = self.content(row)
        for at in range(0, len(content), SECTOR):
            if random.random() < 0.5:
                os.pwrite(descriptor, content[at:at + SECTOR], row[2] + at)

    def moments(self, begin_us, end_us, count):
        """Rows after which to cut: writes, where a flush is still to come."""
        rows = [i for i, row in enumerate(self.rows)
                if begin_us < row[0] < end_us and row[1] == WRITE]
        return sorted(random.sample(rows, min(count, len(rows))))

    def cut(self, last):
        """The file of the disk after a cut behind this row: how, and how many
        rows had not been flushed."""
        end = last + 1
        flushed = max((i for i in range(self.applied, end)
                       if self.rows[i][1] == FLUSH), default=self.applied)
        for row in self.rows[self.applied:flushed]:
            self.apply(self.stable, row)
        self.applied = flushed
        command("cp", "--sparse=always", self.stable_path, self.cut_path)
        descriptor = os.open(self.cut_path, os.O_RDWR)
        unsynced = [r for r in self.rows[flushed:end] if r[1] != FLUSH]
        how = random.choice(["lost", "kept", "some", "torn", "torn"])
        for row in unsynced:
            if how == "kept" or how == "some" and random.random() < 0.5:
                self.apply(descriptor, row)
            elif how == "torn":
                self.tear(descriptor, row)
        os.close(descriptor)
        return how, len(unsynced)


# ---- what must hold afterwards -----------------------------------------------

def check_entries(site, acknowledged, cut_us):
    with open(os.path.join(site, "log", "entries"), "rb") as lines:
        entries = lines.read().split(b"\n")
    count = 0
    for acknowledged_us, number in acknowledged:
        if acknowledged_us >= cut_us:
            break
        check(number < len(entries) and b"view.open" in entries[number],
              f"entry {number}, acknowledged before the cut, is not there")
        count += 1
    return count


def lost_us(api, camera, sent, cut_us, wall_minus_boot):
    """How much of what was sent before the cut is not recorded now."""
    newest = max((t for _, t, _ in sent[camera] if t < cut_us))
    recorded = [to_us - wall_minus_boot
                for from_us, to_us in api.coverage(camera)["recorded"]
                if from_us - wall_minus_boot < cut_us]
    check(recorded, f"camera {camera}: nothing is there")
    return max(0, newest - max(recorded))


def after_cut(replay, run, last, directory):
    cut_us = replay.rows[last][0]
    how, unsynced = replay.cut(last)
    try:
        return look(replay, run, cut_us, directory, how, unsynced)
    except AssertionError as error:
        raise AssertionError(f"{how}, {unsynced} unsynced: {error}")


def look(replay, run, cut_us, directory, how, unsynced):
    site = os.path.join(directory, "after", "site")
    with Mounted(replay.cut_path, os.path.join(directory, "after")):
        entries = check_entries(site, run["acknowledged"], cut_us)
        with Demo(directory=site) as demo:
            api = demo.api(first=False)
            losses = [lost_us(api, camera, run["sent"], cut_us,
                              run["wall_minus_boot"])
                      for camera in run["long"]]
            time.sleep(2)
            check(demo.stop() == 0, "the recorder's exit code")
        code, result = verify(site)
    check(code == 0 and result["ok"], f"verify: {json.dumps(result)[:600]}")
    check(result["unexplained_s"] == 0, f"unexplained: {result}")
    check(max(losses) <= LOSS_US, f"lost {max(losses)} us")
    return {"how": how, "unsynced": unsynced, "entries": entries,
            "lost_us": max(losses)}


def try_file_system(name, plugin):
    directory = tempfile.mkdtemp(prefix=f"haechi-{name}-")
    try:
        sent_path = os.path.join(directory, "sent")
        live = os.path.join(directory, "live")
        site = os.path.join(live, "site")
        wall_minus_boot = int(time.time() * 1e6) - boot_us()
        with JournalDisk(plugin, directory) as disk:
            with Mounted(disk.file, live, FILE_SYSTEMS[name]):
                os.mkdir(site)
                run = record(site, sent_path)
        os.unlink(os.path.join(directory, "image"))
        run["wall_minus_boot"] = wall_minus_boot
        begin, end = run["begin"], run["end"]
        replay = Replay(disk.journal, directory)
        flushes = sum(1 for row in replay.rows if row[1] == FLUSH)
        check(flushes > 10, f"only {flushes} flushes reached the disk")
        violations, worst = 0, 0
        moments = replay.moments(begin, end, CUTS)
        check(len(moments) == CUTS, f"only {len(moments)} writes")
        for last in moments:
            try:
                found = after_cut(replay, run, last, directory)
                worst = max(worst, found["lost_us"])
                print(f"# {name}: {found}", flush=True)
            except (AssertionError, subprocess.SubprocessError) as error:
                violations += 1
                print(f"# {name}: cut after request {last}: {error}",
                      flush=True)
        replay.close()
        print(f"# {name}: {CUTS} cuts, {violations} violations, at most "
              f"{worst / 1e6:.2f} s lost, {len(replay.rows)} requests, "
              f"{flushes} flushes; the machine stood still for "
              f"{late_s():.1f} s in all", flush=True)
        print(f"# crash: whole installation, power cut on {name}: {CUTS} "
              f"schedules, {violations} violations", flush=True)
        return violations
    finally:
        shutil.rmtree(directory, ignore_errors=True)


def main():
    plugin = sys.argv[1]
    names = sys.argv[2:] or list(FILE_SYSTEMS)
    seed = int(os.environ.get("SEED", str(random.randrange(1 << 32))))
    random.seed(seed)
    print(f"1..{len(names)}\n# seed {seed}", flush=True)
    failed = 0
    for number, name in enumerate(names, 1):
        try:
            violations = try_file_system(name, plugin)
            check(violations == 0, f"{violations} violations")
            print(f"ok {number} - power cut on {name}", flush=True)
        except Exception as error:
            failed += 1
            print(f"not ok {number} - power cut on {name}\n# "
                  + f"{type(error).__name__}: {error}".replace("\n", "\n# "),
                  flush=True)
    sys.exit(1 if failed else 0)


main()
