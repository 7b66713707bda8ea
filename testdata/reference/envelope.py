"""Lines of a log: what stands in front of every one of them (time, host, program, pid), and in what order they happened.

Plain text, or one gzip member of it. RFC 3164 (with busybox's facility.severity), ISO 8601, RFC 5424, and Dovecot's own file, which names no host.
"""
import calendar
import collections
import dataclasses
import gzip
import os
import re
import time

import told

MONTHS = {name: i + 1 for i, name in enumerate("Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split())}
DEFAULT_YEAR = 2024  # only where no line of any input has a year; a leap year, so that every date exists

BSD = re.compile(r"(?:<\d+>)?(?P<month>[A-Z][a-z][a-z]) +(?P<day>\d+) (?P<clock>\d\d:\d\d:\d\d)(?P<fraction>\.\d+)? (?P<rest>.*)", re.S)
ISO = re.compile(r"(?P<date>\d{4}-\d\d-\d\d)T(?P<clock>\d\d:\d\d:\d\d)(?P<fraction>\.\d+)?(?P<zone>Z|[+-]\d\d:?\d\d)? +(?P<rest>.*)", re.S)
RFC5424 = re.compile(
    r"<\d+>1 (?P<date>\d{4}-\d\d-\d\d)T(?P<clock>\d\d:\d\d:\d\d)(?P<fraction>\.\d+)?(?P<zone>Z|[+-]\d\d:?\d\d)? "
    r"(?P<host>\S+) (?P<program>\S+) (?P<pid>\S+) \S+ (?:-|(?:\[[^\]]*\])+) ?(?P<text>.*)", re.S)
EXIM = re.compile(r"(?P<date>\d{4}-\d\d-\d\d) (?P<clock>\d\d:\d\d:\d\d)(?P<fraction>\.\d+)? (?:(?P<zone>[+-]\d{4}) )?"
                  r"(?:\[(?P<pid>\d+)\] )?(?P<text>.*)", re.S)
TAG = re.compile(r"(?P<program>[^\s\[\]:]+)(?:\[(?P<pid>\d+)\])?: ?(?P<text>.*)", re.S)
DOVECOT_TAG = re.compile(r"(?:imap|pop3|lmtp|auth|auth-worker|master|config|anvil|log|ssl-params|managesieve|submission)"
                         r"(?:-login)?(?:\([^)]*\))?(?:<[^>]*>)*: ")
TAI64N = re.compile(r"@([0-9a-f]{16})([0-9a-f]{8}) (.*)", re.S)
BUSYBOX_PRIORITY = re.compile(r"(?:kern|user|mail|daemon|auth|syslog|authpriv|local[0-7])\.[a-z]+ ")
LAST_REPEATED = re.compile(r"(?:-+ )?last message repeated (\d+) times?")
BRACKET_REPEATED = re.compile(r" ?message repeated (\d+) times: \[ ?(.*?)\]?$", re.S)


@dataclasses.dataclass
class Line:
    time: float  # seconds since 1970 as if the stamp's zone were UTC, made steady inside its file
    host: str
    program: str
    pid: str
    text: str
    count: int   # how many equal lines it stands for
    raw: str
    has_year: bool


def year_seconds(year):
    return (366 if calendar.isleap(year) else 365) * 86400


def clock_seconds(clock):
    hours, minutes, seconds = clock.split(":")
    return int(hours) * 3600 + int(minutes) * 60 + int(seconds)


def zone_seconds(zone):
    if not zone or zone == "Z":
        return 0
    digits = zone[1:].replace(":", "")
    seconds = int(digits[:2]) * 3600 + int(digits[2:]) * 60
    return -seconds if zone[0] == "-" else seconds


def full_time(match):
    date = time.strptime(match["date"], "%Y-%m-%d")
    return calendar.timegm(date) + clock_seconds(match["clock"]) + float(match["fraction"] or 0) - zone_seconds(match["zone"])


def yearless_time(match, year):
    day = calendar.timegm((year, MONTHS[match["month"]], 1, 0, 0, 0)) + (int(match["day"]) - 1) * 86400
    return day + clock_seconds(match["clock"]) + float(match["fraction"] or 0)


def split_tag(rest):
    """host, program, pid, text of what follows the time."""
    if DOVECOT_TAG.match(rest):  # Dovecot's own file: no host, no "dovecot:"
        return "", "dovecot", "", rest
    host, _, rest = rest.partition(" ")
    priority = BUSYBOX_PRIORITY.match(rest)
    if priority:
        rest = rest[priority.end():]
    tag = TAG.match(rest)
    if tag and not LAST_REPEATED.match(rest):
        return host, tag["program"], tag["pid"] or "", tag["text"]
    return host, "", "", rest


def tai64n(raw):
    """A line of multilog, which counts from ten seconds before 1970."""
    m = TAI64N.match(raw)
    return (int(m[1], 16) - (1 << 62) - 10 + int(m[2], 16) / 1e9, True, "", "qmail", "", m[3]) if m else None


def parse_line(raw, year):
    """(time, has a year, host, program, pid, text), or None where there is no envelope."""
    match = RFC5424.match(raw)
    if match:
        return full_time(match), True, match["host"], match["program"], match["pid"].strip("-"), match["text"].strip("\ufeff ")
    match = ISO.match(raw)
    if match:
        return (full_time(match), True) + split_tag(match["rest"])
    match = EXIM.match(raw)
    if match:
        return full_time(match), True, "", "exim", match["pid"] or "", match["text"]
    if own := told.envelope(raw) or tai64n(raw):
        return own
    match = BSD.match(raw)
    if match and match["month"] in MONTHS:
        return (yearless_time(match, year), False) + split_tag(match["rest"])
    return None


class Clock:
    """Makes the times of one file grow: over New Year, over the end of summer time, and over lines that are a little late."""

    def __init__(self, year):
        self.year = year_seconds(year)
        self.added = 0
        self.stepped_at = None
        self.last_stamp = None
        self.last = None

    def steady(self, stamp, has_year):
        if self.last_stamp is not None:
            step = stamp - self.last_stamp
            if not has_year and step < -self.year / 2:
                self.added += self.year
            elif not has_year and self.added and step > self.year / 2:
                self.added -= self.year  # a late line of the old year: not a year
            elif not has_year and -70 * 60 <= step <= -50 * 60:
                self.added += 3600
                self.stepped_at = stamp
            elif self.stepped_at is not None and 50 * 60 <= step <= 70 * 60 and stamp - 3600 - self.stepped_at <= 60:
                self.added -= 3600  # it was one late line, not the end of summer time
                self.stepped_at = None
        self.last_stamp = stamp
        self.last = max(stamp + self.added, self.last if self.last is not None else float("-inf"))
        return self.last


def content(path):
    with open(path, "rb") as f:
        data = f.read()
    return gzip.decompress(data) if data.startswith(b"\x1f\x8b") else data


def read_file(path, year):
    """All lines of a file that have an envelope, repetitions resolved."""
    data = content(path).decode("utf-8", "replace")
    clock, lines, last_of_host = Clock(year), [], {}
    for raw in data.split("\n"):
        parsed = parse_line(raw.rstrip("\r"), year)
        if not parsed:
            continue
        stamp, has_year, host, program, pid, text = parsed
        line = Line(clock.steady(stamp, has_year), host, program, pid, text, 1, raw, has_year)
        last_repeated = LAST_REPEATED.match(text) if not program else None
        bracketed = BRACKET_REPEATED.match(text)
        if last_repeated:
            previous = last_of_host.get(host)
            if not previous:
                continue
            line.program, line.pid, line.text, line.count = previous.program, previous.pid, previous.text, int(last_repeated[1])
        elif bracketed:
            line.text, line.count = bracketed[2], int(bracketed[1])
        if not last_repeated:
            last_of_host[host] = line
        lines.append(line)
    return lines


def find_year(paths):
    for path in paths:
        for raw in content(path)[:4096].decode("utf-8", "replace").split("\n"):
            match = RFC5424.match(raw) or ISO.match(raw) or EXIM.match(raw)
            if match:
                return int(match["date"][:4])
            if own := told.envelope(raw) or tai64n(raw):
                return time.gmtime(own[0]).tm_year
    return DEFAULT_YEAR


def order_yearless(files, year):
    """Files without a year that lie on both sides of New Year: the set begins after the longest silence of the (circular) year."""
    gaps = [(b[0].time - a[-1].time, i + 1) for i, (a, b) in enumerate(zip(files, files[1:]))]
    around = files[0][0].time + year_seconds(year) - files[-1][-1].time if files else 0
    longest, first = max(gaps, default=(0, 0))
    if longest > max(around, year_seconds(year) / 2):
        for lines in files[first:]:
            for line in lines:
                line.time -= year_seconds(year)
        files[:] = files[first:] + files[:first]


def overlaps(a, b):
    """More than one second in common; files that meet in one second are adjacent parts."""
    return min(a[-1].time, b[-1].time) // 1 > max(a[0].time, b[0].time) // 1


def drop_duplicates(files):
    """Equal lines in several inputs that overlap in time are one line each (as often as the input that has most of it)."""
    kept = []
    for i, lines in enumerate(files):
        others = [before for before in files[:i] if overlaps(before, lines)]
        known = collections.Counter()
        for before in others:
            counts = collections.Counter(line.raw for line in before)
            known |= counts
        here = []
        for line in lines:
            if known[line.raw] > 0:
                known[line.raw] -= 1
            else:
                here.append(line)
        kept.append(here)
    return kept


def read_all(paths):
    """Every line of every file in the order of time; inside a file its own order is kept."""
    contents, names = set(), []
    for path in sorted(paths):
        data = content(path)
        if data not in contents:  # the same file given twice
            contents.add(data)
            names.append(path)
    year = find_year(names)
    files = [lines for lines in (read_file(name, year) for name in names) if lines]
    hosts = sorted({line.host for lines in files for line in lines if line.host})
    for name, lines in zip(names, files):
        for line in lines:
            line.host = line.host or (hosts[0] if len(hosts) == 1 else os.path.basename(name) if hosts else "")
    files.sort(key=lambda lines: lines[0].time)
    if not any(line.has_year for lines in files for line in lines):
        order_yearless(files, year)
    files = drop_duplicates(files)
    merged = [(line.time, i, n, line) for i, lines in enumerate(files) for n, line in enumerate(lines)]
    return [entry[3] for entry in sorted(merged, key=lambda entry: entry[:3])]
