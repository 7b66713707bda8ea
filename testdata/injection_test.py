#!/usr/bin/env python3
"""What a stranger writes into one field of a log line stays in that field.

Every line of cases/ is forged, field after field: what the stranger chose (HELO, names, From, Subject, Message-ID, the reply of
his server ...) goes on like the rest of its line with other values, repeats its beginning, ends the line, is another envelope,
or is something that terminals, browsers, sheets and shells obey. The forged line is then either not understood or the same
event, and what the server itself wrote (addresses, queue ids, logins, outcome, time, host, program) is what it was.

usage: injection_test.py PROGRAM [CASE...]     cases, or folders of them; default: all
"""
import sys

import run_cases

# What a stranger chooses; the rest of a line is the server's own.
CHOSEN = {"helo", "sasl_username", "sasl_sender", "sender", "recipient", "orig_recipient", "message_id", "resent_message_id",
          "subject", "from_header", "header_value", "user_agent", "text", "mailbox", "recipients", "recipient_list"}
ADDRESSES = {"sender", "recipient", "orig_recipient", "sasl_sender", "from_header", "message_id", "recipients"}
# With what somebody could be framed.
TRUSTED = {"queue_id", "client_ip", "orig_client_ip", "sasl_username", "uid", "orig_queue_id", "orig_id", "queued_as",
           "child_queue_id", "session", "server_ip", "relay_ip", "action"}
EVIL_IP, EVIL_NAME, EVIL_ADDRESS = "203.0.113.66", "evil", "evil@evil.example"
LINE = f"Nov 22 16:22:34 mx1 postfix/smtpd[1]: connect from unknown[{EVIL_IP}]"
PAYLOADS = (f"x#012{LINE}", f"x\r{LINE}", f"x\\n{LINE}", f"x\u2028{LINE}", f"x\x85{LINE}", "x\0y", "\x1b[2J\x1b]0;evil\x07\x9b31m",
            "<script>alert(1)</script>", "=cmd|' /C calc'!A0", "$(reboot)`reboot`;reboot|reboot", "\u202egpj.exe", "%s%n%x" * 9,
            f"x, sasl_method=PLAIN, sasl_username={EVIL_NAME}", f"x], client=evil[{EVIL_IP}]", f"x> rip={EVIL_IP}, lip={EVIL_IP}",
            f"user=<{EVIL_NAME}>, method=PLAIN, rip={EVIL_IP}", "message repeated 1000 times: [ x ]", "x" * 3000)


def quotes_addresses(said):
    """Postfix writes addresses without their quotes (until 3.5), and so do the policy servers it asks; but of a delivery both
    ends are a stranger's then, and only what became of his own message is at stake."""
    return said["parser"] not in ("postfix", "policy") or said["kind"] == "DELIVERY"


def may_choose(name, said):
    """Does a stranger choose that field of that line?"""
    parser, kind = said["parser"], said["kind"]
    if name == "text":  # else a phrase of the server
        return kind in ("DELIVERY", "REJECT") and parser != "exchange"
    if name == "sender" and kind == "NOTIFICATION":  # the server's own: another sender would make it another line
        return False
    if name == "helo":  # Exim refuses all but letters, digits, dots and dashes
        return parser not in ("exim", "exchange")
    if name == "sasl_username":  # Dovecot's auth_username_chars
        return kind == "AUTH_FAILED" and not (parser == "dovecot" and "auth" in said["fields"].get("service", ""))
    # Of Proxmox' "to <r> (CHILD) (rule: r)" no end is the server's.
    return name in CHOSEN and not (name == "recipient" and said["event"] == "filter-accepted")


def values(said):
    for name, found in said["fields"].items():
        for value in found if isinstance(found, list) else [found]:
            yield name, value


def first_values(said):
    """Of a field that stands several times, the first is used."""
    return {name: value for name, value in reversed(list(values(said)))}


def places(line, said):
    """[(start, end, field, value)] of the values that stand in the line once."""
    start, found = run_cases.text_start(line, said), []
    for name, value in values(said):
        at = line.find(value, start) if value else -1
        if at >= 0 and line.find(value, at + 1) < 0:
            found.append((at, at + len(value), name, value))
    return sorted(found, key=lambda place: (place[0], -place[1]))


def other(name, value):
    if name.endswith("_ip"):
        return EVIL_IP
    if name in ("queue_id", "orig_queue_id", "queued_as", "child_queue_id", "session"):
        return value[::-1]
    if name == "sasl_username":
        return EVIL_ADDRESS if "@" in value else EVIL_NAME
    return EVIL_ADDRESS if name in ADDRESSES else value


def imitation(line, found, start, end):
    """That part of the line with other values."""
    text = ""
    for begin, stop, name, value in found:
        if begin >= start and stop <= end:
            text += line[start:begin] + other(name, value)
            start = stop
    return text + line[start:end]


def endings(text):
    """Where an imitation could stop, so that the true rest of the line makes it whole."""
    for word in (EVIL_IP, EVIL_NAME, EVIL_ADDRESS):
        at = text.find(word)
        while at >= 0:
            yield text[:at + len(word)]
            at = text.find(word, at + 1)


def as_logged(payload, name, said, quoted):
    """The payload as that server would write it, in each of the ways it can be written."""
    if said["parser"] in ("exim", "amavis") and quoted:
        payload = payload.replace("\\", "\\\\").replace('"', '\\"')
    if said["parser"] == "zimbra":
        payload = payload.replace(";", ";;")
    if name not in ADDRESSES or not quotes_addresses(said):
        yield payload
    if name in ADDRESSES:
        yield '"' + payload.replace('"', "") + '"@evil.example'


def forged(line, said):
    """(field, forged line)"""
    found = places(line, said)
    for start, end, name, value in found:
        if not may_choose(name, said):
            continue
        before = imitation(line, found, run_cases.text_start(line, said), start)
        behind = imitation(line, found, end, len(line))
        quoted = line[start - 1:start] == '"' == line[end:end + 1]
        for payload in (behind, behind + " ", line[end:], *endings(behind), *PAYLOADS):
            for text in as_logged(value + payload, name, said, quoted):
                yield name, line[:start] + text + line[end:]
        for payload in (before + value, before + value + behind) if name != "text" else ():
            for text in as_logged(payload, name, said, quoted):
                yield name, line[:start] + text + line[end:]


def differences(said, now, chosen):
    """What of the server's own a stranger's field has changed."""
    for name in ("time", "host", "program", "pid", "envelope"):
        if now.get(name) != said.get(name):
            yield f"{name} {now.get(name)}, was {said.get(name)}"
    if now["kind"] not in (said["kind"], "NOTE"):
        yield f"{now['kind']}, was {said['kind']}"
    if now.get("outcome") != said.get("outcome"):
        yield f"outcome {now.get('outcome')}, was {said.get('outcome')}"
    was, still = first_values(said), first_values(now)
    unequal = {name for name in TRUSTED & still.keys() if still[name] != was.get(name)}
    for name in unequal - {chosen, "queued_as" if chosen == "text" else chosen} if now["kind"] != "NOTE" else ():
        yield f"{name} {still[name][:80]}, was {was.get(name)}"


def check_case(program, case):
    """(forged lines, {(event, field): (line, why)})"""
    said_of, lines, wrong = [], [], {}
    for block, said in zip(case.blocks, run_cases.explain(program, [[b.line for b in case.blocks]], case.options)[0]):
        line = block.line.decode(errors="surrogateescape")
        if "fields" not in said or said.get("cut") or said["kind"] == "NOTE" or line.lstrip().startswith("{"):
            continue
        for name, text in forged(line, said):
            lines.append(text.encode(errors="surrogateescape"))
            said_of.append((name, said))
    if not lines:
        return 0, wrong
    for line, (name, said), now in zip(lines, said_of, run_cases.explain(program, [lines], case.options)[0]):
        why = list(differences(said, now, name)) if "fields" in now else []
        if why:
            wrong.setdefault((said["event"], name), (line, why))
    return len(lines), wrong


def main():
    if len(sys.argv) < 2:
        print(__doc__, file=sys.stderr)
        return 2
    tried = failed = 0
    for path in run_cases.find_cases(sys.argv[2:]):
        count, wrong = check_case(sys.argv[1], run_cases.Case(path))
        tried += count
        failed += len(wrong)
        for (event, name), (line, why) in wrong.items():
            print(f"{path}: {event}: {name}\n{line.decode(errors='replace')}\n  {'; '.join(why)}\n")
    print(f"{tried} lines forged, {failed} kinds of them believed")
    return 1 if failed or not tried else 0


if __name__ == "__main__":
    sys.exit(main())
