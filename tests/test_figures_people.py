"""The look of the figures: colours that everyone tells apart, and what the pictures of this family hold."""

from __future__ import annotations

import io
import itertools

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest
from matplotlib.colors import to_rgb
from test_participation import ACTIVITIES, ATTENDANCE
from test_scales import SCALE, answers

from hubanalysis.figures import change as change_figures
from hubanalysis.figures import items as item_figures
from hubanalysis.figures import organisations as organisation_figures
from hubanalysis.figures import participation as participation_figures
from hubanalysis.figures import style
from hubanalysis.figures.attrition import plot_attrition
from hubanalysis.locale.translator import Translator
from hubanalysis.metrics.items import item_levels
from hubanalysis.metrics.participation import attendance_by_activity

# Machado, Oliveira & Fernandes 2009, severity 1.0: what linear RGB becomes without one kind of cone.
WITHOUT = {
    "deuteranopia": [
        [0.367322, 0.860646, -0.227968],
        [0.280085, 0.672501, 0.047413],
        [-0.011820, 0.042940, 0.968881],
    ],
    "protanopia": [
        [0.152286, 1.052583, -0.204868],
        [0.114503, 0.786281, 0.099216],
        [-0.003882, -0.048116, 1.051998],
    ],
    "tritanopia": [
        [1.255528, -0.076749, -0.178779],
        [-0.078411, 0.930809, 0.147602],
        [0.004733, 0.691367, 0.303900],
    ],
}
XYZ = np.array([[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]])


def linear(colour):
    rgb = np.array(to_rgb(colour))
    return np.where(rgb <= 0.04045, rgb / 12.92, ((rgb + 0.055) / 1.055) ** 2.4)


def lab(rgb):
    x = XYZ @ rgb / np.array([0.9505, 1, 1.089])
    f = np.where(x > 0.008856, np.cbrt(x), 7.787 * x + 16 / 116)
    return np.array([116 * f[1] - 16, 500 * (f[0] - f[1]), 200 * (f[1] - f[2])])


PALETTES = [list(style.AREA_COLOURS.values()), list(style.SERIES), style.levels(4), style.levels(5)]


@pytest.mark.parametrize("palette", PALETTES)
def test_colours_differ_for_readers_without_one_kind_of_cone(palette):
    for matrix in WITHOUT.values():
        seen = [lab(np.clip(np.array(matrix) @ linear(c), 0, 1)) for c in palette]
        assert min(np.linalg.norm(a - b) for a, b in itertools.combinations(seen, 2)) > 13


@pytest.mark.parametrize("palette", PALETTES)
def test_colours_differ_in_grey(palette):
    lightness = [lab(linear(c))[0] for c in palette]
    assert min(abs(a - b) for a, b in itertools.combinations(lightness, 2)) > 6


def test_area_colours_stand_out_from_white():
    # WCAG 2.1, success criterion 1.4.11: graphical objects need a contrast of at least 3 to 1
    for colour in style.AREA_COLOURS.values():
        luminance = XYZ[1] @ linear(colour)
        assert 1.05 / (luminance + 0.05) >= 3


def test_the_style_applies_inside_a_plot_and_leaves_nothing_behind():
    before = plt.rcParams["axes.spines.top"]

    @style.styled
    def plot():
        return plt.rcParams["axes.spines.top"]

    assert plot() is False and plt.rcParams["axes.spines.top"] is before


@pytest.fixture(autouse=True)
def closed():
    yield
    plt.close("all")


def a_pair_table():
    rng = np.random.default_rng(0)
    before, after = rng.normal(3, 0.5, (2, 40))
    return pd.DataFrame(
        {"id": [f"p{i}" for i in range(20)] * 2, "area": ["wellbeing"] * 20 + ["offer"] * 20}
        | {"scale": ["s"] * 20 + ["t"] * 20, "before": before, "after": after, "change": after - before}
    )


def words_of(figure):
    return " ".join(t.get_text() for t in figure.findobj(plt.Text))


def test_a_dot_is_hollow_where_its_interval_holds_zero_and_says_its_numbers():
    frame = pd.DataFrame(
        {"area": ["wellbeing", "offer"], "scale": ["s", "t"], "estimate": [0.3, 0.05], "low": [0.1, -0.1]}
        | {"high": [0.5, 0.2], "n": [40, 41]}
    )
    axes = change_figures.plot_change(frame, labels={"s": "Wellbeing", "t": "Offer"})
    dots = [line for line in axes.lines if line.get_marker() in style.AREA_MARKERS.values()]
    assert [d.get_markerfacecolor() for d in dots] == [style.AREA_COLOURS["wellbeing"], "white"]
    written = words_of(axes.figure)
    assert "Wellbeing" in written and "+0.30 [0.10 to 0.50], n = 40" in written
    alt = change_figures.alt_change(frame, text=Translator("en"), labels={"s": "Wellbeing", "t": "Offer"})
    assert "Wellbeing: +0.30 [0.10 to 0.50], n = 40" in alt


def test_paths_draw_everybody_and_the_means():
    pairs = a_pair_table()
    figure = change_figures.plot_paths(pairs, labels={"s": "Wellbeing"})
    assert len(figure.axes[0].lines) == 20 + 1
    means = figure.axes[0].lines[-1].get_ydata()
    assert means == pytest.approx(pairs.loc[pairs["scale"] == "s", ["before", "after"]].mean())
    alt = change_figures.alt_paths(pairs, text=Translator("en"))
    assert "rose" in alt and "fell" in alt


def test_bars_of_levels_are_centred_on_the_middle_and_hold_every_level():
    levels = item_levels(answers((1, 2, 3, 4), (5, 2, 3, 4)), [SCALE])
    figure = item_figures.plot_levels(levels)
    bars = [p for p in figure.axes[0].patches if p.get_width() > 0]
    assert sum(b.get_width() for b in bars) == pytest.approx(4)  # four questions, each 100 %
    assert (
        min(b.get_x() for b in bars) == pytest.approx(-1)
        and max(b.get_x() + b.get_width() for b in bars) <= 1
    )
    assert "50%" in words_of(figure)


def levels_of(low, high, waves=("before",), chosen=None, scale="s", turned=()):
    """Item levels of two items on one range; every level chosen equally often, or only those of ``chosen``."""
    rows = [
        {"area": "offer", "scale": scale, "item": f"{scale}{k}", "wave": wave, "level": level, "n": 60}
        | {"count": int(chosen is None or level in chosen), "reversed": f"{scale}{k}" in turned}
        for k in range(2)
        for wave in waves
        for level in range(low, high + 1)
    ]
    frame = pd.DataFrame(rows)
    return frame.assign(estimate=frame["count"] / frame.groupby(["item", "wave"])["count"].transform("sum"))


def bars_at(axes):
    """Bars by their height on the page, from left to right, those without width left out."""
    found = {}
    for bar in axes.patches:
        if bar.get_width() > 0:
            found.setdefault(round(bar.get_y(), 3), []).append(bar)
    return [sorted(found[y], key=lambda b: b.get_x()) for y in sorted(found)]


@pytest.mark.parametrize(("low", "high"), [(0, 1), (1, 4), (1, 5), (1, 7), (0, 10)])
def test_the_middle_of_any_range_lies_across_the_line(low, high):
    figure = item_figures.plot_levels(levels_of(low, high, ("before", "after", "later")))
    bars = bars_at(figure.axes[0])
    assert len(bars) == 6 and all(len(bar) == high - low + 1 for bar in bars)
    for bar in bars:
        assert -bar[0].get_x() == pytest.approx(bar[-1].get_x() + bar[-1].get_width()) == pytest.approx(0.5)
    numbers = [t.get_text() for t in figure.legends[0].get_texts()]
    assert numbers == [str(level) for level in range(low, high + 1)]


def test_a_level_nobody_chose_keeps_its_colour_and_is_named():
    all_chosen = bars_at(item_figures.plot_levels(levels_of(1, 5)).axes[0])[0]
    figure = item_figures.plot_levels(levels_of(1, 5, chosen=(2, 4, 5)))
    some = bars_at(figure.axes[0])[0]
    assert [b.get_facecolor() for b in some] == [all_chosen[k].get_facecolor() for k in (1, 3, 4)]
    assert some[1].get_x() == pytest.approx(0)  # the middle level is empty: 4 starts on the line
    assert "n = 60; nobody: 1, 3" in words_of(figure)
    assert [t.get_text() for t in figure.legends[0].get_texts()] == ["1", "2", "3", "4", "5"]
    assert "4 levels unused" in words_of(item_figures.plot_levels(levels_of(1, 5, chosen=(1,))))


def test_scales_of_different_ranges_share_the_colours_of_their_ends():
    both = pd.concat([levels_of(1, 4), levels_of(0, 10, ("before", "after"), scale="t")])
    figure = item_figures.plot_levels(both, scales={"s": "Networks", "t": "Offer"})
    four, eleven = bars_at(figure.axes[0])[0], bars_at(figure.axes[0])[-1]
    assert four[0].get_facecolor() == eleven[0].get_facecolor()
    assert four[-1].get_facecolor() == eleven[-1].get_facecolor()
    assert "Networks (1–4)" in words_of(figure) and "Offer (0–10)" in words_of(figure)
    assert [t.get_text() for t in figure.legends[0].get_texts()] == [
        "lowest answer",
        "",
        "",
        "",
        "highest answer",
    ]
    assert len(bars_at(figure.axes[0])) == 2 + 4  # a wave in which a scale was not asked has no bar


def test_reversed_questions_are_marked_and_long_ones_stay_apart_and_on_the_page():
    long = "Mi sento parte di una comunità nella quale le persone si aiutano quando serve, " * 2
    figure = item_figures.plot_levels(levels_of(1, 5, turned=("s1",)), labels={"s0": long, "s1": long})
    figure.savefig(io.BytesIO())
    axes, page = figure.axes[0], figure.bbox
    first, second = axes.get_yticklabels()
    assert second.get_text().endswith("… (–)") and "(–)" not in first.get_text()
    assert "asked the other way round" in axes.get_xlabel()
    assert first.get_window_extent().y0 > second.get_window_extent().y1
    for label in (*axes.get_yticklabels(), *figure.axes[1].get_yticklabels()):
        assert page.x0 <= label.get_window_extent().x0 and label.get_window_extent().x1 <= page.x1


def test_attendance_bars_add_up_to_the_people_present():
    table = attendance_by_activity(ATTENDANCE, ACTIVITIES)
    axes = participation_figures.plot_attendance(table, labels={"a1": "The first evening"})
    assert sum(p.get_width() for p in axes.patches) == table["n"].sum()
    assert "The first evening" in words_of(axes.figure)
    assert "3 present, 3 for the first time" in participation_figures.alt_attendance(
        table, text=Translator("en")
    )


def test_bands_of_attendance_never_hold_fewer_than_the_least():
    attended = pd.Series([0] * 12 + [1] * 4 + [2] * 5 + [3] * 20 + [9] * 2)
    bands = participation_figures.attendance_bands(attended, 10)
    assert bands.value_counts().min() >= 10
    assert bands.is_monotonic_increasing


def test_every_figure_survives_an_empty_table():
    pairs, text = a_pair_table().head(0), Translator("en")
    change_figures.plot_paths(pairs, text=text)
    participation_figures.plot_dose(pairs.assign(attended=0.0), text=text)
    empty = pd.DataFrame(
        columns=["area", "scale", "estimate", "low", "high", "n", "outcome", "assumption", "value"]
    )
    for plot in (change_figures.plot_change, change_figures.plot_reliable_change, plot_attrition):
        assert "Nothing to draw" in words_of(plot(empty, text=text).figure)
    change_figures.plot_groups(empty, text=text)
    item_figures.plot_levels(item_levels(answers(), [SCALE]), text=text)
    participation_figures.plot_attendance(attendance_by_activity(ATTENDANCE.head(0), ACTIVITIES), text=text)
    organisation_figures.plot_who(pd.DataFrame(columns=["kind", "n"]), text=text)
