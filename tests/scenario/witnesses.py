# SPDX-License-Identifier: Apache-2.0
"""Two installations on loopback are each other's witnesses.

Both cosign; status says when. One is away: the other's log goes on. A log put
back to an earlier day is found by its witness, by its own recorder, and by
whoever has the witness's word in hand; its successor begins by the word of
two people only, and nothing begins anew by itself.
"""
import datetime
import json
import os
import re
import shutil
import subprocess
import tempfile
import time

from scenario import (Api, HAECHI, Installation, PASSWORD, check, edit,
                      free_port, fresh_site, run, scenario, until)

WORK = tempfile.mkdtemp(prefix="haechi-")


def haechi(*words, expected=0):
    done = subprocess.run([HAECHI, *words], capture_output=True, text=True,
                          timeout=200, stdin=subprocess.DEVNULL)
    check(done.returncode == expected,
          f"{words}: {done.returncode} {done.stdout[-300:]} "
          f"{done.stderr[-500:]}")
    return done.stdout


def status(demo):
    return json.loads(haechi("status", "--dir", demo.directory, "--json"))


def log_key(demo):
    return haechi("log", "key", "--dir", demo.directory).split("\n")[1]


def entries(demo, kind):
    with open(os.path.join(demo.directory, "log", "entries")) as lines:
        return [json.loads(line) for line in lines
                if f'"kind":"{kind}"' in line]


def fingerprint(demo):
    done = subprocess.run(
        ["openssl", "x509", "-in", demo.directory + "/tls/certificate.pem",
         "-noout", "-fingerprint", "-sha256"],
        capture_output=True, text=True, check=True)
    return done.stdout.strip().split("=")[1]


def site(name):
    """An installation of this name on a port of its own, without cameras."""
    directory = os.path.join(WORK, name)
    os.mkdir(directory)
    fresh_site(directory)
    port = free_port()
    edit(directory, "plant.yaml", r"^installation:.*", f"installation: {name}")
    edit(directory, "plant.yaml", r"^  port: \d+", f"  port: {port}")
    return Installation(directory, port)


def start(demo, first=False):
    if demo.process.poll() is not None:
        demo.start("run", "--dir", demo.directory)
    return demo.api(True) if first else until(lambda: signed_in(demo), 30,
                                              "a login")


def signed_in(demo):
    """None while the gate waits for the keeper: until then no address is
    printed, and each try is one of twelve a minute."""
    if not any("https://localhost" in line for line in demo.lines):
        return None
    api = Api(demo.web_port)
    try:
        api.login()
    except (AssertionError, OSError):
        return None
    return api


def while_it_grows(api, condition):
    """For until(): now and then somebody signs in, which is an entry. Twelve
    times a minute a network may do that."""
    last_s = 0

    def looked():
        nonlocal last_s
        if time.monotonic() > last_s + 5:
            last_s = time.monotonic()
            api.login()
        return condition()
    return looked


def name_other(demo, other, name):
    """Adds the other to plant.yaml, as witness and as witnessed."""
    with open(demo.directory + "/plant.yaml", "a") as plant:
        plant.write(f"""
witnesses:
  - name: {name}
    url: https://127.0.0.1:{other.web_port}/witness
    key: "{haechi('log', 'witness-key', '--dir', other.directory).strip()}"
    certificate: "{fingerprint(other)}"
witnessed:
  - key: "{log_key(other)}"
""")


def witness_of(demo):
    return status(demo)["witnesses"][0]


def word_of(witness, demo):
    """What the witness says of it, in a file."""
    path = os.path.join(WORK, "word")
    with open(path, "w") as file:
        file.write(haechi("log", "witnessed", "--dir", witness.directory,
                          "--origin", log_key(demo).split("+")[0]))
    return path


@scenario
def two_installations_witness_one_another():
    with site("first") as first, site("second") as second:
        for demo in (first, second):
            start(demo, True)
            demo.stop()
        name_other(first, second, "second")
        name_other(second, first, "first")
        for demo in (first, second):
            start(demo)
        for demo in (first, second):
            until(lambda demo=demo: witness_of(demo)["last_us"], 20,
                  "a cosignature")
            until(lambda demo=demo: status(demo)["witnessed"][0]["size"], 20,
                  "a log that is witnessed")
            check([e["state"] for e in entries(demo, "witness.state")]
                  == ["set"], "one entry for the configuration")
            check("last witnessed 20"
                  in haechi("status", "--dir", demo.directory), "status")
        with_its_word(first, second)
        in_a_package(first, second)
        one_is_away(first, second)
        yesterday_is_found(first, second)
        a_successor_names_it(first, second)


def with_its_word(first, second):
    note = word_of(second, first)
    log = first.directory + "/log"
    key, other = (haechi("log", "witness-key", "--dir", one.directory).strip()
                  for one in (second, first))
    haechi("verify", "--log", log, "--checkpoint", note, "--witness", key)
    haechi("verify", "--log", log, "--witness", key)
    haechi("verify", "--log", log, "--witness", other, expected=1)


def cameras(demo):
    """The cameras of its plant.yaml, simulated; to be ended."""
    with open(demo.directory + "/plant.yaml") as plant:
        port = re.search(r"^    port: (\d+)", plant.read(), re.M).group(1)
    clips = os.path.join(os.path.dirname(HAECHI), "clips")
    words = [word for number in range(1, 10)
             for word in ("--clip", f"{clips}/cam-{number}.h264:15")]
    return subprocess.Popen(
        [HAECHI, "camsim", "--port", port, "--cameras", "9", "--user",
         "haechi", "--password", "demo-camera", "--digest", "sha256", *words],
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def in_a_package(first, second):
    secret = os.path.join(WORK, "password")
    package = os.path.join(WORK, "package.zip")
    with open(secret, "w") as file:
        file.write(PASSWORD + "\n")
    api = signed_in(first)
    purpose = api.json("GET", "/cameras")["purposes"][0]["id"]
    simulated = cameras(first)
    try:
        recorded = until(lambda: [one for one in api.coverage(1)["recorded"]
                                  if one[1] - one[0] > 8_000_000], 90,
                         "eight seconds of a recording")
    finally:
        simulated.terminate()
        simulated.wait(20)
    end = datetime.datetime.now(datetime.timezone.utc)
    span = [datetime.datetime.fromtimestamp(
        recorded[-1][1] / 1e6 - seconds, datetime.timezone.utc)
        .strftime("%Y-%m-%dT%H:%M:%SZ") for seconds in (6, 1)]
    until_day = (end + datetime.timedelta(30)).date().isoformat()
    haechi("export", "--dir", first.directory, "--camera", "1", "--from",
           span[0], "--to", span[1], "--purpose", purpose, "--reason", "확인",
           "--ground", "제18조", "--receiver", "홍길동", "--conditions", "없음",
           "--until", until_day, "--out", package, "--name", "홍길동",
           "--password-file", secret)
    key, other = (haechi("log", "witness-key", "--dir", one.directory).strip()
                  for one in (second, first))
    said = json.loads(haechi("verify", package, "--json"))
    check(said["cosignatures"] == 1 and said["witnesses"] == [], said)
    said = json.loads(haechi("verify", package, "--witness", key, "--json"))
    check(said["witnesses"][0]["name"] == key.split("+")[0] and
          said["witnesses"][0]["time_s"] > 0 and said["cosignatures"] == 0,
          said)
    check("has cosigned this log" in haechi("verify", package, "--witness",
                                            key), "told")
    said = haechi("verify", package, "--witness", other, expected=1)
    check("not cosigned: witness" in said, said)
    haechi("verify", package, "--witness", "nonsense", expected=2)


def one_is_away(first, second):
    second.stop()
    before = status(first)["entries"]
    until(lambda: witness_of(first)["detail"] != "", 20, "no answer")
    Api(first.web_port).login()
    until(lambda: status(first)["entries"] > before, 20, "the log goes on")
    start(second)
    until(lambda: witness_of(first)["detail"] == "", 20, "it is back")


def yesterday_is_found(first, second):
    first.stop()
    for name in ("log", "office"):
        shutil.copytree(f"{first.directory}/{name}", f"{WORK}/{name}")
    api = start(first)
    size = witness_of(first)["size"]
    until(while_it_grows(api, lambda: witness_of(first)["size"] > size + 1 and
                         odd(witness_of(first)["size"])), 40,
          "more is cosigned", 0.5)
    first.stop()
    note = word_of(second, first)
    for name in ("log", "office"):
        shutil.rmtree(f"{first.directory}/{name}")
        shutil.copytree(f"{WORK}/{name}", f"{first.directory}/{name}")
    # Offline: the log alone shows nothing, the witness's word does.
    haechi("verify", "--log", first.directory + "/log")
    found = haechi("verify", "--log", first.directory + "/log",
                   "--checkpoint", note, expected=1)
    check("the end of the log is missing" in found, found)
    # Running: the recorder asks its witness, and both say so.
    api = start(first)
    until(lambda: witness_of(first)["state"] == "contradicted", 20,
          "the recorder knows")
    check("LOG CONTRADICTED" in haechi("status", "--dir", first.directory),
          "status says so")
    until(while_it_grows(api, lambda: entries(second,
                                              "witness.equivocation")), 40,
          "the witness has proof of it", 0.5)
    check(status(second)["witnessed"][0]["equivocation"], "and says so")
    check("TWO HISTORIES" in haechi("status", "--dir", second.directory),
          "to its administrator too")


def people(*names):
    """They sign in for a successor; all have one password here."""
    secret = os.path.join(WORK, "password")
    options = ("--name", "--password-file", "--second",
               "--second-password-file")
    return [word for i, name in enumerate(names) for word in
            (options[2 * i], name, options[2 * i + 1], secret)]


def a_successor_names_it(first, second):
    """By the word of two people, and only where something is wrong."""
    signed_in(first).json("POST", "/accounts", {
        "name": "둘째", "password": PASSWORD, "role": "auditor",
        "person": "okpo-viewer"})
    first.stop()
    words = ("log", "succeed", "--dir", first.directory, "--reason",
             "디스크를 되돌렸음", *people("홍길동", "둘째"))
    haechi(*words, expected=1)
    old = log_key(first)
    word = word_of(second, first)
    for pair, code in (((), 3), (("홍길동",), 3), (("홍길동", "홍길동"), 1),
                       (("홍길동", "아무개"), 1)):
        haechi(*words[:6], *people(*pair), "--checkpoint", word,
               expected=code)
    check(log_key(first) == old, "nothing begins by one person's word")
    said = haechi(*words, "--checkpoint", word)
    check("/first/2 begins" in said, said)
    check(log_key(first) != old, "another key")
    entry = entries(first, "log.succeeded")[0]
    check(entry["predecessor"] == old.split("+")[0], entry)
    check(entry["size"] > 0 and entry["sound"] > 0, entry)
    check(entry["account"] == 1 and entry["second"] == 2, entry)
    haechi("verify", "--log", first.directory + "/log")
    haechi("verify", "--log", first.directory + "/log.closed-2")
    start(first)
    check(status(first)["predecessor"] == old.split("+")[0], "it is said")
    check("SUCCESSOR LOG" in haechi("status", "--dir", first.directory),
          "to the administrator too")
    line = haechi("log", "paper", "--dir", first.directory).strip()
    haechi("verify", "--log", first.directory + "/log", "--checkpoint", line)
    haechi("verify", "--log", first.directory + "/log", "--checkpoint",
           line[:-1] + ("0" if line[-1] != "0" else "1"), expected=1)
    on_paper(first)
    nothing_begins_anew_by_itself(first, line)


def on_paper(first):
    """A page whose code is a line of this log."""
    pdf = os.path.join(WORK, "line.pdf")
    haechi("log", "paper", "--dir", first.directory, "--out", pdf)
    subprocess.run(["pdftoppm", "-r", "150", "-png", "-singlefile", pdf,
                    pdf[:-4]], check=True, timeout=60)
    read = subprocess.run(["zbarimg", "-q", "--raw", pdf[:-4] + ".png"],
                          capture_output=True, text=True, timeout=60).stdout
    haechi("verify", "--log", first.directory + "/log", "--checkpoint",
           read.strip())


def nothing_begins_anew_by_itself(first, line):
    """Its log, its key and all that it remembers of them are gone."""
    first.stop()
    shutil.rmtree(first.directory + "/log")
    os.unlink(first.directory + "/office/log.key")
    os.unlink(first.directory + "/office/checkpoint")
    first.start("run", "--dir", first.directory)
    until(lambda: any("no log" in text for text in first.lines), 20,
          "a gate that does not start")
    first.stop()
    words = ("log", "succeed", "--dir", first.directory, "--reason", "분실",
             *people("둘째", "홍길동"))
    haechi(*words, expected=1)
    said = haechi(*words, "--checkpoint", line)
    check("/first/3 begins" in said, said)
    entry = entries(first, "log.succeeded")[0]
    check(entry["sound"] == 0 and entry["size"] > 0, entry)
    start(first)


def odd(size):
    """No power of two: there a proof does not tell the old root."""
    return size & (size - 1)


if __name__ == "__main__":
    try:
        run()
    finally:
        shutil.rmtree(WORK, ignore_errors=True)
