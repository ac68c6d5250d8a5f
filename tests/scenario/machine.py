# SPDX-License-Identifier: Apache-2.0
"""What this machine keeps from us: a host may stop it for a third of a second,
again and again, and then nothing here is on time.

A thread sleeps for 10 ms at a time and adds up by how much it woke too late. A
limit of time, as tests have them, is for a machine that stands still for no
moment; allowed_s() is what to add to it on this one, 0 where all is quiet.
"""
import threading
import time

STEP_S = 0.01
NORMAL_S = 0.03  # late by less: no more than a turn of the scheduler
# What waits for several processes one after another waits for each of them.
PROCESSES = 4


class Lateness(threading.Thread):
    def __init__(self):
        super().__init__(daemon=True)
        self.moments = []  # (monotonic when it woke, how late so far)
        self.total_s = 0.0

    def run(self):
        before = time.monotonic()
        while True:
            time.sleep(STEP_S)
            now = time.monotonic()
            late_s = now - before - STEP_S
            if late_s > NORMAL_S:
                self.total_s += late_s
                self.moments.append((now, late_s))
            before = now


LATENESS = Lateness()
LATENESS.start()


def late_s():
    """How long the machine stood still, in all, since the test began."""
    return LATENESS.total_s


def allowed_s(from_s=0.0, to_s=float("inf")):
    """What is added to a limit between two times of the monotonic clock."""
    return PROCESSES * sum(late for at, late in list(LATENESS.moments)
                           if from_s <= at - late and at <= to_s + late)
