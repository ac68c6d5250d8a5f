# SPDX-License-Identifier: Apache-2.0
"""Cameras over TLS: pinned at the first use, refused with another certificate
until an administrator accepts it."""
import json
import os
import re
import shutil
import signal
import subprocess
import tempfile
import time

from scenario import (HAECHI, check, edit, entries, free_port, fresh_site,
                      run, scenario, until, verify)

CLIPS = os.path.join(os.path.dirname(HAECHI), "clips")
IN_THE_CLEAR = 9


def status(site):
    done = subprocess.run([HAECHI, "status", "--dir", site, "--json"],
                          capture_output=True, timeout=20)
    if done.returncode != 0:
        return {}
    return {one["number"]: one for one in json.loads(done.stdout)["cameras"]}


def states(site):
    return {number: one["state"] for number, one in status(site).items()}


def start_cameras(port, *more):
    cameras = subprocess.Popen(
        [HAECHI, "camsim", "--port", str(port), "--cameras", "9", "--user",
         "haechi", "--password", "demo-camera", "--digest", "sha256",
         "--clip", f"{CLIPS}/cam-1.h264:15", *more],
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    time.sleep(1)
    return cameras


def end(process):
    if process.poll() is None:
        process.kill()
    process.wait()


def certificates(site):
    return [(e["camera"], e["change"], e["sha256"]) for e in entries(site)
            if e["kind"] == "camera.certificate"]


@scenario
def a_new_certificate_waits_for_the_administrator():
    site = tempfile.mkdtemp(prefix="haechi-")
    fresh_site(site)
    with open(site + "/plant.yaml") as plant:
        text = plant.read()
    port = int(re.findall(r"port: (\d+)", text)[1])
    edit(site, "plant.yaml", r"port: \d+", f"port: {free_port()}")
    clear_port = free_port()
    for number in range(1, 10):
        if number != IN_THE_CLEAR:
            edit(site, "plant.yaml", rf"^( +)- number: {number}$",
                 r"\g<0>\n\1  tls: true")
    with open(site + "/plant.yaml") as plant:
        head, tail = plant.read().split(f"- number: {IN_THE_CLEAR}\n")
    with open(site + "/plant.yaml", "w") as plant:
        plant.write(head + f"- number: {IN_THE_CLEAR}\n" +
                    tail.replace(f"port: {port}", f"port: {clear_port}", 1))
    clear = start_cameras(clear_port)
    cameras = start_cameras(port, "--tls")
    recorder = subprocess.Popen([HAECHI, "run", "--dir", site],
                                stdout=subprocess.DEVNULL,
                                stderr=subprocess.DEVNULL)
    try:
        until(lambda: list(states(site).values()).count("recording") == 9, 30,
              "nine recording")
        secure = {n: one["encrypted"] for n, one in status(site).items()}
        check(secure == {n: n != IN_THE_CLEAR for n in range(1, 10)}, secure)
        until(lambda: len(certificates(site)) == 8, 10, "eight are pinned")
        before = {camera: print_ for camera, _, print_ in certificates(site)}
        check(len(set(before.values())) == 1, before)
        # The same cameras with another certificate.
        end(cameras)
        cameras = start_cameras(port, "--tls")
        until(lambda: list(states(site).values()).count("certificate") == 8,
              30, "eight refused")
        check(states(site)[IN_THE_CLEAR] == "recording", states(site))
        until(lambda: len(certificates(site)) == 16, 10, "each told once")
        changed = [(camera, print_) for camera, change, print_ in
                   certificates(site) if change == "changed"]
        check(len(changed) == 8 and changed[0][1] not in before.values(),
              changed)
        shown = ":".join(re.findall("..", changed[0][1].upper()))
        done = subprocess.run([HAECHI, "camera", "accept", "--dir", site,
                               "--camera", "1", "--fingerprint", shown],
                              capture_output=True, timeout=10)
        check(done.returncode == 0, done.stderr)
        until(lambda: states(site)[1] == "recording", 60, "camera 1 is back")
        check(states(site)[2] == "certificate", states(site))
        check((1, "accepted", changed[0][1]) in certificates(site), "told")
        recorder.send_signal(signal.SIGTERM)
        check(recorder.wait(30) == 0, "an orderly stop")
        gaps = [e["cause"] for e in entries(site)
                if e["kind"] == "gap" and e["camera"] == 1]
        check("certificate" in gaps, gaps)
        code, result = verify(site)
        check(code == 0 and result["unexplained_s"] == 0, result)
    finally:
        for process in (recorder, cameras, clear):
            end(process)
        shutil.rmtree(site, ignore_errors=True)


run()
