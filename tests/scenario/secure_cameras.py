# SPDX-License-Identifier: Apache-2.0
"""Cameras over TLS: pinned at the first use, or as an administrator says;
refused with another certificate until an administrator accepts it."""
import hashlib
import json
import os
import re
import shutil
import signal
import ssl
import stat
import struct
import subprocess
import tempfile
import time

from onvif_device import USER, OnvifDevice
from scenario import (HAECHI, cameras_of, check, edit, entries, free_port,
                      fresh_site, run, scenario, states, until, verify)

CLIPS = os.path.join(os.path.dirname(HAECHI), "clips")
IN_THE_CLEAR = 9


def start_cameras(port, *more):
    cameras = subprocess.Popen(
        [HAECHI, "camsim", "--port", str(port), "--cameras", "9", "--user",
         "haechi", "--password", "demo-camera", "--digest", "sha256",
         "--clip", f"{CLIPS}/cam-1.h264:15", *more],
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    time.sleep(1)
    return cameras


def end(process):
    if process.poll() is None:
        process.kill()
    process.wait()


def certificates(site):
    return [(e["camera"], e["change"], e["sha256"]) for e in entries(site)
            if e["kind"] == "camera.certificate"]


@scenario
def a_new_certificate_waits_for_the_administrator():
    site = tempfile.mkdtemp(prefix="haechi-")
    fresh_site(site)
    with open(site + "/plant.yaml") as plant:
        text = plant.read()
    port = int(re.findall(r"port: (\d+)", text)[1])
    edit(site, "plant.yaml", r"port: \d+", f"port: {free_port()}")
    clear_port = free_port()
    for number in range(1, 10):
        if number != IN_THE_CLEAR:
            edit(site, "plant.yaml", rf"^( +)- number: {number}$",
                 r"\g<0>\n\1  tls: true")
    with open(site + "/plant.yaml") as plant:
        head, tail = plant.read().split(f"- number: {IN_THE_CLEAR}\n")
    with open(site + "/plant.yaml", "w") as plant:
        plant.write(head + f"- number: {IN_THE_CLEAR}\n" +
                    tail.replace(f"port: {port}", f"port: {clear_port}", 1))
    clear = start_cameras(clear_port)
    cameras = start_cameras(port, "--tls")
    recorder = subprocess.Popen([HAECHI, "run", "--dir", site],
                                stdout=subprocess.DEVNULL,
                                stderr=subprocess.DEVNULL)
    try:
        until(lambda: list(states(site).values()).count("recording") == 9, 30,
              "nine recording")
        secure = {n: one["encrypted"] for n, one in cameras_of(site).items()}
        check(secure == {n: n != IN_THE_CLEAR for n in range(1, 10)}, secure)
        until(lambda: len(certificates(site)) == 8, 10, "eight are pinned")
        before = {camera: print_ for camera, _, print_ in certificates(site)}
        check(len(set(before.values())) == 1, before)
        # The same cameras with another certificate.
        end(cameras)
        cameras = start_cameras(port, "--tls")
        until(lambda: list(states(site).values()).count("certificate") == 8,
              30, "eight refused")
        until(lambda: states(site).get(IN_THE_CLEAR) == "recording", 10,
              "the one in the clear is recorded")
        until(lambda: len(certificates(site)) == 16, 10, "each told once")
        changed = [(camera, print_) for camera, change, print_ in
                   certificates(site) if change == "changed"]
        check(len(changed) == 8 and changed[0][1] not in before.values(),
              changed)
        shown = ":".join(re.findall("..", changed[0][1].upper()))
        done = subprocess.run([HAECHI, "camera", "accept", "--dir", site,
                               "--camera", "1", "--fingerprint", shown],
                              capture_output=True, timeout=10)
        check(done.returncode == 0, done.stderr)
        until(lambda: states(site).get(1) == "recording", 60, "camera 1 is back")
        until(lambda: states(site).get(2) == "certificate", 10,
              "camera 2 is not")
        check((1, "accepted", changed[0][1]) in certificates(site), "told")
        recorder.send_signal(signal.SIGTERM)
        check(recorder.wait(30) == 0, "an orderly stop")
        gaps = [e["cause"] for e in entries(site)
                if e["kind"] == "gap" and e["camera"] == 1]
        check("certificate" in gaps, gaps)
        code, result = verify(site)
        check(code == 0 and result["unexplained_s"] == 0, result)
    finally:
        for process in (recorder, cameras, clear):
            end(process)
        shutil.rmtree(site, ignore_errors=True)


class Site:
    """An installation whose recorder has not run yet."""

    def __init__(self):
        self.path = tempfile.mkdtemp(prefix="haechi-")
        fresh_site(self.path)
        self.before = self.plant()
        self.group = re.search(r"group: (\S+)", self.before).group(1)

    def plant(self):
        with open(self.path + "/plant.yaml") as plant:
            return plant.read()

    def pins(self):
        try:
            with open(self.path + "/tls/cameras") as book:
                return dict(re.findall(r"camera (\d+) sha256 (\w+)\n",
                                       book.read()))
        except FileNotFoundError:
            return {}

    def camera(self, *words, code=0):
        done = subprocess.run([HAECHI, "camera", *words, "--dir", self.path],
                              capture_output=True, text=True, timeout=40)
        check(done.returncode == code, (words, done.returncode, done.stdout,
                                        done.stderr))
        return done

    def __enter__(self):
        return self

    def __exit__(self, *_):
        shutil.rmtree(self.path, ignore_errors=True)


@scenario
def a_certificate_is_accepted_before_the_first_run():
    with Site() as site:
        words = "accept", "--fingerprint", "ab" * 32
        for language, remedy in (("ko", "추가하십시오"), ("en", "add the camera")):
            done = site.camera(*words, "--camera", "77", "--lang", language,
                               code=2)
            check("77" in done.stderr and remedy in done.stderr, done.stderr)
        check(not os.path.exists(site.path + "/tls"), "made for nobody")
        done = site.camera(*words, "--camera", "1")
        check("받아들입니다" in done.stdout, done.stdout)
        check(site.pins() == {"1": "ab" * 32}, site.pins())
        facts = os.stat(site.path + "/tls")
        check((stat.S_IMODE(facts.st_mode), facts.st_uid) ==
              (0o700, os.getuid()), facts)
        facts = os.stat(site.path + "/tls/cameras")
        check(stat.S_IMODE(facts.st_mode) == 0o600, facts)


def make_certificate(directory, name="camera.pem"):
    """A file with key and certificate, and the fingerprint."""
    path = os.path.join(directory, name)
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout",
         path + ".key", "-out", path + ".crt", "-days", "3", "-subj",
         "/CN=camera.example"], check=True, capture_output=True)
    with open(path + ".key") as key, open(path + ".crt") as certificate:
        text = certificate.read()
        with open(path, "w") as both:
            both.write(key.read() + text)
    der = ssl.PEM_cert_to_DER_cert(text)
    return path, hashlib.sha256(der).hexdigest()


@scenario
def a_camera_is_asked_once_its_certificate_is_confirmed():
    with Site() as site:
        file, fingerprint = make_certificate(site.path)
        device = OnvifDevice(path="/main", tls=file)

        def add(*words, code=0):
            return site.camera(
                "add", "--host", "127.0.0.1", "--group", site.group, "--name",
                "현관", "--user", USER, "--password-file", "secrets/cameras",
                "--onvif-port", str(device.port), "--lang", "en", "--json",
                *words, code=code)

        try:
            # Nobody has confirmed it: it is shown, and nothing is asked.
            done = add("--tls", code=1)
            check(f"--fingerprint {fingerprint}" in done.stderr and
                  "own page" in done.stderr, done.stderr)
            done = add("--tls", "--fingerprint", "ab" * 32, code=1)
            check("another certificate" in done.stderr and
                  fingerprint in done.stderr, done.stderr)
            done = add("--tls", "--fingerprint", "ab", code=2)
            check("64 hexadecimal" in done.stderr, done.stderr)
            done = add("--path", "/x", "--fingerprint", fingerprint, code=2)
            check("say tls too" in done.stderr, done.stderr)
            check(device.asked == [] and site.pins() == {} and
                  site.plant() == site.before, (device.asked, site.pins()))

            # The port of its stream in the clear is none of a TLS camera's.
            shown = ":".join(re.findall("..", fingerprint.upper()))
            done = add("--tls", "--fingerprint", shown)
            one = json.loads(done.stdout)["added"][0]
            check((one["number"], one["path"], one["port"]) ==
                  (10, "/main", 322), one)
            check(not re.search(r"(?m)^ +port: 554$",
                                site.plant()[len(site.before):]),
                  site.plant())
            check(site.pins() == {"10": fingerprint}, site.pins())

            # That of its encrypted one is; and a table says the same.
            device.path, device.scheme, device.rtsp_port = "/2", "rtsps", 3322
            table = site.path + "/new.csv"
            with open(table, "w") as out:
                out.write("group,name_ko,host,tls,user,password_file,"
                          "onvif_port,fingerprint\n"
                          f"{site.group},문,127.0.0.1,true,{USER},"
                          f"secrets/cameras,{device.port},{fingerprint}\n")
            done = site.camera("import", table, "--json")
            one = json.loads(done.stdout)["added"][0]
            check((one["number"], one["path"], one["port"]) ==
                  (11, "/2", 3322), one)
            check(site.pins() == {"10": fingerprint, "11": fingerprint},
                  site.pins())
        finally:
            device.stop()


def crc32c(data):
    crc = 0xffffffff
    for byte in data:
        crc ^= byte
        for _ in range(8):
            crc = crc >> 1 ^ (0x82f63b78 if crc & 1 else 0)
    return crc ^ 0xffffffff


def met(directory, number):
    """The recorder's own book has this camera."""
    os.makedirs(directory + "/events", exist_ok=True)
    book = (b"HCAM" + struct.pack(">HH", 1, 1) +
            struct.pack(">IqqBBHHH", number, 1, 0, 0, 0, 0, 0, 0))
    with open(directory + "/events/cameras", "wb") as out:
        out.write(book + struct.pack(">I", crc32c(book)))


@scenario
def a_stream_with_a_certificate_of_its_own_is_pinned_as_itself():
    with Site() as site:
        file, fingerprint = make_certificate(site.path)
        other_file, other = make_certificate(site.path, "stream.pem")
        stream = OnvifDevice(tls=other_file)  # it is only shaken hands with
        device = OnvifDevice(path="/main", tls=file, scheme="rtsps",
                             rtsp_port=stream.port)

        def add(*words, code=0):
            return site.camera(
                "add", "--host", "127.0.0.1", "--group", site.group, "--name",
                "현관", "--user", USER, "--password-file", "secrets/cameras",
                "--onvif-port", str(device.port), "--tls", "--lang", "en",
                "--json", *words, code=code)

        try:
            # A hostile one's words are one word each for a shell.
            hostile = f"/$(touch${{IFS}}{site.path}/run);'x?a=1&amp;b=,2"
            path = hostile.replace("&amp;", "&")
            device.path = hostile
            device.more = {"small": ("/sub", 320, 180, "vs1")}
            done = add("--fingerprint", fingerprint, code=1)
            words = done.stderr.split(" given, with ")[1].split("\n")[0]
            said = subprocess.run(
                ["sh", "-c", f"printf '%s\\n' {words}"], text=True,
                capture_output=True, check=True).stdout.splitlines()
            again = ["--port", str(stream.port), "--path", path,
                     "--sub-path", "/sub", "--fingerprint", other]
            check(said == again and "than ONVIF" in done.stderr and
                  "column" not in done.stderr and
                  not os.path.exists(site.path + "/run"), done.stderr)
            check(site.pins() == {} and site.plant() == site.before,
                  site.pins())

            # A table is told its columns, as cells.
            table = site.path + "/new.csv"
            with open(table, "w") as out:
                out.write("group,name_ko,host,tls,user,password_file,"
                          "onvif_port,fingerprint,sub_path\n"
                          f"{site.group},문,127.0.0.1,true,{USER},"
                          f"secrets/cameras,{device.port},{fingerprint},-\n")
            done = site.camera("import", table, "--lang", "en", code=1)
            check(f'to port {stream.port}, path "{path}", fingerprint {other}'
                  in done.stderr and "--" not in done.stderr, done.stderr)

            add(*again)
            check(site.pins() == {"10": other}, site.pins())

            # Its number is its own also when it is gone, as is that of one
            # that the recorder has met.
            with open(site.path + "/plant.yaml", "w") as out:
                out.write(site.before)
            more = ["--port", "1", "--path", "/more"]
            done = add(*more)
            check(json.loads(done.stdout)["added"][0]["number"] == 11,
                  done.stdout)
            met(site.path, 14)
            done = add("--port", "2", "--path", "/more")
            check(json.loads(done.stdout)["added"][0]["number"] == 15,
                  done.stdout)
            with open(site.path + "/plant.yaml", "w") as out:
                out.write(site.before)
            add(*again)
            check("sub_path: \"/sub\"" in site.plant(), site.plant())
            check(stream.asked == [], stream.asked)
        finally:
            device.stop()
            stream.stop()


run()
