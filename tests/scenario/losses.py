# SPDX-License-Identifier: Apache-2.0
"""Packets that cameras lose are counted, and are the cause of the gap."""
import os
import re
import shutil
import signal
import subprocess
import tempfile
import time

from scenario import (HAECHI, cameras_of, check, edit, entries, free_port,
                      fresh_site, run, scenario, until, verify)

CLIPS = os.path.join(os.path.dirname(HAECHI), "clips")
DROPPING = 3
DROPPING_UDP = 4
DROPS_S = 12
UDP = (DROPPING_UDP, 5, 6)  # 5 is out of order, of 6 packets come twice


@scenario
def lost_packets_are_counted_and_explain_the_gap():
    site = tempfile.mkdtemp(prefix="haechi-")
    fresh_site(site)
    with open(site + "/plant.yaml") as plant:
        camera_port = re.findall(r"port: (\d+)", plant.read())[1]
    edit(site, "plant.yaml", r"port: \d+", f"port: {free_port()}")
    for number in UDP:
        edit(site, "plant.yaml", rf"^( +)- number: {number}$",
             rf"\g<0>\n\1  transport: udp")
    arguments = ["--port", camera_port, "--cameras", "9", "--user", "haechi",
                 "--password", "demo-camera", "--digest", "sha256",
                 "--clip", f"{CLIPS}/cam-1.h264:15",
                 # Every key picture of the first seconds misses a packet:
                 # of so many that a recorder that is slow to start sees some.
                 "--fault", f"drop:{DROPPING}:0:{DROPS_S}",
                 "--fault", f"drop:{DROPPING_UDP}:0:{DROPS_S}",
                 "--fault", "swap:5:0:0", "--fault", "twice:6:0:0"]
    cameras = subprocess.Popen([HAECHI, "camsim", *arguments],
                               stdout=subprocess.DEVNULL,
                               stderr=subprocess.DEVNULL)
    time.sleep(1)
    recorder = subprocess.Popen([HAECHI, "run", "--dir", site],
                                stdout=subprocess.DEVNULL,
                                stderr=subprocess.DEVNULL)
    try:
        lossy = (DROPPING, DROPPING_UDP)

        def recording():
            """What is said of nine cameras; of losses up to a second late."""
            now = cameras_of(site)
            return now if len(now) == 9 and \
                all(one["state"] == "recording" for one in now.values()) and \
                all(now[number]["lost_packets"] >= 3 for number in lossy) \
                else None
        now = until(recording, 20 + DROPS_S,
                    "recording nine cameras, of which two have lost packets")
        check(sum(one["lost_packets"] for n, one in now.items()
                  if n not in lossy) == 0, now)
        check(sum(one["dropped_pictures"] for one in now.values()) == 0, now)
        recorder.send_signal(signal.SIGTERM)
        check(recorder.wait(30) == 0, "an orderly stop")
        for number in lossy:
            gaps = [e for e in entries(site)
                    if e["kind"] == "gap" and e["camera"] == number]
            check({gap["cause"] for gap in gaps} == {"damaged"}, gaps)
            check(all("packets" in gap["detail"] for gap in gaps), gaps)
        code, result = verify(site)
        check(code == 0 and result["unexplained_s"] == 0, result)
    finally:
        for process in (recorder, cameras):
            if process.poll() is None:
                process.kill()
                process.wait()
        shutil.rmtree(site, ignore_errors=True)


run()
