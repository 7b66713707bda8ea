"""The naive reference: the counting part of report.json, from plain logs, with every event in memory.

usage: python3 reference [--local-domain D]... [--trusted-net CIDR]... PATH...     PATH: plain log files, or folders of them
"""
import argparse
import json
import os
import sys

from counts import Counter, Limits
import exchange
from depth import depths
from envelope import content, read_all
from events import events_of, join_amavis
from exim import drop_copies, join_parts
from opensmtpd import OpenSmtpd
from qmail import Qmail
import told


def analyse(paths, local_domains=(), trusted=(), limits=Limits()):
    tables = [path for path in paths if exchange.is_table(content(path))]
    lines = read_all([path for path in paths if path not in tables])
    open_smtpd, qmail = OpenSmtpd(), Qmail()
    events = [event for line in drop_copies(list(join_parts(join_amavis(lines)))) for event in events_of(line, open_smtpd, qmail)]
    if tables:
        events = sorted(events + exchange.events_of([content(path) for path in sorted(tables)]), key=lambda event: event["time"])
    events = told.join(events)
    times = [line.time for line in lines]
    queue = {} if tables else {"queue": depths(events, min(times), max(times)) if times else []}
    return Counter(events, local_domains, trusted, limits).run() | queue


def files_in(paths):
    for path in paths:
        if os.path.isdir(path):
            for folder, _, names in os.walk(path):
                yield from (os.path.join(folder, name) for name in names)
        else:
            yield path


def main():
    options = argparse.ArgumentParser()
    options.add_argument("--local-domain", action="append", default=[])
    options.add_argument("--trusted-net", action="append", default=[])
    options.add_argument("paths", nargs="+")
    given = options.parse_args()
    json.dump(analyse(list(files_in(given.paths)), given.local_domain, given.trusted_net), sys.stdout, indent=1)
    print()


if __name__ == "__main__":
    main()
