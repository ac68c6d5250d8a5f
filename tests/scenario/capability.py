# SPDX-License-Identifier: Apache-2.0
"""What a camera says of itself against the notice: each difference is an entry,
a drift, a line of the public page, and what `haechi camera compare` finds; and
over when the camera is as promised again."""
import json
import os
import re
import shutil
import subprocess
import tempfile

from onvif_device import PASSWORD, USER, OnvifDevice
from scenario import (HAECHI, Installation, check, entries, free_port,
                      fresh_site, run, scenario, until)

CLIPS = os.path.join(os.path.dirname(HAECHI), "clips")
WORK = tempfile.mkdtemp(prefix="haechi-")
CAMERA = 1
DRIFTS = {"camera_sound", "camera_turns", "camera_copies", "camera_masks",
          "camera_pixels"}
GROUP = "      - id: counselling\n"
SQUARE = ("vs1", [("-1", "-1"), ("0", "-1"), ("0", "0"), ("-1", "0")])


def start_cameras(port):
    return subprocess.Popen(
        [HAECHI, "camsim", "--port", str(port), "--cameras", "9", "--user",
         USER, "--password", PASSWORD, "--clip", f"{CLIPS}/cam-1.h264:15"],
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def end(process):
    if process.poll() is None:
        process.kill()
    process.wait()


def open_drifts(site):
    """Codes of what cameras say that is found and not ended."""
    found = set()
    for one in entries(site):
        if one["kind"] == "drift.found" and one["code"] in DRIFTS:
            found.add(one["code"])
        elif one["kind"] == "drift.ended":
            found.discard(one["code"])
    return found


def told(site):
    return [one for one in entries(site) if one["kind"] == "camera.told"]


def compare(site, code):
    done = subprocess.run(
        [HAECHI, "camera", "compare", "--dir", site, "--camera", str(CAMERA),
         "--json"], capture_output=True, text=True, timeout=60)
    check(done.returncode == code, (done.returncode, done.stdout, done.stderr))
    return json.loads(done.stdout)


@scenario
def what_a_camera_can_do_is_held_against_the_notice():
    site = os.path.join(WORK, "site")
    os.mkdir(site)
    fresh_site(site)
    with open(site + "/notice.yaml") as file:
        notice = file.read()
    check(GROUP in notice, "the camera's group")
    with open(site + "/notice.yaml", "w") as file:
        file.write(notice.replace(GROUP, GROUP + "        pixels: 230400\n"))
    port = free_port()
    device = OnvifDevice(rtsp_port=port, path="/cam/1")
    device.masks.append(SQUARE)
    with open(site + "/plant.yaml") as plant:
        head, cameras = plant.read().split("\ncameras:\n")
    cameras = re.sub(r"port: \d+", f"port: {port}", cameras).replace(
        f"  - number: {CAMERA}\n",
        f"  - number: {CAMERA}\n    onvif_port: {device.port}\n", 1)
    with open(site + "/plant.yaml", "w") as plant:
        plant.write(head + "\ncameras:\n" + cameras)
    web_port = int(re.search(r"^  port: (\d+)", head, re.M).group(1))
    simulated = start_cameras(port)
    installation = Installation(site, web_port)
    try:
        api = installation.api()
        until(lambda: told(site), 40, "what it says of itself")
        first, = told(site)
        check((first["camera"], first["sound"], first["turns"],
               first["copies"], first["masks"], first["pixels"]) ==
              (CAMERA, "no", "no", "no", 1, 640 * 360), first)
        check(compare(site, 0)["differs"] == [], "nothing differs")

        # ---- behind our back; found when its session begins anew
        device.sound = device.turns = device.card = True
        device.masks[0] = ("vs1", SQUARE[1][:3])
        device.resolution = (320, 180)
        said = compare(site, 1)
        check({one["code"] for one in said["differs"]} == DRIFTS, said)
        check(said["camera_masks"] != first["masks_sha256"], said)
        end(simulated)
        simulated = start_cameras(port)
        until(lambda: open_drifts(site) == DRIFTS, 90, "five drifts")
        check(len(told(site)) == 2, told(site))

        def shown(words):
            page = api.request("GET", "/public/en/promises")[1].decode()
            return all(one in page for one in words)
        until(lambda: shown(["can send sound", "the notice calls fixed",
                             "copies of their own", "masks in cameras",
                             "fewer pixels"]), 20,
              "lines of the public page")
        status = api.json("GET", "/status")
        check(DRIFTS <= {one["code"] for one in status["drift"]}, "status")

        # ---- as promised again
        device.sound = device.turns = device.card = False
        device.masks[0] = SQUARE
        device.resolution = (640, 360)
        end(simulated)
        simulated = start_cameras(port)
        until(lambda: open_drifts(site) == set(), 90, "no drift any more")
        check(compare(site, 0)["differs"] == [], "nothing differs again")
    finally:
        device.stop()
        installation.stop()
        end(simulated)
        shutil.rmtree(WORK, ignore_errors=True)


run()
