# SPDX-License-Identifier: Apache-2.0
"""What this machine keeps from a test: a host may stop it for a third of a
second, again and again, and then nothing here is on time.

A thread sleeps for 10 ms at a time and adds up by how much it woke too late. It
lengthens how long a test waits for something; what is promised (back in 2 s, 40
of 45 s recorded, pictures at most 2 s old) is measured as it is.
"""
import threading
import time

STEP_S = 0.01
NORMAL_S = 0.03  # late by less: no more than a turn of the scheduler


class Lateness(threading.Thread):
    def __init__(self):
        super().__init__(daemon=True)
        self.moments = []  # (monotonic when it woke, how late)

    def run(self):
        before = time.monotonic()
        while True:
            time.sleep(STEP_S)
            now = time.monotonic()
            late_s = now - before - STEP_S
            if late_s > NORMAL_S:
                self.moments.append((now, late_s))
            before = now


LATENESS = Lateness()
LATENESS.start()


def late_s(since_s=0.0):
    """How long the machine stood still since then (monotonic clock)."""
    return sum(late for at, late in list(LATENESS.moments)
               if at - late >= since_s)
