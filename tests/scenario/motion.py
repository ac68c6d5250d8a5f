# SPDX-License-Identifier: Apache-2.0
"""Motion and tampering that cameras tell over ONVIF, in a running recorder:
motion is sealed with the pictures and shown to whoever has opened a view;
tampering is an entry, a drift, and over again; a camera whose ONVIF side is
silent is recorded all the same."""
import os
import re
import shutil
import subprocess
import tempfile
import time

from machine import late_s
from onvif_device import MOTION, PASSWORD, TAMPER, USER, OnvifDevice
from scenario import (HAECHI, PATIENCE, Installation, check, entries,
                      free_port, fresh_site, run, scenario, until)

CLIPS = os.path.join(os.path.dirname(HAECHI), "clips")
WORK = tempfile.mkdtemp(prefix="haechi-")
CAMERA, OTHER = 1, 2


def of_kind(site, kind):
    return [one for one in entries(site) if one["kind"] == kind]


def motion(api, view, camera, from_us):
    """All spans of a view, asked piece by piece."""
    spans, at, asked = [], from_us, 0
    while at != 0:
        said = api.json("GET", f"/views/{view}/motion?camera={camera}"
                        f"&from={at}")
        spans += said["spans"]
        check(said["next"] == 0 or said["next"] > at, said)
        at, asked = said["next"], asked + 1
        check(asked < 50, "motion does not end")
    return spans


def motion_code(api, view, camera):
    return api.request("GET", f"/api/v1/views/{view}/motion?camera={camera}"
                       "&from=1")[0].status


def lay_out(site):
    """A fresh site whose camera 1 has an ONVIF side; camera 2's is silent."""
    os.mkdir(site)
    fresh_site(site)
    port, silent = free_port(), free_port()
    device = OnvifDevice(rtsp_port=port, path="/cam/1")
    with open(site + "/plant.yaml") as plant:
        head, cameras = plant.read().split("\ncameras:\n")
    cameras = re.sub(r"port: \d+", f"port: {port}", cameras)
    for number, onvif in ((CAMERA, device.port), (OTHER, silent)):
        cameras = cameras.replace(f"  - number: {number}\n",
                                  f"  - number: {number}\n    onvif_port: "
                                  f"{onvif}\n", 1)
    with open(site + "/plant.yaml", "w") as plant:
        plant.write(head + "\ncameras:\n" + cameras)
    simulated = subprocess.Popen(
        [HAECHI, "camsim", "--port", str(port), "--cameras", "9", "--user",
         USER, "--password", PASSWORD, "--clip", f"{CLIPS}/cam-1.h264:15"],
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    web_port = int(re.search(r"^  port: (\d+)", head, re.M).group(1))
    return device, simulated, Installation(site, web_port)


@scenario
def what_a_camera_tells_is_kept_and_shown():
    site = os.path.join(WORK, "site")
    device, simulated, installation = lay_out(site)
    try:
        api = installation.api()
        until(lambda: device.asked.count("PullMessages") > 1, 30,
              "the recorder listens")
        until(lambda: len(api.coverage(CAMERA)["recorded"]) > 0 and
              len(api.coverage(OTHER)["recorded"]) > 0, 30, "records")
        check("SetSystemDateAndTime" not in device.asked, device.asked)

        # ---- motion for three seconds
        time.sleep(2)
        began, moved = time.time() * 1e6, time.monotonic()
        device.tell(MOTION, True)
        time.sleep(3)
        device.tell(MOTION, False)
        ended = time.time() * 1e6
        until(lambda: api.coverage(CAMERA)["recorded"][-1][1] > ended + 4e6,
              30, "recorded beyond")
        late_us = PATIENCE * late_s(moved) * 1e6
        until(lambda: api.coverage(CAMERA)["recorded"][-1][1] >
              ended + 4e6 + late_us, 30 + late_us / 1e6, "recorded beyond")
        from_us = int(began - 2e6)
        to_us = int(ended + 4e6 + late_us)
        code = motion_code(api, 1, CAMERA)
        check(code in (403, 404), f"without a view: {code}")
        view = api.open_view(CAMERA, from_us, to_us)["view"]
        spans = motion(api, view, CAMERA, from_us)
        check(len(spans) == 1, spans)
        (begin, end), = spans
        check(began - 5e5 < begin < began + 15e5 + late_us,
              (begin - began) / 1e6)
        check(ended < end < ended + 35e5 + late_us, (end - ended) / 1e6)
        # Only of the camera and the time that was entered.
        code = motion_code(api, view, OTHER)
        check(code in (403, 404), code)
        later = int(ended + 3.9e6 + late_us)
        check(motion(api, view, CAMERA, later) == [], "later")
        other = api.open_view(OTHER, from_us, to_us)["view"]
        check(motion(api, other, OTHER, from_us) == [], "of the other")

        # ---- a moment that begins and ends between two answers
        device.tell(MOTION, True)
        device.tell(MOTION, False)
        moment = time.time() * 1e6
        until(lambda: api.coverage(CAMERA)["recorded"][-1][1] > moment + 4e6,
              30, "recorded beyond the moment")
        view = api.open_view(CAMERA, int(moment - 1e6), int(moment + 4e6))["view"]
        spans = motion(api, view, CAMERA, int(moment - 1e6))
        check(len(spans) == 1, spans)

        # ---- tampering: an entry, a drift; and over
        check(of_kind(site, "camera.tamper") == [], "nothing yet")
        device.tell(TAMPER, True)
        until(lambda: of_kind(site, "camera.tamper"), 10, "the entry")
        until(lambda: [d for d in of_kind(site, "drift.found")
                       if d["code"] == "camera_tampered"], 20, "the drift")
        until(lambda: b"covered, moved or blinded" in
              api.request("GET", "/public/en/promises")[1], 20, "the page")
        device.tell(TAMPER, False)
        until(lambda: of_kind(site, "camera.tamper.over"), 10, "the end")
        tamper = of_kind(site, "camera.tamper")
        over = of_kind(site, "camera.tamper.over")
        check(len(tamper) == 1 and tamper[0]["camera"] == CAMERA, tamper)
        check(over[0]["tamper"] == tamper[0]["n"], over)
        until(lambda: [d for d in of_kind(site, "drift.ended")
                       if d["code"] == "camera_tampered"], 20, "drift ends")

        gaps = api.coverage(CAMERA)["gaps"]

        # ---- the listener dies: it is listened to again, recording goes on
        pulled = device.asked.count("CreatePullPointSubscription")
        os.kill(installation.role("listener"), 9)
        until(lambda: of_kind(site, "role.restarted"), 10, "the restart")
        until(lambda: device.asked.count("CreatePullPointSubscription") >
              pulled, 20, "another subscription")
        until(lambda: device.asked[-1] == "PullMessages", 20, "it listens")
        again = time.time() * 1e6
        device.tell(MOTION, True)
        time.sleep(1)
        device.tell(MOTION, False)
        until(lambda: api.coverage(CAMERA)["recorded"][-1][1] > again + 5e6,
              30, "recorded beyond it")
        check(api.coverage(CAMERA)["gaps"] == gaps, "a gap by it")
        view = api.open_view(CAMERA, int(again - 1e6), int(again + 5e6))["view"]
        check(len(motion(api, view, CAMERA, int(again - 1e6))) == 1, "again")
    finally:
        device.stop()
        installation.stop()
        simulated.kill()
        simulated.wait()
        shutil.rmtree(WORK, ignore_errors=True)


run()
