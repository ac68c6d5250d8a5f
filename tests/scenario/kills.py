# SPDX-License-Identifier: Apache-2.0
"""SIGKILL of each role in turn: back within 2 s, nothing lost, all explained.

kills.py [ROUNDS]: each round kills every role once (default 4: 20 kills)."""
import datetime
import json
import os
import signal
import sys
import time

from scenario import (Demo, check, children, run, scenario, until, verify)

ROUNDS = int(sys.argv[1]) if len(sys.argv) > 1 else 4
ROLES = ["keeper", "vault", "gate", "ingest", "web"]
BACK_WITHIN_S = 2.0


def entries(directory):
    with open(directory + "/log/entries") as lines:
        return [json.loads(line) for line in lines if line.endswith("\n")]


def seconds(text):
    return datetime.datetime.fromisoformat(
        text.replace("Z", "+00:00")).timestamp()


def kill_and_wait(demo, role):
    pid = until(lambda: demo.role(role), 5, f"running {role}")
    began = time.monotonic()
    os.kill(pid, signal.SIGKILL)
    until(lambda: demo.role(role) not in (None, pid), 5, f"back: {role}",
          step=0.02)
    return time.monotonic() - began


@scenario
def every_role_comes_back_and_every_second_is_explained():
    with Demo() as demo:
        api = demo.api()
        time.sleep(6)
        seen = {}
        for _ in range(ROUNDS):
            for role in ROLES:
                gaps_before = sum(e["kind"] == "gap"
                                  for e in entries(demo.directory))
                acknowledged = len(entries(demo.directory))
                took = kill_and_wait(demo, role)
                check(took < BACK_WITHIN_S, f"{role} back after {took:.1f} s")
                time.sleep(3.5)
                now = entries(demo.directory)
                check([e["n"] for e in now] == list(range(len(now))),
                      "entries are numbered without a hole")
                check(len(now) >= acknowledged, "an entry was lost")
                gaps = sum(e["kind"] == "gap" for e in now) - gaps_before
                seen[role] = seen.get(role, 0) + gaps
        check(seen["gate"] == 0, f"gate killed: {seen} gaps")
        check(seen["web"] == 0, f"web killed: {seen} gaps")
        restarts = [e for e in entries(demo.directory)
                    if e["kind"] == "role.restarted"]
        check(len(restarts) == ROUNDS * len(ROLES),
              f"{len(restarts)} restart entries")
        check({e["role"] for e in restarts} == set(ROLES), restarts[:5])
        # The session and the people survived a dead gate and a dead web.
        check(api.json("GET", "/session")["account"]["name"], "signed in")
        check(demo.stop() == 0, "an orderly stop")
        code, result = verify(demo.directory)
        check(code == 0 and result["ok"], result)
        check(result["unexplained_s"] == 0, result)
        check(result["damaged"] == 0, result)
        gaps = [e for e in entries(demo.directory) if e["kind"] == "gap"]
        start = min(seconds(gap["from"]) for gap in gaps)
        for gap in gaps:
            if seconds(gap["from"]) < start + 3:
                continue  # before the simulated cameras listened
            length_s = seconds(gap["to"]) - seconds(gap["from"])
            check(length_s < 5, gap)
            check(gap["cause"] == "restart", gap)


@scenario
def a_killed_supervisor_is_started_again_by_its_parent():
    with Demo() as demo:
        demo.api()
        time.sleep(6)
        pid = demo.role("supervisor")
        roles = {role: demo.role(role) for role in ROLES}
        os.kill(pid, signal.SIGKILL)
        until(lambda: demo.role("supervisor") not in (None, pid), 5,
              "a new supervisor", step=0.02)
        until(lambda: all(demo.role(r) not in (None, roles[r])
                          for r in ROLES), 5, "new roles")
        time.sleep(6)
        alive = [words for _, words in children(demo.process.pid)
                 if words[1:2] == ["role"]]
        check(len(alive) == len(ROLES) + 1, f"left over: {alive}")
        check(demo.stop() == 0, "an orderly stop")
        code, result = verify(demo.directory)
        check(code == 0 and result["ok"], result)
        check(result["unexplained_s"] == 0, result)


run()
