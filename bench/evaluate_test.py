#!/usr/bin/env python3
"""The figures of bench/evaluate on truths and reports made by hand.

usage: evaluate_test.py EVALUATE
"""
import copy
import json
import pathlib
import subprocess
import sys
import tempfile

START, END = "2026-03-01T00:00:00Z", "2026-03-31T00:00:00Z"


def incident(account, scenario, **more):
    return {"id": f"{scenario}-{account}", "scenario": scenario, "class": "compromised-account", "principal": f"acct:{account}@x.test",
            "campaign": scenario, "t_access": "2026-03-05T10:00:00Z", "t_abuse": "2026-03-05T11:00:00Z", "ips": [{"ip": "198.51.100.7"}],
            "forged_domains": [], "min_verdict": "likely", **more}


def truth(*incidents, **more):
    names = [f"{name}@x.test" for name in ("anna", "bert", "carl", "dora", "news")]
    return {"v": 1, "log_start": START, "log_end": END, "log_lines": 9, "accounts": {name: {} for name in names}, "incidents": list(incidents),
            "benign": [{"principal": "acct:news@x.test", "confounder": 1, "max_verdict": "watch"}],
            "credential_campaigns": [{"ips": ["203.0.113.1"]}], **more}


def account(name, verdict="none", score=-30, attackers=(), **more):
    return {"account": name, "verdict": verdict, "class": "compromised-account" if verdict != "none" else "none", "score_db": score,
            "sources": [{"ip": ip, "role": "attacker"} for ip in attackers], "campaign": None, "forged_domains": [], "evidence": [],
            "window": {"access": "2026-03-05T10:02:00Z", "abuse": "2026-03-05T11:30:00Z"}, **more}


def report(*accused, findings=()):
    told = {a["account"]: a for a in accused}
    names = ["anna@x.test", "bert", "carl", "dora", "news"]
    return {"schema": "postmortem-report/1", "log_end": END, "coverage": {"lines": 9},
            "findings": list(findings), "accounts": [told.get(name, account(name)) for name in names]}


class Case:
    def __init__(self, program, folder):
        self.program, self.folder, self.failed = program, pathlib.Path(folder), []

    def run(self, *documents):
        paths = []
        for i, document in enumerate(documents):
            paths.append(self.folder / f"{i}.json")
            paths[-1].write_text(document if isinstance(document, str) else json.dumps(document))
        out = self.folder / "out.json"
        out.unlink(missing_ok=True)
        done = subprocess.run([sys.executable, self.program, "--json", out, *paths], capture_output=True, text=True)
        return done, json.loads(out.read_text()) if out.exists() else None

    def check(self, what, value, wanted):
        if value != wanted:
            self.failed.append(what)
            print(f"{what}: {value}, wanted {wanted}")


def test_right(case):
    _, result = case.run(report(account("anna@x.test", "confirmed", 25, ["198.51.100.7"])), truth(incident("anna", "A2")))
    levels = result["verdicts"]["levels"]
    case.check("precision", [levels[name]["precision"]["hits"] for name in levels], [1, 1, 1, 1])
    case.check("false", levels["watch"]["false"], 0)
    case.check("months", result["verdicts"]["benign_account_months"], 4)
    row = result["scenarios"]["A2"]
    case.check("recall", [row["recall"]["hits"], row["recall"]["of"]], [1, 1])
    case.check("addresses", row["addresses"]["f1"], 1)
    case.check("access", row["minutes"]["access"]["median"], 2)
    case.check("abuse", row["minutes"]["abuse"]["median"], 30)
    case.check("average precision", result["average_precision"], 1)
    case.check("gate of onset", [g["met"] for g in result["gates"] if g["gate"].startswith("onset")], [False, True])


def test_wrong(case):
    _, result = case.run(report(account("bert", "likely", 10, ["192.0.2.9", "203.0.113.1"]), account("news", "likely", 6)),
                         truth(incident("anna", "A5")))
    likely = result["verdicts"]["levels"]["likely"]
    case.check("false", [likely["false"], likely["precision"]["hits"], likely["recall"]["hits"]], [2, 0, 0])
    case.check("rate", likely["false_per_1000_account_months"], 500)
    case.check("innocent", [result["innocent_addresses"]["hits"], result["innocent_addresses"]["of"]], [1, 2])
    case.check("confounder", result["confounders"]["1"], {"instances": 1, "over": 1, "watch": 1, "suspicious": 1, "likely": 1, "confirmed": 0})


def test_forged_and_campaign(case):
    accused = [account(name, "likely", 9, ["198.51.100.7"], campaign=1, forged_domains=[{"domain": "bank.test"}, {"domain": "post.test"}])
               for name in ("anna@x.test", "bert")]
    _, result = case.run(report(*accused), truth(incident("anna", "A3", forged_domains=["bank.test"]), incident("bert", "A3")))
    domains = result["scenarios"]["A3"]["domains"]
    case.check("domains", [domains["precision"]["hits"], domains["precision"]["of"], domains["recall"]["hits"]], [1, 2, 1])
    case.check("campaigns", result["campaigns"]["f1"], 1)


def test_findings(case):
    relay = {"class": "open-relay", "principal": None, "verdict": "confirmed", "sources": [], "window": {}, "forged_domains": []}
    true = incident("x", "A19", **{"class": "open-relay", "principal": "relay:mail"})
    _, result = case.run(report(findings=[relay]), truth(true))
    case.check("relay found", result["scenarios"]["A19"]["recall"]["hits"], 1)
    _, result = case.run(report(findings=[relay]), truth())
    case.check("relay invented", result["verdicts"]["levels"]["confirmed"]["false"], 1)
    case.check("no incident", result["scenarios"], {})


def test_unused(case):
    """An account that was opened and not used must be watched, no more; what came behind the log is nobody's fault."""
    opened = incident("anna", "A9", min_verdict="watch")
    late = incident("bert", "A1", t_access="2026-04-02T00:00:00Z", t_abuse=None)
    _, result = case.run(report(account("anna@x.test", "watch", -15)), truth(opened, late))
    case.check("watched", [result["scenarios"]["all"]["recall"]["hits"], result["scenarios"]["all"]["recall"]["of"]], [1, 1])


def test_bad_input(case):
    good, other = truth(), truth(accounts={"zoe@y.test": {}})
    for what, documents in {"truth of another corpus": (report(), other), "other lines": (report(), truth(log_lines=8)), "no report": (good, good), "no truth": (report(), report()),
                            "no JSON": (report(), "{"), "odd": (report(),)}.items():
        done, _ = case.run(*copy.deepcopy(documents))
        case.check(f"{what}: status", done.returncode, 2)
        case.check(f"{what}: says why", bool(done.stderr.strip()) and "Traceback" not in done.stderr, True)


def main():
    with tempfile.TemporaryDirectory() as folder:
        case = Case(sys.argv[1], folder)
        for test in (test_right, test_wrong, test_forged_and_campaign, test_findings, test_unused, test_bad_input):
            test(case)
    return 1 if case.failed else 0


if __name__ == "__main__":
    sys.exit(main())
