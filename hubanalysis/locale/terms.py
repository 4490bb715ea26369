"""Machine words (column names, category values, states) and what a reader calls them. A section for each notebook."""

from __future__ import annotations

from hubanalysis.locale import mark

__all__ = ["TERMS"]

TERMS: dict[str, str] = {
    # Estimates, everywhere
    "estimate": mark("estimate"),
    "low": mark("from"),
    "high": mark("to"),
    "n": mark("n"),
    "method": mark("method"),
    "unit": mark("unit"),
    "note": mark("note"),
    "label": mark("what"),
    "p": mark("p"),
    "p_adjusted": mark("p, adjusted"),
    "points": mark("points"),
    "share": mark("share"),
    # Things
    "area": mark("area"),
    "wave": mark("wave"),
    "scale": mark("scale"),
    "item": mark("question"),
    "code": mark("theme"),
    "coder": mark("coder"),
    "need": mark("need"),
    "kind": mark("kind"),
    "definition": mark("definition"),
    "activity": mark("activity"),
    "organisation": mark("organisation"),
    "person": mark("person"),
    "people": mark("people"),
    "organisations": mark("organisations"),
    "interview": mark("interview"),
    "group": mark("group"),
    "value": mark("value"),
    "about": mark("about"),
    "instrument": mark("questionnaire"),
    "quote": mark("quotation"),
    # Areas
    "wellbeing": mark("wellbeing"),
    "networks": mark("networks"),
    "management": mark("management and innovation"),
    "competences": mark("competences"),
    "audience": mark("audience"),
    "offer": mark("cultural and social offer"),
    # Kinds of activity, reach, groups
    "talk": mark("talk"),
    "incursion": mark("incursion"),
    "experiment": mark("experiment"),
    "local": mark("local"),
    "provincial": mark("provincial"),
    "regional": mark("regional"),
    "national": mark("national"),
    "european": mark("European"),
    "participant": mark("participants"),
    "social_worker": mark("social workers"),
    # 01 data check
    "severity": mark("severity"),
    "error": mark("error"),
    "warning": mark("warning"),
    "file": mark("file"),
    "row": mark("row"),
    "column": mark("column"),
    "what": mark("what is wrong"),
    "fix": mark("how to mend it"),
    "count": mark("count"),
    "table": mark("table"),
    "step": mark("step"),
    "rows_in": mark("rows before"),
    "kept": mark("rows kept"),
    "dropped": mark("rows left out"),
    "reason": mark("why"),
    "status": mark("what became of the answer"),
    "answered": mark("answered"),
    "not_answered": mark("not answered"),
    "not_asked": mark("not asked"),
    "does_not_apply": mark("does not apply"),
    "invalid": mark("did not fit"),
    "link": mark("how the waves were joined"),
    "exact": mark("same code"),
    "near": mark("one element of the code differs"),
    "ambiguous": mark("ambiguous, not joined"),
    "single": mark("one wave only"),
    # 02 participation
    # 03 people change
    # 04 organisations
    # 05 networks
    # 06 interviews
    # 07 observations
    # 08 priorities
    # 09 synthesis
}
