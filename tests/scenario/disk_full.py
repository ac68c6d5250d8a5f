# SPDX-License-Identifier: Apache-2.0
"""Disks that are too small, read-only, or full while recording.

The small disks are tmpfs in a mount namespace of this script's own."""
import os
import re
import shutil
import signal
import socket
import subprocess
import tempfile
import time

import mounts
from scenario import (HAECHI, Api, check, children, edit, entries,
                      free_port, fresh_site, refused, run, scenario, time_us,
                      until, verify)

MIB = 1 << 20
VOLUME_MIB = 32
RESERVE_MIB = VOLUME_MIB // 4  # store/volume_set.h
FRAMES_PER_SECOND = 120  # eight times the demo's: a volume fills in seconds
CLIPS = os.path.join(os.path.dirname(HAECHI), "clips")
WORK = mounts.enter()


def mount(directory, mib):
    os.makedirs(directory, exist_ok=True)
    subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={mib}m", "tmpfs",
                    directory], check=True)


def configure(site, volume_mib=VOLUME_MIB):
    """The demo's institution with small volumes, nothing of it short-lived."""
    template = os.path.join(WORK, "template")
    if not os.path.exists(template):
        fresh_site(template)
    os.makedirs(site, exist_ok=True)
    for entry in ("notice.yaml", "plant.yaml"):
        shutil.copy(os.path.join(template, entry), site)
    shutil.copytree(os.path.join(template, "secrets"), site + "/secrets",
                    dirs_exist_ok=True)
    edit(site, "plant.yaml", r"volume: .*", f"volume: {volume_mib} MiB")
    edit(site, "plant.yaml", r"  hold_reserve: .*\n", "")
    edit(site, "plant.yaml", r"port: \d+", f"port: {free_port()}")
    edit(site, "notice.yaml", r"retention: \{seconds: \d+",
         "retention: {seconds: 600")


def listens(port):
    try:
        socket.create_connection(("127.0.0.1", port), 1).close()
        return True
    except OSError:
        return False


class Recorder:
    """haechi run with quick cameras."""

    def __init__(self, site):
        self.site = site
        with open(site + "/plant.yaml") as plant:
            ports = re.findall(r"port: (\d+)", plant.read())
        arguments = ["--port", ports[1], "--cameras", "9", "--user", "haechi",
                     "--password", "demo-camera", "--digest", "sha256"]
        for number in range(1, 10):
            arguments += ["--clip", f"{CLIPS}/cam-{number}.h264:"
                          f"{FRAMES_PER_SECOND}"]
        self.cameras = subprocess.Popen(
            [HAECHI, "camsim", *arguments], stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL)
        self.said = tempfile.TemporaryFile()
        # Cameras that are away at first would be a gap of another cause.
        until(lambda: listens(int(ports[1])), 60, "cameras that listen")
        self.process = subprocess.Popen(
            [HAECHI, "run", "--dir", site], stdout=subprocess.DEVNULL,
            stderr=self.said)
        self.web_port = int(ports[0])

    def __enter__(self):
        return self

    def __exit__(self, *error):
        for process in (self.process, self.cameras):
            if process.poll() is None:
                process.kill()
                process.wait()

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(60)

    def roles(self):
        """role: pid"""
        return {words[2]: pid for pid, words in children(self.process.pid)
                if words[1:2] == ["role"]}

    def words(self):
        self.said.seek(0)
        return self.said.read().decode()

    def told(self, kind):
        try:
            return [e for e in entries(self.site) if e["kind"] == kind]
        except FileNotFoundError:
            return []

    def recording(self):
        """How many cameras do, as the recorder says."""
        done = subprocess.run([HAECHI, "status", "--dir", self.site,
                               "--json"], capture_output=True, timeout=20)
        return done.stdout.decode().count('"state":"recording"')


def wrong_login(recorder):
    """Something that wants to be an entry."""
    try:
        Api(recorder.web_port).request(
            "POST", "/api/v1/session",
            {"name": "nobody", "password": "a wrong password"}, timeout=3)
    except OSError:
        pass


def check_told_in_order(lost):
    """Oldest first, and nothing younger than what went before it."""
    ends = {}
    for entry in lost:
        check(entry["cause"] == "space", entry)
        camera = entry["camera"]
        check(time_us(entry["from"]) >= ends.get(camera, 0) - 700_000,
              f"not the oldest: {entry}")
        ends[camera] = time_us(entry["to"])


def check_after(recorder, roles):
    check(recorder.roles() == roles,
          f"{roles} were {recorder.roles()}: {recorder.words()[-600:]}")
    check(recorder.stop() == 0, "an orderly stop: " + recorder.words()[-600:])
    code, result = verify(recorder.site)
    check(code == 0 and result["ok"], result)
    check(result["unexplained_s"] == 0, result)


@scenario
def less_than_one_volume_free_is_refused_with_the_remedy():
    site = os.path.join(WORK, "small")
    configure(site)
    mount(site + "/volumes", VOLUME_MIB - 1)
    refused(site, 3, "less than one volume", r"\d+ MiB free, \d+ MiB needed",
            "volume: in plant.yaml")


@scenario
def a_read_only_disk_is_refused_with_the_remedy():
    site = os.path.join(WORK, "readonly")
    mount(site, 16)
    configure(site)
    subprocess.run(["mount", "-o", "remount,ro", site], check=True)
    refused(site, 3, "cannot make this directory", "writable disk")


@scenario
def a_full_disk_gives_up_the_oldest_with_an_entry_and_records_on():
    site = os.path.join(WORK, "full")
    configure(site)
    mount(site + "/volumes", 4 * VOLUME_MIB + RESERVE_MIB + 4)
    with Recorder(site) as recorder:
        until(lambda: recorder.recording() == 9, 60, "recording: " +
              recorder.words())
        roles = recorder.roles()
        until(lambda: len({e["event"] for e in recorder.told("records.lost")})
              >= 12, 150, "giving up two volumes: " + recorder.words()[-600:])
        until(lambda: recorder.recording() == 9, 20, "recording on, all")
        lost = recorder.told("records.lost")
        check_told_in_order(lost)
        late = [e for e in recorder.told("gap") if e["cause"] != "starting"]
        check(not late, late[:3])
        check_after(recorder, roles)


@scenario
def a_disk_that_others_fill_stops_nothing_for_good():
    site = os.path.join(WORK, "filled")
    mount(site, 5 * VOLUME_MIB)
    configure(site)
    with Recorder(site) as recorder:
        until(lambda: recorder.recording() == 9, 60, "recording: " +
              recorder.words())
        until(lambda: len([name for name in os.listdir(site + "/volumes")
                           if name.endswith(".vol")]) >= 2, 30, "two volumes")
        roles = recorder.roles()
        with open(site + "/filler", "wb", buffering=0) as filler:
            def is_filled():
                try:
                    while True:
                        filler.write(bytes(4096))
                except OSError:
                    return os.statvfs(site).f_bavail < 64
            for _ in range(20):
                # A volume may go between the write and the look.
                until(is_filled, 10, "a full disk")
                wrong_login(recorder)
                time.sleep(0.5)
                # A gate whose log was closed goes, and another one comes.
                until(lambda: set(recorder.roles()) == set(roles), 20,
                      "all roles live")
        os.unlink(site + "/filler")
        until(lambda: recorder.recording() == 9, 60,
              "recording again: " + recorder.words()[-600:])
        before = len(entries(site))
        until(lambda: len(entries(site)) > before, 60,
              "writing entries again: " + recorder.words()[-600:])
        until(lambda: set(recorder.roles()) == set(roles), 20,
              "all roles live")
        check_after(recorder, recorder.roles())


try:
    run()
finally:
    for name in os.listdir(WORK):
        subprocess.run(["umount", "-R", os.path.join(WORK, name)],
                       capture_output=True)
        subprocess.run(["umount", "-R", os.path.join(WORK, name, "volumes")],
                       capture_output=True)
    shutil.rmtree(WORK, ignore_errors=True)
