# SPDX-License-Identifier: Apache-2.0
"""Keys die at their ceiling, whatever else fails; periods that change.

The demo's group whose period is counted in seconds: slot 5 s, rotation 5 s,
so that a second is dead by 5 + period + 5 s after it at the latest."""
import json
import os
import re
import resource
import shutil
import signal
import subprocess
import tempfile
import time

from machine import late_s
from scenario import (Demo, HAECHI, PATIENCE, check, children, notice, run,
                      scenario, soon, until, verify)

WORK = tempfile.mkdtemp(prefix="haechi-")
PERIOD_S = 10
CEILING_S = 5 + PERIOD_S + 5
SHORT = (6, 7)


def fresh_site(name, seconds):
    site = os.path.join(WORK, name)
    with Demo("--seconds", "1", directory=site) as demo:
        demo.process.wait(40)
    for entry in os.listdir(site):
        if entry not in ("notice.yaml", "plant.yaml", "secrets"):
            shutil.rmtree(os.path.join(site, entry), ignore_errors=True)
    set_period(site, seconds)
    return site


def set_period(site, seconds):
    path = site + "/notice.yaml"
    text = open(path).read()
    changed, count = re.subn(r"seconds: \d+", f"seconds: {seconds}", text)
    check(count == 1, f"periods in seconds: {count}")
    open(path, "w").write(changed)


def announce(site, seconds):
    """The next version; in force at once, as a demo counts."""
    text = open(site + "/notice.yaml").read()
    path = os.path.join(WORK, "next.yaml")
    open(path, "w").write(re.sub(r"seconds: \d+", f"seconds: {seconds}", text))
    done = notice(site, WORK, "publish", path, "--effective", soon(15),
                  "--reason", "보관기간을 바꿈", "--out",
                  os.path.join(WORK, "bundle"))
    check(done.returncode == 0, done.stderr.decode())


def short_recorded_s(site):
    _, result = verify(site)
    return {one["camera"]: one["recorded_s"] for one in result["cameras"]
            if one["camera"] in SHORT}, result


def is_recorded(api, camera, seconds):
    spans = api.coverage(camera)["recorded"]
    return sum(end - begin for begin, end in spans) > seconds * 10**6


def entries(site, kind):
    with open(site + "/log/entries") as lines:
        return [json.loads(line) for line in lines
                if f'"kind":"{kind}"' in line and line.endswith("\n")]


@scenario
def keys_die_at_the_ceiling_with_vault_log_and_office_gone():
    site = fresh_site("failing", PERIOD_S)
    images = os.path.join(WORK, "images")
    demo = Demo(directory=site)
    processes = []
    try:
        demo.api()
        time.sleep(8)
        # Files that belong together: it must not rotate between two of them.
        keeper = demo.role("keeper")
        os.kill(keeper, signal.SIGSTOP)
        shutil.copytree(site + "/keys", images + "/before/keys")
        os.kill(keeper, signal.SIGCONT)
        # Not one more byte into the log or the database, by whichever gate.
        for role in ("supervisor", "gate"):
            resource.prlimit(demo.role(role), resource.RLIMIT_FSIZE, (0, 0))
        os.kill(demo.role("vault"), signal.SIGSTOP)
        broken = time.monotonic()
        shutil.rmtree(site + "/office")
        os.kill(demo.role("gate"), signal.SIGKILL)
        time.sleep(CEILING_S + 3)
        time.sleep(PATIENCE * late_s(broken))  # the keeper stood still, too
        check(demo.role("keeper") == keeper, "the keeper was restarted")
        late = time.monotonic() - broken
        print(f"# looked at {late:.0f} s after the failures, ceiling "
              f"{CEILING_S} s", flush=True)
    finally:
        processes = [pid for pid, _ in children(demo.process.pid)]
        for pid in [demo.process.pid, *processes]:
            try:
                os.kill(pid, signal.SIGKILL)
            except ProcessLookupError:
                pass
        demo.process.wait(20)
    check(len(processes) > 3, processes)
    time.sleep(1)
    recorded, result = short_recorded_s(site)
    check(sum(recorded.values()) == 0, f"{recorded} s open still")
    check(result["overdue_keys"] == 0 and result["live_keys"] > 100, result)
    done = subprocess.run([HAECHI, "verify", "--dir", site, "--images",
                           images, "--json"], capture_output=True, timeout=60)
    found = json.loads(done.stdout)["images"]
    check(done.returncode == 0 and len(found) == 1 and
          found[0]["opens_itself"] and not found[0]["opened"], found)


@scenario
def a_shorter_period_kills_early_and_a_longer_one_keeps_nothing_longer():
    site = fresh_site("changing", 600)
    with Demo(directory=site) as demo:
        api = demo.api()
        until(lambda: all(is_recorded(api, camera, 6) for camera in SHORT), 30,
              "six seconds of both")
        check(demo.stop() == 0, "an orderly stop")
    recorded, _ = short_recorded_s(site)
    check(min(recorded.values()) > 4, recorded)
    check({one["effect"] for one in entries(site, "retention.set")}
          == {"first"}, "first periods")

    began = time.time()
    with Demo(directory=site) as demo:
        demo.api(first=False)
        announce(site, PERIOD_S)
        until(lambda: entries(site, "retention.set")[-1]["effect"] ==
              "shortened", 40, "an entry about the shorter period")
        status = json.loads(subprocess.run(
            [HAECHI, "status", "--dir", site, "--json"], capture_output=True,
            timeout=20).stdout)
        group = [one for one in status["groups"] if one["unit"] == "seconds"]
        check(len(group) == 1 and group[0]["count"] == PERIOD_S, group)
        ahead = (group[0]["floor_us"] - status["clock_us"]) / 1e6
        check(PERIOD_S <= ahead + 5.1 and ahead <= PERIOD_S + 5, ahead)
        check(group[0]["ceiling_us"] - group[0]["floor_us"] == 5 * 10**6,
              group)
        check(status["deletion_pending"] is False, status)
        # All that was recorded before the change is past the new period.
        until(lambda: sum(
            entry["cause"] == "expired" and entry["camera"] in SHORT
            for entry in entries(site, "deletion.done")) >= 2, CEILING_S,
            "destroyed by the shorter period")
        time.sleep(6)
        check(demo.stop() == 0, "an orderly stop")

    with Demo(directory=site) as demo:
        demo.api(first=False)
        announce(site, 600)
        until(lambda: entries(site, "retention.set")[-1]["effect"] ==
              "lengthened", 40, "an entry about the longer period")
        changed = time.time()
        time.sleep(CEILING_S + 4)
        check(demo.stop() == 0, "an orderly stop")
    code, result = verify(site)
    check(code == 0 and result["unexplained_s"] == 0, result)
    for one in result["cameras"]:
        if one["camera"] in SHORT:  # only what came after the change is left
            check(one["recorded_s"] < time.time() - changed + 2, one)
            check(one["destroyed_s"] > 4, one)
    check(time.time() - began < 230, "in time")


try:
    run()
finally:
    shutil.rmtree(WORK, ignore_errors=True)
