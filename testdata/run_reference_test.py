#!/usr/bin/env python3
"""Counts of postmortem against the naive reference program (reference/) and against what runs/*/expected.json says.

usage: run_reference_test.py [BINARY] [PATH...]

Every folder of runs/ is one whole run: its logs are counted by the reference and by BINARY, and both must give what
expected.json says (a count that it leaves out is 0; sources it leaves out are not compared). Every PATH, a log or a folder of
plain or gzipped logs, and the demo incident, is counted by both and compared. Without BINARY only the reference is checked.
"""
import datetime
import importlib.util
import json
import os
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
OUTCOMES = ("delivered", "bounced", "expired", "removed", "held", "deferred", "queued")
COUNTS = ("messages", "recipients", *OUTCOMES, "maybe_removed", "rejected", "messages_refused", "logins", "login_failures")
SOURCE_COUNTS = ("messages", "recipients", "logins", "login_failures")
CLASSES = {"uid": "local-injection", "anon": "open-relay"}


def load_reference():
    sys.path.insert(0, os.path.join(HERE, "reference"))
    spec = importlib.util.spec_from_file_location("reference", os.path.join(HERE, "reference", "__main__.py"))
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def options_of(expected, counts):
    given = expected.get("options", [])
    def last(name, add=0):
        """Seconds of a time limit, as if its zone were UTC; a date alone ends with its day."""
        values = [value for option, value in zip(given, given[1:]) if option == name]
        if not values:
            return {}
        time = datetime.datetime.fromisoformat(values[-1]).replace(tzinfo=datetime.timezone.utc).timestamp()
        return {name.strip("-"): time + (add if len(values[-1]) == 10 else 0)}

    limits = counts.Limits(**last("--since"), **last("--until", 86400), history="--no-history" not in given)
    return {"limits": limits, "local_domains": [value for name, value in zip(given, given[1:]) if name == "--local-domain"],
            "trusted": [value for name, value in zip(given, given[1:]) if name == "--trusted-net"]}


def flat_counts(where, counts, names):
    return {f"{where}: {name}": counts.get(name) or 0 for name in names}


def flat(result, sources_of=None):
    """{what: number} of a result of the reference or of expected.json; sources only of the accounts in sources_of (None: all)."""
    numbers = {}
    for kind in ("accounts", "principals"):
        for name, counts in result[kind].items():
            numbers |= flat_counts(name, counts, COUNTS) | {f"{name}: listed": 1}
            if kind == "accounts" and "sources" in counts and (sources_of is None or name in sources_of):
                for ip, of_ip in counts["sources"].items():
                    numbers |= flat_counts(f"{name} from {ip}", of_ip, SOURCE_COUNTS)
    for name in ("inbound", "unattributed"):
        numbers |= flat_counts(name, result[name], ("messages", "recipients"))
    return numbers


def difference(what, wanted, got):
    """Lines that say where two flat results differ."""
    found = []
    for key in sorted(wanted.keys() | got.keys()):
        a, b = wanted.get(key, 0), got.get(key, 0)
        if a != b:
            found.append(f"  {what}: {key} {b}, expected {a}")
    return found


def with_sources(result):
    return {name for name, counts in result["accounts"].items() if "sources" in counts}


def report_of(binary, paths, options):
    run = subprocess.run([binary, "-q", "-f", "json", *options, *paths], capture_output=True, check=False)
    if run.returncode not in (0, 1):
        raise RuntimeError(f"exit status {run.returncode}: {run.stderr.decode(errors='replace').strip()[:300]}")
    return json.loads(run.stdout)


def flat_report(report, sources_of):
    """The same numbers from report.json. Whom no account names is known by sums alone, and by findings of its own."""
    numbers = {}
    for account in report["accounts"]:
        name = account["account"]
        numbers |= flat_counts(name, account, COUNTS) | {f"{name}: listed": 1}
        if name in sources_of and account.get("sources") is not None:
            for source in account["sources"]:
                numbers |= flat_counts(f"{name} from {source['ip']}", source, SOURCE_COUNTS)
    for name in ("inbound", "unattributed"):
        numbers |= flat_counts(name, report["totals"][name], ("messages", "recipients"))
    numbers |= flat_counts("all submitted", report["totals"]["submitted"], ("messages", "recipients", *OUTCOMES))
    for finding in report.get("findings", []):
        if finding["class"] in CLASSES.values() and finding.get("principal"):
            numbers |= flat_counts(finding["principal"], finding, ("messages", "recipients", *OUTCOMES))
    return numbers


def comparable(result, report):
    """What of a result the report can say."""
    said = {finding.get("principal") for finding in report.get("findings", [])}
    listed = {account["account"] for account in report["accounts"] if account.get("sources") is not None}
    numbers = flat({**result, "principals": {}}, with_sources(result) & listed)
    submitted = [*result["accounts"].values(), *result["principals"].values()]
    numbers |= {f"all submitted: {name}": sum(counts.get(name) or 0 for counts in submitted) for name in ("messages", "recipients", *OUTCOMES)}
    for name, counts in result["principals"].items():
        if name in said:
            numbers |= flat_counts(name, counts, ("messages", "recipients", *OUTCOMES))
    return numbers


def check_queue(what, report, counted):
    """The depth of the queue; the reference knows no zones, and tables of Exchange have no queue there."""
    if "queue" not in counted or report["run"]["head"]["limits"]:
        return []
    def since_start(times):
        return [time - times[0] for time in times]

    said = [(datetime.datetime.fromisoformat(point["time"].replace("Z", "+00:00")).timestamp(), point) for point in report["queue"]]
    found = [{name: point[name] for name in ("active", "deferred", "held")} for _, point in said]
    wanted = [depth for _, depth in counted["queue"]]
    if since_start([time for time, _ in said]) != since_start([time for time, _ in counted["queue"]]):
        return [f"  {what}: queue: {len(said)} points of time, expected {len(wanted)}"]
    return [f"  {what}: queue at {report['queue'][i]['time']}: {found[i]}, expected {wanted[i]}" for i in range(len(found)) if found[i] != wanted[i]]


def check_binary(what, binary, paths, options, result, counted):
    try:
        report = report_of(binary, paths, options)
    except (RuntimeError, ValueError, OSError) as error:
        return [f"  {what}: {error}"]
    return difference(what, comparable(result, report), flat_report(report, with_sources(result))) + check_queue(what, report, counted)


def check_snapshots(report, expected):
    """Listings of queues by the name of their file; the reference reads none."""
    said = {os.path.basename(queue["input"]): {k: v for k, v in queue.items() if v and k != "input"} for queue in report["snapshot"]}
    return [f"  snapshot: {name}: {said.get(name)}, expected {expected.get(name)}" for name in sorted(said | expected) if said.get(name) != expected.get(name)]


def check_scripts(report, expected):
    """Folders that local programs sent from, by principal; the reference does not look for them."""
    said = {finding["principal"]: finding["script"] for finding in report["findings"] if finding["script"]}
    return [f"  scripts: {name}: {said.get(name)}, expected {expected.get(name)}" for name in sorted(said | expected) if said.get(name) != expected.get(name)]


def inputs_of(folder):
    """The logs of a run; one that is too long to be written down is made by its make.py."""
    maker = os.path.join(folder, "make.py")
    if os.path.exists(maker):
        into = tempfile.mkdtemp(prefix="reference-")
        subprocess.run([sys.executable, maker, into], check=True)
        folder = into
    return [os.path.join(folder, name) for name in sorted(os.listdir(folder)) if not name.startswith(("expected.", "make."))]


def check_run(reference, binary, name):
    folder = os.path.join(HERE, "runs", name)
    with open(os.path.join(folder, "expected.json"), encoding="utf-8") as f:
        expected = json.load(f)
    paths = inputs_of(folder)
    counted = reference.analyse(paths, **options_of(expected, sys.modules["counts"]))
    found = difference("reference", flat(expected), flat(counted, with_sources(expected)))
    if binary:
        found += check_binary("postmortem", binary, paths, expected.get("options", []), expected, counted)
    if binary and "snapshot" in expected:
        found += check_snapshots(report_of(binary, paths, expected.get("options", [])), expected["snapshot"])
    if binary and "scripts" in expected:
        found += check_scripts(report_of(binary, paths, expected.get("options", [])), expected["scripts"])
    return found


def main():
    arguments = sys.argv[1:]
    binary, paths = (arguments[0], arguments[1:]) if arguments else (None, [])
    reference = load_reference()
    failed = 0
    names = sorted(os.listdir(os.path.join(HERE, "runs")))
    for name in names:
        found = check_run(reference, binary, name)
        if found:
            failed += 1
            print(f"{name}\n" + "\n".join(found))
    demo = os.path.join(HERE, "demo")
    paths += [demo] if os.path.isdir(demo) and binary else []
    for path in paths:
        counted = reference.analyse(list(reference.files_in([path])))
        found = check_binary("postmortem", binary, [path], [], counted, counted)
        if found:
            failed += 1
            print(f"{path}\n" + "\n".join(found[:40]))
    print(f"{len(names) + len(paths)} runs, {failed} differ")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
