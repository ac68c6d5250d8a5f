#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Makes the manual pages of what the commands say of themselves.

man_pages.py HAECHI DIRECTORY: DIRECTORY/haechi.1 and one page a command, from
`haechi --help` and `haechi COMMAND --help`. The source is in the program; a
page is never written by hand.
"""
import os
import re
import subprocess
import sys


def help_of(haechi, *words):
    return subprocess.run([haechi, *words, "--help"], check=True, timeout=20,
                          capture_output=True, text=True).stdout


def commands(haechi):
    """[(name, summary)] as listed."""
    return re.findall(r"^  ([\w-]+(?: [\w-]+)?)  +(\S.*)$", help_of(haechi), re.M)


def escape(text):
    text = text.replace("\\", "\\e").replace("-", "\\-")
    return "\n".join("\\&" + line if line[:1] in ".'" else line
                     for line in text.split("\n"))


def head(title, summary, version):
    return (f'.TH "{title.upper().replace(" ", "-")}" 1 "" "{version}" '
            f'"Haechi"\n.SH NAME\n{escape(title.replace(" ", "-"))} \\- '
            f'{escape(summary)}\n')


def split(text):
    """usage, summary, [(option, its help)], details, exit codes."""
    usage, rest = text.removeprefix("usage: ").split("\n\n", 1)
    rest, codes = rest.rsplit("\nexit codes: ", 1)
    summary, _, rest = rest.partition("\n")
    options = []
    if "\noptions:\n" in "\n" + rest:
        body = rest.split("options:\n", 1)[1]
        block, _, rest = body.partition("\n\n")
        for line in block.split("\n"):
            if line.startswith("      "):
                options[-1][1].append(line.strip())
            elif line.strip():
                options.append((line.strip(), []))
    return usage, summary, options, rest.strip(), codes.strip()


def page(name, text, version):
    usage, summary, options, details, codes = split(text)
    out = head("haechi " + name, summary, version)
    out += ".SH SYNOPSIS\n.nf\n" + escape(usage) + "\n.fi\n"
    if details:
        out += ".SH DESCRIPTION\n" + escape(details) + "\n"
    if options:
        out += ".SH OPTIONS\n"
        for option, lines in options:
            out += f".TP\n.B {escape(option)}\n{escape(' '.join(lines))}\n"
    out += ".SH EXIT STATUS\n" + escape(codes.replace("\n", " ")) + "\n"
    return out + ".SH SEE ALSO\n.BR haechi (1)\n"


def overview(listed, version):
    out = head("haechi", "a network video recorder that keeps its notice's "
               "word", version)
    out += ".SH SYNOPSIS\n.B haechi\n.I COMMAND\n[ARGUMENT...]\n.SH COMMANDS\n"
    for name, summary in listed:
        dashed = escape("haechi-" + name.replace(" ", "-"))
        out += f".TP\n.BR {dashed} (1)\n{escape(summary)}\n"
    return out


def main(haechi, directory):
    version = subprocess.run([haechi, "version"], check=True, timeout=20,
                             capture_output=True, text=True).stdout.strip()
    listed = commands(haechi)
    os.makedirs(directory, exist_ok=True)
    pages = {"haechi": overview(listed, version)}
    for name, _ in listed:
        pages["haechi-" + name.replace(" ", "-")] = page(
            name, help_of(haechi, *name.split()), version)
    for title, text in pages.items():
        with open(f"{directory}/{title}.1", "w", encoding="utf-8") as out:
            out.write(text)


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit("usage: man_pages.py HAECHI DIRECTORY")
    main(sys.argv[1], sys.argv[2])
