#!/usr/bin/env python3
"""One incident in every dialect: the same verdicts, counts, addresses, forged domains and onset, wherever the logs say them.

dialects/incident.py is what happened; a writer for each mail system puts it into logs. Expected is what follows from the acts
alone, and that no dialect judges anybody differently than Postfix' log does.

usage: dialects_test.py PROGRAM [--keep FOLDER] [NAME...]      NAME: only these dialects; --keep: where the logs are left
"""
import json
import os
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "dialects"))

import dovecot  # noqa: E402
import exchange  # noqa: E402
import exim  # noqa: E402
import hosts  # noqa: E402
import incident as acts  # noqa: E402
import opensmtpd  # noqa: E402
import postfix  # noqa: E402
import sendmail  # noqa: E402
import zimbra  # noqa: E402

COUNTS = ("messages", "recipients", "delivered", "bounced", "deferred", "rejected")  # the other outcomes are 0
RANK = ("none", "watch", "suspicious", "likely", "confirmed")
PLACES = ["source ports", "what was read in a mailbox"]
HIDDEN = [*PLACES, "logins that sent nothing"]
UNNAMED = [*PLACES, "the names of logins that sent nothing"]


class Run:
    """One dialect's report against the incident."""

    def __init__(self, name, incident, writer, report, unobservable):
        self.name, self.incident, self.writer, self.report = name, incident, writer, report
        self.unobservable, self.found = unobservable, []
        self.accounts = {name: account for account in report["accounts"] for name in [*account["login_names"], account["account"]]}

    def expect(self, what, got, wanted):
        if got != wanted:
            self.found.append(f"  {self.name}: {what}: {got}, expected {wanted}")

    def account(self, user):
        return self.accounts.get(self.writer.spelled(user))

    def check(self):
        coverage = self.report["coverage"]
        self.expect("lines not understood", coverage["unrecognised"], 0)
        self.expect("what cannot be seen", coverage["unobservable"], self.unobservable)
        self.check_totals()
        for user, counts in self.incident.accounts(self.writer.expands).items():
            if user is not None:
                self.check_account(user, counts)
        self.check_strangers()
        self.check_spray()
        self.check_script()
        skews = [(skew["host"], skew["behind"]) for skew in coverage["clock_skew"]]
        self.expect("clocks apart", skews, self.writer.apart)
        self.expect("how far", all(abs(skew["seconds"] - hosts.AHEAD) <= 1 for skew in coverage["clock_skew"]), True)

    def check_totals(self):
        accounts = self.incident.accounts(self.writer.expands)
        outside, totals = accounts.pop(None), self.report["totals"]
        self.expect("inbound", (totals["inbound"]["messages"], totals["inbound"]["recipients"]), (outside["messages"], outside["recipients"]))
        self.expect("unattributed", totals["unattributed"]["messages"], 0)
        scripts = [act for act in self.incident.acts if isinstance(act, acts.Script)] if self.writer.local else []
        self.expect("submitted", totals["submitted"]["messages"], sum(c["messages"] for c in accounts.values()) + len(scripts))

    def check_account(self, user, counts):
        account = self.account(user)
        if account is None:
            self.expect(f"{user}", None, "an account")
            return
        for what in COUNTS:
            self.expect(f"{user}: {what}", account[what], counts[what])
        self.expect(f"{user}: messages_refused", account["messages_refused"], 0)
        self.expect(f"{user}: logins", account["logins"], self.logins(user))
        self.expect(f"{user}: login_failures", account["login_failures"], counts["login_failures"] if self.writer.failures_named else 0)
        forged = {forged["domain"] for forged in account["forged_domains"]}
        self.expect(f"{user}: forged domains", forged, self.incident.forged_by(user))
        sources = {source["ip"]: source["role"] for source in account.get("sources") or []}
        attackers = {ip for ip, role in sources.items() if role == "attacker"}
        self.expect(f"{user}: owner's addresses called attacker's", attackers & self.incident.owner_addresses(user), set())
        wanted = self.incident.attackers(user)
        if wanted:
            self.expect(f"{user}: attackers not named", wanted - attackers, set())
            self.expect(f"{user}: others called attackers", attackers - wanted - {self.incident.sprayer.ip}, set())
            onset = account["window"]["test"] or account["window"]["abuse"]
            self.expect(f"{user}: onset", onset and abs(stamp(onset) - self.incident.onset(user)) <= 5, True)

    def logins(self, user):
        sent, silent, read = self.incident.logins(user)
        return read + sent * self.writer.sessions + silent * (self.writer.silent == "named")

    def check_strangers(self):
        """Who did nothing wrong is not accused, and nobody is made up."""
        taken = {self.writer.spelled(user) for user in (acts.GUESSED, acts.SLOW, acts.SPRAYED)}
        for account in self.report["accounts"]:
            names = {*account["login_names"], account["account"]}
            if not names & taken:
                self.expect(f"{account['account']}: innocent, verdict below suspicious", RANK.index(account["verdict"]) < 2, True)
            self.expect(f"{account['account']}: known", bool(names & {self.writer.spelled(user) for user in self.known()}), True)

    def known(self):
        return [*acts.USERS, acts.GUESSED, acts.SLOW, acts.SPRAYED, acts.BULK]

    def check_spray(self):
        found = [f for f in self.report["findings"] if f["class"] == "credential-attack"]
        seen = {source["ip"] for f in found for source in f["sources"]}
        self.expect("the spray's address", self.incident.sprayer.ip in seen, True)
        opened = {x["account"] for f in found for x in f["accounts"] if x["outcome"] == "opened" and x["source"] == self.incident.sprayer.ip}
        wanted = {"named": {self.account(acts.SPRAYED)["account"]}, "unnamed": {None}, "": set()}[self.writer.silent]
        self.expect("opened by the spray", opened, wanted)

    def check_script(self):
        scripts = [act for act in self.incident.acts if isinstance(act, acts.Script)] if self.writer.local else []
        found = [f for f in self.report["findings"] if f["class"] == "local-injection"]
        self.expect("local injection", [(f["principal"], f["messages"], f["recipients"]) for f in found],
                    [(self.writer.local, len(scripts), sum(len(act.recipients) for act in scripts))] if scripts else [])

    def check_verdicts(self, same):
        """Who was opened without a trace in mail is accused where the login has a name."""
        verdicts = self.verdicts()
        self.expect("verdict of the sprayed", RANK.index(verdicts[acts.SPRAYED]) >= 2, self.writer.silent == "named")
        self.expect("verdicts", {u: v for u, v in verdicts.items() if v != same[u] and u != acts.SPRAYED}, {})

    def check_advice(self, text, folder_text):
        """DO NOW fits the server: its script, and no command of another one."""
        self.expect("advice", f"containment/{self.writer.paper}" in text or "postsuper -h -" in text, True)
        self.expect("advice of the case folder", f"containment/{self.writer.paper}" in folder_text, True)
        self.expect("name of the server", f"({self.writer.system}" in text, True)
        if not self.writer.live:
            found = [word for word in ("postqueue", "postsuper", "postconf", "mynetworks") if word in text + folder_text]
            self.expect("commands of another server", found, [])

    def verdicts(self):
        return {user: (self.account(user) or {}).get("verdict") for user in self.known()}


def stamp(text):
    import datetime
    return datetime.datetime.fromisoformat(text.replace("Z", "+00:00")).timestamp()


def plans():
    """(name, incident, writer, what its logs cannot show)."""
    usual = acts.Incident()
    return [("postfix", usual, postfix.Postfix(), UNNAMED),
            ("postfix-reused-ids", acts.Incident(seed=2), postfix.Postfix(reuse=True), UNNAMED),
            ("postfix-iso", acts.Incident(seed=3, ipv6=True), postfix.PostfixIso(), UNNAMED),
            ("postfix-bare-names", usual, postfix.Postfix(full_names=False), UNNAMED),
            ("postfix-old", usual, postfix.Postfix(failures_named=False), [*UNNAMED, "the names of failed logins"]),
            ("amavis", usual, postfix.Amavis(), UNNAMED),
            ("sendmail", usual, sendmail.Sendmail(), PLACES),
            ("sendmail-ipv6", acts.Incident(seed=3, ipv6=True), sendmail.Sendmail(), PLACES),
            ("exim", usual, exim.Exim(), HIDDEN),
            ("exim-syslog", usual, exim.EximSyslog(), HIDDEN),
            ("carbonio", usual, zimbra.Carbonio(), PLACES),
            ("dovecot-submission", usual, dovecot.DovecotSubmission(), PLACES),
            ("exchange", usual, exchange.Exchange(), PLACES),
            ("two-hosts", usual, hosts.TwoHosts(), UNNAMED),
            ("four-hosts", usual, hosts.FourHosts(), UNNAMED),
            ("four-hosts-told-zones", usual, hosts.FourHosts(options=hosts.ZONES), UNNAMED),
            ("opensmtpd", usual, opensmtpd.OpenSmtpd(), [*PLACES, "which local user called the sendmail command"])]


def investigate(program, folder, options):
    run = subprocess.run([program, "-q", "-f", "json", *options, folder], capture_output=True, check=False)
    if run.returncode != 0:
        sys.exit(f"{folder}: status {run.returncode}: {run.stderr.decode(errors='replace')[:500]}")
    return json.loads(run.stdout)


def texts(program, folder, options, scratch):
    """The text report without and with a case folder, which has the script that it names."""
    case = os.path.join(scratch, "case")
    runs = [subprocess.run([program, "-q", *more, *options, folder], capture_output=True, check=False)
            for more in ([], ["--clobber", "-o", case])]
    return [run.stdout.decode() for run in runs], os.listdir(os.path.join(case, "containment"))


def main():
    arguments = sys.argv[1:]
    program, keep = os.path.abspath(arguments.pop(0)), None
    if arguments[:1] == ["--keep"]:
        keep, arguments = arguments[1], arguments[2:]
    failed, first = 0, {}
    with tempfile.TemporaryDirectory(prefix="postmortem-dialects-") as scratch:
        for name, incident, writer, unobservable in plans():
            if arguments and name not in arguments:
                continue
            folder = os.path.join(keep or scratch, name)
            writer.write(incident, folder)
            run = Run(name, incident, writer, investigate(program, folder, writer.options), unobservable)
            run.check()
            said, scripts = texts(program, folder, writer.options, scratch)
            run.check_advice(*said)
            run.expect("script", writer.paper in scripts, True)
            run.check_verdicts(first.setdefault(id(incident), run.verdicts()))
            failed += bool(run.found)
            print(f"{name}: {', '.join(f'{u} {v}' for u, v in run.verdicts().items() if v != 'none')}")
            print("\n".join(run.found[:25]))
    print(f"{failed} dialects differ")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
