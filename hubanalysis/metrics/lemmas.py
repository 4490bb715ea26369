"""Lemmas: the dictionary form under which the forms of a word are counted as one.

The dictionary is simplemma's, asked once for each form. Before it stands a table of our own for forms that speech uses
otherwise than the dictionary thinks (so is from sapere, detto from dire). After it come rules of the language that the
dictionary applies to some words and not to others: a participle belongs to its verb in every gender and number, a
superlative to its adjective, and an infinitive keeps its lemma when pronouns hang on it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path

__all__ = ["lemmatise", "lemmatise_all"]

_WORDS = Path(__file__).parent / "words"

_PARTICIPLE = re.compile(r".{2,}[aiu]t[aei]")
_INFINITIVE = re.compile(r".{2,}[aei]re")
_SUPERLATIVE = re.compile(r"(.{2,})issim[oaie]")
_PRONOUNS = r"(?:(?:[mtcvs]|gli)e(?:lo|la|li|le|ne)|[mtscv]i|l[oaie]|gli|ne)"
_TIED = re.compile(rf"(.+[aeiou]r)r?{_PRONOUNS}|(.+[ae]ndo){_PRONOUNS}")


@lru_cache(maxsize=4)
def _overrides(language: str) -> dict[str, str]:
    file = _WORDS / f"lemmas_{language}.tsv"
    if not file.is_file():
        return {}
    lines = file.read_text(encoding="utf-8").splitlines()
    return dict(line.split("\t") for line in lines if line and not line.startswith("#"))


@lru_cache(maxsize=200_000)
def lemmatise(form: str, language: str = "it") -> str:
    """The lemma of a form: the overrides first, else simplemma's; unknown forms as they are, in small letters.

    >>> [lemmatise(w) for w in ("so", "detto", "persone", "conosciuta", "bellissime", "parlargliene")]
    ['sapere', 'dire', 'persona', 'conoscere', 'bello', 'parlare']
    """
    lower = form.lower()
    return _overrides(language).get(lower) or by_rule(lower, language)


def by_rule(lower: str, language: str) -> str:
    """The lemma by dictionary and rules alone, without the table of overrides."""
    import simplemma

    lemma = simplemma.lemmatize(lower, language).lower()
    if language != "it":
        return lemma
    if _PARTICIPLE.fullmatch(lower) and lemma == lower[:-1] + "o":
        # conosciuta is given as conosciuto, conosciuto as conoscere
        verb = simplemma.lemmatize(lemma, "it").lower()
        return verb if _INFINITIVE.fullmatch(verb) else lemma
    if lemma != lower:
        return lemma
    superlative = _SUPERLATIVE.fullmatch(lower)
    if superlative:
        stem = re.sub("(?<=[cg])h$", "", superlative[1])
        for base in (stem + "o", stem + "e", stem + "io"):
            if simplemma.is_known(base, "it"):
                return simplemma.lemmatize(base, "it").lower()
    tied = None if simplemma.is_known(lower, "it") else _TIED.fullmatch(lower)
    if tied:
        for verb in (tied[1] + "e", tied[1] + "re") if tied[1] else (tied[2],):
            if simplemma.is_known(verb, "it"):
                return simplemma.lemmatize(verb, "it").lower()
    return lemma


def lemmatise_all(forms: Iterable[str], language: str = "it") -> list[str]:
    """The lemma of each form, in order: the caller gives each form once."""
    return [lemmatise(form, language) for form in forms]
