# SPDX-License-Identifier: Apache-2.0
"""Cameras that are not ours: gst-rtsp-server, through src/ingest's session.

Every access unit that comes out must be in the file that the server plays,
byte for byte but for what its payloader adds (delimiters, repeated sets)."""
import os
import subprocess
import tempfile

from scenario import check, free_port, run, scenario

PROBE = os.environ["RTSP_PROBE"]
SERVER = os.environ["GST_CAMERAS"]
SECONDS = 4
FRAMES_PER_SECOND = 15


def encode(directory, codec, options):
    stream = os.path.join(directory, "clip." + codec)
    film = os.path.join(directory, codec + ".mp4")
    subprocess.run(
        ["ffmpeg", "-v", "error", "-f", "lavfi", "-i",
         f"testsrc2=size=320x240:rate={FRAMES_PER_SECOND}", "-t", "15",
         *options, "-f", {"h264": "h264", "h265": "hevc"}[codec], stream],
        check=True)
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
    def __enter__(self):
        self.directory = tempfile.TemporaryDirectory(prefix="haechi-gst-")
        path = self.directory.name
        self.h264, film264 = encode(
            path, "h264", ["-c:v", "libx264", "-g", "15", "-bf", "0",
                           "-x264-params", "slices=3"])
        self.h265, film265 = encode(
            path, "h265", ["-c:v", "libx265", "-x265-params",
                           "keyint=15:bframes=0:log-level=none"])
        self.port = free_port()
        self.process = subprocess.Popen(
            [SERVER, str(self.port)], stdout=subprocess.PIPE, text=True,
            env={**os.environ, "HAECHI_H264": film264,
                 "HAECHI_H265": film265})
        check(self.process.stdout.readline() == "ready\n", "server starts")
        return self

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait(10)
        self.directory.cleanup()

    def probe(self, path, *credentials):
        out = os.path.join(self.directory.name, "out")
        text = subprocess.run(
            [PROBE, "127.0.0.1", str(self.port), path, str(SECONDS),
             *credentials], check=True, capture_output=True, text=True,
            timeout=60, env={**os.environ, "HAECHI_PROBE_OUT": out}).stdout
        with open(out, "rb") as stream:
            return [line.split() for line in text.splitlines()], stream.read()


def check_records(server, path, codec, sent_file, *credentials):
    lines, kept = server.probe(path, *credentials)
    samples = [line for line in lines if line[0] == "sample"]
    check(lines[0][:4] == ["config", codec, "320", "240"], lines[0])
    check(lines[-1][:2] == ["end", "stopped"], lines[-1])
    check(len(samples) >= (SECONDS - 2) * FRAMES_PER_SECOND,
          f"{len(samples)} samples")
    check(not [line for line in lines if line[0] == "loss"], "no loss")
    times = [int(line[1]) for line in samples]
    steps = sorted(b - a for a, b in zip(times, times[1:]))
    usual = 1_000_000 // FRAMES_PER_SECOND
    check(steps[0] > 0 and abs(steps[len(steps) // 2] - usual) < 2000, steps)
    with open(sent_file, "rb") as stream:
        sent = slices(codec, stream.read())
    got = slices(codec, kept)
    start = sent.index(got[0])
    check(sent[start:start + len(got)] == got, "slices as sent, in order")


@scenario
def h264_h265_sound_and_digest_from_gst_rtsp_server():
    with Server() as server:
        check_records(server, "/h264", "h264", server.h264)
        check_records(server, "/h265", "h265", server.h265)
        check_records(server, "/sound", "h264", server.h264)
        check_records(server, "/secret", "h264", server.h264, "camera",
                      "gst pass")
        for path, credentials, expected in (
                ("/secret", (), "unauthorized"),
                ("/secret", ("camera", "wrong"), "unauthorized"),
                ("/jpeg", (), "unsupported"),
                ("/nothing", (), "refused")):
            lines, _ = server.probe(path, *credentials)
            check(lines[-1][1] == expected, f"{path}: {lines[-1]}")


run()
