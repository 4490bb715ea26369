"""Labels of speakers: how they are written, which ones everybody uses, who of them asks."""

from __future__ import annotations

import re
from collections.abc import Iterable

__all__ = [
    "TIME",
    "folded",
    "is_code",
    "is_name",
    "is_no_speaker",
    "known_role",
    "roles_of",
    "without_leading_time",
    "without_times",
]

_CLOCK = r"\d{1,3}[:.]\d{1,2}(?:[:.]\d{1,2})?(?:[.,]\d{1,3})?(?:-\d)?"
#: A time or a span of time, as programs that transcribe write it: 00:01:23, [0:03], (1.02.33), #00:01:23-4#.
TIME = rf"(?:[\[(<#]\s*)?{_CLOCK}(?:\s*(?:-->|–|—|-|/)\s*{_CLOCK})?(?:\s*[\])>#])?"
_LONGEST_EDGE = 160
_TIME_ONLY = re.compile(rf"\s*{TIME}\s*")
_EDGES = re.compile(
    rf"^\s*(?:{TIME}(?:\s*[-–—|,;]\s*|\s+|$))?(.*?)(?:(?:\s*[-–—|,;]\s*|\s*){TIME})?\s*$", re.S
)

_BRACKETED = re.compile(rf"^[\[(<#]\s*{_CLOCK}(?:\s*(?:-->|–|—|-|/)\s*{_CLOCK})?\s*[\])>#]\s*")

_ASKING = {
    "int", "intervistatore", "intervistatrice", "intervistatori", "interviewer", "intv", "i", "d", "dom",
    "domanda", "domande", "q", "question", "ric", "ricercatore", "ricercatrice", "researcher", "mod",
    "moderatore", "moderatrice", "moderator", "facilitatore", "facilitatrice", "facilitator", "fac",
    "conduttore", "conduttrice", "rilevatore", "rilevatrice",
}  # fmt: skip
_ANSWERING = {
    "r", "risp", "risposta", "a", "answer", "p", "part", "partecipante", "participant", "intervistato",
    "intervistata", "interviewee", "respondent", "rispondente", "resp", "s", "speaker", "parlante",
    "soggetto", "voce",
}  # fmt: skip
#: What stands before a colon, or in brackets, and is nobody.
_NO_SPEAKER = {
    "ore", "ora", "alle", "dalle", "verso", "nota", "note", "nb", "ps", "http", "https", "esempio", "es",
    "tipo", "cioè", "ossia", "ovvero", "quindi", "allora", "poi", "insomma", "infatti", "ecco", "primo",
    "secondo", "terzo", "uno", "due", "tre", "punto", "data", "luogo", "durata", "intervista", "titolo",
    "tema", "file", "audio", "traduzione", "legenda", "trascrizione", "trascritto", "date", "place",
    "duration", "title", "topic", "interview", "transcript", "example", "oggetto", "progetto", "codice",
    "età", "sesso", "professione", "comune", "sede", "contesto", "ad", "per", "conclusione", "risultato",
    "attenzione", "importante", "ok", "sì", "si", "no", "certo", "esatto", "boh", "mah", "beh", "grazie",
    "eh", "mh", "mhm", "tv", "yes", "right", "sure", "well", "so", "then", "first", "second", "ride",
    "ridono", "risata", "risate", "pausa", "silenzio", "sospira", "sospiro", "inaudibile",
    "incomprensibile", "tosse", "piange", "annuisce", "laughs", "laughter", "pause", "crosstalk",
    "inaudible", "unintelligible", "silence", "music", "musica", "applausi", "omissis", "sic", "nome",
    "telefono", "squilla", "interruzione", "interrompe", "sovrapposizione", "dialetto",
    "il", "lo", "la", "le", "gli", "un", "una", "nel", "nella", "nei", "al", "alla", "dal", "dalla", "del", "della",
    "con", "dopo", "prima", "quando", "anno", "circa", "art", "cap", "pag", "fase", "parte", "incontro", "the", "in",
    "on", "at", "from", "of", "and", "che", "ma", "se", "come",
}  # fmt: skip
#: Groups of people that stand as labels and name nobody.
_KINDS_OF_PEOPLE = {
    "assistente", "sociale", "operatore", "operatrice", "studente", "studentessa", "utente", "donna",
    "uomo", "madre", "padre", "figlio", "figlia", "volontario", "volontaria", "educatore", "educatrice",
    "docente", "insegnante", "sindaco", "assessore", "direttore", "direttrice", "presidente",
    "coordinatore", "coordinatrice", "unknown", "sconosciuto", "tutti", "tutte", "all", "man", "woman",
    "student", "worker", "social", "marito", "moglie",
}  # fmt: skip
_CODE = re.compile(r"[^\W\d_]{1,3}[.\s_-]{0,2}\d{0,4}|[^\W\d_]{1,8}[.\s_-]?\d{1,4}")


def folded(label: str) -> str:
    """A label as it is compared: ``INT``, ``Int.`` and `` int `` are one, ``P 1`` and ``p1`` are one."""
    return re.sub(r"[\s._:;*#°-]+", "", label.casefold())


def without_times(text: str) -> str:
    """A cell or label without the time at its beginning or end; "" where there is nothing else."""
    if len(text) > _LONGEST_EDGE:  # a paragraph is no label, and costs time to look at from both ends
        return text.strip()
    if _TIME_ONLY.fullmatch(text):
        return ""
    return _EDGES.sub(r"\1", text).strip()


def without_leading_time(text: str) -> str:
    """The words of a turn without a time in brackets before them; a time they speak of stays."""
    return _BRACKETED.sub("", text)


def _words(label: str) -> list[str]:
    return [word for word in re.split(r"[\s._-]+", label.casefold().strip(" .:;*#")) if word]


def known_role(label: str) -> str:
    """ "interviewer" or "interviewee" where everybody would say so of this label, numbered or not; else ""."""
    word = re.sub(r"\d+$", "", folded(label))
    return "interviewer" if word in _ASKING else "interviewee" if word in _ANSWERING else ""


def is_no_speaker(label: str) -> bool:
    """Whether the label begins as notes, headings, little words and sounds do: "Nota", "ore 9", "ride"."""
    words = _words(label)
    return bool(words) and (words[0] in _NO_SPEAKER or folded(label) in _NO_SPEAKER)


def is_code(label: str) -> bool:
    """Whether the label is a short code: P1, INT, BO049, AB."""
    numbered = any(c.isdigit() for c in label) and " " not in label
    return bool(_CODE.fullmatch(label)) and (label.isupper() or numbered)


def is_name(label: str) -> bool:
    """Whether the label may name a person: words with a capital each, none of them a role or a kind of people."""
    words = label.split()
    capital = all(
        len(w) > 2 and w[0].isupper() and w.replace("'", "").replace("’", "").isalpha() for w in words
    )
    plain = [word.casefold() for word in words]
    known = {*_ASKING, *_ANSWERING, *_NO_SPEAKER, *_KINDS_OF_PEOPLE}
    return bool(words) and len(words) <= 4 and capital and not is_code(label) and not known & set(plain)


def roles_of(labels: Iterable[str], declared: Iterable[str]) -> dict[str, str]:
    """Each label's role: the declared ones ask; where none of them speaks, those everybody knows by their label.

    Of the single letters D, Q and I the first two ask for certain: beside one of them, I is who is interviewed. Empty
    where it cannot be told who asks.

    >>> roles_of(["D", "I"], [])
    {'D': 'interviewer', 'I': 'interviewee'}
    """
    labels = list(labels)
    asking = {label for label in labels if folded(label) in {folded(word) for word in declared}}
    if not asking:
        asking = {label for label in labels if known_role(label) == "interviewer"}
        surer = {label for label in asking if re.sub(r"\d+$", "", folded(label)) != "i"}
        asking = surer or asking
        if len(asking) == len(labels) > 1:  # all of them ask: then nobody is told apart
            asking = set()
    if not asking:
        return {}
    return {label: "interviewer" if label in asking else "interviewee" for label in labels}
