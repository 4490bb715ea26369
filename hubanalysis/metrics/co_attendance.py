"""Who met whom: organisations that took part in the same activities, by themselves or through their people.

Meeting is an opportunity for a tie (Feld 1981, American Journal of Sociology 86, 1015-1035), not its cause: those who
would have worked together anyway also go to the same activities.
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import pandas as pd

__all__ = ["participations", "shared_activities"]

_PARTICIPATIONS = ["organisation", "activity", "people"]


def participations(
    memberships: pd.DataFrame,
    attendance: pd.DataFrame | None = None,
    activities: pd.DataFrame | None = None,
    *,
    until: str | None = None,
) -> pd.DataFrame:
    """Which organisation took part in which activity: one row each, ``people`` the members of it that were there.

    From ``memberships`` of organisations in activities (then ``people`` is 0 unless members came too), and from the
    ``attendance`` of people (and their memberships in activities) who are members of an organisation. ``until`` (a
    date): only activities of ``activities`` held by then count; one without a date does not.
    """
    modes = memberships.astype({"source_mode": str, "target_mode": str})
    own = modes[(modes["source_mode"] == "organisation") & (modes["target_mode"] == "activity")]
    direct = pd.DataFrame({"organisation": own["source"].astype(str), "activity": own["target"].astype(str)})
    belong = modes[(modes["source_mode"] == "person") & (modes["target_mode"] == "organisation")]
    belong = pd.DataFrame(
        {"person": belong["source"].astype(str), "organisation": belong["target"].astype(str)}
    )
    there = modes[(modes["source_mode"] == "person") & (modes["target_mode"] == "activity")]
    came = [pd.DataFrame({"person": there["source"].astype(str), "activity": there["target"].astype(str)})]
    if attendance is not None:
        came.append(attendance[["person", "activity"]].astype(str))
    through = pd.concat(came).drop_duplicates().merge(belong.drop_duplicates(), on="person")
    all_rows = pd.concat([direct.assign(person=None), through], ignore_index=True)
    found = all_rows.groupby(["organisation", "activity"], as_index=False)["person"].nunique()
    found = found.rename(columns={"person": "people"})
    if until is not None:
        dates = pd.DataFrame({"activity": [], "date": []}) if activities is None else activities
        held = dates.loc[pd.to_datetime(dates["date"]) <= pd.Timestamp(until), "activity"].astype(str)
        found = found[found["activity"].isin(set(held))]
    return found[_PARTICIPATIONS].reset_index(drop=True)


def shared_activities(nodes: Iterable[str], took_part: pd.DataFrame) -> np.ndarray | None:
    """n x n: in how many activities both organisations took part (``took_part`` from :func:`participations`).

    None where no two of ``nodes`` can have met because fewer than two are recorded anywhere. An organisation without a
    record took part in nothing.
    """
    nodes = list(nodes)
    place = {node: i for i, node in enumerate(nodes)}
    own = took_part[took_part["organisation"].isin(place)]
    if own["organisation"].nunique() < 2:
        return None
    activities = {activity: k for k, activity in enumerate(sorted(set(own["activity"])))}
    incidence = np.zeros((len(nodes), len(activities)))
    for organisation, activity in zip(own["organisation"], own["activity"], strict=True):
        incidence[place[organisation], activities[activity]] = 1.0
    shared = incidence @ incidence.T
    np.fill_diagonal(shared, 0.0)
    return shared
