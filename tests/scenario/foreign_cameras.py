# SPDX-License-Identifier: Apache-2.0
"""Cameras that are not ours: gst-rtsp-server and VLC, through src/ingest's
session.

Every access unit that comes out must be in the file that the server plays,
byte for byte but for what its payloader adds (delimiters, repeated sets)."""
import os
import subprocess

from gst_server import FRAMES_PER_SECOND, PASSWORD, USER, Server, slices
from scenario import check, run, scenario
from vlc_server import Vlc

PROBE = os.environ["RTSP_PROBE"]
SECONDS = 4
REPORTS_S = 9  # a receiver report comes within 7.5 seconds
CLIP_S = 15


def probe(server, path, *credentials, udp=False, seconds=SECONDS):
    out = os.path.join(server.directory.name, "out")
    more = {"HAECHI_PROBE_UDP": "1"} if udp else {}
    text = subprocess.run(
        [PROBE, "127.0.0.1", str(server.port), path, str(seconds),
         *credentials], check=True, capture_output=True, text=True,
        timeout=60, env={**os.environ, "HAECHI_PROBE_OUT": out, **more}).stdout
    with open(out, "rb") as stream:
        return [line.split() for line in text.splitlines()], stream.read()


def check_records(server, path, codec, sent_file, *credentials, udp=False,
                  seconds=SECONDS):
    lines, kept = probe(server, path, *credentials, udp=udp, seconds=seconds)
    samples = [line for line in lines if line[0] == "sample"]
    check(lines[0][:4] == ["config", codec, "320", "240"], lines[0])
    check(lines[-1][:2] == ["end", "stopped"], lines[-1])
    check(len(samples) >= (seconds - 2) * FRAMES_PER_SECOND,
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
    return lines


@scenario
def h264_h265_sound_and_digest_from_gst_rtsp_server():
    with Server(CLIP_S) as server:
        check_records(server, "/h264", "h264", server.h264)
        check_records(server, "/h265", "h265", server.h265)
        check_records(server, "/sound", "h264", server.h264)
        check_records(server, "/secret", "h264", server.h264, USER, PASSWORD)
        for path, credentials, expected in (
                ("/secret", (), "unauthorized"),
                ("/secret", (USER, "wrong"), "unauthorized"),
                ("/jpeg", (), "unsupported"),
                ("/nothing", (), "refused")):
            lines, _ = probe(server, path, *credentials)
            check(lines[-1][1] == expected, f"{path}: {lines[-1]}")


@scenario
def the_same_over_udp():
    with Server(CLIP_S) as server:
        lines = check_records(server, "/h264", "h264", server.h264, udp=True,
                              seconds=REPORTS_S)
        check(["report"] in lines, "a receiver report")
        check_records(server, "/h265", "h265", server.h265, udp=True)
        check_records(server, "/secret", "h264", server.h264, USER, PASSWORD,
                      udp=True)


@scenario
def vlc_sends_over_udp_alone():
    with Vlc(CLIP_S) as server:
        check_records(server, "/vlc", "h264", server.h264, udp=True)
        lines, _ = probe(server, "/vlc")
        check(lines[-1][1] == "unsupported", lines[-1])


run()
