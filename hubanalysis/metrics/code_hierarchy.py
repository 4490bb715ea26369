"""Codes under codes: a theme is present wherever one of those below it is."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from hubanalysis.locale import mark
from hubanalysis.metrics.intervals import share_interval

__all__ = ["code_tree", "families", "has_levels"]

_METHOD = mark("share of interviews, a code counts where one below it is present, Wilson interval")
COLUMNS = ["code", "parent", "depth", "estimate", "low", "high", "n", "method", "unit", "note", "present"]
COLUMNS += ["itself", "below"]


def _parents(codes: pd.DataFrame) -> dict[str, str]:
    """Each code's parent, where it is a code of the codebook and no circle leads back."""
    known = set(codes["code"].astype("str"))
    given = codes[["code", "parent"]].dropna() if "parent" in codes else pd.DataFrame()
    parent = (
        {str(c): str(p) for c, p in given.itertuples(index=False) if str(p) in known} if len(given) else {}
    )
    kept: dict[str, str] = {}
    for code, above in parent.items():
        seen, at = {code}, above
        while at in kept and at not in seen:
            seen.add(at)
            at = kept[at]
        if at not in seen:
            kept[code] = above
    return kept


def has_levels(codes: pd.DataFrame) -> bool:
    """Whether any code of the codebook stands under another."""
    return bool(len(codes)) and bool(_parents(codes))


def families(codes: pd.DataFrame) -> dict[str, set[str]]:
    """Each code of the codebook with itself and all codes below it, at any depth."""
    parent = _parents(codes)
    found: dict[str, set[str]] = {str(c): {str(c)} for c in codes["code"]}
    for code in list(found):
        at = code
        while at in parent:
            at = parent[at]
            found[at].add(code)
    return found


def code_tree(
    segments: pd.DataFrame,
    interviews: pd.DataFrame,
    codes: pd.DataFrame,
    coded: Sequence[str] | None = None,
) -> pd.DataFrame:
    """The codebook as a tree, in what share of the coded interviews each code or one below it is present.

    Rows go down the tree: a code, then those below it, the commonest first. Columns ``code, parent`` ("" at the top),
    ``depth`` (0 at the top), the estimate's (Wilson's interval, ``n`` is coded interviews), ``present`` (interviews
    with it or one below it), ``itself`` (interviews in which it was given itself), ``below`` (codes directly below).
    Shares of the codes below do not add up to the one above: an interview may have several of them.
    """
    names = list(dict.fromkeys([*codes["code"].astype("str"), *segments["code"].astype("str")]))
    known = set(segments["interview"]) if coded is None else set(coded)
    n = int(interviews["interview"].isin(known).sum())
    if not names or not n:
        return pd.DataFrame(columns=COLUMNS)
    own = segments[segments["interview"].isin(known)]
    where = {str(c): set(part) for c, part in own.groupby("code", observed=True)["interview"]}
    parent, family = _parents(codes), families(codes)
    present = {c: set().union(*(where.get(k, set()) for k in family.get(c, {c}))) for c in names}
    children: dict[str, list[str]] = {}
    for code in names:
        children.setdefault(parent.get(code, ""), []).append(code)
    rows: list[tuple] = []

    def walk(above: str, depth: int) -> None:
        for code in sorted(children.get(above, []), key=lambda c: -len(present[c])):
            k = len(present[code])
            share = (*share_interval(k, n), n, _METHOD, "share", "")
            rows.append(
                (code, above, depth, *share, k, len(where.get(code, ())), len(children.get(code, ())))
            )
            walk(code, depth + 1)

    walk("", 0)
    return pd.DataFrame(rows, columns=COLUMNS)
