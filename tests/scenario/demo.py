# SPDX-License-Identifier: Apache-2.0
"""The demo from start to end: what it prints, what verify finds, and again."""
import glob
import json
import shutil
import subprocess
import tempfile

from scenario import Demo, HAECHI, check, run, scenario, until, verify

SECONDS = 45
DIRECTORY = tempfile.mkdtemp(prefix="haechi-")


@scenario
def nine_cameras_for_45_seconds_leave_nothing_unexplained():
    with Demo("--seconds", str(SECONDS), "--json",
              directory=DIRECTORY) as demo:
        result = demo.result(SECONDS + 40)
    check(result["cameras"] == 9, result)
    check(len(result["recorded_s"]) == 9, result)
    check(min(result["recorded_s"]) >= 40, result)
    check(max(result["recorded_s"]) <= SECONDS + 5, result)
    check(result["unexplained_s"] == 0, result)
    check(result["destructions"] > 0, result)
    check(result["records"] > 9 * 40 * 0.9, result)
    check(result["entries"] > 20, result)
    check(result["restarts"] == 0, result)


@scenario
def verify_opens_every_record_and_finds_nothing():
    code, result = verify(DIRECTORY)
    check(code == 0 and result["ok"], result)
    check(result["records"] > 0 and result["damaged"] == 0, result)
    check(result["audio_tracks"] == 0, result)
    check(result["unexplained_s"] == 0, result)
    check(result["problems"] == [], result)


@scenario
def a_second_start_goes_on_and_explains_the_pause():
    with Demo("--seconds", "12", "--json", directory=DIRECTORY) as demo:
        result = demo.result(50)
    check(result["unexplained_s"] == 0, result)
    code, result = verify(DIRECTORY)
    check(code == 0 and result["ok"], result)


@scenario
def one_flipped_byte_in_a_record_is_found_and_named():
    name = sorted(glob.glob(DIRECTORY + "/volumes/**/*.vol",
                            recursive=True))[0]
    _, before = verify(DIRECTORY)
    with open(name, "r+b") as volume:
        content = volume.read()
        # A record of the group that keeps its video: not a destroyed one.
        at = content.index(b"HREC") + 160 + 1000
        volume.seek(at)
        volume.write(bytes([content[at] ^ 1]))
    code, result = verify(DIRECTORY)
    check(code == 1 and not result["ok"], result)
    check(result["damaged"] == 1, result)
    check(result["records"] == before["records"] - 1, result)
    check(any("vol" in problem["where"] for problem in result["problems"]),
          result)


@scenario
def status_and_verify_answer_while_it_runs():
    with Demo() as demo:
        demo.api()

        def recording():
            done = subprocess.run(
                [HAECHI, "status", "--dir", demo.directory, "--json"],
                capture_output=True, timeout=20)
            check(done.returncode == 0, done.stderr)
            status = json.loads(done.stdout)
            return [one for one in status["cameras"]
                    if one["state"] == "recording"][8:]
        until(recording, 60, "recording nine cameras")
        code, result = verify(demo.directory)
        check(code == 0 and result["is_running"], f"{code}: {result}")
        check(demo.stop() == 0, "an orderly stop")


try:
    run()
finally:
    shutil.rmtree(DIRECTORY, ignore_errors=True)
