"""Who took part in the programme, and who answered only to be compared with."""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd

from hubanalysis.loaders.exports import ExportData
from hubanalysis.loaders.telling import Telling
from hubanalysis.locale import mark
from hubanalysis.study.model import Instrument
from hubanalysis.study.waves import ARMS

__all__ = ["arms_of", "settled_arms", "within_arms"]

_PROGRAMME, _COMPARISON = ARMS


def arms_of(data: ExportData, instrument: Instrument) -> pd.Series:
    """The arm of each submission of one export, in its order: as the export declares, or as the question of
    ``comparison`` was answered; missing where this was not asked or not answered."""
    rows = data.submissions["row"]
    question = instrument.comparison
    if question is None:
        return pd.Series(data.export.arm or _PROGRAMME, index=rows.index, dtype="str")
    if question.item not in data.codes:
        return pd.Series(None, index=rows.index, dtype="str")
    given = data.codes[question.item].reindex(rows).set_axis(rows.index).astype("str")
    known = given.notna() & (given != "") & ~given.isin(list(instrument.missing))
    return given.eq(question.value).map({True: _COMPARISON, False: _PROGRAMME}).where(known).astype("str")


def within_arms(
    codes: pd.DataFrame, arms: pd.Series, link: Callable[[pd.DataFrame], pd.DataFrame]
) -> pd.DataFrame:
    """``link`` applied to the codes of each arm by itself, so that no near code joins people of two arms.

    ``codes`` and ``arms`` have one row a submission, in the same order, which the result keeps. Where an arm is not
    known yet (it was asked in one wave only) all are linked together.
    """
    if arms.isna().any() or arms.nunique() < 2:
        return link(codes)
    parts = [link(part.reset_index(drop=True)) for _, part in codes.groupby(arms.to_numpy(), sort=False)]
    linked = pd.concat(parts, ignore_index=True).set_index("row")
    return linked.loc[codes["row"]].reset_index()


def settled_arms(kept: pd.DataFrame, telling: Telling) -> pd.Series:
    """Each submission's arm once the waves are joined (columns ``id, arm, file``).

    Who was not asked in one wave has the arm of the others. Who never said is in neither arm, and people found in both
    are told: they are left out of the comparison.
    """
    arms = kept["arm"]
    if arms.isna().any():
        arms = arms.fillna(arms.groupby(kept["id"]).transform("first"))
        unknown = arms.isna()
        if unknown.any():
            telling.warning(
                mark("whether the person took part is not known; the answers are in neither group"),
                mark("complete the answer in the cleaning log, if it is known"),
                file=kept.loc[unknown, "file"].iloc[0],
                count=int(unknown.sum()),
            )
    both = arms.groupby(kept["id"]).transform("nunique") > 1
    if both.any():
        telling.warning(
            mark("a person stands both in the programme and in the comparison group"),
            mark(
                "correct the code or the group in the cleaning log; else the comparison leaves the person out"
            ),
            file=kept.loc[both, "file"].iloc[0],
            count=int(kept.loc[both, "id"].nunique()),
        )
    return arms
