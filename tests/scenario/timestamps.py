# SPDX-License-Identifier: Apache-2.0
"""A time-stamping service (openssl ts behind HTTP) says when the log was how
long: what it says is kept and verifies with others' tools; what it says of
something else is not taken; and a log behind which it stands cannot be made
anew."""
import glob
import http.server
import json
import os
import shutil
import subprocess
import tempfile
import threading
import time

from scenario import (Demo, HAECHI, check, fresh_site, run, scenario, until)

WORK = tempfile.mkdtemp(prefix="haechi-")
SITE = os.path.join(WORK, "site")
LOG = SITE + "/log"
CONFIGURATION = """
[tsa]
default_tsa = one
[one]
serial = {0}/serial
crypto_device = builtin
signer_cert = {0}/service.pem
signer_key = {0}/service.key
signer_digest = sha256
default_policy = 1.2.3.4.1
digests = sha256
ess_cert_id_alg = sha256
[extensions]
extendedKeyUsage = critical,timeStamping
"""


def openssl(*words, expected=0):
    done = subprocess.run(["openssl", *words], capture_output=True, cwd=WORK,
                          timeout=60)
    check(done.returncode == expected, f"{words}: {done.stderr.decode()}")
    return done.stdout


def make_authority(name):
    openssl("req", "-x509", "-newkey", "ec", "-pkeyopt",
            "ec_paramgen_curve:P-256", "-nodes", "-keyout", name + ".key",
            "-out", name + ".pem", "-days", "30", "-subj", f"/CN={name}")


def make_service():
    with open(WORK + "/service.cnf", "w") as file:
        file.write(CONFIGURATION.format(WORK))
    with open(WORK + "/serial", "w") as file:
        file.write("01\n")
    make_authority("authority")
    make_authority("another")
    openssl("req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256",
            "-nodes", "-keyout", "service.key", "-out", "service.csr",
            "-subj", "/CN=Time Service")
    openssl("x509", "-req", "-in", "service.csr", "-CA", "authority.pem",
            "-CAkey", "authority.key", "-CAcreateserial", "-out",
            "service.pem", "-days", "30", "-extfile", "service.cnf",
            "-extensions", "extensions")


class Service(http.server.BaseHTTPRequestHandler):
    mood = "honest"
    first = None
    asked = 0

    def do_POST(self):
        Service.asked += 1
        question = self.rfile.read(int(self.headers["Content-Length"]))
        with open(WORK + "/question", "wb") as file:
            file.write(question)
        is_right = self.headers["Content-Type"] == "application/timestamp-query"
        code, answer = 200 if is_right else 415, b""
        if self.mood == "busy":
            code = 503
        elif self.mood == "old":
            answer = Service.first
        elif is_right:
            answer = openssl("ts", "-reply", "-config", "service.cnf",
                             "-queryfile", "question")
            Service.first = Service.first or answer
        self.send_response(code)
        self.send_header("Content-Type", "application/timestamp-reply")
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)

    def log_message(self, *_):
        pass


def verify(*words, expected=0):
    done = subprocess.run([HAECHI, "verify", "--log", LOG, "--json", *words],
                          capture_output=True, timeout=60)
    check(done.returncode == expected,
          f"{words}: {done.returncode} {done.stdout} {done.stderr}")
    return json.loads(done.stdout)


def stamps():
    return sorted(glob.glob(LOG + "/timestamps/*.tsr"),
                  key=lambda path: int(os.path.basename(path)[:-4]))


@scenario
def a_log_is_stamped_and_lies_are_not_taken():
    make_service()
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Service)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    fresh_site(SITE)
    with open(SITE + "/plant.yaml", "a") as plant:
        plant.write("timestamps:\n  url: \"http://127.0.0.1:"
                    f"{server.server_address[1]}/stamp\"\n")
    with Demo(directory=SITE) as demo:
        api = demo.api()

        def told():
            return api.json("GET", "/status")["timestamps"]
        until(lambda: told()["last_us"] > 0 and len(stamps()) > 1, 40,
              "two timestamps")
        check(told()["detail"] == "" and not told()["overdue"], told())
        Service.mood = "busy"
        until(lambda: told()["detail"] == "refused: HTTP 503", 30, "busy")
        Service.mood = "old"
        until(lambda: told()["detail"] == "no answer to what was asked", 30,
              "an answer to another question")
        kept = len(stamps())
        asked = Service.asked
        until(lambda: Service.asked > asked + 1, 30, "asking again")
        check(len(stamps()) == kept, "a lie was kept")
        shown = subprocess.run([HAECHI, "status", "--dir", SITE],
                               capture_output=True, text=True, timeout=20)
        check("timestamp of log 20" in shown.stdout, shown.stdout)
        Service.mood = "honest"
        until(lambda: told()["detail"] == "" and len(stamps()) > kept, 30,
              "stamped again")
        check(demo.stop() == 0, "an orderly stop")
    server.shutdown()


@scenario
def what_is_kept_verifies_with_others_tools():
    for path in stamps():
        said = openssl("ts", "-verify", "-data", path[:-4], "-in", path,
                       "-CAfile", "authority.pem")
        check(b"Verification: OK" in said, said)


@scenario
def the_log_is_held_against_it():
    newest = int(os.path.basename(stamps()[-1])[:-4])
    result = verify()
    check(result["timestamps"] == len(stamps()) and
          result["stamped"] == newest, result)
    check(any("made anew" in one for one in result["not_checked"]), result)
    check(result["signed"] == result["entries"],
          f"an orderly end leaves nothing unsigned: {result}")
    result = verify("--authority", WORK + "/authority.pem")
    check(result["timestamps"] == len(stamps()), result)
    check(not any("made anew" in one for one in result["not_checked"]), result)
    result = verify("--authority", WORK + "/another.pem", expected=1)
    check(result["timestamps"] == 0 and
          all(one["where"].endswith(".tsr") for one in result["problems"]),
          result)


@scenario
def the_monthly_report_says_what_was_stamped():
    newest = int(os.path.basename(stamps()[-1])[:-4])
    words = [HAECHI, "report", "monthly", "--dir", SITE, "--month",
             time.strftime("%Y%m", time.gmtime(time.time() + 9 * 3600))]
    facts = json.loads(subprocess.run([*words, "--json"], capture_output=True,
                                      check=True, timeout=60).stdout)
    told = facts["log"]["timestamps"]
    check(told["verified"] == len(stamps()) and told["size"] == newest and
          told["time_us"] > 0, told)
    text = subprocess.run([*words, "--text"], capture_output=True, check=True,
                          timeout=60).stdout.decode()
    check(f"검증한 타임스탬프(RFC 3161): {len(stamps())}" in text, text)


@scenario
def one_flipped_bit_is_named():
    name = stamps()[0]
    for path, at in ((name, 200), (name[:-4], 60)):
        with open(path, "r+b") as file:
            content = file.read()
            file.seek(at)
            file.write(bytes([content[at] ^ 1]))
        result = verify("--authority", WORK + "/authority.pem", expected=1)
        where = os.path.relpath(path, LOG)
        check(any(one["where"].startswith(where)
                  for one in result["problems"]), result)
        with open(path, "wb") as file:
            file.write(content)
    verify("--authority", WORK + "/authority.pem")


try:
    run()
finally:
    shutil.rmtree(WORK, ignore_errors=True)
