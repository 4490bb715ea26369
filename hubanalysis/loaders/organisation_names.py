"""Names of organisations as people write them, and which organisation of the register is meant.

A wrong match makes a tie that nobody told; a missed one only asks a person to decide. So a name is taken for
an organisation only where no other could be meant, and all else is left open.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass

from rapidfuzz import fuzz

__all__ = ["CLEARLY_AHEAD", "CLOSE_ENOUGH", "Match", "NameIndex", "name_core", "plain_name"]

#: A spelling is taken for an organisation from this likeness on (0 to 100) ...
CLOSE_ENOUGH = 88.0
#: ... and only if the second best of the register is as far behind.
CLEARLY_AHEAD = 10.0
#: A shorter name is too easily another one.
_SHORTEST = 6

_ABBREVIATIONS = {
    "ass": "associazione", "assoc": "associazione", "associaz": "associazione", "coop": "cooperativa",
    "soc": "societa", "cult": "culturale", "univ": "universita", "ist": "istituto", "fond": "fondazione",
    "com": "comune", "bibl": "biblioteca", "volont": "volontariato", "s": "san", "st": "santo",
}  # fmt: skip
#: Legal forms and what a register adds to a name without telling organisations apart, longest first.
_FORMS = (
    "associazione di promozione sociale", "associazione di volontariato", "associazione sportiva dilettantistica",
    "organizzazione di volontariato", "ente del terzo settore", "societa cooperativa sociale",
    "societa cooperativa", "cooperativa sociale", "impresa sociale", "associazione culturale", "associazione",
    "cooperativa", "onlus", "aps", "odv", "ets", "asd", "scarl", "scs", "snc", "sas", "srls", "srl", "spa", "scrl",
)  # fmt: skip
_FORM = re.compile(rf"\b(?:{'|'.join(_FORMS)})\b")
_SMALL = frozenset(
    ("a", "ad", "ai", "al", "alla", "alle", "allo", "con", "d", "da", "dal", "dalla", "de", "degli", "dei", "del",
     "dell", "della", "delle", "dello", "di", "e", "ed", "gli", "i", "il", "in", "l", "la", "le", "lo", "nel",
     "nella", "o", "per", "su", "the", "of", "and")
)  # fmt: skip
_ACRONYM = re.compile(r"\b(?:[a-z]\.){2,}(?:[a-z]\b)?")


def plain_name(name: str) -> str:
    """The name without case, accents and punctuation, its abbreviations written out; ``A.R.C.A.`` is ``arca``.

    >>> plain_name("Ass. Cult. «L’Ortica  Gentile» A.P.S.")
    'associazione culturale l ortica gentile aps'
    """
    text = "".join(c for c in unicodedata.normalize("NFKD", name.casefold()) if not unicodedata.combining(c))
    text = _ACRONYM.sub(lambda found: found[0].replace(".", ""), text).replace("&", " e ")
    words = re.sub(r"[^\w]+|_", " ", text).split()
    plain = " ".join(_ABBREVIATIONS.get(word, word) for word in words)
    return plain.replace("cooperativa societa", "cooperativa sociale")  # coop. soc. and soc. coop.


def name_core(name: str) -> str:
    """What tells the organisation apart: the plain name without legal forms, articles and prepositions.

    Where nothing else is left (``Cooperativa sociale``), the plain name.

    >>> name_core("Soc. Coop. Sociale Il Pungitopo s.r.l.")
    'pungitopo'
    """
    plain = plain_name(name)
    words = [word for word in _FORM.sub(" ", plain).split() if word not in _SMALL]
    return " ".join(words) or plain


@dataclass(frozen=True)
class Match:
    """``how``: ``exact`` (the same once written plainly), ``near`` (taken for it), ``open`` (not matched).

    ``organisation`` is empty where open; ``candidates`` are the likeliest organisations with their likeness, best
    first.
    """

    organisation: str
    how: str
    candidates: tuple[tuple[str, float], ...] = ()


class NameIndex:
    """The organisations of a register, found by any spelling of id or name.

    ``names`` maps each organisation's id to its name.
    """

    def __init__(self, names: Mapping[str, str]):
        self._exact: tuple[dict[str, set[str]], ...] = ({}, {}, {})
        self._cores: list[tuple[str, str]] = []
        for organisation, name in names.items():
            for written in dict.fromkeys((organisation, name or organisation)):
                keys = (written.casefold(), plain_name(written), name_core(written))
                for found, key in zip(self._exact, keys, strict=True):
                    found.setdefault(key, set()).add(organisation)
            initials = "".join(word[0] for word in name_core(name or "").split())
            if len(initials) >= 3:
                self._exact[1].setdefault(initials, set()).add(organisation)
            self._cores.append((organisation, name_core(name or organisation)))

    def match(self, written: str) -> Match:
        """Which organisation ``written`` means.

        Its id or name letter by letter, else written plainly, else without legal form: the first that fits counts,
        if it fits one organisation alone. Else the organisation whose name is most alike, if it is at least
        :data:`CLOSE_ENOUGH`, :data:`CLEARLY_AHEAD` of every other, the numbers in both are the same, and the
        name is not too short.
        """
        keys = (written.casefold().strip(), plain_name(written), name_core(written))
        for known, key in zip(self._exact, keys, strict=True):
            found = known.get(key, set())
            if len(found) == 1:
                return Match(next(iter(found)), "exact")
            if found:
                return Match("", "open", tuple((organisation, 100.0) for organisation in sorted(found)))
        core = keys[2]
        scores = {}
        for organisation, other in self._cores:
            scores[organisation] = max(likeness(core, other), scores.get(organisation, 0.0))
        best = sorted(scores.items(), key=lambda pair: (-pair[1], pair[0]))[:3]
        clear = len(best) < 2 or best[0][1] - best[1][1] >= CLEARLY_AHEAD
        if best and len(core) >= _SHORTEST and best[0][1] >= CLOSE_ENOUGH and clear:
            return Match(best[0][0], "near", tuple(best))
        return Match("", "open", tuple(best))


def likeness(one: str, other: str) -> float:
    """How alike two cores of names are, 0 to 100.

    The best of the ratios of the letters as written, without spaces, and with the words in any order
    (``token_sort_ratio``); .95 of ``token_set_ratio`` where at least three words are in common and one alone is not:
    fewer in common (``Istituto superiore``) stand in too many names. 0 where the numbers in them differ: ``Circolo 1``
    is not ``Circolo 2``.
    """
    left, right = one.split(), other.split()
    if _numbers(left) != _numbers(right):
        return 0.0
    score = max(fuzz.ratio(one, other), fuzz.token_sort_ratio(one, other), fuzz.ratio(*_joined(one, other)))
    if len(set(left) & set(right)) >= 3 and len(set(left) ^ set(right)) <= 1:
        score = max(score, 0.95 * fuzz.token_set_ratio(one, other))
    return float(score)


def _joined(one: str, other: str) -> tuple[str, str]:
    return one.replace(" ", ""), other.replace(" ", "")


def _numbers(words: list[str]) -> list[str]:
    return sorted(word for word in words if word.isdecimal())
