# SPDX-License-Identifier: Apache-2.0
"""Cameras that are not ours: gst-rtsp-server, VLC and RTSP::Server, through
src/ingest's session.

Every access unit that comes out must be in the file that the server plays,
byte for byte but for what its payloader adds (delimiters, repeated sets)."""
import json
import os
import subprocess

from gst_server import FRAMES_PER_SECOND, PASSWORD, USER, Server, slices
from relay_server import Relay
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


def shown_after(path):
    """How long after its decoding each picture of a file is shown, seconds."""
    text = subprocess.run(
        ["ffprobe", "-v", "error", "-show_entries", "packet=dts_time,pts_time",
         "-of", "json", path], check=True, capture_output=True).stdout
    return [float(one["pts_time"]) - float(one["dts_time"])
            for one in json.loads(text)["packets"]]


def usual_step(times):
    steps = sorted(b - a for a, b in zip(times, times[1:]))
    return steps[len(steps) // 2]


@scenario
def pictures_that_are_shown_in_another_order_than_sent():
    with Server(CLIP_S) as server:
        sent = shown_after(server.b_frames)
        check(max(sent) > min(sent) + 0.1, "the file has B-frames")
        for udp in False, True:
            lines, _ = probe(server, "/b-frames", udp=udp, seconds=6)
            samples = [line for line in lines if line[0] == "sample"]
            check(len(samples) >= 4 * FRAMES_PER_SECOND, len(samples))
            # When the first ones are read a machine that stands still decides.
            decoded = [int(line[1]) / 1e6 for line in samples]
            after = [int(line[6]) / 1e6 for line in samples]
            shown = sorted(map(sum, zip(decoded, after)))
            for number in range(3, len(samples)):
                check(abs(after[number] - sent[number]) < 0.002,
                      f"{number}: {after[number]}, sent as {sent[number]}")
            for times in decoded, shown:
                check(abs(usual_step(times) - 1 / FRAMES_PER_SECOND) < 0.002,
                      times)


@scenario
def vlc_sends_over_udp_alone():
    with Vlc(CLIP_S) as server:
        check_records(server, "/vlc", "h264", server.h264, udp=True)
        lines, _ = probe(server, "/vlc")
        check(lines[-1][1] == "unsupported", lines[-1])


@scenario
def a_relay_sends_what_another_sends_it():
    with Relay(CLIP_S) as server:
        check_records(server, "/live", "h264", server.h264, udp=True)


run()
