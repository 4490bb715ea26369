"""What the programs that collect answers add to their exports: columns of their own, columns that say who answered,
rows of headings."""

from __future__ import annotations

import re

import pandas as pd

from hubanalysis.loaders.cells import header_key

__all__ = ["adds", "respondent_columns", "without_heading_rows"]

#: Headers as :func:`~hubanalysis.loaders.cells.header_key` writes them, program by program.
_OWN = re.compile(
    # KoboToolbox and ODK Central
    r"(x_|_|meta[/-]|formhub/|set-of-|(start|end|today|deviceid|username|simserial|subscriberid|phonenumber|audit|"
    r"instanceid|instancename|submissiondate|key|parent_key|submitterid|submittername|attachmentspresent|"
    r"attachmentsexpected|status|reviewstate|devicemodel|edits|formversion|"
    # LimeSurvey
    r"submitdate|lastpage|startlanguage|seed|startdate|datestamp|ipaddr|refurl|token|interviewtime|id risposta|"
    r"response id|data invio|date submitted|ultima pagina|last page|lingua iniziale|start language|seme|"
    r"data di inizio|date started|data dell'ultima azione|date last action|indirizzo ip|ip address|codice d'accesso|"
    r"access code|"
    # Google Forms and Microsoft Forms
    r"timestamp|informazioni cronologiche|id|start time|completion time|last modified time|ora di inizio|"
    r"ora di completamento|ora dell'ultima modifica|total points|quiz feedback|"
    # Qualtrics
    r"enddate|ipaddress|progress|duration \(in seconds\)|finished|recordeddate|responseid|recipientlastname|"
    r"recipientfirstname|recipientemail|externalreference|locationlatitude|locationlongitude|distributionchannel|"
    r"userlanguage)$)"
)
_MICROSOFT = (
    {"start time", "ora di inizio"},
    {"completion time", "ora di completamento"},
)
_WHO = {
    "email", "e-mail", "posta elettronica", "indirizzo di posta elettronica", "name", "nome", "email address",
    "indirizzo email", "username", "nome utente", "recipientlastname", "recipientfirstname", "recipientemail",
}  # fmt: skip
_STAMP = {"timestamp", "informazioni cronologiche"}
_IMPORT_ID = re.compile(r"\s*\{\s*\"ImportId\"")


def adds(header: str) -> bool:
    """Whether a collecting program adds this column itself."""
    return bool(_OWN.match(header_key(header)))


def respondent_columns(headers: list[str]) -> set[str]:
    """The columns in which Microsoft Forms, Google Forms or Qualtrics write who answered (e-mail address, name).

    They stand before the questions. They answer no question, even one called "Name", unless study.yaml says so.
    """
    keys = [header_key(header) for header in headers]
    if all(any(key in names for key in keys[:4]) for names in _MICROSOFT):
        first = 6
    elif keys and keys[0] in _STAMP:
        first = 2
    elif keys[:1] == ["startdate"] and "responseid" in keys:
        first = len(keys)
    else:
        return set()
    return {header for header, key in zip(headers[:first], keys, strict=False) if key in _WHO}


def without_heading_rows(cells: pd.DataFrame) -> pd.DataFrame:
    """The rows without those in which Qualtrics repeats its headings (the questions' texts, then their ids)."""
    for place, row in enumerate(cells.index[:3]):
        if any(_IMPORT_ID.match(cell) for cell in cells.loc[row]):
            return cells.iloc[place + 1 :]
    return cells
