"""Words: from what was said to tokens, lemmas and counts, for Italian and English.

The tokeniser cuts at the elision (l'impatto, dell'arte, c'è are two words each) and reads what keyboards make of
accents (e', perche', citta'). The dictionary of lemmas is simplemma's, applied once to each form, with a small table of
words it takes for others. Stop words are a list of our own: the usual ones throw away words such as città, gruppo,
insieme, persone, which are what an interview about a community is about.
"""

from __future__ import annotations

import re
from functools import lru_cache
from pathlib import Path

__all__ = ["lemmatise", "stop_words", "token_places", "tokenise"]

_WORDS = Path(__file__).parent / "words"

_APOSTROPHES = str.maketrans("’‘ʼ`´", "'''''")
_LETTER = r"[^\W\d_]"
# In this order: what redaction put in; words with an aphaeresis ('sta, 'ndo); words with what is tied to them by a
# hyphen and the apostrophe at their end, be it an elision, an apocope or an accent; numbers. A word broken off ends
# in ~, as transcribers write it.
_TOKEN_IT = re.compile(
    rf"(?P<placeholder>\[[^\]\n]{{1,20}}\])|(?P<word>(?<!\w)'(?:st[oaie]|nd[oi]|mo)\b|{_LETTER}+(?:-{_LETTER}+)*'?~?)"
    r"|(?P<number>\d+(?:[.,:/]\d+)*)"
)
_TOKEN_EN = re.compile(
    rf"(?P<placeholder>\[[^\]\n]{{1,20}}\])|(?P<word>{_LETTER}+(?:['-]{_LETTER}+)*~?)|(?P<number>\d+(?:[.,:/]\d+)*)"
)
# What may lose its last vowel before another word, besides all that end in a consonant.
_APOCOPE = re.compile("(?:po|mo|va|fa|da|sta|di|be|to|ca|vabbe|ve|a|de|co|anda)'", re.I)
# Italian keyboards and typists: sí for sì, piú for più.
_GRAVE = str.maketrans("áíóúÁÍÓÚ", "àìòùÀÌÒÙ")


def tokenise(text: str, language: str = "it") -> list[str]:
    """The words and numbers of ``text``, in order, as they stand there but for apostrophes that mean an accent.

    Words broken off (esp~) or not understood (xxx) and what stands for something redacted ([nome]) are no words.

    >>> tokenise("E' l'impatto dell'arte: c'e' un po' di citta'")
    ['È', "l'", 'impatto', "dell'", 'arte', "c'", 'è', 'un', "po'", 'di', 'città']
    """
    return [token for token, _, _ in token_places(text, language)]


def token_places(text: str, language: str) -> list[tuple[str, int, int]]:
    """As :func:`tokenise`, with the code points where each token begins and ends in ``text``."""
    text = text.translate(_APOSTROPHES)
    pattern = _TOKEN_EN if language == "en" else _TOKEN_IT
    pieces = []
    for match in pattern.finditer(text):
        if match.lastgroup == "placeholder":
            continue
        token, start, end = match[0], match.start(), match.end()
        if token.endswith("~") or set(token) <= {"x"}:
            continue
        if language == "it":
            token = _spelt(token)
        if match.lastgroup == "word" and token.endswith("'"):
            quoted = re.search(r"(?:^|[^\w])'$", text[max(0, start - 2) : start]) is not None
            token, end = _closed(token, end, text, quoted)
        pieces.append((token, start, end))
    return pieces


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
    lines = (_WORDS / f"stopwords_{language}.txt").read_text(encoding="utf-8").splitlines()
    return frozenset(word for line in lines if not line.startswith("#") for word in line.split())


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

    >>> [lemmatise(w) for w in ("so", "detto", "persone", "conosciuto")]
    ['sapere', 'dire', 'persona', 'conoscere']
    """
    import simplemma

    lower = form.lower()
    return _overrides(language).get(lower) or simplemma.lemmatize(lower, language).lower()
