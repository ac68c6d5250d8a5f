# SPDX-License-Identifier: Apache-2.0
"""Cameras whose ONVIF side is hostile, beside one that is not, in a running
recorder: entity bombs, answers without end or a byte a second, none at all,
pulls of thousands of messages, events that flicker without pause. The good one
is heard all the time, all are recorded without a gap, one process listens from
the beginning to the end, in little memory, and the log does not fill."""
import os
import re
import shutil
import subprocess
import tempfile
import time

from machine import late_s
from onvif_device import MOTION, PASSWORD, TAMPER, USER, OnvifDevice
from scenario import (HAECHI, Installation, check, entries, free_port,
                      fresh_site, run, scenario, until)

CLIPS = os.path.join(os.path.dirname(HAECHI), "clips")
WORK = tempfile.mkdtemp(prefix="haechi-")
GOOD, FLICKERING = 1, 7
LISTENS_S = 40
LATE_US = 2_000_000  # what a busy machine may make of a picture
MEMORY_MAX_KB = 64 * 1024
TAMPERS_MAX = 2  # beside two a minute: a minute begins anywhere


class Hostile(OnvifDevice):
    """Answers by its manner, from a request on; before, as any camera."""

    def __init__(self, manner, since=None, **more):
        self.manner, self.since, self.turned = manner, since, since is None
        super().__init__(**more)

    def answer(self, handler):
        if not self.turned and self.since in self.asked[-1:]:
            self.turned = True
        if not self.turned:
            super().answer(handler)
            return
        self.asked.append(self.manner)
        try:
            getattr(self, self.manner)(handler)
        except OSError:
            pass  # it had enough

    def head(self, handler, *headers):
        handler.send_response(200)
        handler.send_header("Content-Type", "application/soap+xml")
        for name, value in headers:
            handler.send_header(name, value)
        handler.end_headers()

    def endless(self, handler):
        self.head(handler)
        while not self.is_stopping:
            handler.wfile.write(b"<a>and on</a>" * 1000)

    def headers(self, handler):
        handler.wfile.write(b"HTTP/1.1 200 OK\r\n")
        while not self.is_stopping:
            handler.wfile.write(b"X-More: and on\r\n" * 100)

    def drip(self, handler):
        self.head(handler, ("Content-Length", "1000"))
        while not self.is_stopping:
            handler.wfile.write(b" ")
            time.sleep(1)

    def silent(self, handler):
        while not self.is_stopping:
            time.sleep(0.2)
        handler.close_connection = True


class Flickering(OnvifDevice):
    """Answers at once, motion and tampering on in one answer, off in the next."""

    def PullMessages(self, element):
        with self.has_news:
            is_on = self.asked.count("PullMessages") % 2 == 1
            self.news = [(MOTION, is_on, "Changed"), (TAMPER, is_on, "Changed")]
        return super().PullMessages(element)


class Talkative(OnvifDevice):
    """A thousand times what is taken of one pull."""

    def PullMessages(self, element):
        with self.has_news:
            self.news = [(MOTION, True, "Changed")] * 64000
        return super().PullMessages(element)


def lay_out(site):
    os.mkdir(site)
    fresh_site(site)
    port = free_port()
    devices = [OnvifDevice(rtsp_port=port), OnvifDevice(answers="bomb"),
               OnvifDevice(answers="huge"), Hostile("endless"),
               Hostile("drip"), Hostile("silent", since="GetServices"),
               Flickering(), Talkative(), Hostile("headers")]
    with open(site + "/plant.yaml") as plant:
        head, cameras = plant.read().split("\ncameras:\n")
    cameras = re.sub(r"port: \d+", f"port: {port}", cameras)
    for number, device in enumerate(devices, 1):
        cameras = cameras.replace(
            f"  - number: {number}\n", f"  - number: {number}\n    onvif_port: "
            f"{device.port}\n", 1)
    with open(site + "/plant.yaml", "w") as plant:
        plant.write(head + "\ncameras:\n" + cameras)
    simulated = subprocess.Popen(
        [HAECHI, "camsim", "--port", str(port), "--cameras", "9", "--user",
         USER, "--password", PASSWORD, "--clip", f"{CLIPS}/cam-1.h264:15"],
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    web_port = int(re.search(r"^  port: (\d+)", head, re.M).group(1))
    return devices, simulated, Installation(site, web_port)


def of_kind(site, kind):
    return [one for one in entries(site) if one["kind"] == kind]


def peak_kb(pid):
    with open(f"/proc/{pid}/status") as status:
        return int(re.search(r"VmHWM:\s+(\d+)", status.read()).group(1))


def hear(device, listened):
    """The good camera tells, and is asked for more at once each time."""
    for _ in range(3):
        for is_on in (True, False):
            asked = device.asked.count("PullMessages")
            device.tell(MOTION, is_on)
            until(lambda: device.asked.count("PullMessages") > asked, 10,
                  "another pull of the good camera")
            time.sleep(listened / 6)


@scenario
def others_never_suffer_from_hostile_devices():
    site = os.path.join(WORK, "site")
    began = time.monotonic()
    devices, simulated, installation = lay_out(site)
    good = devices[GOOD - 1]
    try:
        api = installation.api()
        until(lambda: all(device.asked for device in devices), 30, "all asked")
        until(lambda: "PullMessages" in good.asked, 30, "the good one heard")
        until(lambda: all(api.coverage(number)["recorded"]
                          for number in range(1, 10)), 30, "records")
        listener = installation.role("listener")
        began_us = int(time.time() * 1e6)

        hear(good, LISTENS_S)
        subscribed = good.asked.count("CreatePullPointSubscription")
        check(subscribed == 1, f"the good one was lost: {subscribed}")

        # ---- what was heard of it is with its pictures
        ended_us = int(time.time() * 1e6)
        until(lambda: api.coverage(GOOD)["recorded"][-1][1] > ended_us, 30,
              "recorded beyond")
        view = api.open_view(GOOD, began_us, ended_us)["view"]
        spans = api.json("GET", f"/views/{view}/motion?camera={GOOD}"
                         f"&from={began_us}")["spans"]
        check(len(spans) == 3, spans)

        # ---- nobody suffered, and nothing filled up
        late_us = LATE_US + late_s(began) * 1e6  # where nothing here went on
        for number in range(1, 10):
            gaps = [gap for gap in api.coverage(number)["gaps"]
                    if gap["to_us"] > began_us and
                    gap["to_us"] - gap["from_us"] > late_us]
            check(gaps == [], f"camera {number}: {gaps}")
        check(installation.role("listener") == listener, "another listener")
        check(of_kind(site, "role.restarted") == [], "a restart")
        check(peak_kb(listener) < MEMORY_MAX_KB, f"{peak_kb(listener)} KiB")
        tampers = of_kind(site, "camera.tamper")
        check({one["camera"] for one in tampers} == {FLICKERING}, tampers)
        most = TAMPERS_MAX + (time.monotonic() - began) // 30
        check(len(tampers) <= most, f"{len(tampers)} entries, not {most}")
        pulls = devices[FLICKERING - 1].asked.count("PullMessages")
        check(pulls > 5 * len(tampers), f"it flickered {pulls} times")
    finally:
        for device in devices:
            device.is_stopping = True
        for device in devices:
            device.stop()
        installation.stop()
        simulated.kill()
        simulated.wait()
        shutil.rmtree(WORK, ignore_errors=True)


run()
