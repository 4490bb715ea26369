"""Quotations in a public report: only those a person signed off leave, and none says from whom it comes.

The words of a quotation are what is signed. Nothing takes the place of one that was not signed off, so that a nicer one
cannot slip in: its place says that it was withheld.
"""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from hubanalysis.loaders.decided_quotes import quote_mark
from hubanalysis.locale import mark

__all__ = ["QUOTE_WITHHELD", "quotes_for_everyone"]

QUOTE_WITHHELD = mark("a quotation chosen by this rule is withheld: it has not been signed off")
#: Columns that tell neither the interview nor the person, the place or the day.
_TELL_NOBODY = ("quote", "rule", "visits", "code", "n", "chosen_from", "rule_value", "note")


def quotes_for_everyone(
    frame: pd.DataFrame,
    decisions: pd.DataFrame,
    *,
    all_signed: bool,
    threshold: int,
    group_sizes: Mapping[str, int] | None = None,
) -> pd.DataFrame:
    """``frame`` (a column ``quote``) as everyone may read it.

    ``decisions`` are the table ``quote_decisions``; a quotation passes if it was signed off, or if ``all_signed`` and
    it was not refused. Of where it comes from only the group is left, and that only where ``group_sizes`` has it with
    ``threshold`` interviews or more; counts below the threshold are taken out.
    """
    decided = {m: bool(s) for m, s in zip(decisions["quote"], decisions["signed_off"], strict=True)}
    result = frame[[c for c in frame.columns if c in _TELL_NOBODY]].copy()
    if "group" in frame:
        sizes = frame["group"].astype("object").map(dict(group_sizes or {}))
        result["group"] = frame["group"].astype("object").where(sizes.fillna(0).ge(threshold), None)
    told = result["quote"].notna()
    passes = pd.Series(
        [
            bool(is_told) and decided.get(quote_mark(str(quote)), all_signed)
            for quote, is_told in zip(result["quote"], told, strict=True)
        ],
        index=result.index,
        dtype=bool,
    )
    result["quote"] = result["quote"].astype("object").where(passes, None)
    if "note" not in result:
        result["note"] = ""
    result["note"] = result["note"].astype("object").where(passes | ~told, QUOTE_WITHHELD)
    if "n" in result:
        few = pd.to_numeric(result["n"], errors="coerce").lt(threshold)
        for column in ("n", "chosen_from"):
            if column in result:
                result[column] = pd.to_numeric(result[column], errors="coerce").astype("Int64").mask(few)
    return result
