# SPDX-License-Identifier: Apache-2.0
"""One signed notice, four sites: 101 cameras at a low rate, side by side."""
import json
import os
import re
import shutil
import subprocess
import tempfile
import time

from scenario import (HAECHI, SOURCE_ROOT, Api, Installation, check, children,
                      entries, free_port, refused, run, scenario, until,
                      verify)

EXAMPLE = SOURCE_ROOT + "/examples/gwangju-labor-office"
SITES = {"headquarters": 16, "gwangju-center": 76, "jeju-center": 2,
         "gwangsan-center": 7}
HOLDER = {"headquarters": "headquarters-viewer",
          "gwangju-center": "gwangju-viewer", "jeju-center": "jeju-viewer",
          "gwangsan-center": "gwangsan-viewer"}
FRAMES_PER_SECOND = 2
RECORD_S = 20
ROOT = tempfile.mkdtemp(prefix="haechi-")
CAMERA_PORT = free_port()
WEB = {site: free_port() for site in SITES}
RUNNING = {}
CHIEF = {}


def place(site):
    return f"{ROOT}/{site}"


def make_site(site):
    """As an engineer at the site would: the example, with its own addresses."""
    os.makedirs(place(site))
    for name in ("notice.yaml", "notice.yaml.sig"):
        shutil.copy(f"{EXAMPLE}/sites/{site}/{name}", place(site))
    with open(f"{EXAMPLE}/sites/{site}/plant.yaml") as file:
        plant = file.read()
    plant = re.sub(r"number: (\d+),(.*) host: .*\}",
                   rf"number: \1,\2 host: 127.0.0.1, port: {CAMERA_PORT}, "
                   r"path: /cam/\1}", plant)
    plant = plant.replace("198.51.100.0/24", "127.0.0.1/32")
    plant = re.sub(r"  port: 8443", f"  port: {WEB[site]}", plant)
    plant = re.sub(r"volume: .*", "volume: 32 MiB", plant)
    plant = re.sub(r"  hold_reserve: .*\n", "", plant)
    with open(f"{place(site)}/plant.yaml", "w") as file:
        file.write(plant)


def start_cameras():
    clip = ROOT + "/small.h264"
    subprocess.run(
        ["ffmpeg", "-v", "error", "-f", "lavfi", "-i",
         f"testsrc2=size=320x180:rate={FRAMES_PER_SECOND}", "-t", "24",
         "-c:v", "libx264", "-preset", "ultrafast", "-g", "4", "-bf", "0",
         "-f", "h264", clip], check=True, timeout=60)
    return subprocess.Popen(
        [HAECHI, "camsim", "--port", str(CAMERA_PORT), "--cameras",
         str(sum(SITES.values())), "--clip", f"{clip}:{FRAMES_PER_SECOND}"],
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def status(site):
    done = subprocess.run([HAECHI, "status", "--dir", place(site), "--json"],
                          capture_output=True, timeout=20)
    check(done.returncode == 0, done.stderr)
    return json.loads(done.stdout)


def family(pid):
    return [pid] + [child for child, _ in children(pid)]


def cpu_s(pids):
    """User and system time so far."""
    ticks = 0
    for pid in pids:
        with open(f"/proc/{pid}/stat") as stat:
            words = stat.read().rsplit(")", 1)[1].split()
        ticks += int(words[11]) + int(words[12])
    return ticks / os.sysconf("SC_CLK_TCK")


def memory_mb(pids):
    """Proportional share of what is resident."""
    kilobytes = 0
    for pid in pids:
        with open(f"/proc/{pid}/smaps_rollup") as rollup:
            kilobytes += int(re.search(r"^Pss:\s+(\d+)", rollup.read(),
                                       re.M).group(1))
    return kilobytes / 1024


def says_which_site_it_is(site):
    """At the command line, and to everybody; no other site's name."""
    done = subprocess.run([HAECHI, "check", "--dir", place(site)],
                          capture_output=True, timeout=30)
    check(f"site {site} (".encode() in done.stdout, done.stdout)
    name = done.stdout.decode().split("(")[1].split(")")[0]
    for page in ("/public", "/public/promises"):
        answer = until(lambda: CHIEF[site].request("GET", page)[0].status ==
                       200 and CHIEF[site].request("GET", page), 20, page)
        text = answer[1].decode()
        check(f"이 기록장치의 시설: {name}." in text, (site, page))


@scenario
def each_site_records_its_own_cameras_of_the_one_notice():
    for site in SITES:
        make_site(site)
        RUNNING[site] = Installation(place(site), WEB[site], "--site", site)
    for site in SITES:
        CHIEF[site] = RUNNING[site].api()
    for site, count in SITES.items():
        until(lambda: [one["state"] for one in status(site)["cameras"]] ==
              ["recording"] * count, 40, f"recording {count} cameras at {site}")
        seen = CHIEF[site].json("GET", "/cameras")["sites"]
        check([one["id"] for one in seen] == [site], [one["id"] for one in seen])
        check(sum(len(group["cameras"]) for group in seen[0]["groups"]) ==
              count, f"{site} has {count} cameras")
        says_which_site_it_is(site)


@scenario
def what_101_cameras_cost():
    pids = {site: family(RUNNING[site].process.pid) for site in SITES}
    before = {site: cpu_s(pids[site]) for site in SITES}
    begin = time.monotonic()
    time.sleep(RECORD_S)
    seconds = time.monotonic() - begin
    share = {site: (cpu_s(pids[site]) - before[site]) / seconds
             for site in SITES}
    memory = {site: memory_mb(pids[site]) for site in SITES}
    for site, count in SITES.items():
        print(f"# {site}: {count} cameras, {100 * share[site]:.1f} % of a "
              f"core, {memory[site]:.1f} MB (PSS)", flush=True)
    print(f"# together: {100 * sum(share.values()):.1f} % of a core, "
          f"{sum(memory.values()):.1f} MB (PSS)", flush=True)
    check(sum(memory.values()) < 600, memory)
    check(sum(share.values()) < 1.5, share)


@scenario
def all_four_say_that_they_run_the_same_notice():
    said = [status(site) for site in SITES]
    check([one["site"] for one in said] == list(SITES), said)
    check(len({one["notice"]["sha256"] for one in said}) == 1, said)
    check(len({one["notice"]["key"] for one in said}) == 1, said)
    check(len(said[0]["notice"]["sha256"]) == 64, said[0]["notice"])
    check(len(said[0]["notice"]["key"]) == 44, said[0]["notice"])


def add_holder(site, of):
    answer, _ = CHIEF[site].request("POST", "/api/v1/accounts", {
        "name": f"{of} 주무관", "password": "another horse 34",
        "role": "access_holder", "person": HOLDER[of]})
    return answer.status


@scenario
def an_access_holder_of_one_site_is_refused_at_the_other_three():
    for own in SITES:
        check(add_holder(own, own) == 201, f"no account at {own}")
        for other in SITES:
            api = Api(WEB[other])
            answer, _ = api.request("POST", "/api/v1/session", {
                "name": f"{own} 주무관", "password": "another horse 34"})
            if other == own:
                check(answer.status in (200, 201), answer.status)
                check([one["id"] for one in
                       api.json("GET", "/cameras")["sites"]] == [own], own)
                continue
            check(answer.status == 401, f"{own} at {other}: {answer.status}")
            code = add_holder(other, own)
            check(code in (400, 403), f"account of {own} at {other}: {code}")
            check(HOLDER[own] not in
                  [one["id"] for one in
                   CHIEF[other].json("GET", "/accounts")["people"]], other)


def first_camera(api):
    for group in api.json("GET", "/cameras")["sites"][0]["groups"]:
        for camera in group["cameras"]:
            return camera["number"], group["purposes"][0]
    raise AssertionError("no camera")


@scenario
def the_chief_manager_sees_a_picture_at_all_four():
    cameras = {site: first_camera(CHIEF[site]) for site in SITES}
    now_us = int(time.time() * 1e6)
    for site in SITES:
        for of, (camera, purpose) in cameras.items():
            answer, content = CHIEF[site].request("POST", "/api/v1/views", {
                "camera": camera, "from": now_us - 15_000_000,
                "to": now_us - 8_000_000, "purpose": purpose,
                "reason": "분실물 확인"})
            if of != site:
                check(answer.status in (403, 404), f"{of} at {site}: "
                      f"{answer.status}")
                continue
            check(answer.status == 201, f"{site}: {answer.status} {content}")
            view = json.loads(content)["view"]
            answer, video = CHIEF[site].request(
                "GET", f"/api/v1/views/{view}/download.mp4", timeout=30)
            check(answer.status == 200 and video[4:8] == b"ftyp", answer.status)


@scenario
def after_a_stop_all_is_explained_and_the_logs_name_one_notice():
    for site in SITES:
        check(RUNNING[site].stop() == 0, f"{site} stops in order")
    digests = set()
    for site, count in SITES.items():
        code, result = verify(place(site))
        check(code == 0 and result["ok"], f"{site}: {result}")
        check(result["unexplained_s"] == 0, f"{site}: {result}")
        log = entries(place(site))
        check(log[0]["origin"] ==
              f"gwangju-labor-office.example/haechi/{site}", log[0])
        digests |= {one["sha256"] for one in log
                    if one["kind"] == "notice.version"}
        check(len([one for one in log if one["kind"] == "setting" and
                   one["name"] == "notice.key"]) == 1, f"{site}: notice.key")
        check(len({one["camera"] for one in log
                   if one["kind"] == "camera.added"}) == count, site)
    check(len(digests) == 1, digests)


@scenario
def a_notice_that_was_altered_at_one_site_does_not_start_there():
    site = place("jeju-center")
    # What runs is the version in force; an altered one is none, and then
    # notice.yaml is read, which must be signed too.
    paths = [site + "/notice.yaml", site + "/versions/1/notice.yaml"]
    with open(paths[0]) as file:
        text = file.read()
    for path in paths:
        with open(path, "w") as file:
            file.write(text.replace("retention: {days: 30}",
                                    "retention: {days: 29}"))
    refused(site, 2, "signature_wrong", "not the one that was signed")
    for path in paths:
        with open(path, "w") as file:
            file.write(text)
    os.rename(paths[1] + ".sig", site + "/kept")
    refused(site, 2, "signature_missing")
    os.rename(site + "/kept", paths[1] + ".sig")
    done = subprocess.run([HAECHI, "run", "--dir", site, "--site",
                           "headquarters"], capture_output=True, timeout=20)
    check(done.returncode == 2 and b"site_differs" in done.stderr, done.stderr)


@scenario
def a_plant_for_all_sites_runs_the_one_that_is_named():
    site = ROOT + "/common"
    os.makedirs(site)
    shutil.copy(EXAMPLE + "/notice.yaml", site)
    with open(EXAMPLE + "/plant.yaml") as file:
        plant = file.read()
    plant = re.sub(r"number: (\d+),(.*) host: .*\}",
                   rf"number: \1,\2 host: 127.0.0.1, port: {CAMERA_PORT}, "
                   r"path: /cam/\1}", plant)
    plant = plant.replace("198.51.100.0/24", "127.0.0.1/32")
    plant = re.sub(r"  port: 8443", f"  port: {WEB['jeju-center']}", plant)
    plant = re.sub(r"volume: .*", "volume: 32 MiB", plant)
    plant = re.sub(r"  hold_reserve: .*\n", "", plant)
    with open(f"{site}/plant.yaml", "w") as file:
        file.write(plant)
    done = subprocess.run([HAECHI, "run", "--dir", site, "--site", "seoul"],
                          capture_output=True, timeout=20)
    check(done.returncode == 2 and b"unknown_site" in done.stderr, done.stderr)
    with Installation(site, WEB["jeju-center"], "--site",
                      "jeju-center") as common:
        api = common.api()
        seen = api.json("GET", "/cameras")["sites"]
        check([one["id"] for one in seen] == ["jeju-center"], seen)
        check(common.stop() == 0, "an orderly stop")
    with Installation(site, WEB["jeju-center"]) as again:
        again.api(first=False)
        check(again.stop() == 0, "the same site without being told again")
    code, result = verify(site)
    check(code == 0 and result["ok"], result)


CAMERAS = start_cameras()
try:
    run()
finally:
    for installation in RUNNING.values():
        if installation.process.poll() is None:
            installation.stop()
    CAMERAS.terminate()
    CAMERAS.wait(10)
    shutil.rmtree(ROOT, ignore_errors=True)
