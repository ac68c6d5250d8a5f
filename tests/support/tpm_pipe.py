#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Standard input and output to a UNIX socket: tpm2-tools' "cmd" transmission
interface to swtpm's data channel, which its own interface cannot use without
the control channel."""
import os
import select
import socket
import sys

link = socket.socket(socket.AF_UNIX)
link.connect(sys.argv[1])
while True:
    for source in select.select([0, link], [], [])[0]:
        data = os.read(0, 4096) if source == 0 else link.recv(4096)
        if not data:
            sys.exit(0)
        if source == 0:
            link.sendall(data)
        else:
            os.write(1, data)
