"""The words printed pages have of themselves, in both languages."""

from __future__ import annotations

__all__ = ["WORDS"]

WORDS = {
    "it": {
        "only": "Solo se alla domanda {n} ha risposto «{answer}».",
        "only_not": "Solo se alla domanda {n} non ha risposto «{answer}».",
        "one": "Una sola risposta",
        "several": "Anche più risposte",
        "rank": "Scriva 1 accanto al primo, 2 accanto al secondo, e così via.",
        "wave": "Rilevazione",
        "minutes": "circa {n} minuti",
        "consent": "Da leggere ad alta voce: il consenso",
        "closing": "Da dire alla fine",
        "probes": "Per approfondire",
        "interview": "Nome dell'intervista",
        "date": "Data",
        "municipality": "Comune",
        "yes": "Ha detto di sì, anche alla registrazione",
        "organisation": "Organizzazione",
        "turn": "Gira la carta",
        "front": "Per aprire",
        "back": "Un passo in più",
        "how": "Come si usano",
    },
    "en": {
        "only": "Only if you answered \"{answer}\" to question {n}.",
        "only_not": "Only if you did not answer \"{answer}\" to question {n}.",
        "one": "One answer only",
        "several": "More than one answer allowed",
        "rank": "Write 1 beside the first, 2 beside the second, and so on.",
        "wave": "Wave",
        "minutes": "about {n} minutes",
        "consent": "To be read aloud: the words of consent",
        "closing": "To be said at the end",
        "probes": "To go deeper",
        "interview": "Name of the interview",
        "date": "Date",
        "municipality": "Municipality",
        "yes": "Said yes, to the recording too",
        "organisation": "Organisation",
        "turn": "Turn the card",
        "front": "To open",
        "back": "One step further",
        "how": "How to use them",
    },
}  # fmt: skip
