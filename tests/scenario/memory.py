# SPDX-License-Identifier: Apache-2.0
"""What is over leaves memory: no clear picture outlives its use for long.

Every picture that the simulated cameras send bears its number, in clear, inside
the video. The memory of each process is searched for these marks while the
pictures are new, which is the control, and later, while recording goes on: no
mark is older than KEPT_S. Some of it is watched before, and the short group's
dies meanwhile."""
import os
import re
import shutil
import tempfile
import time

from scenario import (Demo, HAECHI, check, children, download, fresh_site, run,
                      scenario, until)

CLIPS = os.path.join(os.path.dirname(HAECHI), "clips")
WORK = tempfile.mkdtemp(prefix="haechi-")
RATE = 15  # pictures a second, of the clips
KEPT_S = 40  # a mark may be so old
LAST_S = 70  # when it is looked for
SHORT = 6
CLIP = (LAST_S + 60) * RATE  # pictures; a camera may begin anywhere in it
MARK = re.compile(rb"HAECHI-MARK-(\d{2})(\d{6})")
ROLES = ("ingest", "web", "gate", "vault", "keeper")
PIECE = 16 << 20


def units(stream):
    """NAL units of a byte stream, without start codes."""
    return [unit.rstrip(b"\0") for unit in stream.split(b"\0\0\1")
            if unit.strip(b"\0")]


def mark_of(camera, index):
    """An SEI message of unregistered user data."""
    payload = bytes(range(1, 17)) + b"HAECHI-MARK-%02d%06d" % (camera, index)
    return b"\x06\x05" + bytes([len(payload)]) + payload + b"\x80"


def make_clip(source, camera, path):
    """The clip again and again, each picture with a mark of its own."""
    nals = units(open(source, "rb").read())
    index = 0
    with open(path, "wb") as out:
        while index < CLIP:
            for nal in nals:
                if nal[0] & 31 == 6:
                    continue
                # The first slice of a picture begins with macroblock 0.
                if nal[0] & 31 in (1, 5) and nal[1] & 0x80:
                    out.write(b"\0\0\0\1" + mark_of(camera, index))
                    index += 1
                out.write(b"\0\0\0\1" + nal)


def marks_in(pid):
    """(camera, picture) of each mark that stands in the process's memory."""
    found = []
    with open(f"/proc/{pid}/maps") as maps, \
            open(f"/proc/{pid}/mem", "rb", buffering=0) as memory:
        for line in maps:
            words = line.split()
            first, last = (int(word, 16) for word in words[0].split("-"))
            if "r" not in words[1] or words[-1] in ("[vvar]", "[vsyscall]"):
                continue
            # Of what is mapped and was never touched, nothing is there.
            for at in range(first, last, PIECE):
                try:
                    memory.seek(at)
                    content = memory.read(min(PIECE, last - at))
                except OSError:
                    continue
                found += [(int(camera), int(index)) for camera, index in
                          MARK.findall(content)]
    return found


def search(demo):
    """Role -> marks, and when that was."""
    pids = {words[2]: pid for pid, words in children(demo.process.pid)
            if words[1:2] == ["role"] and words[2] in ROLES}
    return time.monotonic(), {role: marks_in(pid)
                              for role, pid in pids.items()}


def newest_of(found):
    """Camera -> its newest picture: the one behind which the clip's longest
    stretch without a mark begins."""
    newest = {}
    for camera in {camera for marks in found.values() for camera, _ in marks}:
        there = sorted({index for marks in found.values()
                        for one, index in marks if one == camera})
        gaps = [((after - index) % CLIP or CLIP, index) for index, after in
                zip(there, there[1:] + there[:1])]
        newest[camera] = max(gaps)[1]
    return newest


def ages_s(marks, newest, elapsed_s):
    """How old each picture is, where these were the newest so long ago."""
    ages = [(newest[camera] + elapsed_s * RATE - index) % CLIP / RATE
            for camera, index in marks]
    # The clock of the cameras and ours: what is about to come is new.
    return [0 if age > CLIP / RATE - 10 else age for age in ages]


def say(found, newest, elapsed_s):
    for role, marks in sorted(found.items()):
        oldest = max(ages_s(marks, newest, elapsed_s), default=0)
        print(f"#   {role}: {len(marks)} marks, the oldest {oldest:.0f} s old",
              flush=True)


@scenario
def no_clear_picture_stays_in_memory():
    clips = os.path.join(WORK, "clips")
    site = os.path.join(WORK, "site")
    fresh_site(site)
    os.makedirs(clips)
    for number in range(1, 10):
        make_clip(f"{CLIPS}/cam-{number}.h264", number,
                  f"{clips}/cam-{number}.h264")
    with Demo("--clips", clips, directory=site) as demo:
        api = demo.api()
        begin = time.monotonic()
        time.sleep(8)
        now_us = int(time.time() * 1e6)
        until(lambda: all(
            spans and spans[-1][1] > now_us for spans in
            [api.coverage(camera)["recorded"] for camera in (1, SHORT)]), 20,
            "recorded so far")
        for camera in (1, SHORT):
            download(api, camera, now_us - 4_000_000, now_us,
                     os.path.join(WORK, "watched.mp4"))
        seen, early = search(demo)
        newest = newest_of(early)
        say(early, newest, 0)
        check(len(newest) == 9, newest)
        check(early["ingest"] and early["vault"], "the control sees nothing")
        time.sleep(max(0, begin + LAST_S - time.monotonic()))
        looked, late = search(demo)
        say(late, newest, looked - seen)
        check(late["ingest"] and late["vault"], "recording goes on")
        for role, marks in late.items():
            old = [age for age in ages_s(marks, newest, looked - seen)
                   if age > KEPT_S]
            check(not old, f"{role}: {len(old)} old pictures")
        check(demo.stop() == 0, "an orderly stop")


try:
    run()
finally:
    shutil.rmtree(WORK, ignore_errors=True)
