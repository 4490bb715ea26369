"""What coders decided on their disagreements: a small file that names places in interviews, one line each."""

from __future__ import annotations

import pandas as pd

from hubanalysis.errors import Problem, filled
from hubanalysis.loaders.coders import coder_labels
from hubanalysis.loaders.reader import Reader
from hubanalysis.loaders.telling import nearest
from hubanalysis.locale import mark
from hubanalysis.study import Study

__all__ = ["COLUMNS", "NEED", "TO_DECIDE", "load_coding_decisions", "signed_decisions"]

COLUMNS = ["interview", "code", "other", "start", "end", "check", "decision"]
NEED = ("interview", "code", "start", "end", "decision")
#: The columns of the list to decide on: what is read by people first, what finds the place again last.
TO_DECIDE = [
    *("theme", "interview", "turn", "speaker", "kind", "marked", "passage", "decision", "who", "why"),
    *("code", "other", "start", "end", "check"),
]
WORDS = {
    **dict.fromkeys(("all", "both", "tutto", "tutti", "entrambi", "entrambe"), "all"),
    **dict.fromkeys(("none", "nothing", "niente", "nessuno", "nessuna"), "none"),
    **dict.fromkeys(("shared", "comune", "comuni", "in comune"), "shared"),
}


def load_coding_decisions(
    study: Study, problems: list[Problem], account: list[dict], reader: Reader | None = None
) -> pd.DataFrame:
    """The decisions of ``codings_decided``: ``interview, code, other, start, end, check, decision``.

    ``decision`` is the label of a coder, or ``all``, ``none``, ``shared`` (Italian words are understood); lines without
    are open and left out. Errors, all told with their line: a word that is none of these, a place that is no number,
    two decisions on one disagreement that are not alike. Whether a disagreement is still there is known only once
    the passages are compared.
    """
    empty = pd.DataFrame(columns=COLUMNS)
    source = study.model.codings_decided
    if source is None:
        return empty
    reader = reader or Reader(study, problems, account)
    telling = reader.telling
    table = reader.table(source, ("codings_decided",), need=NEED)
    if table.empty:
        return empty
    for column in ("other", "check", "who", "why"):
        if column not in table:
            table[column] = ""
    told = table["decision"].str.strip()
    coders = {label.casefold(): label for label in coder_labels(study)}
    known = {**WORDS, **coders}
    words = told.str.casefold().map(known)
    for row in table.index[(told != "") & words.isna()]:
        close = nearest(told[row], known)
        telling.error(
            mark("the decision is no coder, and neither all, none nor shared"),
            filled(mark("did you mean {close}?"), close=repr(close))
            if close
            else filled(
                mark("write whose reading stands ({coders}), or all, none, shared; nothing while it is open"),
                coders=", ".join(sorted(coders.values())),
            ),
            file=source.file, row=int(row), column="decision", value=told[row][:24],
        )  # fmt: skip
    for column in ("start", "end"):
        for row in table.index[~table[column].str.fullmatch(r"\d+") & words.notna()]:
            telling.error(
                mark("the place of the passage is no whole number"),
                mark("write the list anew with `hubanalysis disagreements STUDY --to FILE`"),
                file=source.file, row=int(row), column=column, value=table[column][row][:24],
            )  # fmt: skip
            words[row] = None
    unsigned = table.index[words.notna() & ((table["who"] == "") | (table["why"] == ""))]
    if len(unsigned):
        telling.warning(
            mark("decisions on codings without who decided, or why"),
            mark("write who decided and why, so that others can follow"),
            file=source.file, row=int(unsigned[0]), count=len(unsigned),
        )  # fmt: skip
    kept = table.assign(decision=words)[words.notna()]
    same = kept.groupby(["interview", "code", "other", "start", "end"], sort=False)["decision"]
    for row in kept.index[same.transform("nunique") > 1]:
        telling.error(
            mark("the same passage is decided on twice, and not alike"),
            mark("take one of the two lines out"),
            file=source.file, row=int(row), column="decision",
        )  # fmt: skip
    telling.count("coding_decisions", source.file, len(table), len(kept), mark("still open"))
    return kept[COLUMNS].reset_index(drop=True)


def signed_decisions(study: Study) -> dict[tuple[str, str, str, str], tuple[str, str]]:
    """Who decided and why, by (interview, code, other, check): they go back into a new list and into no table.

    Reasons may name people: they stay in the study's own file.
    """
    source = study.model.codings_decided
    if source is None or not study.file(source.file).is_file():
        return {}
    table = Reader(study, [], []).table(source, need=NEED)
    columns = ("interview", "code", "other", "check", "who", "why")
    texts = [table[c].tolist() if c in table else [""] * len(table) for c in columns]
    return {row[:4]: row[4:] for row in zip(*texts, strict=True)}
