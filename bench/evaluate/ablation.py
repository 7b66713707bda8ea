"""What each family of evidence buys: the verdict likely, worked out again from the items of the report without one of them."""
from measure import share

FAMILIES = "FCGSNRVDMXE"
TELLING = set("FCGSX")
LIKELY_DB, FAMILY_DB, SPAM_DB = 35, 3, 10


def is_likely(items):
    sums = {}
    for family, weight, _ in items:
        sums[family] = sums.get(family, 0) + weight
    strong = {family for family, weight in sums.items() if weight >= FAMILY_DB}
    spam = any(name == "R-02" and weight >= SPAM_DB for _, weight, name in items)
    infected = spam and any(name == "M-02" for _, _, name in items)
    return sum(sums.values()) >= LIKELY_DB and len(strong) >= 2 and (strong & TELLING or infected)


def ablation(pairs):
    ret = {}
    for without in ["", *FAMILIES]:
        true = false = victims = 0
        for pair in pairs:
            taken = pair.victims()
            victims += len(taken)
            for name, answer in pair.accounts.items():
                if is_likely([item for item in answer.families() if item[0] != without]):
                    true += name in taken
                    false += name not in taken
        ret[without or "nothing"] = {"precision": share(true, true + false), "recall": share(true, victims)}
    return ret
