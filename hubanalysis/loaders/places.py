"""Where municipalities lie, so that ties can be measured in kilometres."""

from __future__ import annotations

import pandas as pd

from hubanalysis.errors import Problem
from hubanalysis.loaders.reader import Reader
from hubanalysis.loaders.references import drop_copies, empty_table, tell_misfits
from hubanalysis.loaders.typed import to_number
from hubanalysis.locale import mark
from hubanalysis.study import Study

__all__ = ["load_places", "with_seats"]

_BOUNDS = {"latitude": 90.0, "longitude": 180.0}


def place_key(names: pd.Series) -> pd.Series:
    """Names of places as they are compared: without case, doubled spaces and the shape of apostrophes."""
    return names.astype(object).map(
        lambda name: " ".join(name.replace("’", "'").casefold().split()), na_action="ignore"
    )


def load_places(
    study: Study, problems: list[Problem], account: list[dict], reader: Reader | None = None
) -> pd.DataFrame:
    """The table ``places``, from columns ``municipality, latitude, longitude`` (decimal degrees, WGS 84)."""
    source = study.model.places
    if source is None:
        return empty_table("places")
    reader = reader or Reader(study, problems, account)
    telling = reader.telling
    cells = reader.table(source, ("places",), ("municipality", *_BOUNDS), "places")
    found = {"municipality": cells["municipality"]}
    for column, bound in _BOUNDS.items():
        degrees, misfits = to_number(cells[column], source.decimal)
        misfits |= (cells[column] == "") | (degrees.abs() > bound)
        what = mark("degrees of latitude (-90 to 90) or longitude (-180 to 180) were expected")
        fix = mark("write decimal degrees, such as 43.3188; not degrees and minutes")
        found[column] = tell_misfits(
            cells[column], misfits, degrees.mask(misfits), what, fix, source.file, telling
        )
    places = pd.DataFrame(found)
    key = place_key(places["municipality"])
    again = key.duplicated() & ~places.assign(municipality=key).duplicated()
    for row in places.index[again]:
        telling.error(
            mark("a municipality lies at two places"),
            mark("take one row out with the cleaning log"),
            file=source.file,
            row=int(row),
            column="municipality",
            value=places.at[row, "municipality"],
        )
    places = places[(places["municipality"] != "") & places[list(_BOUNDS)].notna().all(axis=1)]
    places = places.assign(key=key)
    places = drop_copies(places, ["key"], "places", source.file, telling)
    return places.drop(columns="key").reset_index(drop=True)


def with_seats(
    organisations: pd.DataFrame, places: pd.DataFrame, study: Study, reader: Reader
) -> pd.DataFrame:
    """``organisations`` with ``latitude`` and ``longitude`` of their seats, missing where the place is not known.

    Seats that ``places`` does not hold are told.
    """
    key = place_key(organisations["municipality"])
    known = places.set_index(place_key(places["municipality"]))
    result = organisations.assign(**{column: key.map(known[column]).astype("float64") for column in _BOUNDS})
    lost = organisations["municipality"].notna() & result["latitude"].isna()
    if len(places) and lost.any():
        names = sorted(set(organisations.loc[lost, "municipality"]))
        reader.telling.warning(
            mark(
                "seats of organisations are not among the places: the length of their ties in km is unknown"
            ),
            mark("add these municipalities to the file of places"),
            file=study.model.places.file,
            value=", ".join(names[:10]) + (" ..." if len(names) > 10 else ""),
            count=len(names),
        )
    return result
