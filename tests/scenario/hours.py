# SPDX-License-Identifier: Apache-2.0
"""Outside the hours of filming that the notice names nobody connects to a
camera; what is missing then is planned, and nothing else is called so."""
import json
import os
import shutil
import signal
import subprocess
import tempfile
import time

from scenario import (Demo, HAECHI, check, edit, entries, fresh_site, notice,
                      run, scenario, soon, time_us, until, verify)

WORK = tempfile.mkdtemp(prefix="haechi-")
SITE = os.path.join(WORK, "site")
OFF = (1, 2, 3)  # of the group whose hours end
ON = (4, 8)
LEAST_S = 40  # of recording before they end
S = 1_000_000


def clock_words(at_s):
    """A minute in Korea, as a notice has it."""
    return time.strftime("%H:%M", time.gmtime(at_s + 9 * 3600))


def status():
    done = subprocess.run([HAECHI, "status", "--dir", SITE, "--json"],
                          capture_output=True, timeout=20)
    return json.loads(done.stdout or b"{}")


def states():
    return {one["number"]: one["state"] for one in
            status().get("cameras", [])}


def recorded_to_us(api, camera):
    return api.coverage(camera)["recorded"][-1][1]


@scenario
def the_hours_end_and_begin():
    fresh_site(SITE)
    end_s = (int(time.time()) + LEAST_S) // 60 * 60 + 60
    hours = f"{clock_words(end_s - 7200)} ~ {clock_words(end_s)}"
    edit(SITE, "notice.yaml", r"^( +)- id: counselling$",
         rf'\1- id: counselling\n\1  hours: {{ko: "{hours}", en: "{hours}"}}')
    with Demo(directory=SITE) as demo:
        api = demo.api()
        until(lambda: list(states().values()).count("recording") == 9, 60,
              "nine recording")
        until(lambda: all(states().get(one) == "planned_off" for one in OFF),
              130, f"off at {clock_words(end_s)}: {states()}", 0.5)
        for camera in OFF:
            # The last pictures are on the disk a moment later.
            until(lambda: recorded_to_us(api, camera) / S > end_s - 3, 20,
                  f"camera {camera} recorded to the end")
            late_s = recorded_to_us(api, camera) / S - end_s
            check(late_s < 3, f"camera {camera} ends {late_s:.1f} s late")
        # It stays so when others have started again, and breaks no promise.
        for role in ("vault", "ingest", "gate"):
            pid = demo.role(role)
            os.kill(pid, signal.SIGKILL)
            until(lambda: demo.role(role) not in (None, pid), 20, role)
            until(lambda: all(states().get(one) == "planned_off"
                              for one in OFF) and
                  all(states().get(one) == "recording" for one in ON), 30,
                  f"as before: {role}", 0.5)
        until(api.hears_vault, 30, "a vault")
        check(all(recorded_to_us(api, one) / S < end_s + 3
                  for one in OFF), "filmed outside the hours")

        # Every five seconds the gate looks; the last look may be from before.
        def kept():
            held = [one["state"] for one in status().get("promises", [])
                    if one["kind"] in ("cameras", "hours") and
                    one["subject"] == "counselling"]
            return held and set(held) == {"kept"}
        until(kept, 20, "keeping what is promised", 0.5)

        # The next version knows no hours; it counts from its moment on.
        text = open(SITE + "/notice.yaml").read()
        path = os.path.join(WORK, "next.yaml")
        open(path, "w").write(text.replace(hours, "24시간", 1)
                              .replace(hours, "24 hours", 1))
        done = notice(SITE, WORK, "publish", path, "--effective", soon(20),
                      "--reason", "촬영시간을 늘림", "--out", WORK + "/bundle")
        check(done.returncode == 0, done.stderr.decode())
        before_us = api.coverage(1)["clock_us"]
        until(lambda: all(recorded_to_us(api, one) > before_us
                          for one in OFF), 90, "recorded again", 0.5)
        time.sleep(3)
        check(demo.stop() == 0, "an orderly stop")
    code, result = verify(SITE)
    check(code == 0 and result["unexplained_s"] == 0, result)


@scenario
def the_log_says_what_was_planned():
    for camera in OFF:
        told = [one for one in entries(SITE)
                if one["kind"] == "gap" and one["camera"] == camera]
        planned = [one for one in told if one["cause"] == "planned_off"]
        check(planned, told)
        spans = [(time_us(one["from"]), time_us(one["to"])) for one in told]
        check(all(a[1] <= b[0] for a, b in zip(spans, spans[1:])),
              f"gaps overlap: {spans}")
    others = [one for one in entries(SITE) if one.get("cause") ==
              "planned_off" and one["camera"] not in OFF]
    check(others == [], others)


try:
    run()
finally:
    shutil.rmtree(WORK, ignore_errors=True)
