"""The gate of a public report: small groups and single persons never pass; large ones do, unchanged."""

from __future__ import annotations

import pandas as pd
import pytest

from hubanalysis.privacy.disclosure import (
    NO_COUNT,
    PERSONAL,
    TOO_SMALL,
    UNSIGNED,
    Gate,
    withhold_small_groups,
)

PUBLIC = Gate(public=True, threshold=10, quotes_signed_off=False)


def groups(*sizes):
    return pd.DataFrame(
        {"group": list("abcd")[: len(sizes)], "estimate": 0.5, "low": 0.1, "high": 0.9, "n": sizes}
    )


def test_an_internal_report_shows_everything():
    gate = Gate(public=False, threshold=10, quotes_signed_off=False)
    assert gate.refuses("people", n=1) is None
    assert gate.refuses("people", frame=pd.DataFrame({"person": ["p"]})) is None


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({"n": None}, NO_COUNT),
        ({"n": 9}, TOO_SMALL),
        ({"n": 10}, None),
        ({"frame": pd.DataFrame({"person": ["p"], "n": [100]})}, PERSONAL),
        ({"frame": pd.DataFrame({"quote": ["..."], "interview": ["I01"]})}, UNSIGNED),
        ({"frame": pd.DataFrame({"value": [1.0]})}, NO_COUNT),
        ({"frame": groups(50)}, None),
    ],
)
def test_what_a_public_report_refuses(given, sentence):
    assert PUBLIC.refuses("people", **given) == sentence


def test_what_tells_of_nobody_passes():
    assert PUBLIC.refuses("programme") is None and PUBLIC.refuses("data") is None


def test_an_unknown_word_for_about_is_a_mistake():
    with pytest.raises(ValueError, match="about"):
        PUBLIC.refuses("persons", n=50)


def test_numbers_of_small_groups_are_blanked_and_told():
    shown = withhold_small_groups(groups(9, 10, 0, 200), 10)
    assert shown["estimate"].isna().tolist() == [True, False, False, False]
    assert shown["n"].isna().tolist() == [True, False, False, False]
    assert "withheld" in shown["note"].iloc[0] and shown["note"].iloc[1] == ""
    assert shown["group"].tolist() == list("abcd")


def test_an_estimate_without_a_count_is_blanked():
    frame = groups(50, 50).astype({"n": float})
    frame.loc[1, "n"] = None
    assert withhold_small_groups(frame, 10)["estimate"].isna().tolist() == [False, True]
