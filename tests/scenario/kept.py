# SPDX-License-Identifier: Apache-2.0
"""What was sent is what is kept: downloads against the cameras' ledger."""
import os
import tempfile
import time

from scenario import (Demo, boot_us, check, download, ledger, run, scenario,
                      until)

CAMERAS = range(1, 10)
RECORD_S = 25


def find_run(sent, kept):
    """Where kept stands in sent, in order and without a hole; -1: nowhere.

    Clips repeat, so a single unit may stand in several places."""
    hashes = [unit[2] for unit in sent]
    for start in range(len(hashes) - len(kept) + 1):
        if hashes[start:start + len(kept)] == kept:
            return start
    return -1


@scenario
def every_unit_sent_is_kept_unchanged_and_nothing_else():
    sent_file = tempfile.mktemp(prefix="haechi-ledger-")
    with Demo("--ledger", sent_file) as demo:
        api = demo.api()

        def is_recorded(camera, until_us=0):
            spans = api.coverage(camera)["recorded"]
            return spans and spans[-1][1] > until_us
        until(lambda: all(map(is_recorded, CAMERAS)), 20, "nine cameras")
        begin = api.coverage(1)["clock_us"]
        time.sleep(RECORD_S)
        end = api.coverage(1)["clock_us"] - 4_000_000
        offset = end + 4_000_000 - boot_us()
        for camera in CAMERAS:
            until(lambda: is_recorded(camera, end), 20, "recorded to the end")
            path = os.path.join(demo.directory, f"camera-{camera}.mp4")
            kept = download(api, camera, begin, end, path)
            compare(camera, ledger(sent_file)[camera], kept, begin - offset,
                    end - offset)
    os.unlink(sent_file)


def compare(camera, sent, kept, begin_boot_us, end_boot_us):
    check(len(kept) > 0, f"camera {camera}: nothing kept")
    start = find_run(sent, kept)
    check(start >= 0, f"camera {camera}: {len(kept)} units kept are not a "
          f"run of the {len(sent)} sent: one is missing, extra or changed")
    # The run reaches from the first IDR after begin (GOP 1 s) to the end.
    first_us, last_us = sent[start][1], sent[start + len(kept) - 1][1]
    check(first_us < begin_boot_us + 3_000_000,
          f"camera {camera}: begins {first_us - begin_boot_us} us late")
    check(last_us > end_boot_us - 1_500_000,
          f"camera {camera}: ends {end_boot_us - last_us} us early")


run()
