"""Ballots, collective rankings, consensus, urgency, groups and coverage, against hand-made and published values."""

from __future__ import annotations

import itertools

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from hubanalysis.metrics.ballots import ballots_of, condorcet_winner, pairwise_margins
from hubanalysis.metrics.concordance import consensus, kendall_w, points_change, stability
from hubanalysis.metrics.coverage import coverage, effort_and_priority, people_reached
from hubanalysis.metrics.priorities import (
    borda_scores,
    collective_rankings,
    kemeny_ranks,
    rules_side_by_side,
    schulze_ranks,
)
from hubanalysis.metrics.urgency import (
    emergency_signals,
    named_emergencies,
    rated_change,
    ratings_by_need,
    shares_first,
)
from hubanalysis.metrics.voter_groups import group_differences, group_sizes


def rankings(*ballots: str, round_: int = 1) -> pd.DataFrame:
    """A ballot is written best first; needs in brackets are tied: ``a(bc)``."""
    rows = []
    for v, ballot in enumerate(ballots):
        rank, tied = 0, False
        for letter in ballot:
            if letter in "()":
                tied = letter == "("
                rank += tied
                continue
            rank += not tied
            rows.append((round_, f"v{v:02d}", letter, rank))
    return pd.DataFrame(rows, columns=["round", "voter", "need", "rank"])


def ranks(frame: pd.DataFrame) -> dict[str, float]:
    return dict(zip(frame["need"], frame["estimate"], strict=True))


def test_borda_gives_the_points_of_the_needs_below():
    frame = borda_scores(rankings("abc", "abc", "bca"), ["a", "b", "c"], replicates=50)
    assert ranks(frame) == pytest.approx({"a": 4 / 3, "b": 4 / 3, "c": 1 / 3})
    assert (frame["low"] <= frame["estimate"]).all() and (frame["estimate"] <= frame["high"]).all()
    assert frame["n"].eq(3).all()


def test_tied_needs_share_points_and_needs_not_ranked_share_the_last_places():
    ballots = ballots_of(rankings("(ab)c", "a"), ["a", "b", "c", "d"], 1)
    assert ballots.points.tolist() == [[2.5, 2.5, 1, 0], [3, 1, 1, 1]]


def test_a_ranked_need_beats_one_not_ranked_and_two_not_ranked_do_not_meet():
    frame = pairwise_margins(rankings("a", "ab"), ["a", "b", "c"]).set_index(["need", "other_need"])
    assert frame.loc[("a", "c"), "margin"] == 2
    assert frame.loc[("b", "c"), "prefer"] == 1 and frame.loc[("b", "c"), "n"] == 1
    assert frame.loc[("c", "b"), "margin"] == -1


def test_a_ranking_of_a_need_that_was_not_put_is_refused():
    with pytest.raises(ValueError, match="not put to the vote: z"):
        ballots_of(rankings("az"), ["a", "b"], 1)


def test_schulze_orders_his_own_example():
    # Schulze (2011), example with 45 voters and five candidates: order E > A > C > B > D
    votes = {
        "acbed": 5,
        "adecb": 5,
        "bedac": 8,
        "cabed": 3,
        "caebd": 7,
        "cbade": 2,
        "dceba": 7,
        "ebadc": 8,
    }
    frame = rankings(*(ballot for ballot, n in votes.items() for _ in range(n)))
    order = collective_rankings(frame, list("abcde"), rule="schulze", replicates=20)
    assert order["need"].tolist() == ["e", "a", "c", "b", "d"]
    assert order["estimate"].tolist() == [1, 2, 3, 4, 5]


def test_kemeny_finds_the_best_of_all_orders():
    random = np.random.default_rng(5)
    counts = random.integers(0, 20, size=(3, 5, 5)).astype(float)
    for matrix, found in zip(counts, kemeny_ranks(counts), strict=True):
        cost = {
            order: sum(matrix[b, a] for a, b in itertools.combinations(order, 2))
            for order in itertools.permutations(range(5))
        }
        best = tuple(int(i) for i in np.argsort(found))
        assert cost[best] == min(cost.values())
        assert sorted(found) == [1, 2, 3, 4, 5]


def test_kemeny_with_too_many_needs_is_said_not_guessed():
    needs = [f"n{i:02d}" for i in range(13)]
    frame = pd.DataFrame(
        {"round": 1, "voter": [f"v{i}" for i in range(4)] * 13, "need": np.repeat(needs, 4), "rank": 1}
    )
    told = collective_rankings(frame, needs, rule="kemeny")
    assert told["estimate"].isna().all() and told["note"].str.len().gt(0).all()
    with pytest.raises(ValueError, match="at the most 12"):
        kemeny_ranks(np.zeros((1, 13, 13)))


def test_a_cycle_has_no_condorcet_winner_and_schulze_ties_it():
    cycle = rankings("abc", "bca", "cab")
    assert condorcet_winner(cycle, list("abc")).iloc[0]["need"] is None
    assert schulze_ranks(ballots_of(cycle, list("abc"), 1).prefers.sum(axis=0)).tolist() == [1, 1, 1]


def test_condorcet_winner_with_its_narrowest_victory():
    row = condorcet_winner(rankings("abc", "abc", "acb", "cab", "bca"), list("abc")).iloc[0]
    assert (row.need, row.margin, row.n) == ("a", 1, 5)


def test_rules_side_by_side_show_where_they_differ():
    # Condorcet's a wins in pairs (3 to 2 over b), Borda's b by points
    frame = rules_side_by_side(rankings("abc", "abc", "abc", "bca", "bca"), list("abc")).set_index("need")
    assert frame.loc["a", "schulze"] == frame.loc["a", "kemeny"] == 1
    assert frame.loc["b", "borda"] == 1 and frame.loc["a", "borda"] == 2
    assert frame.loc["a", "spread"] == 1


def test_intervals_of_rank_are_seeded_and_wide_where_voters_divide():
    needs = list("abcd")
    clear = rankings(*["abcd"] * 20)
    torn = rankings(*["abcd", "bacd"] * 10)
    first = collective_rankings(torn, needs, replicates=200, seed=3)
    pd.testing.assert_frame_equal(first, collective_rankings(torn, needs, replicates=200, seed=3))
    assert first.set_index("need").loc["a", ["low", "high"]].tolist() == [1, 2]
    assert (collective_rankings(clear, needs, replicates=50)[["low", "high"]].nunique(axis=1) == 1).all()


def test_two_voters_give_an_order_without_an_interval():
    frame = collective_rankings(rankings("ab", "ab"), list("ab"))
    assert frame["low"].isna().all() and frame["note"].str.len().gt(0).all()


def test_an_unknown_rule_is_refused():
    with pytest.raises(ValueError, match="borda, schulze, kemeny"):
        collective_rankings(rankings("ab"), list("ab"), rule="plurality")


def test_kendall_w_with_ties_is_as_published():
    # R effectsize, tests of kendalls_w: ten persons, four conditions, ties within persons: W = .4011
    times = [
        [0.86, 0.86, 0.86, 0.78], [0.56, 0.59, 0.56, 0.66], [0.48, 0.47, 0.50, 0.51], [0.48, 0.45, 0.52, 0.47],
        [0.65, 0.70, 0.79, 0.81], [0.58, 0.57, 0.60, 0.60], [0.53, 0.47, 0.61, 0.49], [0.56, 0.56, 0.64, 0.60],
        [0.56, 0.59, 0.66, 0.63], [0.70, 0.80, 0.92, 0.96],
    ]  # fmt: skip
    assert kendall_w(np.array([stats.rankdata(row) for row in times])) == pytest.approx(0.4011, abs=5e-5)
    # the same source: three judges, one of whom ties everything: .4666667
    judged = np.array([[1, 2, 3, 4], [2.5, 2.5, 2.5, 2.5], [2, 3, 1, 4]])
    assert kendall_w(judged[[0, 2]]) == pytest.approx(0.7)
    assert np.isnan(kendall_w(judged[1:2]))


def test_consensus_is_one_when_all_agree_and_low_when_they_oppose():
    needs = list("abcd")
    assert consensus(rankings(*["abcd"] * 4), needs).iloc[0].estimate == pytest.approx(1)
    opposed = consensus(rankings("abcd", "dcba", "abcd", "dcba"), needs).iloc[0]
    assert opposed.estimate == pytest.approx(0) and opposed.low == 0 and opposed.p > 0.9


def test_stability_follows_the_same_voters_only():
    both = pd.concat([rankings("abc", "abc", "cba"), rankings("abc", "cba", round_=2)])
    row = stability(both, list("abc")).iloc[0]
    assert (row.estimate, row.n) == (
        0,
        2,
    )  # one the same (1), one turned round (-1); the third did not come back
    moved = points_change(both, list("abc")).set_index("need")
    assert moved.loc["c", "estimate"] == 1 and moved.loc["a", "estimate"] == -1 and moved["n"].eq(2).all()


RATINGS = pd.DataFrame(
    [(r, f"v{v}", need, 3 + (need == "a") * (r - 1) * (1 + v % 2), 2 + 2 * (need == "c"))
     for r in (1, 2) for v in range(12) for need in "abc"],
    columns=["round", "voter", "need", "urgency", "gravity"],
)  # fmt: skip


def test_ratings_keep_urgency_and_gravity_apart():
    frame = ratings_by_need(RATINGS).set_index(["round", "need", "measure"])
    assert frame.loc[(2, "a", "urgency"), "estimate"] == pytest.approx(4.5)
    assert frame.loc[(2, "c", "gravity"), "estimate"] == 4
    assert frame["n"].eq(12).all()


def test_a_rise_in_urgency_is_paired_and_adjusted():
    row = rated_change(RATINGS).set_index("need").loc["a"]
    assert row.estimate == pytest.approx(1.5) and row.low > 1
    assert row.p_adjusted >= row.p


def test_signals_find_the_rare_but_grave_and_the_rising():
    votes = pd.concat([rankings(*["abxyz", "axbyz"] * 6, round_=r) for r in (1, 2)])
    votes["voter"] = votes["voter"].str.replace("v0", "v")
    frame = emergency_signals(votes, RATINGS, list("abcxyz"), places=2).set_index("need")
    assert frame.loc["c", "signal"] == "rare_and_grave"  # nobody puts c first, all find it grave
    assert frame.loc["a", "signal"] == "rising"  # its urgency rose
    assert frame.loc["b", "signal"] == "none"
    assert shares_first(votes, list("abcxyz"), 2).query("round == 2 and need == 'b'").iloc[0].estimate == 0.5


def test_voters_who_name_an_emergency_count_once_and_empty_words_do_not():
    voters = pd.DataFrame(
        {"round": 1, "voter": ["v1", "v2", "v3", "v3"], "group": ["g", "g", "g", "h"], "value": "x"}
    )
    words = pd.DataFrame({"round": 1, "voter": ["v1", "v1", "v2"], "text": ["x", "y", " "]})
    row = named_emergencies(words, voters).iloc[0]
    assert (row.estimate, row.n) == (pytest.approx(1 / 3), 3)


def groups(*sizes: int) -> pd.DataFrame:
    values = [f"g{i}" for i, size in enumerate(sizes) for _ in range(size)]
    return pd.DataFrame(
        {"round": 1, "voter": [f"v{i:02d}" for i in range(len(values))], "group": "service", "value": values}
    )


def test_groups_are_compared_with_all_others():
    votes = rankings(*["abc"] * 10, *["bac", "bca"] * 5)
    frame = group_differences(votes, groups(10, 10), list("abc"), threshold=10).set_index(["value", "need"])
    assert frame.loc[("g0", "a"), "estimate"] == pytest.approx(2 - 0.5)
    assert frame.loc[("g0", "a"), "low"] > 0 and frame.loc[("g0", "a"), "n"] == 10
    assert group_sizes(groups(10, 10))["n"].tolist() == [10, 10]


def test_group_interval_and_p_are_welchs():
    votes = rankings(*["abc", "bac", "acb", "cab"] * 5)
    frame = group_differences(votes, groups(11, 9), list("abc"), threshold=5).set_index(["value", "need"])
    points = pd.DataFrame(ballots_of(votes, list("abc"), 1).points, columns=list("abc"))["b"]
    welch = stats.ttest_ind(points[:11], points[11:], equal_var=False)
    row = frame.loc[("g0", "b")]
    assert row.p == pytest.approx(welch.pvalue)
    assert (row.low, row.high) == pytest.approx(tuple(welch.confidence_interval()))


def test_a_small_group_is_named_without_a_number_and_so_is_who_is_left_alone():
    votes = rankings(*["abc"] * 15, *["bac"] * 4)
    frame = group_differences(votes, groups(15, 4), list("abc"), threshold=10)
    assert frame["estimate"].isna().all() and frame["note"].str.len().gt(0).all()
    assert frame["value"].tolist() == ["g0", "g1"]  # g0's numbers would give g1 away


ATTENDANCE = pd.DataFrame(
    {"person": ["p1", "p2", "p3", "p1", "p4", "p1"], "activity": ["t1", "t1", "t1", "t2", "t2", "t1"]}
)
LINKS = pd.DataFrame({"need": ["a", "a", "b"], "activity": ["t1", "t2", "t2"], "strength": [1.0, 0.5, 0.25]})


def test_coverage_weights_presences_by_strength():
    frame = coverage(LINKS, ATTENDANCE, list("abc")).set_index("need")
    assert frame.loc["a", ["activities", "presences", "effort"]].tolist() == [
        2,
        5,
        4,
    ]  # 3 presences x 1 + 2 x .5
    assert frame.loc["b", "effort"] == 0.5
    assert frame.loc["c"].tolist() == [0, 0, 0, 0]


def test_people_reached_counts_each_person_once_and_only_strong_answers():
    frame = people_reached(LINKS, ATTENDANCE, list("abc")).set_index("need")
    assert frame.loc["a", "estimate"] == 1 and frame.loc["b", "estimate"] == 0 and frame["n"].eq(4).all()
    assert frame.loc["c", "note"]


def test_priority_beside_effort_names_the_uncovered():
    covered = coverage(LINKS, ATTENDANCE, list("abc"))
    points = borda_scores(rankings("cab", "cba", "cab"), list("abc"), replicates=5)
    frame = effort_and_priority(covered, points).set_index("need")
    assert frame.loc["c", "reading"] == "uncovered" and frame.loc["c", "rank"] == 1
    assert frame.loc["a", "reading"] == "over"
    assert frame["gap"].sum() == pytest.approx(0)


def test_nothing_gives_empty_frames():
    nothing = rankings()
    for metric in (borda_scores, collective_rankings, consensus, stability, pairwise_margins, shares_first):
        assert metric(nothing, list("ab")).empty
    assert ratings_by_need(RATINGS.head(0)).empty and rated_change(RATINGS.head(0)).empty
    assert emergency_signals(nothing, RATINGS.head(0), list("ab")).empty
    assert effort_and_priority(coverage(LINKS.head(0), ATTENDANCE, []), borda_scores(nothing, [])).empty
