"""Which quotations a person let out: a file of decisions, each tied to the very words it was made on.

One line is a quotation: ``id`` is the mark of its words, ``signed_off`` yes or no, ``by`` who decided, ``why`` the
reason. A quotation whose words have changed since has another mark, and so has lost its sign-off.
"""

from __future__ import annotations

import hashlib
import unicodedata

import pandas as pd

from hubanalysis.errors import HIDDEN
from hubanalysis.loaders.cleaning_log import places
from hubanalysis.loaders.reader import Reader
from hubanalysis.loaders.references import empty_table
from hubanalysis.locale import mark
from hubanalysis.study import Study

__all__ = ["COLUMNS", "WORDS", "load_quote_decisions", "quote_mark"]

COLUMNS = ("id", "chapter", "rule", "theme", "quote", "signed_off", "by", "why")
NEED = ("id", "quote", "signed_off")
WORDS = {**dict.fromkeys(("yes", "y", "sì", "si", "s"), True), **dict.fromkeys(("no", "n"), False)}


def quote_mark(quote: str) -> str:
    """The mark of a quotation: 16 hexadecimal digits of the SHA-256 of its words, blanks and ways of encoding aside.

    >>> quote_mark("Prima non usciva  nessuno.") == quote_mark("Prima non usciva nessuno. ")
    True
    """
    plain = " ".join(unicodedata.normalize("NFC", quote).split())
    return hashlib.sha256(plain.encode("utf-8")).hexdigest()[:16]


def load_quote_decisions(study: Study, reader: Reader) -> pd.DataFrame:
    """The table ``quote_decisions``: the mark of each quotation decided on, and whether it may leave.

    Errors: a word that is neither yes nor no; a quotation decided on twice and not alike; words in the file that are
    not those of the line's mark (someone wrote into the quotation). Told: decisions without who decided, or refusals
    without why. A line without a decision is open and has no row.
    """
    source = study.model.privacy.quotes
    if source is None or not study.file(source.file).is_file():
        if source is not None:
            reader.telling.warning(
                mark("the file of signed quotations is not there: no quotation is signed off by it"),
                mark("write it with `hubanalysis quotes STUDY --to FILE`"),
                file=source.file,
            )
        return empty_table("quote_decisions")
    telling = reader.telling
    lines = reader.table(source, ("privacy", "quotes"), need=NEED)
    for column in COLUMNS:
        if column not in lines:
            lines[column] = ""
    words = lines["signed_off"].str.casefold().str.strip()
    for row in words.index[~words.isin([*WORDS, ""])]:
        telling.error(
            mark("the decision on a quotation is neither yes nor no"),
            mark("write `yes`, `no`, or nothing as long as it is open"),
            file=source.file, row=int(row), column="signed_off", value=HIDDEN,
        )  # fmt: skip
    lines = lines.assign(decision=words.map(WORDS))[words.isin(list(WORDS))]
    other = [mark_ != quote_mark(quote) for mark_, quote in zip(lines["id"], lines["quote"], strict=True)]
    for row in lines.index[pd.Series(other, index=lines.index, dtype=bool)]:
        telling.error(
            mark("the words of a quotation in the file are not those it was listed with"),
            mark("write the list anew; what must go goes out in the file of redactions"),
            file=source.file, row=int(row), column="quote", value=HIDDEN,
        )  # fmt: skip
    lines = lines[~pd.Series(other, index=lines.index, dtype=bool)]
    twice = lines.groupby("id")["decision"].transform("nunique") > 1
    for row in lines.index[twice & lines.duplicated("id")]:
        telling.error(
            mark("the same quotation is decided on twice, and not alike"),
            mark("take one of the two lines out"),
            file=source.file, row=int(row), column="signed_off", value=HIDDEN,
        )  # fmt: skip
    lines = lines[~twice]
    unsigned = lines.index[(lines["by"] == "") | (~lines["decision"].astype(bool) & (lines["why"] == ""))]
    if len(unsigned):
        telling.warning(
            mark("decisions on quotations without who decided, or refusals without why"),
            mark("write who decided and why, so that others can follow"),
            file=source.file,
            **places(list(unsigned), ""),
        )
    lines = lines.drop_duplicates("id")
    return pd.DataFrame({"quote": lines["id"], "signed_off": lines["decision"].astype(bool)}).reset_index(
        drop=True
    )
