# SPDX-License-Identifier: Apache-2.0
"""Cameras that send twice what any camera should: they are refused and say why,
those beside them lose nothing, and they are recorded again once they behave."""
import os
import re
import shutil
import signal
import subprocess
import tempfile
import time

from scenario import (HAECHI, cameras_of, check, edit, entries, free_port,
                      fresh_site, nine_record, run, scenario, until, verify)

CLIPS = os.path.join(os.path.dirname(HAECHI), "clips")
FLOODING, FLOODING_UDP = 3, 4
FLOODS_FROM_S, FLOODS_S = 25, 20
DETAIL = "more than 64 Mbit/s: set a lower bit rate"


@scenario
def cameras_that_send_too_much_harm_none_but_themselves():
    site = tempfile.mkdtemp(prefix="haechi-")
    fresh_site(site)
    with open(site + "/plant.yaml") as plant:
        camera_port = re.findall(r"port: (\d+)", plant.read())[1]
    edit(site, "plant.yaml", r"port: \d+", f"port: {free_port()}")
    edit(site, "plant.yaml", rf"^( +)- number: {FLOODING_UDP}$",
         r"\g<0>\n\1  transport: udp")
    arguments = ["--port", camera_port, "--cameras", "9", "--user", "haechi",
                 "--password", "demo-camera", "--digest", "sha256",
                 "--clip", f"{CLIPS}/cam-1.h264:15"]
    for number in (FLOODING, FLOODING_UDP):
        arguments += ["--fault", f"flood:{number}:{FLOODS_FROM_S}:{FLOODS_S}"]
    cameras = subprocess.Popen([HAECHI, "camsim", *arguments],
                               stdout=subprocess.DEVNULL,
                               stderr=subprocess.DEVNULL)
    begun = time.monotonic()
    recorder = subprocess.Popen([HAECHI, "run", "--dir", site],
                                stdout=subprocess.DEVNULL,
                                stderr=subprocess.DEVNULL)
    floods = (FLOODING, FLOODING_UDP)
    try:
        until(lambda: nine_record(site), FLOODS_FROM_S + 20, "nine recording")

        def refused():
            now = cameras_of(site)
            return len(now) == 9 and all(now[number]["state"] == "protocol"
                                         for number in floods)
        until(refused, FLOODS_FROM_S + FLOODS_S, "the two refused at once")
        time.sleep(max(0, begun + FLOODS_FROM_S + FLOODS_S - time.monotonic()))
        now = until(lambda: nine_record(site), 60, "all nine again")
        for number, one in now.items():
            check(number in floods or
                  one["lost_packets"] + one["dropped_pictures"] == 0, one)
        recorder.send_signal(signal.SIGTERM)
        check(recorder.wait(30) == 0, "an orderly stop")
        gaps = [e for e in entries(site)
                if e["kind"] == "gap" and e["cause"] != "starting"]
        check({gap["camera"] for gap in gaps} == set(floods), gaps)
        for number in floods:
            causes = {(gap["cause"], gap["detail"]) for gap in gaps
                      if gap["camera"] == number}
            check(("protocol", DETAIL) in causes, causes)
        code, result = verify(site)
        check(code == 0 and result["unexplained_s"] == 0, result)
    finally:
        for process in (recorder, cameras):
            if process.poll() is None:
                process.kill()
                process.wait()
        shutil.rmtree(site, ignore_errors=True)


run()
