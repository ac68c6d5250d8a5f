# SPDX-License-Identifier: Apache-2.0
"""Cameras that are not ours: gst-rtsp-server (gst_cameras.c) plays two clips
that are made here, and says which streams it has been asked to set up."""
import os
import subprocess
import tempfile
import threading

from scenario import check, free_port

FRAMES_PER_SECOND = 15
LOOP_S = 10  # even: an IDR picture is numbered unlike the one before
USER, PASSWORD = "camera", "gst pass"


def encode(directory, codec, seconds, options):
    """A byte stream and a film of it: LOOP_S seconds are encoded and repeated,
    each time from a key frame on."""
    stream = os.path.join(directory, "clip." + codec)
    film = os.path.join(directory, codec + ".mp4")
    once = subprocess.run(
        ["ffmpeg", "-v", "error", "-f", "lavfi", "-i",
         f"testsrc2=size=320x240:rate={FRAMES_PER_SECOND}",
         "-t", str(LOOP_S), *options,
         "-f", {"h264": "h264", "h265": "hevc"}[codec], "-"],
        check=True, stdout=subprocess.PIPE).stdout
    with open(stream, "wb") as out:
        for _ in range(0, seconds, LOOP_S):
            out.write(once)
    subprocess.run(
        ["ffmpeg", "-v", "error", "-r", str(FRAMES_PER_SECOND), "-i", stream,
         "-c", "copy", film], check=True)
    return stream, film


def units(stream):
    """The NAL units of a byte stream."""
    data = stream.replace(b"\0\0\0\1", b"\0\0\1")
    return [part.rstrip(b"\0") for part in data.split(b"\0\0\1")[1:]]


def slices(codec, stream):
    if codec == "h264":
        return [u for u in units(stream) if 1 <= u[0] & 31 <= 5]
    return [u for u in units(stream) if u[0] >> 1 & 63 < 32]


class Server:
    """A key frame a second; seconds: how long a clip lasts, and so a session
    at most, since a session begins at the clip's beginning. inside_tls_as:
    a server that has the clips already; this one encrypts."""

    def __init__(self, seconds, inside_tls_as=None):
        self.seconds = seconds
        self.inside_tls_as = inside_tls_as
        self.lines = []

    def __enter__(self):
        self.directory = tempfile.TemporaryDirectory(prefix="haechi-gst-")
        other = self.inside_tls_as
        if other is None:
            self.film()
        else:
            self.h264, self.h265 = other.h264, other.h265
            self.films = other.films
            self.b_frames = other.b_frames
        self.port = free_port()
        self.process = subprocess.Popen(
            [os.environ["GST_CAMERAS"], str(self.port)],
            stdout=subprocess.PIPE, text=True,
            env={**os.environ, **self.films, **self.tls()})
        check(self.process.stdout.readline() == "ready\n", "server starts")
        self.reader = threading.Thread(target=self.read, daemon=True)
        self.reader.start()
        return self

    def film(self):
        path = self.directory.name
        self.h264, film264 = encode(
            path, "h264", self.seconds,
            ["-c:v", "libx264", "-g", "15", "-bf", "0",
             "-x264-params", "slices=3"])
        self.h265, film265 = encode(
            path, "h265", self.seconds,
            ["-c:v", "libx265", "-preset", "ultrafast", "-x265-params",
             "keyint=15:bframes=0:log-level=none"])
        self.b_frames = self.film_b_frames()
        self.films = {"HAECHI_H264": film264, "HAECHI_H265": film265,
                      "HAECHI_B_FRAMES": self.b_frames}

    def film_b_frames(self):
        """An MP4 whose pictures are shown in another order than sent."""
        path = os.path.join(self.directory.name, "b-frames.mp4")
        subprocess.run(
            ["ffmpeg", "-v", "error", "-f", "lavfi", "-i",
             f"testsrc2=size=320x240:rate={FRAMES_PER_SECOND}", "-t",
             str(min(self.seconds, LOOP_S)), "-c:v", "libx264", "-g", "15",
             "-bf", "3", "-b_strategy", "0", "-x264-params",
             "b-pyramid=normal", path],
            check=True)
        return path

    def tls(self):
        """What makes the server encrypt, where it shall."""
        if self.inside_tls_as is None:
            return {}
        path = os.path.join(self.directory.name, "tls.pem")
        subprocess.run(
            ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes",
             "-keyout", path + ".key", "-out", path + ".crt", "-days", "3",
             "-subj", "/CN=camera.example"], check=True, capture_output=True)
        with open(path, "w") as out:
            for part in ".crt", ".key":
                with open(path + part) as file:
                    out.write(file.read())
        return {"HAECHI_TLS": path}

    def read(self):
        for line in self.process.stdout:
            self.lines.append(line.strip())

    def set_up(self):
        """The streams that clients have set up: /path/stream=N each."""
        return [line.split()[1] for line in self.lines
                if line.startswith("setup ")]

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait(10)
        self.reader.join(5)
        self.process.stdout.close()
        self.directory.cleanup()
