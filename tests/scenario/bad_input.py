# SPDX-License-Identifier: Apache-2.0
"""Bad input gets a clear answer, and nothing is lost."""
import json
import os
import re
import shutil
import socket
import subprocess
import tempfile
import threading

from scenario import (Demo, HAECHI, Installation, check, edit, entries,
                      free_port, fresh_site, refused, run, scenario, states, until,
                      verify)

WORK = tempfile.mkdtemp(prefix="haechi-")


def fresh(name):
    """The demo's configuration in a directory of its own, never started."""
    template = os.path.join(WORK, "template")
    if not os.path.exists(template):
        fresh_site(template)
    site = os.path.join(WORK, name)
    shutil.copytree(template, site)
    return site


@scenario
def an_unknown_group_is_named_with_file_line_and_remedy():
    site = fresh("group")
    edit(site, "plant.yaml", r"group: counselling", "group: councelling")
    text = refused(site, 2, r"plant\.yaml:\d+", "councelling", "counselling")
    check(" — use the id of a group" in text, "a remedy")
    check(not os.path.exists(site + "/keys"), "nothing was started")


@scenario
def once_a_notice_is_in_force_that_camera_alone_is_refused():
    site = fresh("refused")
    web_port = free_port()
    edit(site, "plant.yaml", r"port: \d+", f"port: {web_port}")
    with Installation(site, web_port) as recorder:
        recorder.api()  # the notice is in force
    edit(site, "plant.yaml", r"group: counselling", "group: councelling")
    done = subprocess.run([HAECHI, "check", "--dir", site],
                          capture_output=True, timeout=20)
    check(b"camera_refused" in done.stdout + done.stderr, done)
    with Installation(site, web_port) as recorder:
        def differs():
            status = json.loads(subprocess.run(
                [HAECHI, "status", "--dir", site, "--json"],
                capture_output=True, timeout=20).stdout or b"{}")
            codes = [one["code"] for one in status.get("drift", [])]
            return "camera_unknown" in codes
        until(differs, 60, "a camera that the notice does not have")
        found = [one for one in entries(site) if one["kind"] == "drift.found"
                 and one["code"] == "camera_unknown"]
        check([one["detail"] for one in found] == ["1"], found)
        said = subprocess.run([HAECHI, "status", "--dir", site], timeout=20,
                              capture_output=True).stdout.decode()
        check("DIFFERS FROM THE NOTICE" in said and
              "Take the camera out of plant.yaml" in said, said)


@scenario
def a_wrong_type_is_named():
    site = fresh("type")
    edit(site, "plant.yaml", r"number: 3$", "number: three")
    refused(site, 2, r"plant\.yaml:\d+", "number")


@scenario
def a_number_given_twice_is_named():
    site = fresh("twice")
    edit(site, "plant.yaml", r"number: 3$", "number: 2")
    refused(site, 2, r"plant\.yaml:\d+", "duplicate_number")


@scenario
def an_unknown_key_is_named():
    site = fresh("key")
    edit(site, "plant.yaml", r"password_file:", "pasword_file:")
    refused(site, 2, r"plant\.yaml:\d+", "pasword_file", "password_file")


@scenario
def broken_yaml_is_named():
    site = fresh("yaml")
    edit(site, "notice.yaml", r"^institution:", "institution: [")
    refused(site, 2, r"notice\.yaml:\d+")


@scenario
def a_missing_notice_is_named():
    site = fresh("missing")
    os.unlink(site + "/notice.yaml")
    refused(site, 2, r"notice\.yaml")


@scenario
def a_taken_port_ends_with_the_remedy():
    site = fresh("port")
    with socket.socket() as other:
        other.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        port = free_port()
        edit(site, "plant.yaml", r"port: \d+", f"port: {port}")
        other.bind(("0.0.0.0", port))
        other.listen()
        refused(site, 3, str(port), "taken", "plant.yaml")


@scenario
def two_at_a_time_are_refused():
    with Demo() as demo:
        demo.api()
        refused(demo.directory, 3, "another haechi")
        check(demo.stop() == 0, "an orderly stop")


@scenario
def a_directory_that_cannot_be_written_ends_with_the_remedy():
    site = fresh("readonly")
    open(site + "/volumes", "w").close()  # a file where a directory must be
    refused(site, 3, "volumes", "director")


@scenario
def unknown_words_on_the_command_line_end_with_two():
    for words in ([], ["recrod"], ["run"], ["demo"], ["verify"],
                  ["demo", "--dir"], ["demo", "--dir", WORK + "/x",
                                      "--seconds", "no"]):
        done = subprocess.run([HAECHI, *words], capture_output=True,
                              timeout=60)
        check(done.returncode == 2, f"{words}: {done.returncode}")
        check(done.stderr, f"{words}: no word of explanation")


@scenario
def one_camera_with_a_wrong_password_and_one_that_is_away_harm_no_other():
    site = fresh("password")
    os.makedirs(site + "/secrets", exist_ok=True)
    with open(site + "/secrets/wrong", "w") as secret:
        secret.write("not-the-password\n")
    away = free_port()
    text = open(site + "/plant.yaml").read()
    blocks = re.split(r"(?=^\s*- number:)", text, flags=re.M)
    blocks[1] = re.sub(r"password_file: \S+", "password_file: secrets/wrong",
                       blocks[1])
    blocks[2] = re.sub(r"port: \d+", f"port: {away}", blocks[2])
    open(site + "/plant.yaml", "w").write("".join(blocks))
    camera_port = int(re.search(r"port: (\d+)", blocks[3]).group(1))
    web_port = free_port()
    edit(site, "plant.yaml", r"port: \d+", f"port: {web_port}")
    demo = Demo(directory=site)
    with demo:
        api = demo.api()
        wanted = dict.fromkeys(range(1, 10), "recording")
        wanted.update({1: "unauthorized", 2: "unreachable"})
        until(lambda: states(demo.directory) == wanted, 60,
              "seven recording, one refused, one away")
        until(lambda: any(to_us - from_us > 3_000_000 for from_us, to_us in
                          api.coverage(3)["recorded"]), 40, "three seconds")
        check(demo.stop() == 0, "an orderly stop")
    check(camera_port > 0, "the others' port")
    code, result = verify(site)
    check(code == 0 and result["unexplained_s"] == 0, result)
    by_number = {one["camera"]: one for one in result["cameras"]}
    check(by_number[1]["recorded_s"] == 0, by_number[1])
    check(by_number[3]["recorded_s"] > 2, by_number[3])


class Listener:
    """Gives the same answer to whatever it is asked here, and keeps that."""

    def __init__(self, answer):
        self.asked = []
        self.answer = answer
        self.socket = socket.create_server(("0.0.0.0", 0))
        self.port = self.socket.getsockname()[1]
        threading.Thread(target=self.serve, daemon=True).start()

    def serve(self):
        while True:
            peer, _ = self.socket.accept()
            with peer:
                while question := peer.recv(4096):
                    self.asked.append(question)
                    number = re.search(rb"CSeq: *(\d+)", question)
                    peer.sendall(b"RTSP/1.0 %s\r\nCSeq: %s\r\n\r\n" %
                                 (self.answer, number.group(1)))


@scenario
def a_camera_cannot_send_us_to_ourselves_with_its_account():
    site = fresh("redirected")
    victim = Listener(b'401 Unauthorized\r\n'
                      b'WWW-Authenticate: Digest realm="x", nonce="y"')
    url = f"rtsp://127.0.0.1:{victim.port}/any"
    camera = Listener(b"302 Found\r\nLocation: " + url.encode())
    text = open(site + "/plant.yaml").read()
    blocks = re.split(r"(?=^\s*- number:)", text, flags=re.M)
    blocks[2] = re.sub(r"port: \d+", f"port: {camera.port}", blocks[2])
    open(site + "/plant.yaml", "w").write(
        "camera_networks: [127.0.0.0/8, 192.0.2.0/24]\n" + "".join(blocks))
    web_port = free_port()
    edit(site, "plant.yaml", r"port: \d+", f"port: {web_port}")
    with Demo(directory=site) as demo:
        demo.api()
        until(lambda: len(camera.asked) >= 3, 40, "a camera that sends us away")
        until(lambda: [line for line in demo.lines
                       if "redirects us: refused" in line], 10, "a refusal")
        check(demo.stop() == 0, "an orderly stop")
        check(not [line for line in demo.lines if ": followed" in line],
              "none is followed")
    check(not victim.asked, f"asked at our own address: {victim.asked}")


try:
    run()
finally:
    shutil.rmtree(WORK, ignore_errors=True)
