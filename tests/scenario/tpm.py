# SPDX-License-Identifier: Apache-2.0
"""A whole installation whose roots live in a TPM (swtpm, its own): it moves up
from files, rotates in its sandbox, goes on recording while the TPM hangs or is
dead, and destroys when it is back."""
import base64
import copy
import hashlib
import json
import os
import select
import shutil
import socket
import subprocess
import tempfile
import threading
import time

from machine import late_s
from scenario import (HAECHI, PATIENCE, Api, Demo, check, run, scenario,
                      until, verify)

WORK = tempfile.mkdtemp(prefix="haechi-")
SITE = os.path.join(WORK, "site")


class Tpm:
    """swtpm behind a relay that can hold back what it should pass on."""

    def __init__(self):
        self.state = os.path.join(WORK, "state")
        self.inner = os.path.join(WORK, "inner")
        self.outer = os.path.join(WORK, "tpm")
        self.hangs = False
        self.passed = 0
        os.mkdir(self.state)
        self.start()
        self.listener = socket.socket(socket.AF_UNIX)
        self.listener.bind(self.outer)
        self.listener.listen(8)
        threading.Thread(target=self.accept, daemon=True).start()

    def start(self):
        if os.path.exists(self.inner):
            os.unlink(self.inner)
        self.process = subprocess.Popen(
            ["swtpm", "socket", "--tpm2", "--tpmstate", "dir=" + self.state,
             "--server", "type=unixio,path=" + self.inner,
             "--flags", "not-need-init,startup-clear"],
            stderr=subprocess.DEVNULL)
        until(lambda: os.path.exists(self.inner), 10, "swtpm listening", 0.02)

    def kill(self):
        self.process.kill()
        self.process.wait()

    def accept(self):
        while True:
            client, _ = self.listener.accept()
            threading.Thread(target=self.relay, args=(client,),
                             daemon=True).start()

    def relay(self, client):
        with client, socket.socket(socket.AF_UNIX) as server:
            try:
                server.connect(self.inner)
                while True:
                    for source in select.select([client, server], [], [])[0]:
                        data = source.recv(4096)
                        if not data:
                            return
                        if source is client and self.hangs:
                            continue  # swallowed
                        self.passed += len(data)
                        (server if source is client else client).sendall(data)
            except OSError:
                return


TPM = None


def signed_in(demo, first=False):
    """The keeper takes a while to start here: until then the gate lets nobody
    in, and then the address is printed. Or the wait for it has got too long;
    who tries all the same may do so twelve times a minute."""
    until(lambda: any("https://localhost" in line for line in demo.lines), 60,
          "an address")
    if first:
        return demo.api()

    def let_in():
        api = Api(demo.web_port)
        try:
            api.login()
            return api
        except (AssertionError, OSError):
            return None
    return until(let_in, 60, "letting anybody in", 3)


def status(api):
    return api.json("GET", "/status")


def recorded_to_s(api, camera):
    """Until when the camera is recorded, in seconds before now."""
    spans = api.coverage(camera)["recorded"]
    return time.time() - spans[-1][1] / 1e6 if spans else 1e9


def check_recording(api, camera):
    behind_s = recorded_to_s(api, camera)
    check(behind_s < 6 + PATIENCE * late_s(time.monotonic() - 10),
          f"recording stands still: {behind_s} s")


def camera_of_seconds(api):
    """A camera whose key changes every 5 s: the hardest to keep sealing."""
    for site in api.json("GET", "/cameras")["sites"]:
        for group in site["groups"]:
            for one in group["cameras"]:
                if "seconds" in str(group.get("retention", "")):
                    return one["number"]
    return 6


def attested(api):
    """A record of destruction that the TPM has signed for."""
    for one in api.json("GET", "/destructions?count=10")["destructions"]:
        record = api.json("GET", f"/destructions/{one['entry']}")
        if record["state"] == "done" and record["attestation"]:
            return record
    return None


def verify_record(record):
    path = os.path.join(WORK, "record.json")
    with open(path, "w") as file:
        json.dump(record, file)
    done = subprocess.run([HAECHI, "verify", "--destruction", path, "--json"],
                          capture_output=True, text=True)
    return done.returncode, json.loads(done.stdout)


def check_attestation(record):
    """Good as it stands, without a TPM; and whatever is changed in it, in the
    line that bears it too, is noticed."""
    said = record["attestation"]
    check(said["epoch"] >= record["destroyed"][0]["epoch"], record)
    code, result = verify_record(record)
    check(code == 0 and result["attestation"]["signed"], result)
    for member in ("epoch", "clock_ms", "resets"):
        changed = copy.deepcopy(record)
        changed["attestation"][member] += 1
        check(verify_record(changed)[0] == 1, member)
    line, = [one for one in record["entries"] if one["n"] == said["entry"]]
    text = json.loads(line["line"])["attestation"]
    blob = bytearray(base64.b64decode(text))
    for at in (12, 80, 130, len(blob) - 100, len(blob) - 5):
        other = bytes(blob[:at]) + bytes([blob[at] ^ 1]) + bytes(blob[at + 1:])
        changed = copy.deepcopy(record)
        for one in changed["entries"]:
            if one["n"] == said["entry"]:
                one["line"] = line["line"].replace(
                    text, base64.b64encode(other).decode())
                one["leaf"] = hashlib.sha256(
                    b"\0" + one["line"].encode()).hexdigest()
        code, result = verify_record(changed)
        check(code == 1, f"byte {at} changed: {result}")
        check(any("attestation" in one["where"] or one["where"] == "destroyed"
                  for one in result["problems"]), result)


@scenario
def an_installation_of_level_0_moves_up():
    global TPM
    with Demo("--seconds", "8", "--json", directory=SITE) as demo:
        demo.result(60)
    old = [open(f"{SITE}/keys/root-{i}", "rb").read() for i in (0, 1)]
    TPM = Tpm()
    with open(SITE + "/plant.yaml", "a") as plant:
        plant.write(f"keys:\n  erasure: tpm\n  tcti: \"swtpm:path="
                    f"{TPM.outer}\"\n")
    with Demo(directory=SITE) as demo:
        api = signed_in(demo, first=True)
        check(any("lost for good" in line for line in demo.lines),
              "what a dead mainboard means is not said")
        check(any("영구히" in line for line in demo.lines), "nor in Korean")
        for i in (0, 1):
            new = open(f"{SITE}/keys/root-{i}", "rb").read()
            check(new[:32] != old[i][:32] and new[4096:4128] != old[i][:32],
                  "an old root is still there")
        before = TPM.passed
        until(lambda: TPM.passed > before + 3000, 30, "rotating")
        state = status(api)
        check(state["erasure_level"] == 0, "an emulator is no level 2")
        check(not state["deletion_pending"], state)
        record = until(lambda: attested(api), 40, "attested", 1)
    check_attestation(record)
    code, result = verify(SITE)
    check(code == 0, result)


@scenario
def a_second_start_says_nothing_new():
    with Demo(directory=SITE) as demo:
        signed_in(demo)
        check(not any("lost for good" in line for line in demo.lines),
              "said again")
        check(demo.stop() == 0, "did not stop in order")


@scenario
def recording_goes_on_while_the_tpm_hangs():
    with Demo(directory=SITE) as demo:
        api = signed_in(demo)
        camera = camera_of_seconds(api)
        until(lambda: recorded_to_s(api, camera) < 4, 20, "recording")
        keeper = demo.role("keeper")
        TPM.hangs = True
        until(lambda: status(api)["deletion_pending"], 45, "pending", 0.5)
        end = time.monotonic() + 12
        while time.monotonic() < end:
            check_recording(api, camera)
            time.sleep(0.5)
        check(status(api)["deletion_pending"], "not pending any more")
        TPM.hangs = False
        until(lambda: not status(api)["deletion_pending"], 45, "done", 0.5)
        check(demo.role("keeper") == keeper, "the keeper was restarted")


@scenario
def a_tpm_that_dies_is_waited_for():
    with Demo(directory=SITE) as demo:
        api = signed_in(demo)
        camera = camera_of_seconds(api)
        until(lambda: recorded_to_s(api, camera) < 4, 20, "recording")
        keeper = demo.role("keeper")
        TPM.kill()
        until(lambda: [one for one in [status(api)]
                       if one["deletion_pending"] and
                       one["pending_reason"] == "failed"], 20, "pending", 0.3)
        time.sleep(6)
        check_recording(api, camera)
        TPM.start()
        until(lambda: not status(api)["deletion_pending"], 30, "done", 0.5)
        check(demo.role("keeper") == keeper, "the keeper was restarted")
    code, result = verify(SITE)
    check(code == 0, result)


@scenario
def without_its_tpm_nothing_starts_and_nothing_is_lost():
    TPM.kill()
    with Demo(directory=SITE) as demo:
        until(lambda: any("keeper" in line and "status=" in line
                          for line in demo.lines), 20, "complaining")
        TPM.start()
        api = signed_in(demo)
        camera = camera_of_seconds(api)
        until(lambda: recorded_to_s(api, camera) < 4, 20, "recording")
    code, result = verify(SITE)
    check(code == 0, result)


def verify_offline(*words):
    done = subprocess.run([HAECHI, "verify", "--destruction",
                           os.path.join(WORK, "record.json"), "--dir", SITE,
                           "--images", os.path.join(WORK, "images"), *words],
                          capture_output=True, text=True)
    return done.returncode, done.stdout


@scenario
def a_record_is_checked_with_the_tpm_and_without():
    shutil.copytree(os.path.join(SITE, "keys"),
                    os.path.join(WORK, "images", "old"))
    with Demo(directory=SITE) as demo:
        api = signed_in(demo)
        record = until(lambda: attested(api), 60, "a record", 1)
        epoch = status(api)["epoch"]
        until(lambda: status(api)["epoch"] > epoch + 1, 30, "two rotations")
    with open(os.path.join(WORK, "record.json"), "w") as file:
        json.dump(record, file)
    code, text = verify_offline("--json")
    result = json.loads(text)
    check(code == 0 and result["ok"] and result["live_keys"] > 0, text)
    check([(one["tried"], one["opened"]) for one in result["images"]]
          == [(True, False)], text)
    TPM.kill()
    code, text = verify_offline("--json")
    result = json.loads(text)
    check(code == 3 and not result["ok"] and not result["problems"], text)
    check(len(result["unchecked"]) == 2 and result["lines_found"] > 0, text)
    check([one["tried"] for one in result["images"]] == [False], text)
    code, text = verify_offline()
    check(code == 3 and text.count("NOT CHECKED") == 2, text)


try:
    run()
finally:
    if TPM is not None:
        TPM.kill()
    shutil.rmtree(WORK, ignore_errors=True)
