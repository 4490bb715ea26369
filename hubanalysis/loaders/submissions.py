"""Which submissions count: late ones, copies, two by one person, and those without consent."""

from __future__ import annotations

import pandas as pd

from hubanalysis.loaders.telling import Telling
from hubanalysis.locale import mark
from hubanalysis.study.model import Instrument

__all__ = ["submissions_that_count"]


def submissions_that_count(
    submissions: pd.DataFrame, instrument: Instrument, telling: Telling
) -> pd.DataFrame:
    """The submissions of one instrument that go on, each step told in the account.

    ``submissions`` has one row for each row of the exports: ``file, row, wave, submitted, submission_id,
    key`` (the code, "" where an element is missing), ``late, drop_late, copy`` (the same cells as an earlier
    row) and ``consents``. Taken out are, in this order, late ones where the export says so, exact copies, all
    but the first or last (as declared) with one submission id and then with one code in a wave, and those
    without consent. Consent comes last, so that a later refusal undoes an earlier consent where the last
    submission counts.
    """
    before = submissions
    kept = _step(
        before,
        ~(before["late"].fillna(False) & before["drop_late"]),
        mark("sent after the closing date"),
        telling,
    )
    kept = _step(kept, ~kept["copy"], mark("exact copies of another row"), telling)
    kept = kept.sort_values("submitted", kind="stable", na_position="first")
    _tell_two_people(kept, telling)
    for column, reason in (
        ("submission_id", mark("the same submission twice; one counts, as declared")),
        ("key", mark("two submissions with one personal code in a wave; one counts, as declared")),
    ):
        again = kept.duplicated(["wave", column], keep=instrument.duplicates) & (kept[column] != "")
        for file, number in kept.loc[again, "file"].value_counts(sort=False).items():
            telling.warning(
                reason,
                mark("if the wrong one counts, change `duplicates`, or take it out with the cleaning log"),
                file=file,
                count=int(number),
            )
        kept = _step(kept, ~again, reason, telling)
    kept = _step(kept, kept["consents"], mark("no consent to the use of the answers"), telling)
    return kept.sort_index()


def _tell_two_people(rows: pd.DataFrame, telling: Telling) -> None:
    """One submission id with two personal codes in a wave: programs that count from 1 in each survey give it twice."""
    known = rows[(rows["submission_id"] != "") & (rows["key"] != "")]
    two = known[known.groupby(["wave", "submission_id"])["key"].transform("nunique") > 1].sort_index()
    for file, here in two.groupby("file", sort=False):
        telling.error(
            mark("one submission id stands for two personal codes in a wave: these may be two people"),
            mark(
                "if they are two, leave `submission_id` out of these exports; if one was mended later, take the old"
                " row out with the cleaning log"
            ),
            file=file,
            row=int(here["row"].iloc[0]),
            count=len(here),
        )


def _step(rows: pd.DataFrame, stays: pd.Series, reason: str, telling: Telling) -> pd.DataFrame:
    stays = stays.astype(bool)
    for file, here in rows.groupby("file", sort=False).groups.items():
        if not stays[here].all():
            telling.count("respondents", file, len(here), int(stays[here].sum()), reason)
    return rows[stays]
