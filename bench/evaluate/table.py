"""The figures as text."""
from pair import LEVELS


def percent(row):
    if row["share"] is None:
        return "-"
    return f"{100 * row['share']:.1f} % ({row['hits']}/{row['of']}, {100 * row['low']:.1f} to {100 * row['high']:.1f})"


def short(row):
    return "-" if row["share"] is None else f"{100 * row['share']:.0f} %"


def number(value, digits=2):
    return "-" if value is None else f"{value:.{digits}f}"


def columns(rows):
    widths = [max(len(row[i]) for row in rows) for i in range(len(rows[0]))]
    return ["  ".join(cell.ljust(width) for cell, width in zip(row, widths)).rstrip() for row in rows]


def verdict_lines(result):
    rows = [["verdict", "precision", "recall", "false", "per 1,000 account-months"]]
    for level in reversed(LEVELS):
        row = result["levels"][level]
        rows.append([level, percent(row["precision"]), percent(row["recall"]), str(row["false"]),
                     f"{number(row['false_per_1000_account_months'])} (at most {number(row['false_per_1000_account_months_high'])})"])
    return columns(rows)


def scenario_lines(scenarios):
    rows = [["scenario", "n", "found", *LEVELS, "class", "addresses F1", "domains P/R", "access", "abuse", "end", "locked"]]
    for name, row in scenarios.items():
        domains = row["domains"]
        times = [f"{number(row['minutes'][t]['median'], 1)}/{number(row['minutes'][t]['p90'], 1)}"
                 for t in ("access", "abuse", "last_accept", "containment")]
        rows.append([name, str(row["instances"]), short(row["recall"]), *(short(row["reached"][level]) for level in LEVELS),
                     short(row["class"]), number(row["addresses"]["f1"]),
                     f"{short(domains['precision'])}/{short(domains['recall'])}", *times])
    return columns(rows)


def confounder_lines(confounders):
    rows = [["confounder", "n", *LEVELS, "too high"]]
    for name, row in confounders.items():
        rows.append([name, str(row["instances"]), *(str(row[level]) for level in LEVELS), str(row["over"])])
    return columns(rows) if len(rows) > 1 else []


def gate_lines(gates):
    return columns([["gate", "wanted", "figure", ""]] + [[g["gate"], str(g["wanted"]), number(g["figure"], 4), "met" if g["met"] else "NOT MET"]
                                                         for g in gates])


def lines(result):
    """Times: median and nine tenths of the error in minutes."""
    out = [f"{result['logs']} logs, {result['verdicts']['benign_account_months']:.0f} benign account-months", ""]
    out += verdict_lines(result["verdicts"]) + [""] + scenario_lines(result["scenarios"]) + [""]
    out += confounder_lines(result["confounders"]) + [""]
    out.append(f"innocent addresses: {percent(result['innocent_addresses'])}")
    out.append(f"campaigns: F1 {number(result['campaigns']['f1'])}")
    out.append(f"average precision {number(result['average_precision'], 3)}, Brier {number(result['calibration']['brier'], 4)}")
    out += ["", *gate_lines(result["gates"])]
    for name, row in result.get("lengths", {}).items():
        found = row["all"]["recall"] if row["all"] else None
        out.append(f"{name}: found {percent(found) if found else '-'}, false at likely {row['verdicts']['levels']['likely']['false']}")
    return out


def baseline_lines(baselines):
    rows = [["rule", "precision", "recall", "false", "our precision at its recall", "our recall at its false accusations"]]
    for name, row in baselines.items():
        rows.append([name, number(row["precision"], 3), number(row["recall"], 3), str(row["false"]),
                     number(row["ours_precision_at_recall"], 3), number(row["ours_recall_at_false"], 3)])
    return columns(rows)


def ablation_lines(ablation):
    rows = [["likely, without family", "precision", "recall"]]
    rows += [[name, percent(row["precision"]), percent(row["recall"])] for name, row in ablation.items()]
    return columns(rows)


def variant_lines(variants):
    rows = [["variant", "likely: precision", "likely: recall", "as wanted", "false"]]
    for name, row in variants.items():
        likely = row["verdicts"]["levels"]["likely"]
        found = row["scenarios"]["all"]["recall"] if "all" in row["scenarios"] else {"share": None}
        rows.append([name, percent(likely["precision"]), percent(likely["recall"]), percent(found), str(likely["false"])])
    return columns(rows)
