# SPDX-License-Identifier: Apache-2.0
"""A whole installation records gst-rtsp-server's cameras, behind Digest and
inside TLS, and one of VLC and one of RTSP::Server.

What is downloaded afterwards is compared, slice by slice, with the clips that
the server played."""
import json
import os
import re
import shutil
import subprocess
import tempfile
import time

from gst_server import FRAMES_PER_SECOND, PASSWORD, USER, Server, slices
from relay_server import Relay
from scenario import (SOURCE_ROOT, Installation, check, download,
                      edit, free_port, run, scenario, states, until, verify)
from vlc_server import Vlc

RECORD_S = 24
CLIP_S = 400  # longer than the whole scenario, on a slow machine too
LATE_US = 700_000  # a shorter gap is a picture that came late
NO_PICTURE = 4  # the camera whose password is wrong
PATHS = {1: "/secret", 2: "/secret-h265", 3: "/secret-sound", 4: "/secret",
         5: "/secret-h265", 6: "/h264", 7: "/h265", 8: "/vlc",
         9: "/live"}
UDP = {6: "udp", 7: "udp", 8: "any", 9: "udp"}
TLS = (1, 5)  # a server of their own, of which nothing is in the clear
VLC, RELAY = 8, 9
SITE = tempfile.mkdtemp(prefix="haechi-gst-")


def codec_of(camera):
    return "h265" if "h265" in PATHS[camera] else "h264"


def configure(ports, web_port):
    """The example's notice as it stands; its plant with our cameras."""
    example = os.path.join(SOURCE_ROOT, "examples", "geoje-family-center")
    shutil.copy(os.path.join(example, "notice.yaml"), SITE)
    with open(os.path.join(example, "plant.yaml")) as file:
        blocks = re.split(r"(?=^  - number:)", file.read(), flags=re.M)
    for camera, path in PATHS.items():
        block = blocks[camera]
        block = re.sub(r"host: .*", "host: 127.0.0.1", block)
        block = re.sub(r"port: .*", f"port: {ports[camera]}", block)
        block = re.sub(r"path: .*", f"path: {path}", block)
        block = re.sub(r"user: .*", f"user: {USER}", block)
        if camera in UDP:
            block = re.sub(r"( +)host: ", rf"\1transport: {UDP[camera]}\n\1host: ",
                           block)
        if camera in TLS:
            block = re.sub(r"( +)host: ", r"\1tls: true\n\1host: ", block)
        if camera == NO_PICTURE:
            block = block.replace("secrets/cameras", "secrets/wrong")
        blocks[camera] = block
    with open(os.path.join(SITE, "plant.yaml"), "w") as file:
        file.write("".join(blocks))
    edit(SITE, "plant.yaml", r"192\.0\.2\.0/24", "127.0.0.1/32")
    edit(SITE, "plant.yaml", r"port: 8443", f"port: {web_port}")
    edit(SITE, "plant.yaml", r"address: 0.0.0.0", "address: 127.0.0.1")
    edit(SITE, "plant.yaml", r"volume: 1 GiB", "volume: 64 MiB")
    os.mkdir(os.path.join(SITE, "secrets"), 0o700)
    for name, word in (("cameras", PASSWORD), ("wrong", "not " + PASSWORD)):
        with open(os.path.join(SITE, "secrets", name), "w") as file:
            file.write(word + "\n")


def streams(path):
    """(kind, codec) of each stream of a file."""
    done = subprocess.run(
        ["ffprobe", "-v", "error", "-show_entries",
         "stream=codec_type,codec_name", "-of", "json", path],
        capture_output=True, timeout=60, check=True)
    return [(one["codec_type"], one["codec_name"])
            for one in json.loads(done.stdout)["streams"]]


def byte_stream(path, codec):
    return subprocess.run(
        ["ffmpeg", "-v", "error", "-i", path, "-c", "copy", "-f",
         {"h264": "h264", "h265": "hevc"}[codec], "-"],
        capture_output=True, timeout=60, check=True).stdout


def check_coverage(api, camera, begin_us):
    """Recorded without a hole from begin_us on."""
    found = api.coverage(camera)
    spans = [span for span in found["recorded"] if span[1] > begin_us]
    check(len(spans) == 1 and spans[0][0] <= begin_us,
          f"camera {camera}: {found}")
    check(not [gap for gap in found["gaps"] if gap["to_us"] > begin_us and
               gap["to_us"] - gap["from_us"] > LATE_US],
          f"camera {camera}: {found['gaps']}")


def check_download(api, camera, begin_us, end_us, sent_file):
    path = os.path.join(SITE, f"camera-{camera}.mp4")
    packets = download(api, camera, begin_us, end_us, path)
    codec = codec_of(camera)
    check(streams(path) == [("video", "hevc" if codec == "h265" else codec)],
          f"camera {camera}: {streams(path)}")
    # From the first key frame inside, at most a second and a picture late.
    most = (end_us - begin_us) * FRAMES_PER_SECOND / 1e6
    check(most - 1.3 * FRAMES_PER_SECOND <= len(packets) <= most + 1,
          f"camera {camera}: {len(packets)} of {most:.1f} pictures")
    with open(sent_file, "rb") as stream:
        sent = slices(codec, stream.read())
    kept = slices(codec, byte_stream(path, codec))
    per_picture = 3 if codec == "h264" else 1
    check(len(kept) == per_picture * len(packets),
          f"camera {camera}: {len(kept)} slices")
    start = sent.index(kept[0])
    check(sent[start:start + len(kept)] == kept,
          f"camera {camera}: not the slices that were sent, in order")


def check_sound_would_be_seen(server):
    """Somebody else does set the sound up, and the server says so."""
    subprocess.run(["ffprobe", "-v", "quiet", "-rtsp_transport", "tcp",
                    f"rtsp://127.0.0.1:{server.port}/sound"], timeout=30)
    until(lambda: "/sound/stream=1" in server.set_up(), 5, "told of sound")


def check_verified():
    code, result = verify(SITE)
    check(code == 0 and result["ok"], result)
    check(result["audio_tracks"] == 0 and result["damaged"] == 0, result)
    check(result["unexplained_s"] == 0, result)
    for one in result["cameras"]:
        wanted = 0 if one["camera"] == NO_PICTURE else RECORD_S - 2
        check(one["recorded_s"] >= wanted, one)
        check(one["camera"] != NO_PICTURE or one["recorded_s"] == 0, one)


@scenario
def what_gst_rtsp_server_sends_is_what_is_kept():
    web_port = free_port()
    with Server(CLIP_S) as server, Server(CLIP_S, server) as secure, \
            Vlc(CLIP_S) as vlc, Relay(CLIP_S) as relay:
        servers = {camera: server for camera in PATHS}
        servers.update({camera: secure for camera in TLS})
        servers[VLC], servers[RELAY] = vlc, relay
        configure({camera: one.port for camera, one in servers.items()},
                  web_port)
        with Installation(SITE, web_port) as installation:
            api = installation.api()
            until(lambda: list(states(SITE).values()).count("recording") == 8,
                  120, "eight recording")
            until(lambda: states(SITE).get(NO_PICTURE) == "unauthorized", 30,
                  "one refused")
            until(lambda: all(api.coverage(camera)["recorded"]
                              for camera in PATHS if camera != NO_PICTURE),
                  60, "something recorded of each")
            begin_us = api.coverage(1)["clock_us"]
            time.sleep(RECORD_S)
            end_us = begin_us + (RECORD_S - 3) * 10**6
            for camera in PATHS:
                if camera == NO_PICTURE:
                    continue
                until(lambda: api.coverage(camera)["recorded"][-1][1] >=
                      end_us, 30, f"camera {camera} recorded to the end")
                check_coverage(api, camera, begin_us)
                sent = servers[camera].h265 if codec_of(camera) == "h265" \
                    else servers[camera].h264
                check_download(api, camera, begin_us, end_us, sent)
            check(states(SITE)[NO_PICTURE] == "unauthorized", states(SITE))
            check(installation.stop() == 0, "an orderly stop")
        check(secure.set_up(), "set up inside TLS")
        set_up = server.set_up() + secure.set_up()
        check_sound_would_be_seen(server)
    check(any("sound" in path for path in set_up), set_up)
    check(len(set_up) >= 6 and
          all(path.endswith("/stream=0") for path in set_up), set_up)
    check_verified()


try:
    run()
finally:
    shutil.rmtree(SITE, ignore_errors=True)
