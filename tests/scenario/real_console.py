# SPDX-License-Identifier: Apache-2.0
"""The console in Chromium, on a whole installation instead of a played one."""
import os
import re
import subprocess
import tempfile

from scenario import Api, Demo, SOURCE_ROOT, check, run, scenario, until


def in_browser(demo, test, timeout, **environment):
    """Runs a test of tests/browser against the demo; prints what it measured."""
    until(lambda: demo.code, 20, "printing a one-time code")

    def answers():
        try:
            return Api(demo.web_port).request("GET", "/api/v1/health")
        except OSError:
            return None
    until(answers, 20, "answering on its port")
    with tempfile.TemporaryDirectory() as work:
        done = subprocess.run(
            ["sh", SOURCE_ROOT + "/tests/browser/run.sh", work, test],
            env=dict(os.environ, HAECHI_CODE=demo.code,
                     HAECHI_ADDRESS=f"https://localhost:{demo.web_port}",
                     **environment),
            timeout=timeout, capture_output=True)
    text = (done.stdout + done.stderr).decode(errors="replace")
    check(done.returncode == 0, text[-2500:])
    check(re.search(r"(#|ℹ) pass [1-9]", text), text[-500:])
    for line in text.splitlines():
        if "median" in line:
            print("#", line.lstrip("ℹ# "), flush=True)


@scenario
def live_pictures_are_at_most_two_seconds_old():
    with tempfile.TemporaryDirectory() as work:
        ledger = os.path.join(work, "ledger")
        with Demo("--ledger", ledger) as demo:
            in_browser(demo, "delay.test.mjs", 150, HAECHI_LEDGER=ledger)


@scenario
def nothing_without_a_purpose_and_the_right_second_with_one():
    with tempfile.TemporaryDirectory() as work:
        ledger = os.path.join(work, "ledger")
        with Demo("--seconds", "180", "--ledger", ledger) as demo:
            in_browser(demo, "viewing.test.mjs", 170, HAECHI_LEDGER=ledger)


@scenario
def from_the_first_login_to_a_destroyed_span():
    with Demo("--seconds", "150") as demo:
        in_browser(demo, "console.test.mjs", 140)


run()
