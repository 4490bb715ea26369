"""Two-mode networks, against the Southern women."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from reference_networks import southern_women

from hubanalysis.figures.nothing import NOTHING_DRAWN
from hubanalysis.figures.two_mode import alt_overlap, drawn_overlap, plot_overlap
from hubanalysis.findings.two_mode import beyond_sentences, named_pairs
from hubanalysis.locale.translator import Translator
from hubanalysis.metrics.affiliation import (
    incidence_matrix,
    jackknife,
    robins_alexander,
    robins_alexander_without_each,
)
from hubanalysis.metrics.two_mode import (
    attendance_memberships,
    backbone_counts,
    hide_small_overlaps,
    shared_beyond_chance,
    shared_counts,
    two_mode_cohesion,
    two_mode_size,
)


def davis() -> pd.DataFrame:
    """The Southern women as memberships: 18 women at 14 events, 89 attendances."""
    return attendance_memberships(southern_women())


def test_size_of_the_southern_women():
    row = two_mode_size(davis()).iloc[0]
    assert (row.first_mode, row.second_mode, row.ties) == (18, 14, 89)


def test_robins_alexander_clustering_of_the_southern_women():
    # published: .46776
    frame = two_mode_cohesion(davis()).set_index("metric")
    assert frame.loc["two_mode_clustering", "estimate"] == pytest.approx(0.46776, abs=5e-6)
    assert frame.loc["density", "estimate"] == pytest.approx(89 / (18 * 14))
    assert frame.loc["mean_degree_first", "estimate"] == pytest.approx(89 / 18)
    assert frame.loc["mean_degree_second", "estimate"] == pytest.approx(89 / 14)
    assert ((frame["low"] < frame["estimate"]) & (frame["estimate"] < frame["high"])).all()
    assert frame["n"].eq(18).all()


def test_the_interval_of_mean_degree_is_that_of_a_mean():
    # the jackknife of a mean is its own standard error
    degrees = davis().groupby("source").size()
    row = two_mode_cohesion(davis()).set_index("metric").loc["mean_degree_first"]
    assert (row.high - row.low) / 2 / 1.959964 == pytest.approx(degrees.std() / np.sqrt(18))


def test_a_tie_told_twice_counts_once():
    twice = pd.concat([davis(), davis()])
    pd.testing.assert_frame_equal(two_mode_size(twice), two_mode_size(davis()))


def test_projection_counts_who_two_targets_share():
    first = shared_counts(davis(), most=1).iloc[0]
    came = southern_women().groupby("activity")["person"].agg(set)
    assert first.n == len(came[first["source"]] & came[first["target"]]) == 9


def test_nothing_gives_empty_frames():
    nothing = davis().head(0)
    assert two_mode_size(nothing).empty and two_mode_cohesion(nothing).empty and shared_counts(nothing).empty


def memberships(pairs, source_mode="person", target_mode="organisation", kind="member") -> pd.DataFrame:
    frame = pd.DataFrame(pairs, columns=["source", "target"]).astype(str)
    return frame.assign(kind=kind, wave="before", source_mode=source_mode, target_mode=target_mode)


def planted() -> pd.DataFrame:
    """60 people in 12 organisations by the numbers alone, but that the second has the very members of the first."""
    table = np.random.default_rng(11).random((60, 12)) < 0.25
    table[:, 1] = table[:, 0]
    return memberships([(f"p{i:02d}", f"o{j:02d}") for i, j in zip(*np.nonzero(table), strict=True)])


def test_clustering_without_each_person_in_turn():
    table = incidence_matrix(southern_women())
    table = np.vstack(
        [table, np.zeros(14), np.eye(14)[0]]
    )  # with one who came nowhere, and one who came once
    slow = [robins_alexander(np.delete(table, i, axis=0)) for i in range(len(table))]
    assert robins_alexander_without_each(table) == pytest.approx(slow)
    estimate, low, high = jackknife(table, robins_alexander)
    assert (estimate, low, high) == pytest.approx(jackknife(table, lambda x: robins_alexander(x)))


def test_no_path_is_left_without_the_one_who_makes_it():
    table = np.array([[1.0, 1.0], [1.0, 0.0]])
    assert np.isnan(robins_alexander_without_each(table)).all()


def test_pairs_carry_counts_and_what_the_null_expects():
    beyond = shared_beyond_chance(davis())
    assert len(beyond) == 14 * 13 / 2 and set(beyond["mode"]) == {"activity"}
    raw = shared_counts(davis()).set_index(["source", "target"])["n"]
    told = beyond.set_index(["source", "target"])["n"]
    assert told[told > 0].sort_index().equals(raw.astype(told.dtype).sort_index())
    attended = southern_women().groupby("activity").size()
    assert (beyond["source_n"] == beyond["source"].map(attended)).all()
    assert beyond["ratio"].to_numpy() == pytest.approx((beyond["n"] / beyond["expected"]).to_numpy())


def test_people_are_compared_only_on_demand():
    women = shared_beyond_chance(davis(), side="source")
    assert set(women["mode"]) == {"person"} and len(women) == 18 * 17 / 2
    own = memberships([("a", "T1"), ("b", "T1"), ("b", "T2")], "organisation", "activity")
    assert set(shared_beyond_chance(own)["mode"]) == {"organisation"}
    with pytest.raises(ValueError, match="side"):
        shared_beyond_chance(davis(), side="people")


def test_two_organisations_with_the_same_members_are_found_and_said():
    beyond = shared_beyond_chance(planted())
    assert beyond.loc[beyond["found"], ["source", "target"]].to_numpy().tolist() == [["o00", "o01"]]
    counts = backbone_counts(beyond).iloc[0]
    assert (counts["n"], counts["pairs"], counts["found"]) == (12, 66, 1)
    assert counts["never"] == 66 - beyond["possible"].sum()
    said = " ".join(beyond_sentences(backbone_counts(beyond), Translator("en")))
    assert (
        "**1** share more people than their numbers explain" in said and "Holm" in said and "n = 12" in said
    )
    assert "because" not in said.split("could not be found")[0]  # sharing members is never given as a cause


def test_an_empty_backbone_that_could_not_be_otherwise_is_said_to_say_nothing():
    counts = backbone_counts(shared_beyond_chance(davis(), side="source"))
    assert counts.loc[0, "never"] == counts.loc[0, "pairs"] == 153
    said = " ".join(beyond_sentences(counts, Translator("en")))
    assert "none could be shown" in said and "no pair could be found, whatever it shared" in said


def overlaps(*rows) -> pd.DataFrame:
    columns = ["source", "target", "source_n", "target_n", "n"]
    frame = pd.DataFrame(rows, columns=columns).assign(kind="attendance", wave="", mode="activity")
    return frame.assign(ratio=1.0, z=0.0, p=0.5, p_adjusted=1.0, found=False, expected=1.0)


def test_small_overlaps_and_small_remainders_are_hidden():
    few, rest, fine = ("a", "b", 40, 50, 4), ("a", "c", 40, 50, 37), ("b", "c", 50, 50, 25)
    hidden = hide_small_overlaps(overlaps(few, rest, fine), 10)
    assert hidden["n"].isna().tolist() == [True, True, False]
    assert hidden.loc[:1, ["ratio", "z", "p", "p_adjusted", "found"]].isna().all(axis=None)
    assert hide_small_overlaps(overlaps(few, rest, fine), 0)["n"].notna().all()


def test_what_is_hidden_cannot_be_found_by_subtraction_from_the_total():
    alone = ("a", "b", 40, 50, 4), ("a", "c", 40, 50, 22), ("b", "c", 50, 50, 25)
    assert hide_small_overlaps(overlaps(*alone), 10)["n"].isna().tolist() == [True, True, False]
    # two hidden pairs that hold 3 together tell as much as one: a third goes with them
    two = ("a", "b", 40, 50, 1), ("a", "c", 40, 50, 2), ("a", "d", 40, 50, 20), ("b", "c", 50, 50, 25)
    assert hide_small_overlaps(overlaps(*two), 10)["n"].isna().tolist() == [True, True, True, False]


def test_a_public_table_names_only_pairs_that_both_consent():
    beyond = shared_beyond_chance(planted())
    register = pd.DataFrame({"organisation": ["o00", "o01", "o02"], "consent": [True, True, None]})
    told = named_pairs(beyond, Translator("en"), organisations=register, public=True)
    assert told[["first_of_pair", "second_of_pair"]].to_numpy().tolist() == [["o00", "o01"]]
    assert len(named_pairs(beyond, Translator("en"))) == 10
    assert named_pairs(beyond, Translator("en"), public=True).empty


def test_the_figure_writes_what_is_shared_and_frames_what_is_more():
    register = planted()[["source", "target"]].set_axis(["person", "activity"], axis=1)
    pairs = drawn_overlap(shared_beyond_chance(attendance_memberships(register)))
    figure = plot_overlap(
        pairs, labels={"o00": "A title that is long enough to need a second line of its own"}
    )
    axes = figure.axes[0]
    row = pairs[(pairs["source"] == "o00") & (pairs["target"] == "o01")].iloc[0]
    texts = {tuple(np.round(t.get_position(), 1)): t.get_text() for t in axes.texts}
    assert len(texts) == 66 and texts[(0.0, 1.0)] == str(row["n"])
    assert row["overlap"] == pytest.approx(row["n"] / min(row["source_n"], row["target_n"]))
    frames = [patch for patch in axes.patches if not patch.get_fill()]
    assert len(frames) == 1 and axes.get_title(loc="left").startswith("1. A title")
    said = alt_overlap(pairs, text=Translator("en"))
    assert "66 pairs" in said and "numbers explain: 1." in said


def test_hidden_pairs_have_no_number_in_the_figure():
    few, rest, fine = ("a", "b", 40, 50, 4), ("a", "c", 40, 50, 37), ("b", "c", 50, 50, 25)
    pairs = drawn_overlap(hide_small_overlaps(overlaps(few, rest, fine), 10))
    figure = plot_overlap(pairs)
    assert [t.get_text() for t in figure.axes[0].texts] == ["25"]
    assert "hidden because too few are concerned: 2." in alt_overlap(pairs, text=Translator("en"))


def test_the_figure_keeps_the_largest():
    pairs = drawn_overlap(shared_beyond_chance(davis()), most=5)
    assert len(pairs) == 10
    assert set(pairs["source"]) | set(pairs["target"]) == {"E05", "E06", "E07", "E08", "E09"}


def test_nothing_shared_gives_empty_frames_and_an_empty_sheet():
    nothing = shared_beyond_chance(davis().head(0))
    assert nothing.empty and backbone_counts(nothing).empty and hide_small_overlaps(nothing, 10).empty
    assert named_pairs(nothing, Translator("en")).empty
    assert beyond_sentences(backbone_counts(nothing), Translator("en")) == []
    assert plot_overlap(drawn_overlap(nothing)).get_label() == NOTHING_DRAWN
