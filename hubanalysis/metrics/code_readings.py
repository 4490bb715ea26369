"""How far what is said of themes hangs on whose reading counts: any coder's, or only what coders agree on."""

from __future__ import annotations

import pandas as pd

from hubanalysis.metrics.code_merge import READINGS, read_codings
from hubanalysis.metrics.coder_agreement import coders_of
from hubanalysis.metrics.codes import code_presence

__all__ = ["presence_by_reading"]


def presence_by_reading(
    segments: pd.DataFrame,
    turns: pd.DataFrame,
    interviews: pd.DataFrame,
    codes: pd.DataFrame,
    decisions: pd.DataFrame | None = None,
    extent: str = "shared",
) -> pd.DataFrame:
    """Presence of each theme (``code_presence``) under each reading, over the interviews that two or more coded.

    Columns as there, after ``reading`` (any, agreed, and merged where something was decided) and with ``lost``: how
    many interviews fewer than any coder's reading has. ``merged`` lies between the other two by construction. Empty
    where nobody coded the same interview as another.
    """
    counted = coders_of(segments).query("coders >= 2") if len(segments) else pd.DataFrame()
    own = segments[segments["interview"].isin(counted["interview"])] if len(counted) else segments.iloc[:0]
    parts = []
    for reading in READINGS:
        found = read_codings(own, turns, decisions, reading, extent)
        if reading != "merged" or any(found.decided):
            part = code_presence(found.segments, interviews, codes, coded=found.coded)
            parts.append(part.assign(reading=reading))
    # a code that nobody gave under a reading and that is not in the codebook has no row there: it was found in none
    frame = pd.concat(parts, ignore_index=True)
    most = frame[frame["reading"] == READINGS[0]].set_index("code")["present"]
    frame["lost"] = frame["code"].map(most).fillna(0).astype(int) - frame["present"]
    return frame[["reading", *(c for c in frame.columns if c != "reading")]]
