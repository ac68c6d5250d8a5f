# SPDX-License-Identifier: Apache-2.0
"""A hundred cameras that hang up on every connection, each in its manner, beside
four that are good: those are recorded without a gap by the same processes, the
hundred are tried again ever more seldom and not in step, each has one gap with a
cause, nothing is left open, and the log does not fill."""
import collections
import os
import re
import selectors
import socket
import struct
import subprocess
import tempfile
import threading
import time

from scenario import (HAECHI, Installation, check, children, entries,
                      free_port, run, scenario, until)

CLIPS = os.path.join(os.path.dirname(HAECHI), "clips")
WORK = tempfile.mkdtemp(prefix="haechi-")
GOOD, STORM = 4, 100
STORM_S = 40
LATE_US = 2_000_000  # what a busy machine may make of a picture
TRIES_MAX = 12  # each 0.25 s to 22.5 s behind the last, by chance
AGAIN_S = 60  # or up to 90 s, where a camera breaks a rule, as garbage does
TRIES_OUT_OF_STEP = 4  # the ones before lie within a second or two
WORST_MAX = STORM * 3 // 4  # in one second, once they are out of step
ENTRIES_MAX = 4  # of one camera
MANNERS = ("reset", "garbage", "polite")

NOTICE = """format: 1
institution: {{ko: 폭풍 시험 센터, en: Storm Centre}}
homepage: https://storm.example/cctv
basis: {{ko: 「개인정보 보호법」 제25조제1항, en: PIPA Article 25(1)}}
purposes:
  - id: facility-safety
    kind: facility
    words: {{ko: 시설안전 및 화재 예방, en: Safety of the facility}}
hours: {{ko: 24시간, en: 24 hours}}
retention: {{days: 30}}
processing: {{ko: 영구 삭제, en: Erased}}
people:
  - id: manager
    role: chief_manager
    name: {{ko: 홍길동, en: Hong Gil-dong}}
    post: {{ko: 팀장, en: Manager}}
    department: {{ko: 시설팀, en: Facilities}}
    telephone: 000-000-0000
checking: {{how: {{ko: 방문}}, where: {{ko: 본관}}}}
requests: {{rule: {{ko: 요구할 수 있음}}}}
measures:
  technical: {{ko: 암호화}}
  managerial: {{ko: 권한 차등}}
  physical: {{ko: 잠금장치}}
dates: {{enacted: 2023-04-01, announced: 2023-03-20, effective: 2023-04-01}}
sites:
  - id: hall
    name: {{ko: 본관, en: Hall}}
    groups:
      - id: all
        place: {{ko: 본관 전체, en: The whole hall}}
        coverage: {{ko: 전체, en: All}}
        count: {count}
        purposes: [facility-safety]
"""

PLANT = """format: 1
installation: storm
web: {{address: 127.0.0.1, port: {port}, names: [localhost]}}
storage: {{volume: 64 MiB}}
cameras:
"""


class Storm:
    """Takes every connection and ends it when something has been said."""

    def __init__(self):
        self.tries = collections.defaultdict(list)  # camera -> when
        self.listener = socket.create_server(("127.0.0.1", 0), backlog=512)
        self.port = self.listener.getsockname()[1]
        self.is_stopping = False
        self.thread = threading.Thread(target=self.serve)
        self.thread.start()

    def hang_up(self, connection, asked):
        camera = re.search(rb"/storm/(\d+)", asked)
        number = int(camera.group(1)) if camera else 0
        self.tries[number].append(time.monotonic())
        manner = MANNERS[number % len(MANNERS)]
        if manner == "reset":
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER,
                                  struct.pack("ii", 1, 0))
        elif manner == "garbage":
            connection.send(b"\0\xff no camera at all\r\n" * 20)
        else:
            connection.send(b"RTSP/1.0 200 OK\r\nCSeq: 1\r\n\r\n")

    def serve(self):
        with selectors.DefaultSelector() as selector, self.listener:
            selector.register(self.listener, selectors.EVENT_READ)
            while not self.is_stopping:
                for key, _ in selector.select(0.2):
                    if key.fileobj is self.listener:
                        connection, _ = self.listener.accept()
                        selector.register(connection, selectors.EVENT_READ)
                        continue
                    selector.unregister(key.fileobj)
                    with key.fileobj as connection:
                        try:
                            self.hang_up(connection, connection.recv(2048))
                        except OSError:
                            pass  # it was the first to go

    def stop(self):
        self.is_stopping = True
        self.thread.join()


def lay_out(site, good_port, storm_port):
    web_port = free_port()
    os.mkdir(site)
    with open(site + "/notice.yaml", "w") as file:
        file.write(NOTICE.format(count=GOOD + STORM))
    with open(site + "/plant.yaml", "w") as file:
        file.write(PLANT.format(port=web_port))
        for number in range(1, GOOD + STORM + 1):
            port, path = ((good_port, f"/cam/{number}") if number <= GOOD
                          else (storm_port, f"/storm/{number}"))
            file.write(f"  - {{number: {number}, id: camera-{number}, group: "
                       f"all, name: {{ko: 카메라 {number}}}, host: 127.0.0.1, "
                       f"port: {port}, path: {path}}}\n")
    return web_port


def descriptors(pids):
    return {pid: len(os.listdir(f"/proc/{pid}/fd")) for pid in pids}


def least(storm):
    return min(len(tries) for tries in list(storm.tries.values()))


def worst_second(storm, from_s):
    seconds = collections.Counter(
        int(when) for tries in list(storm.tries.values())
        for when in tries if when >= from_s)
    return max(seconds.values())


@scenario
def a_hundred_that_hang_up_harm_nobody():
    site = os.path.join(WORK, "site")
    good_port = free_port()
    storm = Storm()
    web_port = lay_out(site, good_port, storm.port)
    simulated = subprocess.Popen(
        [HAECHI, "camsim", "--port", str(good_port), "--cameras", str(GOOD),
         "--clip", f"{CLIPS}/cam-1.h264:15"],
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    installation = Installation(site, web_port)
    try:
        api = installation.api()
        until(lambda: len(storm.tries) == STORM, 30, "all tried")
        until(lambda: all(api.coverage(number)["recorded"]
                          for number in range(1, GOOD + 1)), 30, "records")
        until(lambda: least(storm) >= TRIES_OUT_OF_STEP, 30, "out of step")
        began_us, began_s = int(time.time() * 1e6), time.monotonic()
        tried = {number: len(tries) for number, tries in storm.tries.items()}
        processes = [pid for pid, _ in children(installation.process.pid)]
        open_before = descriptors(processes)
        time.sleep(STORM_S)

        # ---- tried again, each by itself, ever more seldom
        counts = [sum(when >= began_s for when in tries)
                  for tries in list(storm.tries.values())]
        worst = worst_second(storm, began_s)
        print(f"# tries of a camera {min(counts)} to {max(counts)}, "
              f"{worst} in the worst second", flush=True)
        check(max(counts) <= TRIES_MAX, counts)
        check(worst <= WORST_MAX, f"{worst} in a second")
        until(lambda: all(len(storm.tries[number]) > count
                          for number, count in tried.items()), AGAIN_S,
              "each tried again")

        # ---- each is explained, and the log does not fill
        for number in range(GOOD + 1, GOOD + STORM + 1):
            said = api.coverage(number)
            check(said["recorded"] == [], f"{number}: {said}")
        told = collections.Counter(one.get("camera") for one in entries(site))
        most = max(told[number]
                   for number in range(GOOD + 1, GOOD + STORM + 1))
        check(1 <= most <= ENTRIES_MAX, f"{most} entries of one camera")

        # ---- nobody suffered
        ended_us = int(time.time() * 1e6)
        for number in range(1, GOOD + 1):
            until(lambda: api.coverage(number)["recorded"][-1][1] > ended_us,
                  30, "recorded beyond")
            gaps = [gap for gap in api.coverage(number)["gaps"]
                    if gap["to_us"] > began_us and
                    gap["to_us"] - gap["from_us"] > LATE_US]
            check(gaps == [], f"camera {number}: {gaps}")
        check([one for one in entries(site)
               if one["kind"] == "role.restarted"] == [], "a restart")
        for pid, count in descriptors(processes).items():
            check(count <= open_before[pid] + STORM,
                  f"{pid}: {open_before[pid]} descriptors, then {count}")
        storm.stop()
        until(lambda: all(count <= open_before[pid] for pid, count
                          in descriptors(processes).items()), 40,
              "all descriptors closed")
    finally:
        storm.stop()
        installation.stop()
        simulated.kill()
        simulated.wait()


run()
