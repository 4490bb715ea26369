"""docs/calibration.md, made of what was counted: in short first, then what misses and why, then every row."""

from __future__ import annotations

import numpy as np
import pandas as pd

WORDS = {
    "mean": "mean change in points, t interval",
    "rank_biserial": "matched rank-biserial",
    "superiority": "superiority share",
    "hodges_lehmann": "Hodges-Lehmann change",
    "sign_flip": "mean change, sign-flip interval",
    "risen": "share that rose, Wilson",
    "stayed": "share that stayed, Wilson",
    "ceiling": "share at the highest score, Wilson",
    "improved": "share improved beyond error, Wilson",
    "improved, threshold known": "share improved beyond error, threshold known",
    "leavers": "first score, stayers less leavers, Welch",
    "wave mean": "mean score of a wave, t interval",
    "group": "mean change in a group of 3 in 10",
    "two groups": "difference of two groups, Welch",
    "alpha": "Cronbach's alpha",
    "omega": "McDonald's omega",
    "item rest": "item-rest correlation",
    "odds": "odds of a more favourable answer",
    "difference_in_differences": "difference in differences",
    "first_score_equal": "two arms, first score held equal",
    "holm": "Holm over six areas",
    "holm of pairs": "Holm over six areas, pairs taken for everybody",
    "holm standardised": "Holm over six areas, standardised to all",
    "finding": "finding says that an area changed which did not",
    "pairs": "mean change of the pairs, taken for everybody's",
    "standardised": "change standardised to all who answered first",
    "weighted": "attrition-weighted change, for everybody's",
    "hodges_lehmann without steps": "Hodges-Lehmann change, scores without steps",
}

#: Why a row misses its target, printed only where one does; then the rows in which the cause is switched off.
REASONS = {
    "hodges_lehmann": "A mean of four answers moves in steps of a quarter point, and so do the estimate, the interval "
    "and the true value: it then lies on an end of the interval, which counts as held. Too wide, never too narrow. "
    "Tables say so by giving the mean change first, whose interval holds.",
    "improved": "The threshold is reckoned from the same people, and Wilson's interval takes it for known. Scores move "
    "in steps: a threshold close to a step lies now below it, now above, and many people with it. Read these shares "
    "with care where the study declares no reliability.",
    "ceiling": "A rare answer among few people: the share moves in coarse steps, and so does the coverage of any "
    "interval of it; with more people it holds.",
    "pairs": "Expected, and no fault of the interval: who stays is not who left. Who starts low tends to rise of "
    "itself, and those who left had started low. The finding says so where the first scores differ, and gives the "
    "change standardised to all who answered first.",
    "holm of pairs": "The same: the pairs do change a little, and the tests find it. They are right about the pairs, "
    "wrong about everybody. Hence the finding calls a change shown only where it also stands, after Holm, for people "
    "who start like all who answered first.",
}
SWITCHED_OFF = {
    "hodges_lehmann": (
        "With scores moved by up to half a step, so that they have no steps",
        ("hodges_lehmann without steps", None),
    ),
    "improved": ("With the threshold known", ("improved, threshold known", None)),
    "pairs": ("With as many leaving at random", ("pairs", "drop-out at random")),
    "holm of pairs": ("With as many leaving at random", ("holm", "drop-out at random")),
}


def words(quantity: str, kind: str) -> str:
    said = WORDS.get(quantity, quantity)
    return said if kind in ("coverage", "compared") else f"{said}, {kind}"


def page(table: pd.DataFrame) -> str:
    samples = table.groupby("quantity")["of"].max()
    least, half, most = int(samples.min()), int(table["of"].median()), int(samples.max())
    lines = [
        "# Calibration",
        "",
        "Made by `python benchmarks/calibration.py`. Are the 95 % intervals of notebooks 03 and 04 right as often as",
        "they say, and do the tests raise false alarms as rarely? Questionnaires are simulated again and again",
        "(five-point items, four a scale, two waves, six areas) and go through the functions of the report. True",
        f"values come from a sample of 200 000; a row has {least} to {most} samples, half of the rows {half} or more.",
        "",
        "- *nothing*: no area changed. *one area*: one changed by 0.3 standard deviations of the first score.",
        "- *skewed*: a third of the answers are the highest. *drop-out*: about three in ten leave, rather those with",
        "  low first scores; n counts all who answered first. What is said of pairs is then true of those who stay.",
        "- *MC error*: standard error of the measured share, since the simulation itself is a sample.",
        "- *met*: yes, within the target; no, outside it by more than 1.96 MC errors; unclear, outside it by less.",
        "- *given*: how many of the samples had an interval at all.",
        "",
        "Networks, their permutation tests and the vertex bootstrap have a page of their own:",
        "[network_calibration.md](network_calibration.md).",
        "",
        "## In short",
        "",
        "| quantity | target | rows | yes | unclear | no | lowest | highest |",
        "|---|---|---|---|---|---|---|---|",
    ]
    main = table[(table["kind"] != "compared") & (table["leaving"] != "drop-out at random")]
    main = main[~main["quantity"].isin(["hodges_lehmann without steps", "improved, threshold known"])]
    for (kind, quantity), part in main.groupby(["kind", "quantity"], sort=False):
        count = part["met"].value_counts()
        met = " | ".join(str(count.get(m, 0)) for m in ("yes", "unclear", "no"))
        ends = f"{part['share'].min():.1%} | {part['share'].max():.1%}"
        lines.append(f"| {words(quantity, kind)} | {part['target'].iloc[0]} | {len(part)} | {met} | {ends} |")
    lines += ["", "## What misses, and why", ""]
    lines += misses(table, main) or ["Nothing."]
    for heading, published in (
        ("Published intervals that the house has by name", True),
        ("Beside it", False),
    ):
        compared = table[
            (table["kind"] == "compared") & (table["quantity"].str.contains("published") == published)
        ]
        if len(compared):
            lines += ["", f"## {heading}", ""]
        for quantity, part in compared.groupby("quantity", sort=False):
            lines.append(f"- **{quantity}**: {by_size(part)}.")
    lines += ["", "## All rows", ""]
    lines.append("| n | scenario | quantity | target | measured | MC error | given | met |")
    lines.append("|---|---|---|---|---|---|---|---|")
    for row in table.itertuples():
        scenario = ", ".join(w for w in (row.scenario, row.shape, row.leaving) if w)
        lines.append(
            f"| {row.n} | {scenario} | {words(row.quantity, row.kind)} | {row.target} | {row.share:.1%} "
            f"| {row.error:.1%} | {row.given} of {row.of} | {row.met} |"
        )
    return "\n".join(lines) + "\n"


def misses(table: pd.DataFrame, main: pd.DataFrame) -> list[str]:
    lines = []
    for (kind, quantity), part in main.groupby(["kind", "quantity"], sort=False):
        out = part[part["met"] == "no"]
        if out.empty:
            continue
        why = REASONS.get(quantity, "No reason is known.")
        target = {"coverage": (0.93, 0.97), "power": (0.78, 0.82)}.get(kind, (0, 0.05))
        if quantity not in REASONS and target[0] <= together(part) <= target[1]:
            why = f"Together its rows hold; among {len(main)} rows a few miss their target by chance."
        line = f"- **{words(quantity, kind)}**: {by_size(out)}; {together(part):.1%} over all its rows. {why}"
        if quantity in SWITCHED_OFF:
            said, (other, leaving) = SWITCHED_OFF[quantity]
            rows = table[table["quantity"] == other]
            rows = rows if leaving is None else rows[rows["leaving"] == leaving]
            line += f" {said}: {by_size(rows)}." if len(rows) else ""
        lines.append(line)
    return lines


def by_size(part: pd.DataFrame) -> str:
    """The measured shares by n, pooled: "91.0% (n = 20), 94.2% (n = 60)"; the range where rows differ."""
    said = []
    for n, rows in part.groupby("n"):
        ends = dict.fromkeys(f"{v:.1%}" for v in (rows["share"].min(), rows["share"].max()))
        said.append(f"{' to '.join(ends)} (n = {n})")
    return ", ".join(said)


def together(part: pd.DataFrame) -> float:
    return float(np.average(part["share"].fillna(0), weights=part["given"]))
