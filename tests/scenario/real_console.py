# SPDX-License-Identifier: Apache-2.0
"""The console in Chromium, on a whole installation instead of a played one."""
import os
import subprocess
import tempfile

from scenario import Api, Demo, SOURCE_ROOT, check, run, scenario, until


@scenario
def from_the_first_login_to_a_destroyed_span():
    with Demo("--seconds", "150") as demo, \
            tempfile.TemporaryDirectory() as work:
        until(lambda: demo.code, 20, "printing a one-time code")

        def answers():
            try:
                return Api(demo.web_port).request("GET", "/api/v1/health")
            except OSError:
                return None
        until(answers, 20, "answering on its port")
        environment = dict(
            os.environ, HAECHI_CODE=demo.code,
            HAECHI_ADDRESS=f"https://localhost:{demo.web_port}")
        done = subprocess.run(
            ["sh", SOURCE_ROOT + "/tests/browser/run.sh", work,
             "console.test.mjs"], env=environment, timeout=140,
            capture_output=True)
        text = (done.stdout + done.stderr).decode(errors="replace")
        check(done.returncode == 0, text[-3000:])
        check("# pass" in text or "ℹ pass" in text, text[-500:])


run()
