# SPDX-License-Identifier: Apache-2.0
"""A display mask: what it hides is black in all that leaves the recorder for
people, live and recorded, and there is nothing beneath it; where what covers it
is not there, nothing is shown. Recordings stay as the cameras sent them."""
import datetime
import hashlib
import os
import shutil
import signal
import struct
import subprocess
import tempfile
import time

from scenario import (HAECHI, PASSWORD, Demo, check, edit, entries, run, scenario, until, verify)

WORK = tempfile.mkdtemp(prefix="haechi-")
SITE = os.path.join(WORK, "site")
MASKED, FREE = 6, 7
S = 1_000_000
# The left half, and when it holds.
MASK = ('    masks: [{what: 수유실, by: display, when: promised, '
        'region: "0,0 500,0 500,1000 0,1000"}]')
WIDTH, HEIGHT = 160, 90
BLACK_MOST = 40   # the lightest pixel of what is covered
LIGHT_LEAST = 60  # the lightest one of what is not


def halves(video):
    """The lightest pixel of each half, over all pictures; the pictures."""
    path = os.path.join(WORK, "seen.mp4")
    open(path, "wb").write(video)
    done = subprocess.run(
        ["ffmpeg", "-v", "error", "-i", path, "-vf",
         f"scale={WIDTH}:{HEIGHT}:flags=area,format=gray", "-f", "rawvideo",
         "-"], capture_output=True, timeout=120)
    pictures = len(done.stdout) // (WIDTH * HEIGHT)
    check(pictures > 0, done.stderr[-500:])
    left = right = 0
    for row in range(pictures * HEIGHT):
        line = done.stdout[row * WIDTH:(row + 1) * WIDTH]
        left = max(left, max(line[:WIDTH // 2 - 4]))
        right = max(right, max(line[WIDTH // 2 + 4:]))
    return left, right, pictures


def is_covered(video):
    left, right, _ = halves(video)
    check(right >= LIGHT_LEAST, f"nothing to be seen at all: {right}")
    return left <= BLACK_MOST


def recorded_span(api, camera):
    from_us, to_us = api.coverage(camera)["recorded"][-1]
    return from_us, to_us


def media(api, camera, from_us, to_us):
    view = api.open_view(camera, from_us, to_us)["view"]
    return api.request("GET", f"/api/v1/views/{view}/media?camera={camera}"
                              f"&from={from_us}", timeout=60)


def watch(api, cameras, stream="main", wanted=6):
    """Live: init and fragments of each camera, until each has so many."""
    import http.client
    purpose = api.purpose_of(cameras[0])
    view = api.json("POST", "/live", {
        "cameras": cameras, "stream": stream, "purpose": purpose,
        "reason": "현장 확인"})["view"]
    connection = http.client.HTTPSConnection(
        "127.0.0.1", api.port, timeout=90, context=api.context)
    connection.request("GET", f"/api/v1/live/{view}/stream", None,
                       {"X-Haechi": "1", "Cookie": api.cookie})
    answer = connection.getresponse()
    check(answer.status == 200, answer.status)
    seen = {camera: b"" for camera in cameras}
    frames = {camera: 0 for camera in cameras}
    deadline = time.monotonic() + 120
    while min(frames.values()) < wanted and time.monotonic() < deadline:
        head = answer.read(20)
        check(len(head) == 20, "the stream has ended")
        camera, kind, size = struct.unpack(">IB11xI", head)
        data = answer.read(size)
        if kind == 1:
            seen[camera] = b""
            frames[camera] = 0
        seen[camera] += data
        frames[camera] += 1
    connection.close()
    check(min(frames.values()) >= wanted, f"too few: {frames}")
    return seen


def small_stream(api):
    """What a wall shows, and what is played back of it, is covered too."""
    sub = MASKED + 32768
    span = until(lambda: api.coverage(sub)["recorded"] and
                 recorded_span(api, sub), 60, "a recorded sub stream")
    until(lambda: recorded_span(api, sub)[1] - span[0] > 4 * S, 60,
          "seconds of it")
    seen = watch(api, [MASKED, FREE], "sub")
    check(is_covered(seen[MASKED]), "the wall's small picture is bare")
    check(not is_covered(seen[FREE]), "another camera is covered on the wall")
    said = [one for one in entries(SITE) if one["kind"] == "live.open"]
    check(said[-1]["cameras"] == f"{FREE},{sub}", said[-1])
    view = api.json("POST", "/views", {
        "camera": MASKED, "from": span[0], "to": recorded_span(api, sub)[1],
        "stream": "sub", "purpose": api.purpose_of(MASKED),
        "reason": "분실물 확인"})["view"]
    answer, video = api.request(
        "GET", f"/api/v1/views/{view}/media?camera={sub}&from={span[0]}",
        timeout=60)
    check(answer.status == 200, answer.status)
    check(is_covered(video), "the recorded small picture is bare")


def stamp(us):
    return datetime.datetime.fromtimestamp(
        us / S, datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")


def copy_of(camera, span, out, *more):
    secret = os.path.join(WORK, "password")
    open(secret, "w").write(PASSWORD + "\n")
    until_day = datetime.date.today() + datetime.timedelta(30)
    return subprocess.run(
        [HAECHI, "export", "--dir", SITE, "--camera", str(camera), "--from",
         stamp(span[0]), "--to", stamp(span[1]), "--purpose",
         "facility-safety", "--reason", "본인 영상 열람", "--ground",
         "제35조", "--receiver", "홍길동", "--conditions", "본인만 열람",
         "--until", until_day.isoformat(), "--out", out, "--name", "홍길동",
         "--password-file", secret, *more],
        capture_output=True, timeout=120, stdin=subprocess.DEVNULL)


def covered_copy(span):
    """For whom it shows: taken out by one person, black for good."""
    out = os.path.join(WORK, "copy.mp4")
    span = (span[0] // S * S + S, span[1] // S * S)
    done = copy_of(MASKED, span, out, "--covered")
    check(done.returncode == 0, (done.returncode, done.stderr))
    video = open(out, "rb").read()
    check(is_covered(video), "the copy is not covered")
    said = [one for one in entries(SITE) if one["kind"] == "export.covered"]
    check(len(said) == 1 and said[0]["cameras"] == str(MASKED), said)
    made = [one for one in entries(SITE) if one["kind"] == "export.made"]
    check(made[-1]["export"] == said[0]["n"] and
          made[-1]["manifest"] == hashlib.sha256(video).hexdigest(), made)
    done = copy_of(FREE, span, out + ".2", "--covered")
    check(done.returncode == 3 and not os.path.exists(out + ".2"),
          (done.returncode, done.stderr))
    # The package with what is beneath waits for another person, and says so.
    done = copy_of(MASKED, span, out + ".zip")
    check(done.returncode == 1 and
          b"waits for another person" in done.stdout, done.stdout)


@scenario
def what_is_covered_is_black():
    demo = Demo(directory=SITE)
    try:
        api = demo.api()
        until(lambda: api.coverage(MASKED)["recorded"] and
              recorded_span(api, MASKED)[1] - recorded_span(api, MASKED)[0] >
              6 * S, 60, "recorded")
        before = recorded_span(api, MASKED)
        check(demo.role("work") is None, "nothing to be covered, but work")
        answer, bare = media(api, MASKED, *before)
        check(answer.status == 200 and not is_covered(bare),
              "without a mask it is to be seen")
    finally:
        demo.stop()
    edit(SITE, "plant.yaml", r"^    group: sharing-okpo$",
         "    group: sharing-okpo\n    sub_path: /cam/1\n" + MASK)
    demo.start("demo", "--dir", SITE, "--web-port", str(demo.web_port),
               "--camera-port", str(demo.camera_port))
    try:
        api = demo.api(first=False)
        until(lambda: demo.role("work"), 20, "work")

        # Also what was recorded before there was a mask.
        def covered():
            answer, video = media(api, MASKED, *before)
            return answer.status == 200 and video
        video = until(covered, 60, "covered pictures") or covered()
        check(is_covered(video), "recorded pictures are not covered")
        until(lambda: recorded_span(api, FREE)[1] > before[1] + 4 * S, 60,
              "recording goes on")
        answer, video = media(api, FREE, recorded_span(api, FREE)[0],
                              recorded_span(api, FREE)[1])
        check(not is_covered(video), "another camera is covered")

        seen = watch(api, [MASKED, FREE])
        check(is_covered(seen[MASKED]), "live pictures are not covered")
        check(not is_covered(seen[FREE]), "another camera is covered live")

        small_stream(api)

        # Nobody gets the file of such a view.
        view = api.open_view(MASKED, *before)["view"]
        answer, _ = api.request("GET", f"/api/v1/views/{view}/download.mp4")
        check(answer.status == 409, answer.status)

        covered_copy(before)

        # Work dies: what was to be covered is not shown bare.
        pid = demo.role("work")
        os.kill(pid, signal.SIGSTOP)
        answer, video = media(api, MASKED, *before)
        check(answer.status == 503, (answer.status, video[:200]))
        os.kill(pid, signal.SIGKILL)
        until(lambda: demo.role("work") not in (None, pid), 30, "work again")
        video = until(covered, 60, "covered again") or covered()
        check(is_covered(video), "not covered after a restart of work")
        seen = watch(api, [MASKED])
        check(is_covered(seen[MASKED]), "not covered live after a restart")
        check(demo.stop() == 0, "an orderly stop")
    finally:
        if demo.process.poll() is None:
            demo.stop()


@scenario
def recordings_are_as_they_were():
    code, result = verify(SITE)
    check(code == 0, result)
    told = [one for one in entries(SITE)
            if one["kind"] == "setting" and one["name"] == "masks.sha256"]
    check(told, "the mask is no entry")


try:
    run()
finally:
    shutil.rmtree(WORK, ignore_errors=True)
