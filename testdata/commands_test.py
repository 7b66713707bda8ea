#!/usr/bin/env python3
"""The commands besides the investigation: what they print and their exit statuses.

usage: commands_test.py PROGRAM
"""
import gzip
import hashlib
import io
import json
import os
import shutil
import subprocess
import sys
import tarfile
import tempfile

from command_line_test import DEMO, LINE, Tests

INCIDENT = os.path.dirname(DEMO)


def read(path):
    with open(path, "rb") as f:
        return f.read()


def test_inputs(t):
    run = t.expect(["inputs", "-q", "-f", "json", INCIDENT], 0)
    report = json.loads(run.stdout)
    t.check(report["schema"] == "postmortem-inputs/1", "the schema of the inventory", run)
    names = [os.path.basename(item["path"]) for item in report["inputs"]]
    t.check(names == ["mail.log.3.gz", "mail.log.2.gz", "mail.log.1", "mail.log"], f"in the order of time: {names}")
    for item in report["inputs"]:
        t.check(item["sha256"] == hashlib.sha256(read(item["path"])).hexdigest(), f"the digest of {item['path']}")
        t.check(item["hosts"] == ["mx1"] and item["zones"] == ["+00:00"] and item["zone_from"] == "ids in the log", f"clock: {item}")
        t.check(item["lines"] == item["recognised"] > 0 and not item["gaps"] and not item["damage"], f"lines: {item}")
    lines = t.expect(["inputs", "-q", "-f", "jsonl", INCIDENT], 0).stdout.splitlines()
    t.check([json.loads(line) for line in lines] == report["inputs"], "jsonl says what json says")
    t.expect(["inputs", "-q", DEMO], 0, stdout="  zone     +00:00 (from ids in the log); year from ids in the log\n")


def test_inputs_clocks_and_gaps(t):
    lines = [LINE.replace(b"16:23:37", b"%02d:%02d:00" % (n // 60, n % 60)) for n in range(0, 600) if not 200 < n < 400]
    t.write("gap.log", b"".join(lines))
    run = t.expect(["inputs", "-q", "-f", "json", "--year", "2026", "--timezone", "Asia/Dhaka", "gap.log"], 0)
    item = json.loads(run.stdout)["inputs"][0]
    t.check(item["zones"] == ["Asia/Dhaka"] and item["zone_from"] == "--timezone" and item["year_from"] == "--year", "clock as told", run)
    t.check(item["first"] == "2026-11-21T18:00:00Z", "the span in UTC", run)
    t.check(item["gaps"] == [{"host": "mx1", "from": "2026-11-21T21:20:00Z", "to": "2026-11-22T00:40:00Z"}], "the gap", run)
    run = t.expect(["inputs", "-q", "--year", "2026", "gap.log"], 0, stdout="(from nothing: UTC assumed, ASSUMED)")
    t.check(b"  gap      mx1 2026-11-22T03:20:00Z to 2026-11-22T06:40:00Z\n" in run.stdout, "the gap as text", run)


def test_inputs_bad(t):
    t.write("letter.txt", b"Dear all,\nno log here.\n")
    t.write("empty.log", b"")
    data = gzip.compress(LINE * 5000)
    t.write("cut.gz", data[:-40])
    t.expect(["inputs", "letter.txt"], 3, stdout="no mail log", stderr="letter.txt: holds no mail log")
    t.expect(["inputs", "empty.log"], 3, stdout="empty.log")
    t.expect(["inputs", "nowhere.log"], 3, stderr="nowhere.log: No such file")
    t.expect(["inputs", DEMO, "letter.txt"], 1, stdout="letter.txt")
    run = t.expect(["inputs", "-q", "-f", "json", "cut.gz"], 1, stderr="cut.gz")
    item = json.loads(run.stdout)["inputs"][0]
    t.check(item["damage"] and item["holds_log"], f"damage is told: {item}")
    t.expect(["inputs", "-q", "-f", "json", "-"], 0, stdout='"-"', stdin=LINE)
    t.write("bad\x1b[31m\xff.log", LINE)
    run = t.run("inputs", "-q", os.path.join(t.folder, "bad\x1b[31m\xff.log"))
    t.check(run.returncode == 0 and b"\x1b" not in run.stdout, "a name is made harmless", run)


def archived(t):
    """A log in a gzip in a tar, and all locators of one account's lines."""
    packed, tar = read(os.path.join(INCIDENT, "mail.log.2.gz")), io.BytesIO()
    with tarfile.open(fileobj=tar, mode="w") as archive:
        info = tarfile.TarInfo("var/log/mail.log.gz")
        info.size = len(packed)
        archive.addfile(info, io.BytesIO(packed))
    t.write("logs.tar", tar.getvalue())
    shutil.rmtree(os.path.join(t.folder, "shown"), ignore_errors=True)
    t.expect(["-q", "-o", "shown", "logs.tar"], 0)
    evidence = os.path.join(t.folder, "shown", "evidence")
    quoted = []
    for folder in sorted(os.listdir(evidence)):
        quoted += [json.loads(line) for line in read(os.path.join(evidence, folder, "lines.jsonl")).splitlines()]
    return quoted


def test_show(t):
    quoted = archived(t)
    t.check(len(quoted) > 20, "there is evidence")
    for item in quoted[:: max(1, len(quoted) // 12)]:
        run = t.expect(["show", item["locator"], "logs.tar"], 0)
        t.check(run.stdout == item["text"].encode() + b"\n" and run.stderr == b"", "the line as quoted", run)
    locator = quoted[3]["locator"]
    t.check(locator.startswith("logs.tar!var/log/mail.log.gz!L") or locator.startswith("logs.tar!var/log/mail.log!L"), locator)
    bare, digest = locator.split("#")
    t.expect(["show", bare, "logs.tar"], 0, stderr="holds no digest")
    os.makedirs(os.path.join(t.folder, "elsewhere"), exist_ok=True)
    shutil.copy(os.path.join(t.folder, "logs.tar"), os.path.join(t.folder, "elsewhere", "logs.tar"))
    t.expect(["show", locator, "elsewhere"], 0)
    wrong = bare + "#" + digest[:-1] + ("0" if digest[-1] != "0" else "1")
    t.expect(["show", wrong, "logs.tar"], 11, stderr="SHA-256 of the line differs")
    t.expect(["show", bare.replace("!L", "!L1"), "logs.tar"], 11, stderr="it is line")
    t.expect(["show", bare + "0", "logs.tar"], 11, stderr="it has")
    t.expect(["show", bare.replace("@", "@1"), "logs.tar"], 11, stderr="no line begins at byte")
    t.expect(["show", locator, DEMO, DEMO + ".1"], 2, stderr="no PATH is this input")
    t.expect(["show", "logs.tar", "logs.tar"], 2, stderr="no locator")
    t.expect(["show", locator], 2, stderr="no LOCATOR or PATH")
    t.expect(["show", "x!L1@0+5", "nowhere"], 2, stderr="nowhere")


def test_show_flipped(t):
    data = bytearray(read(DEMO))
    t.write("flip.log", data)
    line = data.split(b"\n")[100]
    at = data.index(line)
    locator = f"flip.log!L101@{at}+{len(line)}#{hashlib.sha256(line).hexdigest()}"
    t.expect(["show", locator, "flip.log"], 0, stdout=line.decode())
    data[at + 30] ^= 1
    t.write("flip.log", data)
    t.expect(["show", locator, "flip.log"], 11, stderr="flip.log: the SHA-256 of the line differs")


def mmdb(networks, kind):
    """A MaxMind DB of those IPv4 networks, as the format's specification has it: {cidr: value}."""
    def value(item):
        if isinstance(item, str):
            return control(2, len(item)) + item.encode()
        if isinstance(item, dict):
            return control(7, len(item)) + b"".join(value(k) + value(v) for k, v in item.items())
        if isinstance(item, list):
            return control(11, len(item)) + b"".join(map(value, item))
        number, width = {"u16": (5, 2), "u32": (6, 4), "u64": (9, 8)}[item[0]]
        return control(number, width) + item[1].to_bytes(width, "big")

    def control(number, size):
        first = bytes([(number if number < 8 else 0) << 5 | min(size, 29)])
        return first + (bytes([number - 7]) if number > 7 else b"") + (bytes([size - 29]) if size >= 29 else b"")

    nodes, data = [[None, None]], b""
    for cidr, item in networks.items():
        address, bits = cidr.split("/")
        number = int.from_bytes(bytes(map(int, address.split("."))), "big")
        at = 0
        for bit in range(int(bits)):
            side = number >> (31 - bit) & 1
            if bit + 1 == int(bits):
                nodes[at][side] = ("data", len(data))
            else:
                if nodes[at][side] is None:
                    nodes.append([None, None])
                    nodes[at][side] = len(nodes) - 1
                at = nodes[at][side]
        data += value(item)
    count = len(nodes)
    tree = b"".join((count if side is None else side if isinstance(side, int) else count + 16 + side[1]).to_bytes(4, "big")
                    for node in nodes for side in node)
    metadata = {"binary_format_major_version": ("u16", 2), "binary_format_minor_version": ("u16", 0), "build_epoch": ("u64", 1700000000),
                "database_type": kind, "description": {"en": "made by a test"}, "ip_version": ("u16", 4), "languages": ["en"],
                "node_count": ("u32", count), "record_size": ("u16", 32)}
    return tree + bytes(16) + data + b"\xab\xcd\xefMaxMind.com" + value(metadata)


def sources(t, *options):
    run = t.expect(["-q", "-f", "json", *options, INCIDENT], 0)
    report = json.loads(run.stdout)
    suman = next(a for a in report["accounts"] if a["account"].startswith("suman"))
    return report, {source["ip"]: source for source in suman["sources"]}


def test_geoip(t):
    t.write("city.mmdb", mmdb({"28.249.22.0/24": {"country": {"iso_code": "NL"}}, "30.0.0.0/8": {"registered_country": {"iso_code": "SE"}}},
                              "Test-City"))
    t.write("asn.mmdb", mmdb({"28.249.0.0/16": {"autonomous_system_number": ("u32", 64500)}, "30.48.0.0/16": {"asn": "AS64501"}}, "Test-ASN"))
    plain, _ = sources(t)
    report, found = sources(t, "--geoip", "city.mmdb", "--geoip", "asn.mmdb")
    t.check((found["28.249.22.114"]["country"], found["28.249.22.114"]["asn"]) == ("NL", 64500), f"{found['28.249.22.114']}")
    t.check((found["30.48.154.250"]["country"], found["30.48.154.250"]["asn"]) == ("SE", 64501), f"{found['30.48.154.250']}")
    t.check((found["71.53.20.202"]["country"], found["71.53.20.202"]["asn"]) == (None, None), "not in the database: unknown")
    t.check("countries and networks of addresses are those of city.mmdb (Test-City, built 2023-11-14T22:13:20Z)"
            in report["run"]["assumptions"], "the database is told")
    same = [(a["account"], a["verdict"], a["score_db"]) for a in plain["accounts"]]
    t.check(same == [(a["account"], a["verdict"], a["score_db"]) for a in report["accounts"]], "no verdict depends on it")
    t.expect(["-q", "--geoip", "city.mmdb", "--geoip", "asn.mmdb", INCIDENT], 0, stdout="28.249.22.114 NL AS64500 (")


def test_geoip_text(t):
    t.write("geoip", b"# Tor's form\n486080512,486146047,DE\n1194655744,1194721279,??\n")
    t.write("geoip6", b"2001:2::,2001:2:0:ffff:ffff:ffff:ffff:ffff,JP\n")
    _, found = sources(t, "--geoip", "geoip", "--geoip", "geoip6")
    t.check(found["28.249.22.114"]["country"] == "DE", f"{found['28.249.22.114']}")
    t.check(found["71.53.20.202"]["country"] is None, "?? is unknown")


def test_lists(t):
    t.write("tor.txt", b"# exits\n28.249.22.114\n30.48.0.0/16 # all of it\n30.48.154.0/24\n2001:db8::/32\n")
    t.write("vpn.txt", b"28.0.0.0/8\r\n")
    _, found = sources(t, "--list", "tor=tor.txt", "--list", "vpn=vpn.txt")
    t.check(found["28.249.22.114"]["lists"] == ["tor", "vpn"], f"{found['28.249.22.114']}")
    t.check(found["30.48.154.250"]["lists"] == ["tor"] and found["71.53.20.202"]["lists"] == [], "in one, in none")
    _, found = sources(t)
    t.check("lists" not in found["28.249.22.114"], "nothing is said of lists without one")


def test_geoip_bad(t):
    whole = mmdb({"28.249.22.0/24": {"country": {"iso_code": "NL"}}}, "Test")
    t.write("cut.mmdb", whole[:-60])
    t.write("noise.mmdb", os.urandom(3000))
    t.write("tree.mmdb", b"\xff" * 200 + whole[200:])
    t.write("bad.txt", b"1.2.3.4\nnot an address\n")
    t.write("empty.txt", b"\n")
    for option, said in (("cut.mmdb", "cut.mmdb"), ("noise.mmdb", "noise.mmdb:1: no address range"), ("tree.mmdb", "tree.mmdb: "),
                         ("nowhere.mmdb", "nowhere.mmdb: No such file"), ("bad.txt", "bad.txt:1: no address range")):
        t.expect(["-o", "geo-case", "--geoip", option, INCIDENT], 2, stderr=said)
    for value, said in (("bad=bad.txt", "bad.txt:2: no address range"), ("e=empty.txt", "empty.txt: holds no address range"),
                        ("n=nowhere", "nowhere: No such file"), ("tor.txt", "--list")):
        t.expect(["-o", "geo-case", "--list", value, INCIDENT], 2, stderr=said)
    left = [name for name in os.listdir(t.folder) if name.startswith(".") or name == "geo-case"]
    t.check(not left, f"nothing half-written: {left}")


def case_of(t, name, *options):
    shutil.rmtree(os.path.join(t.folder, name), ignore_errors=True)
    t.expect(["-q", "-o", name, *options, INCIDENT], 0)
    return os.path.join(t.folder, name)


def flip(path, at):
    data = bytearray(read(path))
    data[at] ^= 1
    with open(path, "wb") as f:
        f.write(data)


def test_verify(t):
    case = case_of(t, "verified", "--account", "marta", "--timezone", "+00:00", "--exclude", "*.nothing")
    before = {name: read(os.path.join(case, name)) for name in ("report.json", "SHA256SUMS", "run.json")}
    t.expect(["verify", "verified"], 0, stdout="as SHA256SUMS has them; 0 differences")
    t.expect(["verify", "verified", INCIDENT], 0, stdout="the logs give every quoted line and every figure again; 0 differences")
    shutil.copytree(INCIDENT, os.path.join(t.folder, "moved", "logs"))
    t.expect(["verify", "-j", "3", "verified", "moved"], 0, stdout="0 differences")
    t.check(all(read(os.path.join(case, name)) == data for name, data in before.items()), "verify changes nothing")
    files = sorted(os.path.relpath(os.path.join(folder, name), case) for folder, _, names in os.walk(case) for name in names)
    for name in files:
        path = os.path.join(case, name)
        if name == "SHA256SUMS" or not os.path.getsize(path):
            continue
        flip(path, os.path.getsize(path) * 2 // 3)
        t.expect(["verify", "verified"], 11, stderr=f"{name}: its SHA-256 is not the one in SHA256SUMS")
        flip(path, os.path.getsize(path) * 2 // 3)
    os.rename(os.path.join(case, "report.txt"), os.path.join(case, "report.old"))
    run = t.expect(["verify", "verified"], 11, stderr="report.txt: is missing")
    t.check(b"report.old: is not in SHA256SUMS" in run.stderr, "a file too many", run)
    os.rename(os.path.join(case, "report.old"), os.path.join(case, "report.txt"))
    for at in (0, 64, 66, len(before["SHA256SUMS"]) - 1):
        flip(os.path.join(case, "SHA256SUMS"), at)
        run = t.expect(["verify", "verified"], 11)
        t.check(run.stderr != b"", "a bit of SHA256SUMS", run)
        flip(os.path.join(case, "SHA256SUMS"), at)
    t.expect(["verify", "verified"], 0)


def test_verify_figures(t):
    """What was changed so that the digests hold is found by the logs."""
    case = case_of(t, "forged")
    for name, old, new in (("report.json", b'"messages": 429', b'"messages": 428'), ("accounts.csv", b",436,", b",437,")):
        path = os.path.join(case, name)
        data = read(path)
        sums = read(os.path.join(case, "SHA256SUMS"))
        t.check(old in data, f"{name} holds {old}")
        with open(path, "wb") as f:
            f.write(data.replace(old, new, 1))
        t.write("forged/SHA256SUMS", sums.replace(hashlib.sha256(data).hexdigest().encode(),
                                                  hashlib.sha256(read(path)).hexdigest().encode()))
        t.expect(["verify", "forged"], 0)
        t.expect(["verify", "forged", INCIDENT], 11, stderr=f"{name}: line ")
        t.write(f"forged/{name}", data)
        t.write("forged/SHA256SUMS", sums)


def test_verify_hostile(t):
    """A case folder that somebody sends can have no file written, and none read outside of it told."""
    case = case_of(t, "sent")
    path = os.path.join(case, "report.json")
    report = json.loads(read(path))
    report["run"]["options"] = {"unrecognised": [os.path.join(t.folder, "planted")], "stats": [os.path.join(t.folder, "planted")],
                                "output": ["planted"], "no-such-option": ["x"]}
    t.write("sent/report.json", json.dumps(report).encode())
    t.write("sent/SHA256SUMS", read(os.path.join(case, "SHA256SUMS")) + b"0" * 64 + b"  ../../etc/passwd\n" + b"0" * 64 + b"  /etc/passwd\n")
    run = t.expect(["verify", "sent", INCIDENT], 11, stderr="SHA256SUMS: line ")
    t.check(b"passwd" not in run.stderr and not os.path.exists(os.path.join(t.folder, "planted")), "nothing is planted", run)
    t.write("sent/report.json", b"[1, 2")
    t.expect(["verify", "sent", INCIDENT], 11, stderr="sent/report.json:1:")


def test_verify_logs(t):
    """One bit of a log."""
    case_of(t, "quoted")
    shutil.copytree(INCIDENT, os.path.join(t.folder, "tampered"))
    log = os.path.join(t.folder, "tampered", "mail.log.1")
    flip(log, read(log).index(b"status=sent") + 8)
    run = t.expect(["verify", "quoted", "tampered"], 11, stderr="tampered/mail.log.1: is not the input ")
    t.check(b"lines.log: line " in run.stderr and b"report.json: line " in run.stderr, "the line and the figures", run)
    os.remove(log)
    t.expect(["verify", "quoted", "tampered"], 11, stderr="mail.log.1: an input of the case, is not among the PATHs")
    t.expect(["verify", "tampered"], 2, stderr="tampered: no case folder")
    t.expect(["verify", "nowhere"], 2, stderr="nowhere: No such file")
    t.expect(["verify"], 2, stderr="no CASE given")
    t.expect(["verify", "-o", "x", "quoted"], 2, stderr="verify takes no --output")
    left = [name for name in os.listdir(tempfile.gettempdir()) if name.startswith("postmortem-verify-")]
    t.check(not left, f"nothing stays behind: {left}")


RUNS = os.path.join(os.path.dirname(INCIDENT), "runs")


def traced(t, *arguments):
    run = t.expect(["trace", "-q", "-f", "jsonl", *arguments], 0)
    return [json.loads(line) for line in run.stdout.splitlines()]


def test_trace_raw(t):
    """The lines of a message are those with its queue ID: all of them, as they are, in their order."""
    log = b"".join(gzip.decompress(read(path)) if path.endswith(".gz") else read(path)
                   for path in (os.path.join(INCIDENT, "mail.log" + end) for end in (".3.gz", ".2.gz", ".1", "")))
    lines = log.splitlines(keepends=True)
    ids = sorted({m["queue_id"] for m in traced(t, "--since", "2000-01-01", INCIDENT) if len(m["hops"]) == 1})
    t.check(len(ids) > 500, f"{len(ids)} messages of one hop")
    for queue_id in ids[::60]:
        wanted = [line for line in lines if b"]: %s: " % queue_id.encode() in line]
        run = t.expect(["trace", "-q", "--raw", "--queue-id", queue_id, INCIDENT], 0)
        t.check(run.stdout == b"".join(wanted), f"the lines of {queue_id}", run)


def test_trace_hops(t):
    found = traced(t, "--queue-id", "CD00F30002", os.path.join(RUNS, "bounce-with-dsn"))
    t.check([m["queue_id"] for m in found] == ["CD00F30002"] and found[0]["account"] is None, f"a bounce alone: {found}")
    found = traced(t, "--sender", "ANNA@example.com", os.path.join(RUNS, "bounce-with-dsn"))
    t.check(len(found) == 1 and found[0]["hops"] == [
        {"queue_id": "CD00F30001", "host": "mx1", "by": "entered", "of": None},
        {"queue_id": "CD00F30002", "host": "mx1", "by": "notification", "of": 0}], f"a message and its bounce: {found}")
    t.check(found[0]["recipients"] == [{"address": "r1@dest.example", "domain": "dest.example", "state": "bounced",
                                        "reason": "user-unknown"}], f"recipients: {found[0]['recipients']}")
    t.check([line["hop"] for line in found[0]["lines"]] == [0, 0, 0, 0, 1, 1, 0, 1, 1, 0], "hops of the lines, in time")
    found = traced(t, "--queue-id", "51FAF22255", os.path.join(RUNS, "filter-on-other-machine"))
    t.check([hop["by"] for hop in found[0]["hops"]] == ["entered", "queued-as", "notification"], f"back to where it entered: {found}")
    t.check(found[0]["ip"] == "198.51.100.10" and found[0]["account"] == "anna@example.com", "who sent it, seen from a later hop")
    both = traced(t, "--since", "2000-01-01", os.path.join(RUNS, "same-id-two-hosts"))
    t.check(len({m["host"] for m in both if m["queue_id"] == both[0]["queue_id"]}) == 2, "one queue ID of two hosts is two messages")


def test_trace_filters(t):
    everything = traced(t, "--since", "2000-01-01", INCIDENT)
    one = next(m for m in everything if m["queue_id"] == "1A7EF1082C")
    t.check(one["sender"] == "support@metro-logistics.example" and one["ip"] == "28.249.22.114", f"{one}")

    def ids(*arguments):
        return [m["queue_id"] for m in traced(t, *arguments, INCIDENT)]

    def wanted(test):
        return [m["queue_id"] for m in everything if test(m)]

    t.check(ids("--ip", "28.249.22.0/24") == wanted(lambda m: (m["ip"] or "").startswith("28.249.22.")), "by network")
    t.check(ids("--account", "suman") == wanted(lambda m: (m["account"] or "").startswith("suman@")), "by account")
    t.check(ids("--sender", "@metro-logistics.example") == wanted(lambda m: (m["sender"] or "").endswith("@metro-logistics.example")),
            "by the domain of the sender")
    t.check(ids("--message-id", f"<{one['message_id']}>") == ["1A7EF1082C"], "by Message-ID")
    to = one["recipients"][1]["address"]
    t.check(set(ids("--recipient", to.upper())) >= {"1A7EF1082C"}, "by recipient")
    t.check(ids("--recipient", to, "--ip", "28.249.22.114", "--sender", one["sender"]) == ["1A7EF1082C"], "all filters must hold")
    t.check(ids("--recipient", to, "--ip", "192.0.2.1") == [], "one that does not hold")
    t.check(ids("--queue-id", "1A7EF1082C", "--queue-id", "1B44312E33") == ["1A7EF1082C", "1B44312E33"], "any of one name")
    t.check(ids("--until", "2026-11-22T16:22:40Z") == wanted(lambda m: m["first"] < "2026-11-22T16:22:40Z"), "by time")
    t.check(ids("--since", "2026-11-22T16:25:00Z") == wanted(lambda m: m["last"] >= "2026-11-22T16:25:00Z"), "still there at that time")


def test_trace_bad(t):
    t.expect(["trace", "-q", "--queue-id", "NOSUCHID", DEMO], 0)
    t.expect(["trace", "--queue-id", "NOSUCHID", DEMO], 0, stderr="0 messages match")
    t.expect(["trace", "--sender", "nobody@nowhere.example", "--since", "2026-01-01", "--trace-whole", DEMO], 0, stderr="0 of ")
    t.expect(["trace", "--year", "2026", DEMO], 2, stderr="trace needs a filter")
    t.expect(["trace", "--ip", "300.1.2.3", DEMO], 2, stderr="--ip")
    t.expect(["trace", "-f", "csv", "--queue-id", "A", DEMO], 2, stderr="trace writes text or jsonl")
    t.expect(["trace", "--queue-id", "A", "nowhere.log"], 3, stderr="nowhere.log")
    line = LINE.replace(b"connect from unknown[28.249.22.114]", b"1ABCDEF123: client=\x1b[31m[1.2.3.4], sasl_username=\xff\xfe")
    run = t.expect(["trace", "-q", "--queue-id", "1ABCDEF123", "--year", "2026", "-"], 0, stdin=line)
    t.check(b"\x1b" not in run.stdout and run.stdout.decode("utf-8"), "text is harmless", run)
    with open("/dev/full", "wb") as full:
        run = subprocess.run([t.program, "trace", "-q", "--since", "2000-01-01", DEMO], stdout=full, stderr=subprocess.PIPE, check=False)
    t.check(run.returncode == 4 and b"standard output" in run.stderr, f"a full disk: {run.returncode} {run.stderr}")


def test_trace_threads(t):
    one = t.run("trace", "-q", "-j", "1", "-f", "jsonl", "--since", "2000-01-01", INCIDENT)
    many = t.run("trace", "-q", "-j", "7", "--block-bytes", "5000", "-f", "jsonl", "--since", "2000-01-01", INCIDENT)
    t.check(one.stdout == many.stdout and one.returncode == 0, "the same bytes for any number of threads")


def test_report(t):
    """The same bytes from the case folder alone, in every format; zone and length are those asked for."""
    for form in ("text", "json", "jsonl", "csv"):
        run = t.expect(["-q", "-f", form, "-o", f"again-{form}", INCIDENT], 0)
        again = t.expect(["report", "-f", form, f"again-{form}"], 0)
        t.check(again.stdout == run.stdout and again.stderr == b"", f"report writes the same {form}", again)
    case = os.path.join(t.folder, "again-text")
    run = subprocess.run([t.program, "report", "."], cwd=case, stdout=subprocess.PIPE, check=False)
    t.check(run.stdout == read(os.path.join(case, "report.txt")), "report.txt again, seen from the folder")
    t.expect(["report", "--timezone", "Asia/Dhaka", "again-text"], 0, stdout="2026-11-22 22:22:34 to 22:25:43 +06:00")
    t.expect(["report", "--timezone", "-03:30", "again-text"], 0, stdout="Times shown in -03:30.")
    run = t.expect(["report", "-f", "json", "--timezone", "-03:30", "again-json"], 0)
    t.check(run.stdout == read(os.path.join(t.folder, "again-json", "report.json")), "machines read UTC", run)
    run = t.expect(["report", "--top", "1", "again-text"], 0, stdout="more: --top 0")
    t.check(len(run.stdout) < os.path.getsize(os.path.join(case, "report.txt")), "--top shortens it", run)
    t.expect(["report", "--timezone", "*.log=UTC", "again-text"], 2, stderr="one zone")
    t.expect(["report", "again-text", "again-json"], 2, stderr="one CASE")
    t.expect(["report", "--reporter-org", "X", "again-text"], 2, stderr="only for a case folder: -o DIR")
    t.expect(["report", INCIDENT], 2, stderr="SHA256SUMS")
    t.expect(["report", "nowhere"], 2, stderr="nowhere")


def test_report_limited(t):
    """What --since, --account and a queue listing add is there again."""
    t.write("mailq.txt", b"-Queue ID-  --Size-- ----Arrival Time---- -Sender/Recipient-------\n"
            b"4AAAAA1111*    1200 Sun Nov 22 16:23:37  anna@example.com\n"
            b"                                         bob@example.org\n\n-- 1 Kbytes in 1 Request.\n")
    options = ["-q", "--account", "marta", "--since", "2026-11-22T16:23:00Z", "--until", "2026-11-22T16:25:00Z", "--no-history"]
    for form in ("text", "json"):
        run = t.expect([*options, "-f", form, "-o", f"limited-{form}", INCIDENT, "mailq.txt"], 0)
        t.check(t.expect(["report", "-f", form, f"limited-{form}"], 0).stdout == run.stdout, f"limited {form}", run)
    t.check(b"COUNTED ONLY" in t.run("report", "limited-text").stdout, "limits are told again")


def seal(case, name, data):
    """Writes a file of the case, and its digest too."""
    path, sums = os.path.join(case, name), os.path.join(case, "SHA256SUMS")
    old, text = hashlib.sha256(read(path)).hexdigest().encode(), read(sums)
    with open(path, "wb") as f:
        f.write(data)
    with open(sums, "wb") as f:
        f.write(text.replace(old, hashlib.sha256(data).hexdigest().encode()))


def without(value):
    """Every copy of a JSON value that lacks one member of an object, or has null or a number in its place; of arrays the
    first item stands for all."""
    if isinstance(value, dict):
        for key in value:
            yield {k: v for k, v in value.items() if k != key}
            for other in (None, 7, "x", [], {}):
                yield {**value, key: other}
            for item in without(value[key]):
                yield {**value, key: item}
    elif isinstance(value, list) and value:
        for item in without(value[0]):
            yield [item, *value[1:]]


def test_report_damaged(t):
    """A folder that was changed gives no report; one that was made up gives a report or a refusal, never anything else."""
    case = case_of(t, "broken")
    whole = read(os.path.join(case, "report.json"))
    for name in ("report.json", "accounts.csv", os.path.join("evidence", "irene", "lines.log")):
        path = os.path.join(case, name)
        flip(path, os.path.getsize(path) // 2)
        run = t.expect(["report", "broken"], 11, stderr=f"{name}: its SHA-256 is not the one in SHA256SUMS")
        t.check(run.stdout == b"", "no report of a changed folder", run)
        flip(path, os.path.getsize(path) // 2)
    for data, why in ((b"[1, 2", "report.json:1:"), (b"{}", "no report of this program"), (b'{"schema": "postmortem-report/1"}', "tool")):
        seal(case, "report.json", data)
        t.expect(["report", "broken"], 11, stderr=why)
    report = json.loads(whole)
    del report["run"]["head"]
    seal(case, "report.json", json.dumps(report).encode())
    t.expect(["report", "broken"], 11, stderr='"head" is missing')
    small = {**json.loads(whole)}
    small["accounts"] = [a for a in small["accounts"] if a["verdict"] != "none"][:1]
    small["findings"], small["timeline"] = small["findings"][:1], small["timeline"][:1]
    for i, made_up in enumerate(without(small)):
        if i % 11:
            continue
        seal(case, "report.json", json.dumps(made_up).encode())
        run = t.run("report", "broken")
        t.check(run.returncode in (0, 11) and (run.returncode == 0) == (run.stdout != b""), f"made up: {run.returncode}", run)
    seal(case, "report.json", whole)
    t.expect(["report", "broken"], 0)


def main():
    if len(sys.argv) != 2:
        print(__doc__, file=sys.stderr)
        return 2
    with tempfile.TemporaryDirectory(prefix="postmortem-commands-") as folder:
        tests = Tests(os.path.abspath(sys.argv[1]), folder)
        for name, test in sorted(globals().items()):
            if name.startswith("test_"):
                test(tests)
    print(f"{tests.passed} checks passed, {tests.failed} failed")
    return 1 if tests.failed else 0


if __name__ == "__main__":
    sys.exit(main())
