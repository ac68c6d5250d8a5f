# SPDX-License-Identifier: Apache-2.0
"""Two streams of a camera: both recorded and sealed, the smaller one on the
wall; a gap is a stream's, an entry says which was watched, and the camera's
destruction is that of both."""
import http.client
import os
import re
import shutil
import subprocess
import tempfile
import time

from scenario import (HAECHI, Installation, check, destroy, edit, entries,
                      free_port, fresh_site, run, scenario, until, verify)

CLIPS = os.path.join(os.path.dirname(HAECHI), "clips")
WORK = tempfile.mkdtemp(prefix="haechi-")
WITH_SUB, WITHOUT = 1, 2  # of one group, and so of one purpose
SUB = WITH_SUB + 32768
SMALL = (320, 180)


def small_clip():
    path = os.path.join(WORK, "small.h264")
    subprocess.run(
        ["ffmpeg", "-v", "error", "-f", "h264", "-framerate", "15", "-i",
         f"{CLIPS}/cam-1.h264", "-vf", "scale=%d:%d" % SMALL, "-c:v",
         "libx264", "-preset", "ultrafast", "-bf", "0", "-g", "15",
         "-bsf:v", "h264_mp4toannexb", "-f", "h264", path],
        check=True, timeout=120)
    return path


def start_cameras(port, clips):
    words = [w for clip in clips for w in ("--clip", clip + ":15")]
    return subprocess.Popen(
        [HAECHI, "camsim", "--port", str(port), "--cameras", str(len(clips)),
         "--user", "haechi", "--password", "demo-camera", *words],
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def end(process):
    if process.poll() is None:
        process.kill()
    process.wait()


def live_cameras(api, view, seconds):
    """{camera: (width, height)} of the wall's stream, out of its init frames."""
    connection = http.client.HTTPSConnection(
        "127.0.0.1", api.port, timeout=seconds, context=api.context)
    connection.request("GET", f"/api/v1/live/{view}/stream",
                       headers={"Cookie": api.cookie, "X-Haechi": "1"})
    answer = connection.getresponse()
    check(answer.status == 200, answer.status)
    seen, ends = {}, time.monotonic() + seconds
    while len(seen) < 2 and time.monotonic() < ends:
        head = answer.read(20)
        size = int.from_bytes(head[16:20], "big")
        body = answer.read(size)
        if head[4] == 1:
            at = body.index(b"avc1")
            seen[int.from_bytes(head[:4], "big")] = (
                int.from_bytes(body[at + 28:at + 30], "big"),
                int.from_bytes(body[at + 30:at + 32], "big"))
    connection.close()
    return seen


def of_kind(site, kind, stream):
    return [e for e in entries(site) if e["kind"] == kind and
            e.get("camera") == stream]


@scenario
def both_streams_are_recorded_shown_and_destroyed():
    site = os.path.join(WORK, "site")
    os.mkdir(site)
    fresh_site(site)
    port, sub_port = free_port(), free_port()
    with open(site + "/plant.yaml") as plant:
        head, cameras = plant.read().split("\ncameras:\n")
    with open(site + "/plant.yaml", "w") as plant:
        plant.write(head + "\ncameras:\n" +
                    re.sub(r"port: \d+", f"port: {port}", cameras))
    edit(site, "plant.yaml", rf"^( +)- number: {WITH_SUB}$",
         r"\g<0>\n\1  sub_path: /cam/10")
    main = [f"{CLIPS}/cam-{n}.h264" for n in range(1, 10)]
    simulated = start_cameras(port, [*main, small_clip()])
    web_port = int(re.search(r"^  port: (\d+)", head, re.M).group(1))
    installation = Installation(site, web_port)
    try:
        api = installation.api()
        both = (WITH_SUB, SUB)

        def recorded():
            spans = [api.coverage(stream)["recorded"] for stream in both]
            return all(s and s[-1][1] - s[0][0] > 6e6 for s in spans)
        until(recorded, 40, "six seconds of both streams")
        camera = next(c for s in api.json("GET", "/cameras")["sites"]
                      for g in s["groups"] for c in g["cameras"]
                      if c["number"] == WITH_SUB)
        check(camera["sub_state"] == "recording", camera)

        # ---- the wall: the smaller stream of the one that has two
        view = api.json("POST", "/live", {
            "cameras": [WITH_SUB, WITHOUT], "stream": "sub",
            "purpose": api.purpose_of(WITH_SUB), "reason": "분실물 확인"})
        check(view["sub"] == [WITH_SUB], view)
        seen = live_cameras(api, view["view"], 30)
        check(seen.get(WITH_SUB) == SMALL and
              seen.get(WITHOUT, SMALL) != SMALL, seen)
        api.json("DELETE", f"/views/{view['view']}")
        said = [e for e in entries(site) if e["kind"] == "live.open"]
        check([e["cameras"] for e in said] == [f"{WITHOUT},{SUB}"], said)

        # ---- playback: the full one unless the other is asked for
        span = api.coverage(SUB)["recorded"][-1]
        for stream, name in ((WITH_SUB, "main"), (SUB, "sub")):
            view = api.json("POST", "/views", {
                "camera": WITH_SUB, "from": span[0], "to": span[1],
                "stream": name, "purpose": api.purpose_of(WITH_SUB),
                "reason": "분실물 확인"})["view"]
            answer, _ = api.request(
                "GET", f"/api/v1/views/{view}/media?camera={stream}"
                f"&from={span[0]}")
            check(answer.status == 200, answer.status)
            is_small = answer.getheader("X-Haechi-Size") == "%dx%d" % SMALL
            check(is_small == (name == "sub"),
                  (name, answer.getheader("X-Haechi-Size")))
            other = SUB if stream == WITH_SUB else WITH_SUB
            answer, _ = api.request(
                "GET", f"/api/v1/views/{view}/media?camera={other}"
                f"&from={span[0]}")
            check(answer.status == 403, (name, answer.status))
            check(of_kind(site, "view.open", stream), f"no entry of {name}")
        check(api.json("POST", "/views", {
            "camera": WITHOUT, "from": span[0], "to": span[1], "stream": "sub",
            "purpose": api.purpose_of(WITHOUT), "reason": "분실물 확인"},
            expected=(403,)), "a sub stream that is not there")

        # ---- a destruction by order takes both
        to_us = int(time.time() * 1e6)
        destroy(WORK, site, "--camera", str(WITH_SUB))
        for stream in both:
            until(lambda: all(s[1] > to_us
                              for s in api.coverage(stream)["recorded"]),
                  30, f"nothing before the order of stream {stream}")
        check(not of_kind(site, "deletion.done", SUB),
              "keys of a stream's own have died")
        time.sleep(3)
        check(installation.stop() == 0, "an orderly stop")
    finally:
        if installation.process.poll() is None:
            installation.stop()
        end(simulated)

    # ---- every second of both, offline
    code, result = verify(site)
    check(code == 0, result.get("problems"))
    rows = {(one["camera"], one["stream"]): one for one in result["cameras"]}
    check((WITH_SUB, "sub") in rows and (WITHOUT, "sub") not in rows, rows)
    for name in ("main", "sub"):
        row = rows[WITH_SUB, name]
        check(row["destroyed_s"] > 4 and row["unexplained_s"] == 0, row)
    check(of_kind(site, "recording.day", SUB) or
          of_kind(site, "camera.added", SUB), "the sub stream has no entry")


@scenario
def a_lost_sub_stream_is_its_own_gap():
    site = os.path.join(WORK, "site")
    check(os.path.isdir(site), "the scenario before this one")
    with open(site + "/plant.yaml") as plant:
        text = plant.read()
    port = int(re.findall(r"^    port: (\d+)", text, re.M)[0])
    web_port = int(re.search(r"^  port: (\d+)", text, re.M).group(1))
    edit(site, "plant.yaml", r"sub_path: /cam/10", "sub_path: /cam/99")
    simulated = start_cameras(
        port, [f"{CLIPS}/cam-{n}.h264" for n in range(1, 10)])
    installation = Installation(site, web_port)
    try:
        installation.api(first=False)

        def told():
            return [e for e in of_kind(site, "camera.state", SUB)
                    if e["cause"] == "refused"]
        until(told, 30, "the sub stream's state")
        until(lambda: [e for e in of_kind(site, "camera.state", WITH_SUB)
                       if e["cause"] in ("", "none")], 30,
              "the main stream's pictures")
        time.sleep(5)
    finally:
        installation.stop()
        end(simulated)
    code, result = verify(site)
    check(code == 0, result.get("problems"))
    gaps = [e for kind in ("gap", "gap.open") for e in of_kind(site, kind, SUB)
            if e["cause"] in ("refused", "unreachable")]
    check(gaps, [e for e in entries(site) if e.get("camera") == SUB])
    check(not [e for kind in ("gap", "gap.open", "camera.state")
               for e in of_kind(site, kind, WITH_SUB)
               if e["cause"] == "refused"], "the main stream's state")
    shutil.rmtree(WORK, ignore_errors=True)


run()
