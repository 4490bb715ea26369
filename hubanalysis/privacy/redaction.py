"""Take what names a person out of a text, and keep account of where every character went.

Identifiers with a form are found by their form: e-mail addresses, telephone numbers, the Italian fiscal
code (also with the letters of homocody), VAT numbers, bank accounts, addresses of personal pages. Names of
people have no form: they are found from the list a person made while reading. A redaction is ready for
readers only when a person has signed it off.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache

import pandas as pd

__all__ = ["PLACEHOLDERS", "OffsetMap", "redact", "redact_column", "redact_with_map"]

#: What stands in the text instead, by kind and language.
PLACEHOLDERS = {
    "it": {
        "person": "[nome]",
        "phone": "[telefono]",
        "email": "[email]",
        "fiscal_code": "[codice fiscale]",
        "vat": "[partita iva]",
        "iban": "[iban]",
        "profile": "[profilo]",
        "other": "[omissis]",
    },
    "en": {
        "person": "[name]",
        "phone": "[telephone]",
        "email": "[email]",
        "fiscal_code": "[fiscal code]",
        "vat": "[vat number]",
        "iban": "[iban]",
        "profile": "[profile]",
        "other": "[removed]",
    },
}

_EMAIL = re.compile(r"[\w.+%-]+@[\w-]+(?:\.[\w-]+)+")
_URL = re.compile(r"(?:https?://|www\.)[^\s<>\"»”]+", re.I)
_SOCIAL = re.compile(
    r"(?:[\w-]+\.)*(?:instagram|facebook|fb|tiktok|twitter|x|linkedin|youtube|t|telegram|threads|snapchat|wa)"
    r"\.(?:com|me|org|net)/[^\s<>\"»”]+",
    re.I,
)
_HANDLE = re.compile(r"(?<![\w@./])@[A-Za-z0-9_][\w.]{2,}")
# Position by position; the digits may be the letters that stand for them in homocody (0-9 = L M N P Q R S T
# U V).
_DIGIT = "[0-9LMNPQRSTUV]"
_FISCAL_CODE = re.compile(
    rf"(?<!\w)[A-Z]{{3}}[ -]?[A-Z]{{3}}[ -]?{_DIGIT}{{2}}[ABCDEHLMPRST]{_DIGIT}{{2}}[ -]?"
    rf"[A-Z]{_DIGIT}{{3}}[ -]?[A-Z](?!\w)",
    re.I,
)
_ELEVEN_DIGITS = re.compile(r"(?<![\w+])(?:IT ?)?\d{11}(?!\w)", re.I)
_IBAN = re.compile(r"(?<!\w)[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){2,7}(?: ?[A-Z0-9]{1,3})?(?!\w)", re.I)
_FOUR_DIGITS = re.compile(r"\d(?:\D{0,3}\d){3}")
#: Parts of a name that are also common words: never taken out alone.
_PARTICLE = re.compile(
    "de|del|della|dello|dei|degli|delle|dal|dalla|di|da|la|lo|le|li|van|von|der|den|el|al|ben|dos|das|santo|santa"
    "|san|suor|don|padre",
    re.I,
)


@dataclass(frozen=True)
class OffsetMap:
    """Where the characters of a raw text stand in the redacted one."""

    spans: tuple[tuple[int, int, int, int], ...]  # raw start, raw end, redacted start, redacted end

    def start(self, raw: int) -> int:
        """The place of a passage's first character; within what was taken out: where the placeholder
        begins.
        """
        return self._moved(raw, 2)

    def end(self, raw: int) -> int:
        """The place one past a passage's last character; within what was taken out: where the placeholder
        ends.
        """
        return self._moved(raw, 3)

    def _moved(self, raw: int, inside: int) -> int:
        at = bisect_right(self.spans, raw, key=lambda s: s[0]) - 1
        if at < 0:
            return raw
        span = self.spans[at]
        if raw == span[0]:
            return span[2]
        return span[inside] if raw < span[1] else raw - span[1] + span[3]


def redact(
    text: str, names: Iterable[str] | Mapping[str, str] = (), lang: str = "it"
) -> tuple[str, list[str]]:
    """``text`` without what names a person, and the kinds that were found, one entry each time.

    ``names`` are the names listed for redaction, or a mapping from such a text to its kind (person, phone,
    email, other). They are found whole, with their capitals, the longest first; of a name in several parts
    each part is found too. ``lang`` is the language of the placeholders.

    >>> redact("Chiami Ada Bini, 0577 123456", ["Ada Bini"])
    ('Chiami [nome], [telefono]', ['person', 'phone'])
    """
    redacted, kinds, _ = redact_with_map(text, names, lang)
    return redacted, kinds


def redact_with_map(
    text: str, names: Iterable[str] | Mapping[str, str] = (), lang: str = "it"
) -> tuple[str, list[str], OffsetMap]:
    """As :func:`redact`, and the :class:`OffsetMap` from positions in ``text`` to positions in the redacted
    text.
    """
    kinds = names if isinstance(names, Mapping) else dict.fromkeys(names, "person")
    found = _merged(sorted(_identifiers(text)), sorted(_listed(text, tuple(kinds.items()))))
    placeholders = PLACEHOLDERS[lang]
    parts, spans, done, length = [], [], 0, 0
    for start, end, kind in found:
        placeholder = placeholders.get(kind, placeholders["other"])
        parts += [text[done:start], placeholder]
        length += start - done
        spans.append((start, end, length, length + len(placeholder)))
        length += len(placeholder)
        done = end
    parts.append(text[done:])
    return "".join(parts), [kind for *_, kind in found], OffsetMap(tuple(spans))


def redact_column(
    values: pd.Series, names: Iterable[str] | Mapping[str, str] = (), lang: str = "it"
) -> pd.Series:
    """A column of free text, redacted; missing values stay missing."""
    names = names if isinstance(names, Mapping) else tuple(names)
    return values.map(lambda text: redact(str(text), names, lang)[0], na_action="ignore")


def _merged(*lists: list[tuple[int, int, str]]) -> list[tuple[int, int, str]]:
    """One list without overlaps. Of two that overlap nothing is given back: they become one, of the first's
    kind.
    """
    result: list[tuple[int, int, str]] = []
    for start, end, kind in sorted((s for part in lists for s in part), key=lambda s: (s[0], -s[1])):
        if result and start < result[-1][1]:
            result[-1] = (result[-1][0], max(end, result[-1][1]), result[-1][2])
        else:
            result.append((start, end, kind))
    return result


def _identifiers(text: str) -> list[tuple[int, int, str]]:
    found = []
    if "@" in text:
        found += [(*m.span(), "email") for m in _EMAIL.finditer(text)]
        found += [(*m.span(), "profile") for m in _HANDLE.finditer(text)]
    if "/" in text:
        found += [(*m.span(), "profile") for m in _SOCIAL.finditer(text)]
        found += [(*m.span(), "profile") for m in _URL.finditer(text) if re.search(r"[@~]", m[0])]
    if _FOUR_DIGITS.search(text) or re.search(r"\d", text):
        found += _numbers(text)
    return found


def _numbers(text: str) -> list[tuple[int, int, str]]:
    import phonenumbers
    from stdnum import iban
    from stdnum.it import iva

    found = [(*m.span(), "iban") for m in _IBAN.finditer(text) if iban.is_valid(m[0])]
    # A fiscal code with a wrong check letter is somebody's code with a slip of the pen: its form is enough.
    found += [(*m.span(), "fiscal_code") for m in _FISCAL_CODE.finditer(text)]
    found += [(*m.span(), "vat") for m in _ELEVEN_DIGITS.finditer(text) if iva.is_valid(m[0])]
    if _FOUR_DIGITS.search(text):
        taken = [(s, e) for s, e, _ in found]
        for match in phonenumbers.PhoneNumberMatcher(text, "IT", leniency=phonenumbers.Leniency.VALID):
            if not any(s < match.end and match.start < e for s, e in taken):
                found.append((match.start, match.end, "phone"))
    return found


def _listed(text: str, names: tuple[tuple[str, str], ...]) -> list[tuple[int, int, str]]:
    pattern, kinds = _pattern(names)
    if pattern is None:
        return []
    found = []
    for match in pattern.finditer(text):
        kind = kinds.get(_plain(match[0]), "person")
        if kind == "person" and " " not in match[0] and _names_a_place(text, match.start()):
            continue
        found.append((*match.span(), kind))
    return found


@lru_cache(maxsize=64)
def _pattern(names: tuple[tuple[str, str], ...]) -> tuple[re.Pattern | None, dict[str, str]]:
    kinds: dict[str, str] = {}
    for name, kind in names:
        plain = _plain(name)
        if not plain:
            continue
        kinds[plain] = kind
        if kind == "person":
            for part in plain.split():
                if len(part) >= 3 and part[0].isupper() and not _PARTICLE.fullmatch(part):
                    kinds.setdefault(part, kind)
    if not kinds:
        return None, {}
    forms = [_form(name) for name in sorted(kinds, key=lambda n: (-len(n), n))]
    return re.compile(rf"(?<!\w)(?:{'|'.join(forms)})(?!\w)"), kinds


def _form(name: str) -> str:
    """The name as a pattern: any apostrophe, any run of blanks, accents composed or not."""
    blanks = []
    for word in name.split():
        composed = re.escape(word).replace("'", "['’ʼ`´]")
        apart = re.escape(unicodedata.normalize("NFD", word)).replace("'", "['’ʼ`´]")
        blanks.append(composed if composed == apart else f"(?:{composed}|{apart})")
    return r"\s+".join(blanks)


def _plain(name: str) -> str:
    return " ".join(re.sub("[’ʼ`´]", "'", unicodedata.normalize("NFC", name)).split())


def _names_a_place(text: str, start: int) -> bool:
    """ "San Salvatore" is a place in the province of Siena, not somebody called Salvatore."""
    return re.search(r"\b(?:San|Santa|Santo|S\.)\s+$", text[max(0, start - 8) : start]) is not None
