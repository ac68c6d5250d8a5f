# SPDX-License-Identifier: Apache-2.0
"""An installation whose camera 1 is what a test makes of it: what haechi camera
is tried on."""
import json
import os
import re
import shutil
import socket
import subprocess
import tempfile

from onvif_device import PASSWORD, USER, OnvifDevice
from scenario import HAECHI, check, fresh_site, free_port, until

CLIP = os.path.join(os.path.dirname(HAECHI), "clips", "cam-1.h264")
DOUBTS = {"not_encrypted"}


class Site:
    """An installation, its simulated RTSP cameras, and one ONVIF device."""

    def __init__(self, **device):
        self.path = tempfile.mkdtemp(prefix="haechi-")
        fresh_site(self.path)
        self.cameras = None
        self.simulate()
        with open(self.path + "/plant.yaml") as plant:
            text = plant.read()
        head, cameras = text.split("\ncameras:\n")
        with open(self.path + "/plant.yaml", "w") as plant:
            plant.write(head + "\ncameras:\n" + re.sub(
                r"port: \d+", f"port: {self.rtsp_port}", cameras))
        self.device = None
        self.use(**device)

    def simulate(self, *words):
        """Nine cameras from now on, told these words."""
        if self.cameras:
            self.cameras.kill()
            self.cameras.wait()
        else:
            self.rtsp_port = free_port()
        self.cameras = subprocess.Popen(
            [HAECHI, "camsim", "--port", str(self.rtsp_port), "--cameras", "9",
             "--user", USER, "--password", PASSWORD, "--digest", "md5",
             "--clip", f"{CLIP}:15", *words],
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        until(self.has_cameras, 20, "cameras that listen")

    def has_cameras(self):
        try:
            socket.create_connection(("127.0.0.1", self.rtsp_port), 5).close()
            return True
        except OSError:
            return False

    def use(self, **device):
        """Camera 1 is this ONVIF device from now on."""
        if self.device:
            self.device.stop()
        self.device = OnvifDevice(rtsp_port=self.rtsp_port,
                                  **{"path": "/cam/1", **device})
        with open(self.path + "/plant.yaml") as plant:
            text = re.sub(r"\n    onvif_port: \d+", "", plant.read())
        with open(self.path + "/plant.yaml", "w") as plant:
            plant.write(text.replace(
                "  - number: 1\n", "  - number: 1\n    onvif_port: "
                f"{self.device.port}\n", 1))

    def write(self, **lines):
        """Camera 1 of plant.yaml has these lines; None: it has none such."""
        with open(self.path + "/plant.yaml") as plant:
            head, own, rest = re.split(r"(?m)^(?=  - number: [12]$)",
                                       plant.read(), maxsplit=2)
        for name, value in lines.items():
            own = re.sub(rf"    {name}: .*\n", "", own)
            if value is not None:
                own += f"    {name}: {value}\n"
        with open(self.path + "/plant.yaml", "w") as plant:
            plant.write(head + own + rest)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.device.stop()
        self.cameras.kill()
        self.cameras.wait()
        shutil.rmtree(self.path)

    def camera(self, *words, code=0):
        done = subprocess.run([HAECHI, "camera", *words, "--dir", self.path],
                              capture_output=True, text=True, timeout=90)
        check(done.returncode == code, (words, done.returncode, done.stdout,
                                        done.stderr))
        return done

    def test(self, *words, code=0, seconds=2):
        """A key picture comes each second, and a word or two before it."""
        done = self.camera("test", "--camera", "1", "--seconds", str(seconds),
                           "--json", *words, code=code)
        said = json.loads(done.stdout)
        return said, {one["name"] for one in said["findings"]}
