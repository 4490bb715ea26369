"""The share of long ties by competing definitions, its change and its bounds."""

from __future__ import annotations

from itertools import product

import numpy as np
import pandas as pd
import pytest
from reference_networks import high_tech, organisations_frame, respondents_frame, ties_frame

from hubanalysis.metrics.adjacency import networks_of
from hubanalysis.metrics.share_composition import PARTS, long_share_composition
from hubanalysis.metrics.short_long import (
    long_counts,
    long_share,
    long_share_change,
    long_share_change_resampled,
    share_of_long,
)
from hubanalysis.metrics.short_long_bounds import (
    ALL_KINDS,
    long_share_bounds,
    long_share_change_bounds,
    with_bounds,
)
from hubanalysis.metrics.short_long_table import short_long_changes, short_long_shares
from hubanalysis.metrics.tie_length import long_pairs

REACH = {"id": "reach", "either_reach": ["national", "european"]}
KINDS = {"id": "kinds", "kinds_differ": True}
BOTH = {"id": "both", "either_reach": ["national"], "kinds_differ": True}

ORGANISATIONS = organisations_frame(
    "abcd",
    kind=["school", "school", "museum", None],
    reach=["local", "national", "local", "local"],
    power=[1, 2, 2, 1],
)
TIES = ties_frame([("a", "b"), ("a", "c"), ("c", "a"), ("a", "d")])


def test_reach_makes_a_tie_long_when_either_end_has_it():
    long = long_pairs("abcd", ORGANISATIONS, REACH)
    assert long[0].tolist()[1:] == [1, 0, 0]
    assert np.isnan(np.diag(long)).all()


def test_an_undescribed_end_leaves_a_pair_undecided():
    long = long_pairs("abcd", ORGANISATIONS, KINDS)
    assert long[0, 1] == 0 and long[0, 2] == 1
    assert np.isnan(long[0, 3]) and np.isnan(long[3, 2])


def test_conditions_given_together_must_all_hold():
    long = long_pairs("abcd", ORGANISATIONS, BOTH)
    assert long[0, 1] == 0  # national, but both schools
    assert long[1, 2] == 1  # national, school and museum
    assert long[0, 2] == 0  # kinds differ, nobody national


def test_a_condition_may_ask_for_likeness():
    long = long_pairs("abcd", ORGANISATIONS, {"id": "x", "power_differs": False})
    assert long[0, 3] == 1 and long[0, 1] == 0


def test_a_definition_without_condition_is_refused():
    with pytest.raises(ValueError, match="no condition"):
        long_pairs("ab", ORGANISATIONS, {"id": "empty"})


def test_definitions_stand_side_by_side_with_their_counts():
    counts = long_counts(TIES, ORGANISATIONS, None, [REACH, KINDS])
    assert counts["definition"].tolist() == ["reach", "kinds"]
    assert counts[["long", "short", "undecided"]].to_numpy().tolist() == [[1, 3, 0], [2, 1, 1]]
    shares = long_share(TIES, ORGANISATIONS, None, [REACH, KINDS], replicates=5)
    assert shares["estimate"].tolist() == pytest.approx([1 / 4, 2 / 3])
    assert shares["n"].tolist() == [4, 4]


def test_the_share_among_possible_pairs_is_the_yardstick():
    row = long_counts(TIES, ORGANISATIONS, None, [REACH]).iloc[0]
    assert row.possible == pytest.approx(3 / 6)  # b with a, c, d, of six pairs


def test_change_is_later_minus_earlier_on_what_both_waves_know():
    ties = pd.concat(
        [
            ties_frame([("a", "c"), ("c", "a"), ("a", "b"), ("d", "a")], wave="before"),
            ties_frame([("a", "c"), ("c", "b"), ("a", "b")], wave="after"),
        ]
    )
    asked = pd.concat(
        [respondents_frame("abcd", wave="before"), respondents_frame("abc", silent="d", wave="after")]
    )
    row = long_share_change(ties, ORGANISATIONS, asked, [REACH]).iloc[0]
    assert row.estimate == pytest.approx(2 / 3 - 1 / 3)  # d -> a is left out: d is silent after
    assert (row.wave_from, row.wave_to, row.n) == ("before", "after", 4)


def test_change_of_the_high_tech_managers_by_department():
    # friendship (64 of 102 ties between departments) taken as what became of advice (144 of 190)
    ties, departments = high_tech()
    waves = ties.assign(wave=ties["kind"].map({"advice": "before", "friendship": "after"}), kind="x")
    row = long_share_change(waves, departments, None, [KINDS]).iloc[0]
    assert row.estimate == pytest.approx(64 / 102 - 144 / 190)
    assert row.low < row.estimate < row.high < 0.1
    assert row.n == 21
    resampled = long_share_change_resampled(waves, departments, None, [KINDS], replicates=200).iloc[0]
    assert resampled.estimate == row.estimate
    assert resampled.low < row.low and row.high < resampled.high


def test_kinds_put_together_count_each_tie_of_each_kind():
    one = [ties_frame([("a", "b"), ("a", "c")], wave="before"), ties_frame([("a", "b")], wave="after")]
    other = [
        ties_frame([("a", "c")], kind="x", wave="before"),
        ties_frame([("b", "c")], kind="x", wave="after"),
    ]
    frame = long_share_change(pd.concat([*one, *other]), ORGANISATIONS, None, [REACH]).set_index("kind")
    assert frame.index.tolist() == [ALL_KINDS, "collaboration", "x"]
    assert frame.loc[ALL_KINDS, "estimate"] == pytest.approx(2 / 2 - 1 / 3)
    assert frame.loc["x", "estimate"] == 1


def test_bounds_take_the_silent_at_their_shortest_and_longest():
    row = long_share_bounds(
        ties_frame([("a", "b"), ("a", "c")]), ORGANISATIONS, respondents_frame("acd", silent="b"), [REACH]
    ).iloc[0]
    # b's three possible ties are all long
    assert (row.low, row.estimate, row.high) == pytest.approx((1 / 2, 1 / 2, 4 / 5))
    assert row.reconstructed == pytest.approx(2 / 3)


def test_no_definitions_or_no_ties_give_empty_frames():
    assert long_share(TIES, ORGANISATIONS, None, []).empty
    assert long_share_change(ties_frame([]), ORGANISATIONS, None, [REACH]).columns[1] == "definition"


BEFORE = ties_frame([("a", "c"), ("c", "a"), ("a", "b"), ("d", "a")], wave="before")
AFTER = ties_frame([("a", "c"), ("c", "b"), ("a", "b"), ("b", "d")], wave="after")
WAVES = pd.concat([BEFORE, AFTER], ignore_index=True)
POWER = {"id": "power", "power_differs": True}


def asked(silent_before: str, silent_after: str, kind: str = "collaboration") -> pd.DataFrame:
    return pd.concat(
        [
            respondents_frame([x for x in "abcd" if x not in silent], silent, kind=kind, wave=wave)
            for wave, silent in (("before", silent_before), ("after", silent_after))
        ],
        ignore_index=True,
    )


def every_share(network, length) -> set[float]:
    """The share of long ties under each answer that the silent ones could have given."""
    matrix = network.matrix
    unknown = np.argwhere(np.isnan(matrix) & ~np.eye(len(matrix), dtype=bool))
    if not network.directed:
        unknown = unknown[unknown[:, 0] < unknown[:, 1]]
    found = set()
    for answer in product((0.0, 1.0), repeat=len(unknown)):
        one = matrix.copy()
        one[tuple(unknown.T)] = answer
        if not network.directed:
            one[tuple(unknown.T[::-1])] = answer
        found.add(share_of_long(one, length))
    return {share for share in found if np.isfinite(share)}


@pytest.mark.parametrize("directed", [True, False])
@pytest.mark.parametrize("silences", [("b", "c"), ("", "bd"), ("bcd", "ad"), ("abcd", "c")])
@pytest.mark.parametrize("rule", [REACH, KINDS, POWER])
def test_bounds_of_a_share_and_of_its_change_are_the_ends_of_all_possible_answers(silences, rule, directed):
    called = asked(*silences)
    named = WAVES[[row.source not in silences[row.wave == "after"] for row in WAVES.itertuples()]]
    named = named.assign(wave=pd.Categorical(named["wave"], ["before", "after"]))
    networks = networks_of(named, None, called, directed=directed)
    first, second = (next(one for one in networks if one.wave == wave) for wave in ("before", "after"))
    length = long_pairs(first.nodes, ORGANISATIONS, rule)
    before, after = every_share(first, length), every_share(second, length)
    levels = long_share_bounds(named, ORGANISATIONS, called, [rule], directed=directed).set_index("wave")
    for wave, shares in (("before", before), ("after", after)):
        assert (levels.loc[wave, "low"], levels.loc[wave, "high"]) == pytest.approx(
            (min(shares), max(shares))
        )
    changes = [new - old for new in after for old in before]
    row = long_share_change_bounds(named, ORGANISATIONS, called, [rule], directed=directed).iloc[0]
    assert (row["low"], row["high"]) == pytest.approx((min(changes), max(changes)))
    assert row["missing"] == len(set("".join(silences)))


def test_bounds_of_all_kinds_take_the_most_contrary_answers_in_each_kind():
    other = WAVES.assign(kind="x").drop(index=[1, 6])
    both = pd.concat([WAVES[WAVES["source"] != "d"], other[other["source"] != "b"]], ignore_index=True)
    called = pd.concat([asked("d", ""), asked("", "b", kind="x")], ignore_index=True)
    frame = long_share_change_bounds(both, ORGANISATIONS, called, [REACH]).set_index("kind")
    length = long_pairs("abcd", ORGANISATIONS, REACH)
    networks = {(one.kind, one.wave): one.matrix for one in networks_of(both, None, called)}
    ends = []
    for contrary in (0.0, 1.0):  # all unknown before short and after long, and the reverse
        total = {}
        for (_kind, wave), matrix in networks.items():
            wanted = contrary if wave == "after" else 1 - contrary
            filled = np.where(np.isnan(matrix), length == wanted, matrix)
            counted, base = total.get(wave, (0.0, 0.0))
            total[wave] = (counted + np.nansum(filled * length), base + filled[np.isfinite(length)].sum())
        ends.append(total["after"][0] / total["after"][1] - total["before"][0] / total["before"][1])
    assert frame.index.tolist() == [ALL_KINDS, "collaboration", "x"]
    row = frame.loc[ALL_KINDS]
    assert (row["low"], row["high"], row["missing"]) == pytest.approx((*ends, 2))
    change = long_share_change(both, ORGANISATIONS, called, [REACH]).set_index("kind")
    assert frame["estimate"].to_dict() == pytest.approx(change["estimate"].to_dict())


def test_with_nobody_silent_the_bounds_of_a_change_are_the_change():
    row = long_share_change_bounds(WAVES, ORGANISATIONS, asked("", ""), [REACH]).iloc[0]
    assert row["low"] == row["high"] == row["reconstructed"] == pytest.approx(row["estimate"])
    assert row["missing"] == 0


def test_the_parts_of_the_overall_change_add_up_to_it():
    random = np.random.default_rng(5)
    names = [f"o{i:02}" for i in range(14)]
    described = organisations_frame(names, kind=[("x", "y", "z")[i % 3] for i in range(13)] + [None])
    for trial in range(20):
        directed = bool(trial % 2)
        frames, called = [], []
        for wave, roster in (("before", names[:11]), ("after", names[3:])):
            silent = [x for x in roster if random.random() < 0.2]
            answered = [x for x in roster if x not in silent]
            pairs = [(a, b) for a in answered for b in roster if a < b and random.random() < 0.5]
            frames.append(ties_frame(pairs, wave=wave))
            called.append(respondents_frame(answered, silent, wave=wave))
        network = (pd.concat(frames), described, pd.concat(called))
        frame = long_share_composition(*network, [KINDS], directed=directed).set_index("part")
        *parts, total = PARTS
        assert frame.loc[parts, "estimate"].sum() == pytest.approx(frame.loc[total, "estimate"])
        change = long_share_change(*network, [KINDS], directed=directed).iloc[0]
        assert frame.loc["part_stayers", "estimate"] == pytest.approx(change["estimate"])
        share = long_share(*network, [KINDS], directed=directed, replicates=2).set_index("wave")["estimate"]
        assert frame.loc[total, "estimate"] == pytest.approx(share["after"] - share["before"])
        for column in ("ties_before", "long_before", "ties_after", "long_after"):
            assert frame.loc[parts, column].sum() == frame.loc[total, column]


def test_joiners_leavers_and_silence_are_told_apart():
    ties = pd.concat(
        [ties_frame([("a", "b"), ("a", "c"), ("b", "d")], wave="before"),
         ties_frame([("a", "b"), ("a", "c"), ("a", "e"), ("c", "a")], wave="after")]
    )  # fmt: skip
    called = pd.concat(
        [respondents_frame("abd", "c", wave="before"), respondents_frame("abce", wave="after")]
    )
    described = organisations_frame("abcde", reach=["local", "national", "local", "local", "national"])
    frame = long_share_composition(ties, described, called, [REACH]).set_index("part")
    assert frame["ties_before"].to_dict() == {
        "part_stayers": 2, "part_joiners": 0, "part_leavers": 1, "part_silence": 0, "part_all": 3,
    }  # fmt: skip
    assert frame["ties_after"].to_dict() == {
        "part_stayers": 2, "part_joiners": 1, "part_leavers": 0, "part_silence": 1, "part_all": 4,
    }  # fmt: skip
    # known in both: 1/2 long and 1/2; b-d (long) left: -(1 - 1/2)/3; a-e (long) joined: +(1 - 1/2)/4; c-a (short)
    assert frame.loc["part_leavers", "estimate"] == pytest.approx(-1 / 6)
    assert frame.loc["part_joiners", "estimate"] == pytest.approx(1 / 8)
    assert frame.loc["part_silence", "estimate"] == pytest.approx(-1 / 8)
    assert frame.loc["part_all", "estimate"] == pytest.approx(2 / 4 - 2 / 3)


def test_one_table_holds_share_chance_and_bounds_of_every_rule():
    shares = short_long_shares(
        WAVES, ORGANISATIONS, asked("", "d"), [REACH, POWER], replicates=20, permutations=50
    )
    assert shares[["definition", "wave"]].to_records(index=False).tolist() == [
        ("reach", "before"), ("reach", "after"), ("power", "before"), ("power", "after"),
    ]  # fmt: skip
    assert (shares["long"] / shares["ties"]).tolist() == pytest.approx(shares["estimate"].tolist())
    assert (shares["bound_low"] <= shares["estimate"]).all() and (
        shares["estimate"] <= shares["bound_high"]
    ).all()
    assert shares["missing"].tolist() == [0, 1, 0, 1] and (shares["p_adjusted"] >= shares["p"]).all()
    changes = short_long_changes(WAVES, ORGANISATIONS, asked("", "d"), [REACH], replicates=20).iloc[0]
    assert changes["drawn_low"] < changes["estimate"] < changes["drawn_high"]
    assert changes["bound_low"] < changes["bound_high"]


def test_bounds_are_joined_by_what_names_a_row_and_missing_where_there_are_none():
    estimates = pd.DataFrame({"kind": ["x", "y"], "wave": "w", "estimate": [0.5, 0.6], "n": 4})
    bounds = pd.DataFrame({"kind": ["x"], "wave": "w", "low": [0.2], "high": [0.9], "missing": [1]})
    joined = with_bounds(estimates, bounds)
    assert joined["bound_low"].tolist()[0] == 0.2 and np.isnan(joined["bound_high"].iloc[1])
    assert joined.columns.tolist()[-1] == "n"


def test_from_four_hundred_organisations_on_the_jackknife_gives_the_interval():
    random = np.random.default_rng(3)
    ends = random.integers(0, 400, size=(1200, 2))
    many = organisations_frame([f"o{i:03}" for i in range(400)], kind=["x", "y"] * 200)
    row = long_share(ties_frame([(f"o{a:03}", f"o{b:03}") for a, b in ends]), many, None, [KINDS]).iloc[0]
    assert row["method"].startswith("vertex jackknife") and row["low"] < row["estimate"] < row["high"]
