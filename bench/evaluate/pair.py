"""A report beside its truth: who was accused, who was taken, and of whom both speak."""
import datetime
import json

LEVELS = ["watch", "suspicious", "likely", "confirmed"]
RANKS = {"none": 0, **{level: i + 1 for i, level in enumerate(LEVELS)}}
# Findings that accuse somebody of sending; a credential attack or a gateway accuses no sender.
ACCUSING = {"open-relay", "local-injection", "infected-host"}
# What a mailbox that was only read may be called.
ALIKE = {"mailbox-access": {"mailbox-access", "compromised-account"}}


class Mismatch(Exception):
    """The report and the truth are of different logs, or no such files at all."""


def moment(text):
    if text is None:
        return None
    return datetime.datetime.fromisoformat(text.replace("Z", "+00:00")).timestamp()


def bare(name):
    return name.rsplit("@", 1)[0].lower()


def load(path):
    try:
        with open(path, encoding="utf-8") as file:
            return json.load(file)
    except (OSError, ValueError) as error:
        raise Mismatch(f"{path}: {error}") from None


class Accusation:
    """An account, or a finding that accuses a sender, as the report has it."""

    def __init__(self, entry, name):
        self.entry = entry
        self.name = name
        self.verdict = entry["verdict"]
        self.rank = RANKS[self.verdict]
        self.score = entry.get("score_db", 0)
        self.sources = entry.get("sources") or []
        self.campaign = entry.get("campaign")

    def attackers(self):
        return {s["ip"] for s in self.sources if s["role"] == "attacker"}

    def forged(self):
        return {f["domain"] for f in self.entry.get("forged_domains") or []}

    def time(self, name):
        return moment((self.entry.get("window") or {}).get(name))

    def families(self):
        return [(e["family"], e["weight_db"], e["id"]) for e in self.entry.get("evidence") or []]


class Pair:
    def __init__(self, report_path, truth_path):
        self.report, self.truth = load(report_path), load(truth_path)
        self.paths = (report_path, truth_path)
        if self.report.get("schema") != "postmortem-report/1":
            raise Mismatch(f"{report_path}: no report of postmortem")
        if self.truth.get("v") != 1 or "incidents" not in self.truth:
            raise Mismatch(f"{truth_path}: no truth of postmortem-corpus")
        self.accounts = {bare(a["account"]): Accusation(a, bare(a["account"])) for a in self.report["accounts"]}
        self._check_same()
        self.findings = [Accusation(f, f["principal"] or f["class"]) for f in self.report["findings"]]
        self.incidents = [i for i in self.truth["incidents"] if self._is_in_log(i)]
        self.benign = {bare(b["principal"].split(":", 1)[1]): b for b in self.truth["benign"] if b["principal"].startswith("acct:")}
        self.months = (moment(self.truth["log_end"]) - moment(self.truth["log_start"])) / 86400 / 30

    def _check_same(self):
        lines = self.report["coverage"]["lines"]
        if lines != self.truth["log_lines"]:
            raise Mismatch(f"{self.paths[1]}: the truth of another corpus: of {self.truth['log_lines']} lines, {self.paths[0]} has {lines}")
        known = {bare(name) for name in self.truth["accounts"]}
        strange = [name for name in self.accounts if name not in known]
        if not self.accounts or len(strange) * 10 > len(self.accounts):
            raise Mismatch(f"{self.paths[1]}: the truth of another corpus: {len(strange)} of {len(self.accounts)} accounts of "
                           f"{self.paths[0]} are not in it")

    def _is_in_log(self, incident):
        end = moment(self.report.get("log_end")) or float("inf")
        began = [moment(incident[t]) for t in ("t_access", "t_abuse") if incident.get(t)]
        return bool(began) and min(began) < end

    def victims(self):
        return {bare(i["principal"][5:]): i for i in self.incidents if i["principal"].startswith("acct:")}

    def innocents(self):
        """Accounts nobody took, whether the report has them or not."""
        taken = {bare(i["principal"][5:]) for i in self.truth["incidents"] if i["principal"].startswith("acct:")}
        return [bare(name) for name in self.truth["accounts"] if bare(name) not in taken]

    def answer(self, incident):
        """What the report says of an incident; None if nothing."""
        kind, name = incident["principal"].split(":", 1)
        if kind == "acct":
            return self.accounts.get(bare(name))
        wanted = [f for f in self.findings if f.entry["class"] == incident["class"]
                  and (incident["class"] == "open-relay" or f.name == incident["principal"])]
        return max(wanted, key=lambda f: f.rank, default=None)

    def wrong_findings(self):
        """Findings that accuse a sender of which the truth knows nothing."""
        true = {(i["class"], i["principal"]) for i in self.truth["incidents"]}
        classes = {c for c, _ in true}
        return [f for f in self.findings if f.entry["class"] in ACCUSING
                and (f.entry["class"], f.name) not in true
                and not (f.entry["class"] == "open-relay" and "open-relay" in classes)]

    def guessers(self):
        """Addresses that guess at everybody, day and night: hostile, but of no incident."""
        return set(self.truth.get("guessers", [])) | set(self.truth.get("spray", {}).get("ips", []))

    def hostile(self):
        """Every address that did harm."""
        ret = self.guessers() | {ip["ip"] for i in self.truth["incidents"] for ip in i["ips"]}
        for campaign in self.truth["credential_campaigns"]:
            ret.update(campaign["ips"])
        return ret

    def class_is_right(self, incident, answer):
        wanted = incident["class"]
        return answer.entry["class"] in ALIKE.get(wanted, {wanted})
