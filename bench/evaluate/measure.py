"""The figures: what was found of what was done, whom it hurt, and how well the times agree."""
import collections
import math
import statistics

from pair import LEVELS, RANKS, moment

WILSON_Z = 1.959963984540054  # 95 %


def wilson(hits, count):
    """95 % bounds of a share."""
    if count == 0:
        return (0.0, 1.0)
    p, z2 = hits / count, WILSON_Z**2
    middle = (p + z2 / (2 * count)) / (1 + z2 / count)
    half = WILSON_Z * math.sqrt(p * (1 - p) / count + z2 / (4 * count**2)) / (1 + z2 / count)
    return (max(0.0, middle - half), min(1.0, middle + half))


def share(hits, count):
    low, high = wilson(hits, count)
    return {"hits": hits, "of": count, "share": hits / count if count else None, "low": low, "high": high}


def spread(values):
    if not values:
        return {"n": 0, "median": None, "p90": None}
    ordered = sorted(values)
    return {"n": len(ordered), "median": statistics.median(ordered), "p90": ordered[min(len(ordered) - 1, int(len(ordered) * 0.9))]}


def f1(found, wrong, missed):
    return 2 * found / (2 * found + wrong + missed) if found + wrong + missed else None


class Attribution:
    """Things named against things true, summed over accounts."""

    def __init__(self):
        self.found = self.wrong = self.missed = 0

    def add(self, named, true):
        self.found += len(named & true)
        self.wrong += len(named - true)
        self.missed += len(true - named)

    def result(self):
        return {"f1": f1(self.found, self.wrong, self.missed), "precision": share(self.found, self.found + self.wrong),
                "recall": share(self.found, self.found + self.missed)}


TIMES = {"access": "t_access", "abuse": "t_abuse", "peak": "t_peak_5m", "last_accept": "t_last_accept", "containment": "t_contain"}


class Scenario:
    def __init__(self):
        self.count = self.right_class = self.answered = self.enough = 0
        self.reached = collections.Counter()
        self.addresses, self.domains = Attribution(), Attribution()
        self.errors = collections.defaultdict(list)

    def add(self, pair, incident):
        answer = pair.answer(incident)
        rank = answer.rank if answer else 0
        self.count += 1
        self.enough += rank >= RANKS[incident["min_verdict"]]
        for level in LEVELS:
            self.reached[level] += rank >= RANKS[level]
        if rank < RANKS["suspicious"]:
            return
        self.answered += 1
        self.right_class += pair.class_is_right(incident, answer)
        true = {ip["ip"] for ip in incident["ips"]}
        self.addresses.add(answer.attackers() - (pair.guessers() - true), true)
        if incident["forged_domains"]:
            self.domains.add(answer.forged(), set(incident["forged_domains"]))
        for name, true_name in TIMES.items():
            true, said = moment(incident.get(true_name)), answer.time(name)
            if true is not None and said is not None:
                self.errors[name].append(abs(said - true) / 60)

    def result(self):
        return {"instances": self.count, "recall": share(self.enough, self.count),
                "reached": {level: share(self.reached[level], self.count) for level in LEVELS},
                "class": share(self.right_class, self.answered), "addresses": self.addresses.result(),
                "domains": self.domains.result(), "minutes": {name: spread(self.errors[name]) for name in TIMES}}


def by_scenario(pairs):
    rows = collections.defaultdict(Scenario)
    for pair in pairs:
        for incident in pair.incidents:
            rows[incident["scenario"]].add(pair, incident)
            rows["all"].add(pair, incident)
    return {name: rows[name].result() for name in sorted(rows, key=order)}


def order(name):
    """A2 before A10, "all" last."""
    return (name == "all", name[:1], int(name[1:]) if name[1:].isdigit() else 0, name)


def verdicts(pairs):
    """Per level: of those accused, how many were taken; false accusations a thousand account-months."""
    ret, months = {}, sum(len(p.innocents()) * p.months for p in pairs)
    for level in LEVELS:
        true = false = taken = 0
        for pair in pairs:
            victims = pair.victims()
            taken += len(pair.incidents)
            true += sum(1 for i in pair.incidents if (a := pair.answer(i)) and a.rank >= RANKS[level])
            innocents = set(pair.innocents()) - set(victims)
            false += sum(1 for name in innocents if name in pair.accounts and pair.accounts[name].rank >= RANKS[level])
            false += sum(1 for f in pair.wrong_findings() if f.rank >= RANKS[level])
        ret[level] = {"precision": share(true, true + false), "recall": share(true, taken), "false": false,
                      "false_per_1000_account_months": 1000 * false / months if months else None,
                      "false_per_1000_account_months_high": 1000 * poisson_high(false) / months if months else None}
    return {"levels": ret, "benign_account_months": months}


def poisson_high(count):
    """95 % upper bound of a mean (one-sided, 3 for none seen), by Wilson and Hilferty."""
    n = count + 1
    return n * (1 - 1 / (9 * n) + 1.6449 / (3 * math.sqrt(n)))**3


def confounders(pairs):
    rows = collections.defaultdict(lambda: {"instances": 0, "over": 0, **{level: 0 for level in LEVELS}})
    for pair in pairs:
        for name, row in pair.benign.items():
            rank = pair.accounts[name].rank if name in pair.accounts else 0
            out = rows[str(row["confounder"])]
            out["instances"] += 1
            out["over"] += rank > RANKS[row["max_verdict"]]
            for level in LEVELS:
                out[level] += rank >= RANKS[level]
    return {name: rows[name] for name in sorted(rows, key=int)}


def innocent_addresses(pairs):
    """Addresses called an attacker's, of accounts at suspicious or above and of findings, that did no harm."""
    named = innocent = 0
    for pair in pairs:
        hostile = pair.hostile()
        said = set()
        for answer in [*pair.accounts.values(), *pair.findings]:
            if answer.rank >= RANKS["suspicious"]:
                said |= answer.attackers()
        named += len(said)
        innocent += len(said - hostile)
    return share(innocent, named)


def campaigns(pairs):
    """Pairs of accused accounts that are told to be in one hand."""
    counts = Attribution()
    for pair in pairs:
        true, said = collections.defaultdict(set), collections.defaultdict(set)
        for name, incident in pair.victims().items():
            answer = pair.accounts.get(name)
            if not answer or answer.rank < RANKS["suspicious"]:
                continue
            true[incident["campaign"]].add(name)
            if answer.campaign is not None:
                said[answer.campaign].add(name)
        counts.add(couples(said), couples(true))
    return counts.result()


def couples(groups):
    return {(a, b) for group in groups.values() for a in group for b in group if a < b}


def calibration(pairs):
    """Is a score what it says? Brier's mean square, and per 10 dB how many were taken."""
    bins, squares, count = collections.defaultdict(lambda: [0, 0]), 0.0, 0
    for pair in pairs:
        victims = pair.victims()
        for name, answer in pair.accounts.items():
            p = 1 / (1 + 10 ** (-answer.score / 10))
            squares += (p - (name in victims))**2
            count += 1
            row = bins[int(math.floor(answer.score / 10) * 10)]
            row[0] += name in victims
            row[1] += 1
    return {"brier": squares / count if count else None, "bins": {str(k): share(*bins[k]) for k in sorted(bins)}}


def ranking(pairs):
    """Mean over the logs of average precision: do the taken stand in front?"""
    values = []
    for pair in pairs:
        victims = pair.victims()
        ordered = sorted(pair.accounts.values(), key=lambda a: (-a.rank, -a.score, a.name))
        hits, total = 0, 0.0
        for i, answer in enumerate(ordered):
            if answer.name in victims:
                hits += 1
                total += hits / (i + 1)
        if victims:
            values.append(total / len(victims))
    return statistics.mean(values) if values else None


def length_of(pair):
    hours = pair.months * 30 * 24
    for limit, name in ((1.5, "1 h"), (8, "6 h"), (30, "24 h"), (240, "7 d")):
        if hours <= limit:
            return name
    return "28 d"


def measure(pairs):
    return {"logs": len(pairs), "verdicts": verdicts(pairs), "scenarios": by_scenario(pairs), "confounders": confounders(pairs),
            "innocent_addresses": innocent_addresses(pairs), "campaigns": campaigns(pairs), "calibration": calibration(pairs),
            "average_precision": ranking(pairs)}


def by_length(pairs):
    groups = collections.defaultdict(list)
    for pair in pairs:
        groups[length_of(pair)].append(pair)
    return {name: {"verdicts": verdicts(group), "all": by_scenario(group).get("all")}
            for name, group in sorted(groups.items(), key=lambda g: g[1][0].months)}
