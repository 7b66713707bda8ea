"""What the figures must reach (detection model, 4.5): the lower bound where the number of cases allows, else the figure."""

RECALL = [
    (0.99, ["A1", "A2", "A3", "A4", "A7", "A10", "A17", "A19"]),
    (0.90, ["A5", "A8", "A9", "A11", "A16", "A18", "A20", "A21", "A22", "A23"]),
    (0.70, ["A6", "A12", "A13"]),
    (0.50, ["A14", "A15"]),
]
PRECISION = {"confirmed": 0.995, "likely": 0.98}
CASES_FOR_BOUND = 300
ADDRESS_F1 = {"A5": 0.85, "A6": 0.85}
ADDRESS_F1_USUAL = 0.95
INNOCENT_MOST = 0.005


def gate(name, wanted, figure, met=None):
    met = met if met is not None else figure is not None and figure >= wanted
    return {"gate": name, "wanted": wanted, "figure": figure, "met": bool(met)}


def judged(row):
    return row["low"] if row["of"] >= CASES_FOR_BOUND else row["share"]


def together(rows):
    hits, count = sum(r["hits"] for r in rows), sum(r["of"] for r in rows)
    return hits / count if count else None


def gates(result):
    ret = []
    for level, wanted in PRECISION.items():
        ret.append(gate(f"precision, {level}", wanted, judged(result["verdicts"]["levels"][level]["precision"])))
    accused = sum(r["likely"] for r in result["confounders"].values())
    ret.append(gate("confounders at likely or above", 0, accused, accused == 0))
    innocent = result["innocent_addresses"]["share"]
    ret.append(gate("innocent addresses", INNOCENT_MOST, innocent, innocent is None or innocent <= INNOCENT_MOST))
    scenarios = result["scenarios"]
    for wanted, names in RECALL:
        rows = [scenarios[n]["recall"] for n in names if n in scenarios]
        if rows:
            ret.append(gate("recall " + " ".join(n for n in names if n in scenarios), wanted, together(rows)))
    for name, row in scenarios.items():
        if name not in ("all", "A24") and row["addresses"]["f1"] is not None:
            ret.append(gate(f"addresses F1 {name}", ADDRESS_F1.get(name, ADDRESS_F1_USUAL), row["addresses"]["f1"]))
    if "all" in scenarios:
        for what in ("recall", "precision"):
            ret.append(gate(f"forged domains, {what}", 0.99, scenarios["all"]["domains"][what]["share"]))
        onset = scenarios["all"]["minutes"]["abuse"]
        for what, most in (("median", 2), ("p90", 30)):
            ret.append(gate(f"onset of abuse, {what} minutes", most, onset[what], onset[what] is not None and onset[what] <= most))
    return ret
