"""Words: where they begin and end in what was said, for Italian and English.

The tokeniser cuts at the elision (l'impatto, dell'arte, c'è are two words each) and reads what keyboards make of
accents (e', perche', citta'). How right it is on annotated text is told in docs/text_accuracy.md. Stop words are a list
of our own: the usual ones throw away words such as città, gruppo, insieme, persone, which are what an interview about
a community is about.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path

import numpy as np
import pandas as pd

from hubanalysis.metrics.lemmas import lemmatise

__all__ = ["kept_forms", "lemmatise", "places_of_all", "stop_words", "token_places", "tokenise"]

_WORDS = Path(__file__).parent / "words"

_APOSTROPHES = str.maketrans("’‘ʼ`´", "'" * 5)
_LETTER = r"[^\W\d_]"
# In this order: what redaction put in ([nome], @nomepaese); words with an aphaeresis ('sta, 'ndo); words with what is
# tied to them by a hyphen and the apostrophe at their end, be it an elision, an apocope or an accent; numbers. A word
# broken off ends in ~, as transcribers write it.
_PLACEHOLDER = rf"\[[^\]\n]{{1,20}}\]|(?<!\w)@{_LETTER}+"
_NUMBER = r"\d+(?:[.,:/]\d+)*"
_TOKEN_IT = re.compile(
    rf"{_PLACEHOLDER}|(?<!\w)'(?:st[oaie]|nd[oi]|mo)\b|{_LETTER}+(?:-{_LETTER}+)*'?~?|{_NUMBER}"
)
_TOKEN_EN = re.compile(rf"{_PLACEHOLDER}|{_LETTER}+(?:['-]{_LETTER}+)*~?|{_NUMBER}")
# What may lose its last vowel before another word, besides all that end in a consonant.
_APOCOPE = re.compile("(?:po|mo|va|fa|da|sta|di|be|to|ca|vabbe|ve|a|de|co|anda)'", re.I)
# Italian keyboards and typists: sí for sì, piú for più.
_GRAVE = str.maketrans("áíóúÁÍÓÚ", "àìòùÀÌÒÙ")
_QUOTE = re.compile(r"(?:^|[^\w])'$")
# Between two texts: longer than any look ahead, so that nothing is read across it.
_BETWEEN = "\n\n\n"


def tokenise(text: str, language: str = "it") -> list[str]:
    """The words and numbers of ``text``, in order, as they stand there but for apostrophes that mean an accent.

    Words broken off (esp~) or not understood (xxx) and what stands for something redacted ([nome], @nomepaese) are no
    words.

    >>> tokenise("E' l'impatto dell'arte: c'e' un po' di citta'")
    ['È', "l'", 'impatto', "dell'", 'arte', "c'", 'è', 'un', "po'", 'di', 'città']
    """
    return [token for token, _, _ in token_places(text, language)]


def token_places(text: str, language: str) -> list[tuple[str, int, int]]:
    """As :func:`tokenise`, with the code points where each token begins and ends in ``text``."""
    tokens, _, start, end = places_of_all([text], language)
    return list(zip(tokens, start.tolist(), end.tolist(), strict=True))


def places_of_all(
    texts: Sequence[str], language: str = "it"
) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """The tokens of many texts at once: tokens, number of their text, where they begin and end in it.

    Everything that depends on the form alone is done once for each form; only words that end in an apostrophe are
    looked at one by one.
    """
    whole = _BETWEEN.join(texts).translate(_APOSTROPHES)
    pattern = _TOKEN_EN if language == "en" else _TOKEN_IT
    # flat numbers: half a million tuples would keep the collector of garbage busy
    ends = np.fromiter((at for match in pattern.finditer(whole) for at in match.span()), dtype=np.int64)
    spans = ends.reshape(-1, 2)
    begins = np.cumsum([0, *(len(text) + len(_BETWEEN) for text in texts)])[:-1]
    cut = [whole[a:b] for a, b in zip(ends[::2].tolist(), ends[1::2].tolist(), strict=True)]
    codes, forms = pd.factorize(np.array(cut, dtype=object), use_na_sentinel=False)
    words = (
        np.array([_is_word(form) for form in forms], dtype=bool)[codes] if len(forms) else np.ones(0, bool)
    )
    spans, codes = spans[words], codes[words]
    if language == "it":
        forms = np.array([_spelt(form) for form in forms], dtype=object)
    tokens = forms[codes] if len(forms) else np.empty(0, dtype=object)
    apostrophe = np.array([form.endswith("'") and form[0] not in "0123456789" for form in forms], dtype=bool)
    for k in np.flatnonzero(apostrophe[codes]) if len(forms) else ():
        start, end = spans[k].tolist()
        before = whole[max(0, start - 2) : start]
        tokens[k], spans[k, 1] = _closed(tokens[k], end, whole, _QUOTE.search(before) is not None)
    number = np.searchsorted(begins, spans[:, 0], side="right") - 1
    return tokens, number, spans[:, 0] - begins[number], spans[:, 1] - begins[number]


def _is_word(form: str) -> bool:
    return form[0] not in "[@" and not form.endswith("~") and not set(form) <= {"x"}


def _closed(token: str, end: int, text: str, quoted: bool) -> tuple[str, int]:
    """A word that ends in an apostrophe: elided before the next word, cut short, accented, or the end of a
    quotation.
    """
    bare = token[:-1]
    if end < len(text) and text[end].isalpha():
        return token, end  # l'impatto
    if quoted:
        return bare, end - 1
    restored = _accented(token)
    if restored is not None:
        return restored, end
    if _APOCOPE.fullmatch(token) or len(bare) == 1:
        return token, end
    # l' impatto, with a blank that should not be there
    elided = (
        bare[-1].lower() not in "aeiou" and end + 1 < len(text) and text[end + 1].lower() in "aeiouhàèéìòù"
    )
    return (token, end) if elided else (bare, end - 1)


def _spelt(token: str) -> str:
    """The usual accent: sì for sí, è for é, perché for perchè."""
    token = token.translate(_GRAVE)
    if token in ("é", "É"):
        return "è" if token == "é" else "È"
    return token[:-1] + "é" if token.endswith("chè") else token


@lru_cache(maxsize=1)
def _accents() -> dict[str, str]:
    """Words that end in an accent, by how they look with an apostrophe in its place."""
    words = (_WORDS / "accents_it.txt").read_text(encoding="utf-8").split()
    plain = str.maketrans("àèéìòù", "aeeiou")
    return {word.translate(plain) + "'": word for word in words}


@lru_cache(maxsize=20_000)
def _accented(token: str) -> str | None:
    """The word with its accent, where the apostrophe stands for one: e' è, perche' perché, citta' città."""
    lower = token.lower()
    word = _accents().get(lower)
    if word is None and re.search(r"(?:[ieoru]t|lt|nt|st|ibil?it)a'$", lower) and len(lower) >= 6:
        word = lower[:-2] + "à"
    if word is None and lower.endswith("che'"):
        word = lower[:-2] + "é"
    if word is None:
        return None
    if token[:-1].isupper() and len(token) > 2:
        return word.upper()
    return word[0].upper() + word[1:] if token[0].isupper() else word


@lru_cache(maxsize=4)
def stop_words(language: str = "it") -> frozenset[str]:
    """The words that carry grammar or keep a talk going, in small letters."""
    return frozenset(word for line in _lines(language) if line[:1] not in "#+" for word in line.split())


@lru_cache(maxsize=4)
def kept_forms(language: str = "it") -> frozenset[str]:
    """Forms that are words of content though their lemma is a stop word: soli (alone) beside solo (only)."""
    return frozenset(word for line in _lines(language) if line[:1] == "+" for word in line[1:].split())


def _lines(language: str) -> list[str]:
    text = (_WORDS / f"stopwords_{language}.txt").read_text(encoding="utf-8")
    return [line for line in text.splitlines() if line]
