"""Numbers, days and flags are read strictly: what does not fit is told, never bent."""

from __future__ import annotations

import pandas as pd
import pytest

from hubanalysis.loaders.typed import to_date, to_flag, to_moment, to_number


def cells(*texts: str) -> pd.Series:
    return pd.Series(list(texts), dtype="str")


@pytest.mark.parametrize(
    ("text", "decimal", "value"),
    [
        ("3", ".", 3), ("3.4", ".", 3.4), ("-2", ".", -2), ("−2", ".", -2), ("3,4", ",", 3.4), ("07", ".", 7),
        ("1.500", ",", None), ("3.4", ",", None), ("1,5", ".", None), ("1E5", ".", None), ("6e+05", ".", None),
        ("12 anni", ".", None), ("1.234.567", ".", None), ("nan", ".", None), ("inf", ".", None), ("٣", ".", None),
    ],
)  # fmt: skip
def test_a_number_is_digits_and_the_declared_mark(text, decimal, value):
    numbers, misfits = to_number(cells(text), decimal)
    assert misfits.tolist() == [value is None]
    assert numbers.isna().tolist() == [value is None]
    if value is not None:
        assert numbers[0] == value


def test_whole_numbers():
    numbers, misfits = to_number(cells("3.0", "3.7", ""), whole=True)
    assert misfits.tolist() == [False, True, False]
    assert numbers[0] == 3 and numbers[1:].isna().all()


@pytest.mark.parametrize(
    ("text", "order", "day"),
    [
        ("2022-04-03", "iso", "2022-04-03"),
        ("2022-04-03T10:15:00.123+02:00", "iso", "2022-04-03"),
        ("03/04/2022", "day_first", "2022-04-03"),
        ("03/04/2022", "month_first", "2022-03-04"),
        ("3.4.2022 17.30", "day_first", "2022-04-03"),
        ("2022/04/03 2:33:21 PM GMT+1", "day_first", "2022-04-03"),
        ("03/04/2022", "iso", None),
        ("13/04/2022", "month_first", None),
        ("31/04/2022", "day_first", None),
        ("03/04/22", "day_first", None),
        ("2022-04-03 25:00", "iso", None),
        ("44654", "iso", None),
    ],
)
def test_days_are_read_in_the_declared_order_only(text, order, day):
    days, misfits = to_date(cells(text), order)
    assert misfits.tolist() == [day is None]
    assert days.isna()[0] if day is None else days[0] == pd.Timestamp(day)


def test_the_order_never_changes_within_a_column():
    days, misfits = to_date(cells("03/04/2022", "25/04/2022", "04/25/2022", ""), "day_first")
    assert misfits.tolist() == [False, False, True, False]
    assert days[0] == pd.Timestamp("2022-04-03")


def test_half_days():
    moments, _ = to_moment(cells("2022/04/03 12:05:00 AM", "2022/04/03 12:05:00 PM", "2022/04/03 1:05:00 PM"))
    assert moments.dt.hour.tolist() == [0, 12, 13]


def test_yes_and_no_in_two_languages():
    values, misfits = to_flag(cells("sì", "No", "YES", "0", "", "forse"))
    assert values.tolist()[:4] == [True, False, True, False]
    assert values.isna().tolist() == [False] * 4 + [True] * 2
    assert misfits.tolist() == [False] * 5 + [True]
