"""Quotations chosen by rule, so that nobody can say they were picked to please.

Passages are what the coders marked. Three rules: the **typical** passage of a theme has the words most like those other
persons use for it; the **contrary** one denies what the theme's passages affirm, or affirms what they deny, in the
theme's own words; **rare** are themes that stand in less than half of the interviews. No person is quoted twice in one
table, and a theme without a fit passage keeps its row, which says why.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from hubanalysis.locale import mark
from hubanalysis.metrics.passages import denied_shares, likeness, own_words, passages_of

__all__ = ["RULES", "area_quotes", "contrary_quotes", "quotes_by_rule", "rare_quotes", "typical_quotes"]

RULES = ("typical", "contrary", "rare")
COLUMNS = ["code", "quote", "interview", "n", "chosen_from", "rule_value", "note", "start", "end"]
#: A passage is contrary if the share of its clauses denied lies at least so far from its theme's median.
CONTRARY = 0.25
NONE_FIT = mark("no passage of it has 15 to 80 words")
ONE_PERSON = mark("only one person speaks of it: no passage can be typical of it")
QUOTED = mark("those who could be quoted on it stand in this table already")
NO_CONTRARY = mark("no passage of it says the contrary in the words of the theme")
NO_WORDS = mark("it has no words of its own that two persons say")


def _by_presence(segments: pd.DataFrame) -> pd.Series:
    """Interviews in which each code is present, most first, then by name."""
    codes = segments["code"].astype("str")
    present = segments.groupby(codes, observed=True)["interview"].nunique().sort_index()
    return present.sort_values(ascending=False, kind="stable")


def _most_present(segments: pd.DataFrame, most: int) -> pd.Series:
    return _by_presence(segments).head(most)


def _choose(
    passages: pd.DataFrame, value: pd.Series, present: pd.Series, why_not: dict[str, str], failing: str
) -> pd.DataFrame:
    """For each code of ``present``, in that order, the passage with the highest value of a person not yet quoted.

    Passages two coders marked come first, earlier ones in a tie. ``value`` missing: not to be chosen. ``failing`` is
    the reason where a code has fit passages and none has a value; ``why_not`` says it for single codes.
    """
    frame = passages.assign(rule_value=value)
    frame = frame.sort_values(["agreed", "rule_value"], ascending=False, kind="stable")
    quoted: set[str] = set()
    rows = []
    for code, n in present.items():
        mine = frame[frame["code"] == code]
        able = mine[mine["rule_value"].notna()]
        free = able[~able["person"].isin(quoted)]
        if len(free):
            best = free.iloc[0]
            quoted.add(best["person"])
            what = (best["quote"], best["interview"], int(n), len(mine), float(best["rule_value"]), "")
            rows.append((code, *what, int(best["start"]), int(best["end"])))
            continue
        note = NONE_FIT if not len(mine) else QUOTED if len(able) else why_not.get(code, failing)
        rows.append((code, None, None, int(n), len(mine), np.nan, note, None, None))
    result = pd.DataFrame(rows, columns=COLUMNS)
    return result.astype({"start": "Int64", "end": "Int64"})


def area_quotes(
    segments: pd.DataFrame, codes: pd.DataFrame, language: str = "it", turns: pd.DataFrame | None = None
) -> pd.DataFrame:
    """Of the typical passages of all themes the first of each area: that of the theme in the most interviews.

    ``codes`` gives each code its area; themes without an area or without a passage are left out. Columns ``quote,
    interview, code, area``.
    """
    quotes = typical_quotes(segments, max(len(codes), 1), language, turns)
    known = codes.dropna(subset=["area"])
    area = dict(zip(known["code"].astype("str"), known["area"].astype("str"), strict=True))
    frame = quotes.assign(area=quotes["code"].astype("str").map(area))
    frame = frame.dropna(subset=["area", "quote"]).drop_duplicates("area")
    return frame[["quote", "interview", "code", "area"]].reset_index(drop=True)


def typical_quotes(
    segments: pd.DataFrame, most: int = 4, language: str = "it", turns: pd.DataFrame | None = None
) -> pd.DataFrame:
    """The typical passage of each of the ``most`` themes present in the most interviews.

    Columns ``code, quote, interview, n`` (interviews with the theme)``, chosen_from`` (passages of 15 to 80 words the
    choice was made from)``, rule_value`` (likeness to what other persons say of it, 0 to 1)``, note`` (why there is no
    quote)``, start, end``. Passages two coders marked come first. ``turns`` tell who speaks; without them each
    interview is one person. Deterministic: the order of the rows does not matter.
    """
    passages = passages_of(segments, turns, language)
    value = pd.Series(likeness(passages), index=passages.index)
    return _choose(passages, value, _most_present(segments, most), {}, ONE_PERSON)


def contrary_quotes(
    segments: pd.DataFrame, most: int = 4, language: str = "it", turns: pd.DataFrame | None = None
) -> pd.DataFrame:
    """For each of the ``most`` most present themes the passage that says the contrary in the theme's own words.

    Of a passage's clauses with a word that is the theme's own (:func:`own_words`) the share that denies is compared
    with the theme's median, without sign: where a theme tells of a gain, the passage that says what was not gained;
    where it tells what is missing, one that says what is there. ``rule_value`` is that difference (0.25 to 1); with
    less, or without a word of the theme, no passage is contrary and ``note`` says so. A passage that is the typical one
    is not taken. Columns as in :func:`typical_quotes`.
    """
    passages = passages_of(segments, turns, language)
    present = _most_present(segments, most)
    typical = typical_quotes(segments, most, language, turns)
    taken = set(zip(typical["code"], typical["interview"], typical["start"], strict=True))
    value = pd.Series(np.nan, index=passages.index, dtype=float)
    why_not = {}
    for code in present.index:
        mine = passages[passages["code"] == code]
        own = own_words(passages, code)
        if not own:
            why_not[code] = NO_WORDS
            continue
        shares = pd.Series(denied_shares(mine, own, language), index=mine.index)
        far = (shares - shares.median()).abs()
        places = zip(mine["code"], mine["interview"], mine["start"], strict=True)
        free = pd.Series([place not in taken for place in places], index=mine.index, dtype=bool)
        value[mine.index] = far.where((far >= CONTRARY) & free)
    return _choose(passages, value, present, why_not, NO_CONTRARY)


def rare_quotes(
    segments: pd.DataFrame, most: int = 3, language: str = "it", turns: pd.DataFrame | None = None
) -> pd.DataFrame:
    """The typical passage of each of the ``most`` themes present in the fewest interviews, fewest first.

    A theme is rare if it stands in less than half of the interviews that were coded. Where one person alone speaks of
    it her first passage is taken (``rule_value`` 0: likeness to what nobody else says). Columns as in
    :func:`typical_quotes`.
    """
    passages = passages_of(segments, turns, language)
    present = _by_presence(segments).sort_index().sort_values(kind="stable")
    present = present[present < segments["interview"].nunique() / 2].head(most)
    value = pd.Series(likeness(passages), index=passages.index).fillna(0.0)
    return _choose(passages, value, present, {}, NONE_FIT)


def quotes_by_rule(
    segments: pd.DataFrame, language: str = "it", turns: pd.DataFrame | None = None
) -> pd.DataFrame:
    """All three tables in one, with the column ``rule`` first (typical, contrary, rare)."""
    made = (typical_quotes, contrary_quotes, rare_quotes)
    parts = [
        choose(segments, language=language, turns=turns).assign(rule=rule)
        for rule, choose in zip(RULES, made, strict=True)
    ]
    return pd.concat(parts, ignore_index=True)[["rule", *COLUMNS]]
