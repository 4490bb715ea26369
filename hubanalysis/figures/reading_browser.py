"""The interviews as a reader can search them: texts, words with their lemmas, coded passages, as plain checked data.

A notebook hands out these data and nothing live. Markup is made of them by :mod:`hubanalysis.figures.reading_markup`,
in JupyterLab and in the report's page alike. They hold whole interviews: they are for the team, never for everyone.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from hubanalysis.locale.translator import Translator
from hubanalysis.metrics.vocabulary import word_tokens

__all__ = ["KINDS", "ReadingBrowser", "read_reading", "reading_browser", "written_words"]

KINDS = ("interview", "answer", "note")
#: More than this a page opens slowly: the texts that come last are left out, and the page says so.
MOST_SIGNS = 2_000_000
_VERSION = 1
_DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"

Labels = Callable[[str], Mapping[str, str]]


def _no_labels(kind: str) -> Mapping[str, str]:
    return {}


@dataclass(frozen=True)
class ReadingBrowser:
    """What was said, turn by turn, its words and its coded passages. ``data`` is plain JSON, and all there is.

    ``language`` it or en; ``cut`` texts left out; ``groups, waves, codes, coders`` are lists of labels; ``forms`` the
    different words as "form" or "form lemma", in small letters; ``texts`` [id, kind, group or None, wave or None] with
    ``kind`` a place in :data:`KINDS`; ``turns`` [text, spoken by who asks (1) or answers (0), speaker, words, what is
    said]; ``passages`` [code, coder, [turn, start, end] ...]; ``quotes`` [rule, code, its words or "", what is told of
    it, turn or -1, start, end]. Places count UTF-16 units, as a browser does; words are :func:`written_words`.
    """

    data: dict[str, Any]

    @property
    def empty(self) -> bool:
        """Whether there is nothing to read."""
        return not self.data["turns"]


def _base36(number: int) -> str:
    made = ""
    while number:
        number, rest = divmod(number, 36)
        made = _DIGITS[rest] + made
    return made or "0"


def written_words(words: list[tuple[int, int, int, int]]) -> str:
    """Words of a turn, (place in ``forms``, start, end, length of the form), as one short text.

    Each is its place in base 36; "." and the units skipped before it where that is not one blank, ":" and its length
    where that is not the form's.

    >>> written_words([(0, 0, 2, 2), (1, 2, 9, 7), (37, 10, 13, 4)])
    '0.0 1.0 11:3'
    """
    made, at = [], 0
    for form, start, end, length in words:
        gap, own = start - at, end - start
        made.append(f"{_base36(form)}{'' if gap == 1 else f'.{gap}'}{'' if own == length else f':{own}'}")
        at = end
    return " ".join(made)


def reading_browser(
    interviews: pd.DataFrame,
    turns: pd.DataFrame,
    segments: pd.DataFrame,
    quotes: pd.DataFrame | None = None,
    *,
    language: str = "it",
    text: Translator | None = None,
    labels: Labels = _no_labels,
) -> ReadingBrowser:
    """The texts of ``turns`` ready for ``show``: every word with the lemma the analyses give it.

    ``interviews``, ``turns`` and ``segments`` are the tables, of one kind of text or of all; ``quotes`` are of
    :func:`hubanalysis.metrics.quotes.quotes_by_rule`. Texts stand in the order of ``interviews``.
    """
    text = text or Translator("en")
    everything = len(interviews)
    interviews = _that_fit(interviews, turns)
    code_names, wave_names = labels("codes"), labels("waves")
    groups, waves = _names(interviews, "group"), _names(interviews, "wave")
    places = {str(i): k for k, i in enumerate(interviews["interview"])}
    turns = turns[turns["interview"].astype(str).isin(places)].copy()
    turns["place"] = turns["interview"].astype(str).map(places)
    turns = turns.sort_values(["place", "turn"], kind="stable").reset_index(drop=True)
    tokens = word_tokens(turns, language, role=None)
    forms, words = _words(turns, tokens)
    rows = [
        [int(p), int(str(role) == "interviewer"), str(speaker), own, str(said)]
        for p, role, speaker, own, said in zip(
            turns["place"], turns["role"], turns["speaker"], words, turns["text"], strict=True
        )
    ]
    codes = list(dict.fromkeys(segments["code"].astype(str).sort_values()))
    codes.sort(key=lambda c: str(code_names.get(c, c)).casefold())
    coders = sorted(set(segments["coder"].astype(str)))
    spots = _Spots(turns)
    passages = [
        [codes.index(str(r.code)), coders.index(str(r.coder)), *found]
        for r in segments.itertuples()
        if (found := spots.of(str(r.interview), int(r.start), int(r.end)))
    ]
    data = {
        "version": _VERSION,
        "language": language,
        "cut": everything - len(interviews),
        "groups": [_group_name(g, labels("items"), text) for g in groups],
        "waves": [str(wave_names.get(w, w)) for w in waves],
        "codes": [str(code_names.get(c, c)) for c in codes],
        "coders": coders,
        "forms": forms,
        "texts": [
            [str(r.interview), _kind(r), _place(groups, r, "group"), _place(waves, r, "wave")]
            for r in interviews.itertuples()
        ],
        "turns": rows,
        "passages": passages,
        "quotes": _quotes(quotes, spots, text, code_names),
    }
    return ReadingBrowser(data)


def _that_fit(interviews: pd.DataFrame, turns: pd.DataFrame) -> pd.DataFrame:
    """The first texts with no more than :data:`MOST_SIGNS` signs in all: interviews, then notes, then open answers."""
    order = interviews
    if "kind" in interviews:
        place = {"interview": 0, "note": 1, "answer": 2}
        order = interviews.sort_values("kind", key=lambda s: s.astype("object").map(place), kind="stable")
    signs = turns["text"].astype("object").str.len().groupby(turns["interview"].astype("object")).sum()
    return order[order["interview"].astype("object").map(signs).fillna(0).cumsum() <= MOST_SIGNS]


def _names(interviews: pd.DataFrame, column: str) -> list[str]:
    if column not in interviews:
        return []
    values = interviews[column]
    found = set(values.dropna().astype(str))
    if isinstance(values.dtype, pd.CategoricalDtype):
        return [str(c) for c in values.cat.categories if str(c) in found]
    return sorted(found)


def _group_name(group: str, items: Mapping[str, str], text: Translator) -> str:
    """A group as its readers know it: by our own word, else by the label of that answer in the questionnaire."""
    word = text.term(group)
    if word != group:
        return word
    return next((label for answer, label in items.items() if answer.partition("/")[2] == group), group)


def _kind(row: Any) -> int:
    kind = getattr(row, "kind", None)
    return KINDS.index(str(kind)) if str(kind) in KINDS else 0


def _place(names: list[str], row: Any, column: str) -> int | None:
    value = getattr(row, column, None)
    return None if value is None or pd.isna(value) else names.index(str(value))


def _words(turns: pd.DataFrame, tokens: pd.DataFrame) -> tuple[list[str], list[str]]:
    """The different words, the most frequent first, and the words of each turn as :func:`written_words`."""
    small, lemma = (tokens[c].astype("object").str.casefold() for c in ("token", "lemma"))
    both = small.where(small == lemma, small + " " + lemma).astype("object")
    counts = both.value_counts()
    forms = sorted(counts.index, key=lambda f: (-counts[f], f))
    numbers = {form: k for k, form in enumerate(forms)}
    lengths = [len(form.partition(" ")[0]) for form in forms]
    at = {(str(i), int(t)): k for k, (i, t) in enumerate(zip(turns["interview"], turns["turn"], strict=True))}
    own: list[list[tuple[int, int, int, int]]] = [[] for _ in range(len(turns))]
    units = [_units(said) for said in turns["text"]]
    begins = turns["start"].to_numpy(dtype=np.int64)
    for interview, turn, start, end, form in zip(
        *(tokens[c] for c in ("interview", "turn", "start", "end")), both, strict=True
    ):
        row = at[str(interview), int(turn)]
        first, last = int(start - begins[row]), int(end - begins[row])
        if units[row] is not None:
            first, last = units[row][first], units[row][last]
        number = numbers[form]
        own[row].append((number, first, last, lengths[number]))
    return forms, [written_words(words) for words in own]


def _units(said: str) -> list[int] | None:
    """Code point -> UTF-16 unit, where they differ."""
    if not said or max(said) <= "\uffff":
        return None
    return [0, *np.cumsum([1 + (c > "\uffff") for c in said]).tolist()]


class _Spots:
    """Where a passage of an interview's plain text lies in its turns."""

    def __init__(self, turns: pd.DataFrame):
        self._of: dict[str, list[tuple[int, int, int, list[int] | None]]] = {}
        for row, (i, start, said) in enumerate(
            zip(turns["interview"], turns["start"], turns["text"], strict=True)
        ):
            spot = (row, int(start), int(start) + len(said), _units(said))
            self._of.setdefault(str(i), []).append(spot)

    def of(self, interview: str, start: int, end: int) -> list[list[int]]:
        found = []
        for row, begin, stop, units in self._of.get(interview, ()):
            first, last = max(start, begin) - begin, min(end, stop) - begin
            if first < last:
                found.append([row, first, last] if units is None else [row, units[first], units[last]])
        return found


def _quotes(
    quotes: pd.DataFrame | None, spots: _Spots, text: Translator, code_names: Mapping[str, str]
) -> list:
    rows = []
    for r in [] if quotes is None else quotes.to_dict("records"):
        told = isinstance(r["quote"], str)
        where = spots.of(str(r["interview"]), int(r["start"]), int(r["end"])) if told else []
        n = text("interviews with the theme: {n}", n=int(r["n"]))
        passages = text("passages to choose from: {n}", n=int(r["chosen_from"]))
        value = text("value of the rule {value}", value=text.number(r["rule_value"])) if told else ""
        about = [r["interview"] if told else text(r["note"]), passages, n, value]
        about = " · ".join(str(part) for part in about if part)
        rule, code = text.term(str(r["rule"])), str(code_names.get(r["code"], r["code"]))
        rows.append([rule, code, r["quote"] if told else "", about, *(where[0] if where else [-1, 0, 0])])
    return rows


def read_reading(data: Any) -> ReadingBrowser:
    """The texts of ``data`` that were stored, every value of the kind it must be. Raises ValueError otherwise."""
    try:
        good = _is_sound(data)
    except (KeyError, TypeError, IndexError, ValueError):
        good = False
    if not good:
        raise ValueError("these are not the data of interviews to read")
    return ReadingBrowser(data)


def _is_sound(data: Any) -> bool:
    texts, turns = data["texts"], data["turns"]
    lists = ("groups", "waves", "codes", "coders", "forms")
    codes, coders = len(data["codes"]), len(data["coders"])
    return (
        data["version"] == _VERSION
        and isinstance(data["language"], str)
        and isinstance(data["cut"], int)
        and all(isinstance(data[k], list) and all(isinstance(v, str) for v in data[k]) for k in lists)
        and all(
            isinstance(name, str)
            and _below(kind, len(KINDS))
            and (group is None or _below(group, len(data["groups"])))
            and (wave is None or _below(wave, len(data["waves"])))
            for name, kind, group, wave in texts
        )
        and all(
            _below(p, len(texts)) and role in (0, 1) and all(isinstance(v, str) for v in (speaker, own, said))
            for p, role, speaker, own, said in turns
        )
        and all(
            _below(code, codes) and _below(coder, coders) and bool(spots) and _sound(spots, turns)
            for code, coder, *spots in data["passages"]
        )
        and all(
            all(isinstance(v, str) for v in (rule, code, quote, about))
            and (at == -1 or _sound([[at, start, end]], turns))
            for rule, code, quote, about, at, start, end in data["quotes"]
        )
    )


def _sound(spots: list, turns: list) -> bool:
    return all(
        _below(at, len(turns)) and _below(start, 2 * len(turns[at][4]) + 1) and _below(end, 2 * len(turns[at][4]) + 1)
        for at, start, end in spots
    )  # fmt: skip


def _below(number: Any, limit: int) -> bool:
    return isinstance(number, int) and not isinstance(number, bool) and 0 <= number < limit
