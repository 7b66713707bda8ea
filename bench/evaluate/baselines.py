"""What administrators use instead: one rule each, on the submissions as they truly were (which is more than a log tells).

Each names accounts. Compared with a report at the rule's own recall, and at its own number of false accusations.
"""
import bisect
import collections
import csv
import math

HOUR, DAY = 3600, 86400

# Rough middles of the countries of the generated table: latitude, longitude.
MIDDLES = {
    "CH": (47, 8), "DE": (51, 10), "FR": (46, 2), "IT": (42, 12), "AT": (47, 14), "GB": (54, -2), "ES": (40, -4), "NL": (52, 5),
    "PL": (52, 19), "SE": (62, 15), "US": (39, -98), "CA": (56, -106), "MX": (23, -102), "BR": (-10, -52), "AR": (-34, -64),
    "CL": (-33, -71), "CO": (4, -73), "CN": (35, 103), "JP": (36, 138), "KR": (36, 128), "IN": (21, 78), "ID": (-2, 118),
    "VN": (16, 107), "TH": (15, 101), "PH": (13, 122), "MY": (4, 109), "RU": (60, 90), "UA": (49, 32), "TR": (39, 35),
    "IR": (32, 53), "IL": (31, 35), "EG": (27, 30), "ZA": (-29, 24), "NG": (9, 8), "KE": (0, 38), "MA": (32, -6), "AU": (-25, 134),
    "NZ": (-41, 174), "RO": (46, 25), "BG": (43, 25),
}


class Countries:
    def __init__(self, path):
        self.starts, self.ends, self.names = [], [], []
        with open(path, encoding="ascii") as file:
            for start, end, name in csv.reader(file):
                self.starts.append(int(start))
                self.ends.append(int(end))
                self.names.append(name)

    def find(self, ip):
        if ":" in ip:
            return "CH"  # the generator has IPv6 at home alone
        a, b, c, d = map(int, ip.split("."))
        number = a << 24 | b << 16 | c << 8 | d
        at = bisect.bisect_right(self.starts, number) - 1
        return self.names[at] if at >= 0 and number <= self.ends[at] else "?"


def read(folder):
    """Submissions of each account in order of time: time, address, recipients, country."""
    countries, known = Countries(f"{folder}/geoip"), {}
    accounts = collections.defaultdict(list)
    with open(f"{folder}/submissions.csv", encoding="ascii") as file:
        next(file)
        for line in file:
            time, account, ip, recipients = line.rstrip("\n").split(",")
            if ip not in known:
                known[ip] = countries.find(ip)
            accounts[account].append((float(time), ip, int(recipients), known[ip]))
    for rows in accounts.values():
        rows.sort()
    return accounts


def per(rows, length):
    """Recipients in each clock hour or day."""
    sums = collections.Counter()
    for time, _, recipients, _ in rows:
        sums[int(time // length)] += recipients
    return sums.values()


def most(rows, length, key):
    """Most distinct keys within any stretch of so many seconds; and most rows in one."""
    first, counts, distinct, best, longest = 0, collections.Counter(), 0, 0, 0
    for i, row in enumerate(rows):
        distinct += counts[row[key]] == 0
        counts[row[key]] += 1
        while row[0] - rows[first][0] > length:
            counts[rows[first][key]] -= 1
            distinct -= counts[rows[first][key]] == 0
            first += 1
        best, longest = max(best, distinct), max(longest, i + 1 - first)
    return best, longest


def three_sigma(rows):
    hours = list(per(rows, HOUR))
    mean = sum(hours) / len(hours)
    deviation = math.sqrt(sum((x - mean)**2 for x in hours) / len(hours))
    return len(hours) >= 5 and max(hours) > mean + 3 * deviation


def kilometres(a, b):
    (p, l), (q, m) = (tuple(map(math.radians, MIDDLES.get(c, (0, 0)))) for c in (a, b))
    return 12742 * math.asin(math.sqrt(min(1, math.sin((q - p) / 2)**2 + math.cos(p) * math.cos(q) * math.sin((m - l) / 2)**2)))


def travels(rows):
    return any(b[0] - a[0] <= 3 * HOUR and a[3] != b[3] and kilometres(a[3], b[3]) >= 1000 for a, b in zip(rows, rows[1:]))


RULES = {
    "B1 100 recipients an hour": lambda rows: max(per(rows, HOUR)) >= 100,
    "B2 500 an hour or 1000 a day": lambda rows: max(per(rows, HOUR)) >= 500 or max(per(rows, DAY)) >= 1000,
    "B3 mean and three sigma": three_sigma,
    "B4 geoip-policyd: 3 countries or 10 addresses an hour": lambda rows: most(rows, HOUR, 3)[0] >= 3 or most(rows, HOUR, 1)[0] >= 10,
    "B5 postfwd: more than 5 countries a day": lambda rows: most(rows, DAY, 3)[0] > 5,
    "B6 saslpolicyd: 1000 mails from over 30 addresses an hour": lambda rows: most(rows, HOUR, 1)[0] > 30 and most(rows, HOUR, 1)[1] >= 1000,
    "B7 CrowdSec: 1000 km within 3 hours": travels,
    "B8 more than one address": lambda rows: len({row[1] for row in rows}) > 1,
}


def named(folder):
    accounts = read(folder)
    return {rule: {account for account, rows in accounts.items() if test(rows)} for rule, test in RULES.items()}


def compare(pairs, flagged):
    """flagged: of each pair, the accounts that each rule names."""
    ordered = sorted(((a.rank, a.score, name in pair.victims()) for pair in pairs for name, a in pair.accounts.items()),
                     key=lambda row: (-row[0], -row[1]))
    victims = sum(len(pair.victims()) for pair in pairs)
    ret = {}
    for rule in RULES:
        true = sum(len(names[rule] & set(pair.victims())) for pair, names in zip(pairs, flagged))
        false = sum(len(names[rule]) for names in flagged) - true
        ret[rule] = {"true": true, "false": false, "of": victims, "precision": true / (true + false) if true + false else None,
                     "recall": true / victims, "ours_precision_at_recall": precision_at(ordered, true),
                     "ours_recall_at_false": recall_at(ordered, false, victims)}
    return ret


def precision_at(ordered, wanted):
    hits = 0
    for i, row in enumerate(ordered):
        hits += row[2]
        if hits >= wanted:
            return hits / (i + 1)
    return None


def recall_at(ordered, allowed, victims):
    hits = wrong = 0
    for row in ordered:
        wrong += not row[2]
        if wrong > allowed:
            break
        hits += row[2]
    return hits / victims
