# SPDX-License-Identifier: Apache-2.0
"""What the scenarios share: a demo on free ports, its API, and TAP output.

A scenario is a script with functions decorated by @scenario; run() calls them
in order and prints TAP. Everything happens on loopback, in a temporary
directory, and ends with what it started; what is left in that directory goes
too, unless something failed: then it can be looked at.
"""
import atexit
import datetime
import glob
import http.client
import json
import os
import random
import re
import shutil
import signal
import socket
import ssl
import subprocess
import sys
import tempfile
import threading
import time

from machine import late_s

HAECHI = os.environ["HAECHI"]
SOURCE_ROOT = os.environ["SOURCE_ROOT"]
PASSWORD = "correct horse 12"
SCENARIOS = []
PATIENCE = 4
PORTS = range(10000, 21000)  # below those of outgoing connections
CLAIMS = []
COPIES_MAX = 20  # of key files, until no rotation came between
PLACE = tempfile.mkdtemp(prefix="haechi-")
tempfile.tempdir = PLACE  # of every directory that this process asks for
os.chmod(PLACE, 0o711)  # a program of another user is led to its own


@atexit.register
def remove_place():
    shutil.rmtree(PLACE, ignore_errors=True)


def scenario(function):
    SCENARIOS.append(function)
    return function


def run():
    print(f"1..{len(SCENARIOS)}", flush=True)
    failed = 0
    for number, function in enumerate(SCENARIOS, 1):
        title = function.__name__.replace("_", " ")
        try:
            function()
            print(f"ok {number} - {title}", flush=True)
        except Exception as error:  # every failure becomes a TAP line
            failed += 1
            text = f"{type(error).__name__}: {error}".replace("\n", "\n# ")
            print(f"not ok {number} - {title}\n# {text}", flush=True)
            import traceback
            print("# " + traceback.format_exc().replace("\n", "\n# "),
                  flush=True)
    if failed:
        print(f"# what is left of it: {PLACE}", flush=True)
        atexit.unregister(remove_place)
    sys.exit(1 if failed else 0)


def check(condition, what):
    if not condition:
        raise AssertionError(what)


def free_port():
    """A port that no other scenario is given as long as this process lives,
    not even while nobody listens there, and that the kernel gives to nobody by
    itself: what is told to others by number is bound much later, and again."""
    while True:
        port = PORTS.start + random.SystemRandom().randrange(len(PORTS))
        claim = socket.socket(socket.AF_UNIX)
        try:
            claim.bind(f"\0haechi-test-port-{port}")
            with socket.socket() as listener:
                listener.bind(("0.0.0.0", port))
        except OSError:
            claim.close()
            continue
        CLAIMS.append(claim)
        return port


def until(condition, seconds, what, step=0.1):
    """The first true value of condition(), or a failure after seconds. Where
    the machine stood still it is waited for longer: by PATIENCE times as much,
    for what is waited for goes through several processes."""
    began = time.monotonic()
    while True:
        value = condition()
        if value:
            return value
        check(time.monotonic() < began + seconds + PATIENCE * late_s(began),
              f"after {seconds} s: not {what}")
        time.sleep(step)


def boot_us():
    return time.clock_gettime_ns(time.CLOCK_BOOTTIME) // 1000


def children(pid):
    """(pid, command line) of all processes below pid."""
    found = []
    for name in os.listdir("/proc"):
        if not name.isdigit():
            continue
        try:
            with open(f"/proc/{name}/stat") as stat:
                parent = int(stat.read().rsplit(")", 1)[1].split()[1])
            with open(f"/proc/{name}/cmdline", "rb") as line:
                words = line.read().decode().split("\0")[:-1]
        except (FileNotFoundError, ProcessLookupError):
            continue
        if parent == pid:
            found.append((int(name), words))
            found += children(int(name))
    return found


class Api:
    """One person's browser, without the browser."""

    def __init__(self, port):
        self.port = port
        self.cookie = None
        self.context = ssl.create_default_context()
        self.context.check_hostname = False
        self.context.verify_mode = ssl.CERT_NONE

    def request(self, method, path, body=None, timeout=20):
        connection = http.client.HTTPSConnection(
            "127.0.0.1", self.port, timeout=timeout, context=self.context)
        headers = {"X-Haechi": "1",
                   "Origin": f"https://127.0.0.1:{self.port}"}
        if self.cookie:
            headers["Cookie"] = self.cookie
        data = None
        if body is not None:
            data = body if isinstance(body, bytes) else \
                json.dumps(body).encode()
            headers["Content-Type"] = "application/json"
        try:
            connection.request(method, path, data, headers)
            answer = connection.getresponse()
            content = answer.read()
        finally:
            connection.close()
        cookie = answer.getheader("Set-Cookie")
        if cookie:
            self.cookie = cookie.split(";")[0]
        return answer, content

    def json(self, method, path, body=None, expected=(200, 201, 204)):
        answer, content = self.request(method, "/api/v1" + path, body)
        check(answer.status in expected,
              f"{method} {path}: {answer.status} {content[:300]!r}")
        return json.loads(content) if content else None

    def first_login(self, code, name="홍길동"):
        return self.json("POST", "/session/first",
                         {"code": code, "name": name, "password": PASSWORD})

    def login(self, name="홍길동", password=PASSWORD):
        return self.json("POST", "/session",
                         {"name": name, "password": password})

    def open_view(self, camera, from_us, to_us, purpose=None):
        purpose = purpose or self.purpose_of(camera)
        return self.json("POST", "/views", {
            "camera": camera, "from": from_us, "to": to_us,
            "purpose": purpose, "reason": "분실물 확인"})

    def purpose_of(self, camera):
        for site in self.json("GET", "/cameras")["sites"]:
            for group in site["groups"]:
                for one in group["cameras"]:
                    if one["number"] == camera:
                        return group["purposes"][0]
        raise AssertionError(f"no camera {camera}")

    @staticmethod
    def coverage_path(camera):
        to_us = int(time.time() * 1e6)
        from_us = to_us - 3600 * 10**6
        return f"/cameras/{camera}/coverage?from={from_us}&to={to_us}"

    def coverage(self, camera):
        """The last hour."""
        return self.json("GET", self.coverage_path(camera))

    def hears_vault(self):
        """Whether the gate has its vault, too, which starts beside it."""
        answer, content = self.request("GET", "/api/v1/cameras")
        if answer.status != 200:
            return False
        for site in json.loads(content)["sites"]:
            for group in site["groups"]:
                for one in group["cameras"]:
                    path = "/api/v1" + self.coverage_path(one["number"])
                    return self.request("GET", path)[0].status != 503
        return True  # no camera, nothing to ask


class Demo:
    """haechi demo in a directory of its own; use it with `with`."""

    def __init__(self, *arguments, directory=None):
        self.made = directory is None
        self.directory = directory or tempfile.mkdtemp(prefix="haechi-")
        self.web_port = free_port()
        self.camera_port = free_port()
        self.start("demo", "--dir", self.directory,
                   "--web-port", str(self.web_port),
                   "--camera-port", str(self.camera_port), *arguments)

    def start(self, *words):
        self.lines = []
        self.code = None
        self.is_told = False
        self.process = subprocess.Popen([HAECHI, *words],
                                        stdout=subprocess.PIPE,
                                        stderr=subprocess.PIPE)
        self.reader = threading.Thread(target=self.read, daemon=True)
        self.reader.start()

    def read(self):
        for line in self.process.stderr:
            text = line.decode(errors="replace").rstrip()
            self.lines.append(text)
            found = re.search(r"one-time code\s+(\S+)", text)
            if found:
                self.code = found.group(1)
            found = re.search(r"https://localhost:(\d+)/", text)
            if found:
                self.web_port = int(found.group(1))
                self.is_told = True

    def __enter__(self):
        return self

    def __exit__(self, *error):
        if self.process.poll() is None:
            self.stop()
        if self.made:
            shutil.rmtree(self.directory, ignore_errors=True)

    def api(self, first=True):
        """A signed-in person; waits until the installation answers."""
        # It tells its address once the gate takes sign-ins: before, they are
        # refused, and counted.
        def tells():
            check(self.is_told or self.process.poll() is None,
                  "it ended: " + " | ".join(self.lines[-15:]))
            return self.is_told
        until(tells, 60, "telling its address")

        def answers():
            try:
                return Api(self.web_port).request("GET", "/api/v1/health")
            except OSError:
                return None
        until(answers, 60, "answering on its port")
        # The front may be there before the gate.
        until(lambda: Api(self.web_port).request(
            "GET", "/api/v1/session")[0].status == 200, 60, "a gate")
        api = Api(self.web_port)
        if first:
            until(lambda: self.code, 40, "printing a one-time code")
            api.first_login(self.code)
        else:
            api.login()
        until(api.hears_vault, 60, "a vault")
        return api

    def role(self, name):
        """The pid of a role's process, or None."""
        for pid, words in children(self.process.pid):
            if words[1:3] == ["role", name]:
                return pid
        return None

    def stop(self, timeout=60):
        self.process.send_signal(signal.SIGTERM)
        try:
            self.process.wait(timeout)
        except subprocess.TimeoutExpired:
            self.process.kill()
            raise
        self.reader.join(5)
        return self.process.returncode

    def result(self, timeout):
        """Waits for the end of `demo --seconds`; its JSON object."""
        out = self.process.stdout.read()
        code = self.process.wait(timeout)
        self.reader.join(5)
        check(code == 0, f"demo ended with {code}: " +
              " | ".join(self.lines[-15:]))
        return json.loads(out)


class Installation(Demo):
    """haechi run in a directory that is configured already."""

    def __init__(self, directory, web_port, *arguments):
        self.made = False
        self.directory = directory
        self.web_port = web_port
        self.start("run", "--dir", directory, *arguments)


def entries(directory):
    """All whole entries of the log."""
    with open(directory + "/log/entries") as lines:
        return [json.loads(line) for line in lines if line.endswith("\n")]


def cameras_of(directory):
    """What status says of each camera, by number; nothing while none answers."""
    done = subprocess.run([HAECHI, "status", "--dir", directory, "--json"],
                          capture_output=True, timeout=60)
    if done.returncode != 0:
        return {}
    return {one["number"]: one for one in json.loads(done.stdout)["cameras"]}


def states(directory):
    return {number: one["state"]
            for number, one in cameras_of(directory).items()}


def nine_record(directory):
    """What status says once all nine are recorded; None before."""
    now = cameras_of(directory)
    return now if len(now) == 9 and all(
        one["state"] == "recording" for one in now.values()) else None


def time_us(text):
    """Microseconds of an entry's time."""
    moment = datetime.datetime.fromisoformat(text.replace("Z", "+00:00"))
    return round(moment.timestamp() * 1e6)


def download(api, camera, from_us, to_us, path):
    """The span as MP4 in a file; SHA-256 of each unit in it."""
    view = api.open_view(camera, from_us, to_us)["view"]
    answer, content = api.request(
        "GET", f"/api/v1/views/{view}/download.mp4", timeout=60)
    check(answer.status == 200, f"{answer.status} {content[:200]}")
    with open(path, "wb") as file:
        file.write(content)
    return packets(path)


def missing(sent, kept, from_boot_us):
    """What of the ledger was not kept: [(index, boot us, SHA-256)] between the
    first and the last unit kept. A unit kept that was not sent, or not in this
    order, is a failure. Clips repeat after 24 s: holes must be shorter."""
    at = 0
    while at < len(sent) and sent[at][1] < from_boot_us - 3_000_000:
        at += 1
    lost = []
    for place, unit in enumerate(kept):
        start = at
        while at < len(sent) and sent[at][2] != unit:
            at += 1
        check(at < len(sent), f"unit {place} of {len(kept)} kept was not sent "
              "here: extra, changed or out of order")
        if place > 0:
            lost += sent[start:at]
        at += 1
    return lost


def fresh_site(directory):
    """The demo's configuration in a directory, with nothing recorded."""
    with Demo("--seconds", "1", directory=directory) as demo:
        demo.process.wait(120)
    for entry in os.listdir(directory):
        path = os.path.join(directory, entry)
        if entry not in ("notice.yaml", "plant.yaml", "secrets"):
            shutil.rmtree(path, ignore_errors=True)


def content_of(paths):
    content = []
    for path in paths:
        with open(path, "rb") as file:
            content.append(file.read())
    return content


def copy_keys(site, copy):
    """The key files of a recorder that may run, as they belong together: a
    table that is read between two looks at the same roots was written under
    one of them. Where the roots changed meanwhile, once more."""
    roots = sorted(glob.glob(site + "/keys/root*"))
    copied = [f"{copy}/keys/{os.path.basename(path)}" for path in roots]
    for _ in range(COPIES_MAX):
        before = content_of(roots)
        shutil.copytree(site + "/keys", copy + "/keys", dirs_exist_ok=True)
        if content_of(roots) == before == content_of(copied):
            return
    raise AssertionError("the roots change faster than they are copied")


def copy_of_running(site, copy):
    """All files of a recorder that runs, the keys first; run/ is empty."""
    copy_keys(site, copy)
    os.makedirs(copy + "/run", exist_ok=True)
    for name in sorted(os.listdir(site)):
        if name not in ("keys", "run") and not name.endswith(".sock"):
            # Files that go meanwhile are no failure.
            subprocess.run(["cp", "-a", "--sparse=always", f"{site}/{name}",
                            copy], stderr=subprocess.DEVNULL)


def destroy(work, site, *arguments):
    """The demo's chief manager orders, from the command line: the record, and
    what was said. work: a directory for the file with the password."""
    secret = os.path.join(work, "password")
    with open(secret, "w") as file:
        file.write(PASSWORD + "\n")
    done = subprocess.run(
        [HAECHI, "destroy", "--dir", site, "--name", "홍길동",
         "--password-file", secret, "--reason", "정보주체의 삭제 요구", "--yes",
         "--wait", "40", "--json", *arguments],
        capture_output=True, timeout=90)
    check(done.returncode == 0,
          f"{done.returncode}: {done.stdout[-300:]} {done.stderr.decode()}")
    return json.loads(done.stdout), done.stderr.decode()


def edit(site, name, pattern, replacement):
    path = os.path.join(site, name)
    with open(path) as file:
        text = file.read()
    changed, count = re.subn(pattern, replacement, text, count=1, flags=re.M)
    check(count == 1, f"{pattern} in {name}")
    with open(path, "w") as file:
        file.write(changed)


def refused(site, expected_code, *words):
    """haechi run ends at once, with this code and these words."""
    done = subprocess.run([HAECHI, "run", "--dir", site], timeout=20,
                          capture_output=True)
    text = done.stderr.decode()
    check(done.returncode == expected_code,
          f"exit {done.returncode}, not {expected_code}: {text[-400:]}")
    for word in words:
        check(re.search(word, text), f"no '{word}' in: {text[-600:]}")
    return text


def verify(directory):
    """(exit code, JSON) of haechi verify."""
    done = subprocess.run([HAECHI, "verify", "--dir", directory, "--json"],
                          capture_output=True, timeout=120)
    return done.returncode, json.loads(done.stdout or b"{}")


def packets(path):
    """(index, SHA-256 of the sample) of an MP4's video, by ffprobe."""
    done = subprocess.run(
        ["ffprobe", "-v", "error", "-select_streams", "v", "-show_packets",
         "-show_data_hash", "sha256", "-show_entries", "packet=data_hash",
         "-of", "csv=p=0", path], capture_output=True, timeout=120,
        check=True)
    return [line.split("SHA256:")[1].strip().rstrip(",")
            for line in done.stdout.decode().splitlines() if "SHA256" in line]


def ledger(path):
    """camera -> [(index, boot us, SHA-256)] of what camsim sent."""
    sent = {}
    with open(path) as lines:
        for line in lines:
            words = line.split()
            if len(words) == 5 and line.endswith("\n"):
                sent.setdefault(int(words[0]), []).append(
                    (int(words[1]), int(words[2]), words[4]))
    return sent


def soon(seconds):
    """A time in Korea as people write it, so many seconds from now."""
    return time.strftime("%Y-%m-%dT%H:%M:%S",
                         time.gmtime(time.time() + 9 * 3600 + seconds))


def notice(site, work, deed, *words):
    """haechi notice publish and the like, by the chief manager."""
    secret = os.path.join(work, "password")
    with open(secret, "w") as file:
        file.write(PASSWORD + "\n")
    return subprocess.run(
        [HAECHI, "notice", deed, *words, "--dir", site, "--name", "홍길동",
         "--password-file", secret], capture_output=True, timeout=60)
