# SPDX-License-Identifier: Apache-2.0
"""Mounts that are nobody else's: a scenario starts itself again by unshare(1),
which needs root or user namespaces. Where neither is allowed it says so and
fails: nothing has been shown then."""
import atexit
import os
import subprocess
import sys
import tempfile

INSIDE = "HAECHI_OWN_MOUNTS"


def enter():
    """This script again, in a mount namespace of its own; returns a directory
    to mount in. In a chroot, whose root is no mount point, the namespace is
    made as it stands, and what is mounted below is private all the same."""
    if os.environ.get(INSIDE):
        work = tempfile.mkdtemp(prefix="haechi-")
        subprocess.run(["mount", "--bind", work, work], check=True)
        subprocess.run(["mount", "--make-private", work], check=True)
        atexit.register(subprocess.run, ["umount", "-R", "-l", work])
        return work
    os.environ[INSIDE] = "1"
    for words in (["unshare", "-m"], ["unshare", "-r", "-m"],
                  ["unshare", "-m", "--propagation", "unchanged"]):
        if subprocess.run([*words, "true"], capture_output=True).returncode:
            continue
        os.execvp(words[0], [*words, sys.executable, *sys.argv])
    print("1..1\nnot ok 1 - a mount namespace (unshare -m, unshare -rm): "
          "neither is allowed here", flush=True)
    sys.exit(1)
