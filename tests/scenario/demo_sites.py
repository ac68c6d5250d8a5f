# SPDX-License-Identifier: Apache-2.0
"""haechi demo --example gwangju: four installations of one signed notice, 101
cameras at a low rate, by one command; who may sign in where."""
import json
import re
import shutil
import socket
import subprocess
import tempfile

from scenario import (Api, Demo, HAECHI, check, entries, run, scenario, until,
                      verify)

SITES = {"headquarters": 16, "gwangju-center": 76, "jeju-center": 2,
         "gwangsan-center": 7}
HOLDER = {"headquarters": "headquarters-viewer",
          "gwangju-center": "gwangju-viewer", "jeju-center": "jeju-viewer",
          "gwangsan-center": "gwangsan-viewer"}
RECORD_S = 40
DIRECTORY = tempfile.mkdtemp(prefix="haechi-")
PASSWORD = "another horse 34"


def is_free(port):
    with socket.socket() as one:
        try:
            one.bind(("0.0.0.0", port))
        except OSError:
            return False
    return True


def free_row(count):
    """The first of so many free ports, one beside the other."""
    for port in range(21000, 29000, count):
        if all(is_free(port + i) for i in range(count)):
            return port
    raise AssertionError("no free ports")


class Office(Demo):
    def __init__(self, *arguments):
        self.made = False
        self.directory = DIRECTORY
        base = free_row(len(SITES) + 1)
        self.start("demo", "--dir", DIRECTORY, "--example", "gwangju",
                   "--web-port", str(base), "--camera-port",
                   str(base + len(SITES)), *arguments)

    def told(self):
        """{site: (port, one-time code or None)}, as they were printed."""
        found = {}
        for block in "\n".join(self.lines).split("Haechi is running")[1:]:
            site = re.search(r"site\s+(\S+)", block)
            port = re.search(r"https://localhost:(\d+)/", block)
            code = re.search(r"one-time code\s+(\S+)", block)
            if site and port and "Ctrl-C" in block:
                found[site.group(1)] = (int(port.group(1)),
                                        code.group(1) if code else None)
        return found


def place(site):
    return f"{DIRECTORY}/{site}"


def answers(port):
    try:
        return Api(port).request("GET", "/api/v1/session")[0].status == 200
    except OSError:
        return False


def chief_managers(told):
    chiefs = {}
    for site, (port, code) in told.items():
        until(lambda: answers(port), 60, f"{site} answering")
        chiefs[site] = Api(port)
        chiefs[site].first_login(code)
    return chiefs


def states(site):
    done = subprocess.run([HAECHI, "status", "--dir", place(site), "--json"],
                          capture_output=True, timeout=60)
    if done.returncode != 0:
        return []
    return [one["state"] for one in json.loads(done.stdout)["cameras"]]


def sign_in(port, name):
    return Api(port).request("POST", "/api/v1/session", {
        "name": name, "password": PASSWORD})[0].status


@scenario
def one_command_runs_four_sites_of_one_notice():
    with Office() as office:
        until(lambda: len(office.told()) == len(SITES), 90,
              f"four addresses and codes: {office.lines}")
        told = office.told()
        check(set(told) == set(SITES), told)
        check(len({code for _, code in told.values()}) == len(SITES), told)
        chiefs = chief_managers(told)
        for site, count in SITES.items():
            until(lambda: states(site) == ["recording"] * count, 120,
                  f"{count} cameras recording at {site}")
            seen = chiefs[site].json("GET", "/cameras")["sites"]
            check([one["id"] for one in seen] == [site], seen)
            check(sum(len(group["cameras"]) for group in seen[0]["groups"]) ==
                  count, site)
        for own, (port, _) in told.items():
            name = f"{own} 주무관"
            added, _ = chiefs[own].request("POST", "/api/v1/accounts", {
                "name": name, "password": PASSWORD, "role": "access_holder",
                "person": HOLDER[own]})
            check(added.status == 201, f"{own}: {added.status}")
            check(sign_in(port, name) in (200, 201), own)
            for other, (elsewhere, _) in told.items():
                if other == own:
                    continue
                check(sign_in(elsewhere, name) == 401, f"{own} at {other}")
                refused, _ = chiefs[other].request("POST", "/api/v1/accounts", {
                    "name": name, "password": PASSWORD,
                    "role": "access_holder", "person": HOLDER[own]})
                check(refused.status in (400, 403), refused.status)
        check(office.stop(timeout=60) == 0, "an orderly stop of all")
    digests = {one["sha256"] for site in SITES for one in entries(place(site))
               if one["kind"] == "notice.version"}
    check(len(digests) == 1, digests)


@scenario
def it_goes_on_and_its_report_finds_nothing_unexplained():
    with Office("--seconds", str(RECORD_S), "--json") as office:
        office.process.wait(RECORD_S + 240)
        result = json.loads(office.process.stdout.read())
        check(office.process.returncode == 0, (result, office.lines[-20:]))
    check([one["site"] for one in result["sites"]] == list(SITES), result)
    for one in result["sites"]:
        print(f"# {one['site']}: {one['cameras']} cameras, "
              f"{min(one['recorded_s']):.0f} s at least, "
              f"{one['bytes'] / 1e6:.1f} MB, {one['entries']} entries",
              flush=True)
        check(one["cameras"] == SITES[one["site"]], one)
        check(len(one["recorded_s"]) == one["cameras"] and
              min(one["recorded_s"]) > 5, one)
        check(one["unexplained_s"] == 0, one)
    for site in SITES:
        code, found = verify(place(site))
        check(code == 0 and found["ok"], found)


@scenario
def the_other_example_does_not_run_in_the_same_directory():
    done = subprocess.run([HAECHI, "demo", "--dir", DIRECTORY],
                          capture_output=True, timeout=60)
    check(done.returncode == 2 and b"another example" in done.stderr, done)


try:
    run()
finally:
    shutil.rmtree(DIRECTORY, ignore_errors=True)
