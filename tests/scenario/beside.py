# SPDX-License-Identifier: Apache-2.0
"""haechi verify beside the recorder: nothing that only moves is called damaged,
not where keys die and volumes go under its eyes; what is damaged is found."""
import glob
import os
import re
import shutil
import tempfile
import time

from scenario import Demo, check, fresh_site, run, scenario, until, verify

WORK = tempfile.mkdtemp(prefix="haechi-")
SITE = os.path.join(WORK, "site")
PERIOD_S, LOOKS = 10, 12


def short_period():
    path = SITE + "/notice.yaml"
    text = open(path).read()
    changed, count = re.subn(r"seconds: \d+", f"seconds: {PERIOD_S}", text)
    check(count == 1, f"periods in seconds: {count}")
    open(path, "w").write(changed)


def flip_in_a_kept_record():
    """A byte of a record that was written first, in a group that keeps all."""
    for name in sorted(glob.glob(SITE + "/volumes/*.vol")):
        with open(name, "r+b") as volume:
            content = volume.read()
            at = content.find(b"HREC") + 160 + 1000
            volume.seek(at)
            volume.write(bytes([content[at] ^ 1]))


@scenario
def a_recorder_is_checked_while_it_records_and_destroys():
    fresh_site(SITE)
    short_period()
    with Demo(directory=SITE) as demo:
        demo.api()
        until(lambda: verify(SITE)[1]["destroyed_records"] +
              verify(SITE)[1]["records"] > 60, 60, "records that are settled")
        seen = []
        for _ in range(LOOKS):
            code, result = verify(SITE)
            check(code == 0 and result["ok"] and result["is_running"], result)
            check(result["younger_records"] > 0, result)
            seen.append(result)
            time.sleep(2)
        check(seen[-1]["records"] > seen[0]["records"], "records that grow")
        check(seen[-1]["checked_to_us"] > seen[0]["checked_to_us"], "time")
        check(seen[-1]["leaves_hashed"] > 0, seen[-1])
        until(lambda: sum(one["destroyed_s"] for one in
                          verify(SITE)[1]["cameras"]) > 0, 40, "deaths")
        code, result = verify(SITE)
        check(code == 0, result)
        flip_in_a_kept_record()
        code, result = verify(SITE)
        check(code == 1 and result["damaged"] >= 1, result)
        check(any("offset" in one["where"] for one in result["problems"]),
              result)
        check(demo.stop() == 0, "an orderly stop")


try:
    run()
finally:
    shutil.rmtree(WORK, ignore_errors=True)
