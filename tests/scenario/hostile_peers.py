# SPDX-License-Identifier: Apache-2.0
"""A captured gate, then a captured vault, each several times: it sends the
keeper what no message allows. The keeper lives on, the supervisor starts the
hostile one afresh, an entry says so, and deletion goes on.

The recorder is HOSTILE_RECORDER (tests/privilege/hostile_recorder.c), with the
clips of HAECHI."""
import os
import shutil
import tempfile

import scenario as stage
from scenario import Demo, check, entries, run, scenario, until

TURNS = 5


def restarts(demo, role):
    return [e for e in entries(demo.directory)
            if e["kind"] == "role.restarted" and e["role"] == role]


def hostile(variable, role, others):
    with tempfile.TemporaryDirectory() as directory:
        real = os.path.dirname(os.environ["HAECHI"])
        stage.HAECHI = shutil.copy(os.environ["HOSTILE_RECORDER"], directory)
        os.symlink(os.path.join(real, "clips"),
                   os.path.join(directory, "clips"))
        turns = os.path.join(directory, "turns")
        with open(turns, "w", encoding="ascii"):
            pass
        os.environ[variable] = turns
        with Demo() as demo:
            demo.api()
            known = {name: demo.role(name) for name in others}
            with open(turns, "w", encoding="ascii") as file:
                file.write("x" * TURNS)
            os.kill(demo.role(role), 9)
            until(lambda: os.path.getsize(turns) == 0, 90, "all turns")
            until(lambda: [e for e in restarts(demo, role)
                           if "cut off by keeper" in e["cause"]], 60,
                  "an entry that says who was cut off and why")
            for name, pid in known.items():
                check(demo.role(name) == pid, f"{name} lived on")
            before = len([e for e in entries(demo.directory)
                          if e["kind"] == "deletion.done"])
            until(lambda: len([e for e in entries(demo.directory)
                               if e["kind"] == "deletion.done"]) > before,
                  260, "a deletion afterwards", step=1)
            demo.stop()
        del os.environ[variable]


@scenario
def a_hostile_gate_ends_itself_alone():
    hostile("HOSTILE_GATE", "gate", ["keeper", "vault", "ingest"])


@scenario
def a_hostile_vault_ends_itself_alone():
    hostile("HOSTILE_VAULT", "vault", ["keeper", "gate", "ingest"])


run()
