"""Where a programme reaches: organisations, people and their ties by municipality."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping

import numpy as np
import pandas as pd

__all__ = [
    "organisations_by_municipality",
    "people_by_residence",
    "people_flows",
    "same_place",
    "ties_by_municipality",
]

_POINTS = ["municipality", "organisations", "n"]
_LINKS = ["kind", "wave", "municipality", "with_municipality", "ties", "n"]
_FLOWS = ["residence", "municipality", "people", "n"]


def same_place(name: object) -> str:
    """A municipality's name as a key, so that ``Colle di Val d'Elsa`` and ``colle_di_val_d_elsa`` are one place."""
    plain = unicodedata.normalize("NFKD", str(name)).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "_", plain).strip("_")


def _placed(organisations: pd.DataFrame) -> dict[str, str]:
    known = organisations.dropna(subset=["municipality"])
    return dict(zip(known["organisation"].astype(str), known["municipality"].astype(str), strict=True))


def organisations_by_municipality(organisations: pd.DataFrame) -> pd.DataFrame:
    """Organisations with their seat in each municipality, the most first; ``n`` is the same number."""
    counts = organisations["municipality"].dropna().astype(str).value_counts()
    frame = pd.DataFrame(
        {"municipality": counts.index.astype(str), "organisations": counts.to_numpy(dtype=int)}
    )
    frame = frame.sort_values(["organisations", "municipality"], ascending=[False, True], ignore_index=True)
    return frame.assign(n=frame["organisations"])[_POINTS]


def ties_by_municipality(ties: pd.DataFrame, organisations: pd.DataFrame) -> pd.DataFrame:
    """Ties named between each two municipalities (directions set aside; both the same: within it), by kind and wave.

    ``n`` organisations with a tie counted there. Ties with an end of unknown seat are left out.
    """
    seat = _placed(organisations)
    ends = pd.DataFrame(
        {"a": ties["source"].astype(str).map(seat), "b": ties["target"].astype(str).map(seat)}
    )
    own = ties.assign(a=ends["a"].to_numpy(), b=ends["b"].to_numpy()).dropna(subset=["a", "b"])
    if own.empty:
        return pd.DataFrame(columns=_LINKS)
    first, second = (
        np.minimum(own["a"].astype(object), own["b"].astype(object)),
        np.maximum(own["a"].astype(object), own["b"].astype(object)),
    )
    own = own.assign(municipality=first, with_municipality=second)
    rows = []
    keys = ["kind", "wave", "municipality", "with_municipality"]
    for key, group in own.groupby(keys, sort=False, observed=True):
        who = set(group["source"].astype(str)) | set(group["target"].astype(str))
        rows.append((*key, len(group), len(who)))
    frame = pd.DataFrame(rows, columns=_LINKS)
    return frame.sort_values(
        ["kind", "wave", "ties", *keys[2:]], ascending=[True, True, False, True, True], ignore_index=True
    )


def people_flows(
    attendance: pd.DataFrame,
    activities: pd.DataFrame,
    attributes: pd.DataFrame,
    *,
    attribute: str = "municipality",
    names: Mapping[str, str] | None = None,
) -> pd.DataFrame:
    """People by the municipality they live in and the one of an activity they took part in, the most first.

    A person counts once for each municipality reached. ``attributes`` those of people; ``names`` from an answer's code
    to its words. ``residence`` is missing for people whose municipality is unknown. ``n`` is ``people``.
    """
    where = activities.dropna(subset=["municipality"]).set_index("activity")["municipality"].astype(str)
    lives = _residence(attributes, attribute, names, where)
    went = pd.DataFrame(
        {
            "person": attendance["person"].astype(str).to_numpy(),
            "municipality": attendance["activity"].map(where).to_numpy(dtype=object),
            "residence": attendance["person"].map(lives).to_numpy(dtype=object),
        }
    )
    went = went.dropna(subset=["municipality"]).drop_duplicates()
    if went.empty:
        return pd.DataFrame(columns=_FLOWS)
    counts = went.groupby(["residence", "municipality"], dropna=False).size().reset_index(name="people")
    counts = counts.sort_values(
        ["people", "municipality", "residence"], ascending=[False, True, True], ignore_index=True
    )
    return counts.assign(n=counts["people"])[_FLOWS]


def people_by_residence(
    attendance: pd.DataFrame,
    activities: pd.DataFrame,
    attributes: pd.DataFrame,
    *,
    attribute: str = "municipality",
    names: Mapping[str, str] | None = None,
) -> pd.DataFrame:
    """People who took part in an activity, by the municipality they live in, the most first; as ``people_flows``."""
    lives = _residence(attributes, attribute, names, activities["municipality"].dropna())
    who = pd.Series(attendance["person"].astype(str).unique(), dtype=object)
    counts = who.map(lives).dropna().value_counts()
    frame = pd.DataFrame(
        {"municipality": counts.index.astype(str), "people": counts.to_numpy(dtype=int)}
    ).sort_values(["people", "municipality"], ascending=[False, True], ignore_index=True)
    return frame.assign(n=frame["people"])


def _residence(attributes: pd.DataFrame, attribute: str, names, spellings) -> pd.Series:
    """Person -> municipality in words: as the register spells it, else of ``names``, else the code itself."""
    register = {same_place(v): str(v) for v in spellings}
    words = {same_place(k): register.get(same_place(v), str(v)) for k, v in (names or {}).items()}
    words = register | words
    home = attributes[attributes["attribute"] == attribute].dropna(subset=["value"]).drop_duplicates("id")
    said = [words.get(same_place(v), str(v)) for v in home["value"]]
    return pd.Series(said, index=home["id"].astype(str), dtype=object)
