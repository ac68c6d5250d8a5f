# SPDX-License-Identifier: Apache-2.0
"""SIGKILL of each role in turn while recording: back within 2 s, nothing that
was acknowledged is lost, every gap is short and has its cause.

kills.py [ROUNDS]: each round kills every role once (default 4: 20 kills)."""
import os
import signal
import sys
import tempfile
import time

from scenario import (Demo, boot_us, check, children, download, entries,
                      ledger, missing, run, scenario, time_us, until, verify)

ROUNDS = int(sys.argv[1]) if len(sys.argv) > 1 else 4
ROLES = ["keeper", "vault", "gate", "ingest", "web"]
CAMERAS = range(1, 10)
GOP_US = 1_000_000
BACK_US = 2_000_000
LONGEST_GAP_US = BACK_US + GOP_US
RECORD_US = 1_000_000  # in the making, with its ring: dies with a supervisor
UNIT_US = 150_000  # a picture, and the time it was under way
BATCH_US = 300_000  # what a killed ingest had not yet read, with a margin


class Watch:
    """A demo, its ledger, and what it has acknowledged before each kill."""

    def __init__(self, demo, sent_file):
        self.demo = demo
        self.sent_file = sent_file
        self.api = demo.api()
        until(lambda: all(self.recorded(c) for c in CAMERAS), 10,
              "recording nine cameras")
        self.clock_us = self.api.coverage(1)["clock_us"]
        self.trusted_minus_boot_us = self.look_at_the_clock()
        self.kills = []  # (role, trusted us)
        # camera: (number of the kill that followed, from, to)
        self.acknowledged = {camera: [] for camera in CAMERAS}

    def look_at_the_clock(self):
        """Of several looks the quickest: what is between the clock that was
        read and ours moves all moments by as much."""
        looks = []
        for _ in range(8):
            began_us = boot_us()
            clock_us = self.api.coverage(1)["clock_us"]
            ended_us = boot_us()
            looks.append((ended_us - began_us, clock_us - ended_us))
        return min(looks)[1]

    def recorded(self, camera):
        return self.api.coverage(camera)["recorded"]

    def recording_again(self, after_us):
        """Whether pictures behind after_us are reported as recorded."""
        try:
            return self.recorded(1)[-1][1] > after_us
        except (AssertionError, OSError, IndexError):
            return False

    def log_bytes(self):
        with open(self.demo.directory + "/log/entries", "rb") as log:
            return log.read().rpartition(b"\n")[0]

    def kill(self, role):
        pid = until(lambda: self.demo.role(role), 5, f"running {role}")
        for camera in CAMERAS:
            self.acknowledged[camera] += [(len(self.kills), *span) for span
                                          in self.recorded(camera)]
        log = self.log_bytes()
        began = time.monotonic()
        moment_us = boot_us() + self.trusted_minus_boot_us
        os.kill(pid, signal.SIGKILL)
        self.kills.append((role, moment_us))
        until(lambda: self.demo.role(role) not in (None, pid), 5,
              f"back: {role}", step=0.02)
        # A record of at most a second, written within a batch.
        until(lambda: self.recording_again(moment_us), 5,
              f"recording after {role} was killed")
        check(self.log_bytes().startswith(log), "an entry was lost")
        return time.monotonic() - began

    def check_entries(self):
        now = entries(self.demo.directory)
        check([e["n"] for e in now] == list(range(len(now))),
              "entries are numbered without a hole")

    def check_gaps(self, may_gap, longest_us=LONGEST_GAP_US):
        """Each gap: short, behind a kill, with its cause."""
        gaps = [e for e in entries(self.demo.directory)
                if e["kind"] in ("gap", "gap.open")]
        for gap in gaps:
            if gap["cause"] == "stopped":
                continue
            from_us = time_us(gap["from"])
            to_us = time_us(gap.get("to", gap["from"]))
            check(to_us - from_us <= longest_us, f"too long: {gap}")
            if gap["cause"] == "starting":
                check(to_us <= self.clock_us, f"not at the start: {gap}")
                continue
            check(gap["cause"] == "restart", gap)
            # It begins with the last picture before a kill.
            near = [role for role, moment_us in self.kills if
                    -GOP_US < moment_us - from_us < longest_us]
            check(set(near) & set(may_gap), f"none of {may_gap}: {gap}")
        return [e for e in gaps if e["cause"] == "restart"]

    def check_kept(self):
        """What was sent is there, but for gaps and a killed ingest's hands."""
        offset_us = self.trusted_minus_boot_us
        end_us = self.api.coverage(1)["clock_us"] - 3_000_000
        told = entries(self.demo.directory)
        sent = ledger(self.sent_file)
        for camera in CAMERAS:
            path = os.path.join(self.demo.directory, f"camera-{camera}.mp4")
            kept = download(self.api, camera, self.clock_us, end_us, path)
            lost = [(index, sent_us + offset_us) for index, sent_us, _ in
                    missing(sent[camera], kept, self.clock_us - offset_us)]
            gaps = [(time_us(e["from"]) - BATCH_US,
                     time_us(e["to"]) + BATCH_US) for e in told
                    if e["kind"] == "gap" and e["camera"] == camera]
            for index, at_us in lost:
                explained = any(a <= at_us <= b for a, b in gaps)
                check(explained or self.in_dead_hands(at_us),
                      f"camera {camera}: unit {index} sent at {at_us} is lost")
                check(not self.was_acknowledged(camera, at_us),
                      f"camera {camera}: acknowledged unit {index} is lost")

    def in_dead_hands(self, at_us):
        """Pictures on their way when ingest dies, until the next IDR."""
        return any(moment_us - BATCH_US <= at_us <= moment_us + LONGEST_GAP_US
                   for role, moment_us in self.kills
                   if role in ("ingest", "supervisor"))

    def was_acknowledged(self, camera, at_us):
        """Reported as recorded before the kill that may have cost it; later
        reports bridge holes of less than 0.7 s."""
        kill = max((number for number, (role, moment_us)
                    in enumerate(self.kills) if at_us >= moment_us - BATCH_US -
                    (RECORD_US if role == "supervisor" else 0)), default=-1)
        check(kill >= 0, f"camera {camera}: lost before any kill")
        return any(from_us <= at_us < to_us - UNIT_US
                   for number, from_us, to_us in self.acknowledged[camera]
                   if number <= kill)


def check_verified(demo):
    code, result = verify(demo.directory)
    check(code == 0 and result["ok"], result)
    check(result["unexplained_s"] == 0, result)
    check(result["damaged"] == 0, result)


def check_restarts(demo, expected):
    restarts = [e for e in entries(demo.directory)
                if e["kind"] == "role.restarted"]
    check(sorted(e["role"] for e in restarts) == sorted(expected),
          [e["role"] for e in restarts])
    for entry in restarts:
        away_us = time_us(entry["back"]) - time_us(entry["died"])
        print(f"# {entry['role']}: away for {away_us / 1e6:.2f} s", flush=True)
        check(0 <= away_us < BACK_US, f"away for {away_us} us: {entry}")


@scenario
def every_role_comes_back_and_what_was_acknowledged_is_there():
    sent_file = tempfile.mktemp(prefix="haechi-ledger-")
    with Demo("--ledger", sent_file) as demo:
        watch = Watch(demo, sent_file)
        for _ in range(ROUNDS):
            for role in ROLES:
                took = watch.kill(role)
                print(f"# {role}: recording again after {took:.2f} s")
                time.sleep(1)
        time.sleep(4)
        watch.check_entries()
        watch.check_kept()
        # The session and the people survived a dead gate and a dead web.
        check(watch.api.json("GET", "/session")["account"]["name"],
              "signed in")
        check(demo.stop() == 0, "an orderly stop")
        gaps = watch.check_gaps(["vault", "keeper", "ingest"])
        print(f"# {len(gaps)} gaps by {len(watch.kills)} kills")
        check_restarts(demo, [role for role, _ in watch.kills])
        check_verified(demo)
    os.unlink(sent_file)


@scenario
def a_killed_supervisor_is_started_again_by_its_parent():
    sent_file = tempfile.mktemp(prefix="haechi-ledger-")
    with Demo("--ledger", sent_file) as demo:
        watch = Watch(demo, sent_file)
        for _ in range(2):
            roles = {role: demo.role(role) for role in ROLES}
            took = watch.kill("supervisor")
            print(f"# supervisor: recording again after {took:.2f} s")
            until(lambda: all(demo.role(r) not in (None, roles[r])
                              for r in ROLES), 5, "new roles")
            time.sleep(3)
        time.sleep(1)
        alive = [words for _, words in children(demo.process.pid)
                 if words[1:2] == ["role"]]
        check(len(alive) == len(ROLES) + 1, f"left over: {alive}")
        watch.check_entries()
        watch.check_kept()
        check(demo.stop() == 0, "an orderly stop")
        gaps = watch.check_gaps(["supervisor"], RECORD_US + LONGEST_GAP_US)
        check({gap["camera"] for gap in gaps} == set(CAMERAS), gaps)
        check_restarts(demo, ["supervisor"] * 2)
        check_verified(demo)
    os.unlink(sent_file)


run()
