"""Pictures of networks: told without colour, no name over another, nobody found by her position."""

from __future__ import annotations

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest
from reference_networks import florentine, high_tech, organisations_frame, ties_frame

from hubanalysis.figures.brokerage import alt_without_group, plot_broker_roles, plot_without_group
from hubanalysis.figures.kind_table import alt_kind_table, plot_kind_table
from hubanalysis.figures.label_places import overlap
from hubanalysis.figures.network_matrix import alt_matrix, matrix_rows, plot_matrix
from hubanalysis.figures.networks import alt_network, drawn_ties, organisations_alone, plot_network
from hubanalysis.figures.nothing import NOTHING_DRAWN
from hubanalysis.figures.reach_map import plot_reach
from hubanalysis.findings.brokerage import broker_sentences, named_holders
from hubanalysis.findings.network_structure import (
    community_sentences,
    core_sentences,
    robustness_sentences,
    steering_group,
    without_table,
)
from hubanalysis.findings.reach import drawn_people, drawn_seats, reach_sentences
from hubanalysis.locale.translator import Translator
from hubanalysis.metrics.brokerage import broker_roles
from hubanalysis.metrics.communities import communities
from hubanalysis.metrics.core_periphery import core_periphery
from hubanalysis.metrics.kind_mixing import kind_mixing
from hubanalysis.metrics.municipal_reach import (
    people_by_residence,
    people_flows,
    same_place,
    ties_by_municipality,
)
from hubanalysis.metrics.robustness import holders, without_group
from hubanalysis.metrics.tie_change import tie_states

TEXT = Translator("en")
TIES, DEPARTMENTS = high_tech()
WAVES = TIES.assign(wave=TIES["kind"].map({"advice": "before", "friendship": "after"}), kind="advice")
NETWORK = (WAVES, DEPARTMENTS, None)
STATES = drawn_ties(tie_states(*NETWORK), DEPARTMENTS)
SOME = DEPARTMENTS.assign(consent=[True] * 10 + [False] * 10 + [None])
NAMED = set(SOME["organisation"].head(10))


@pytest.fixture(autouse=True)
def close_figures():
    yield
    plt.close("all")


def written(figure) -> str:
    return " ".join(t.get_text() for axes in figure.axes for t in axes.texts)


def test_names_on_the_map_cover_no_other_name():
    names = {o: f"Organisation of {o}" for o in DEPARTMENTS["organisation"]}
    figure = plot_network(
        STATES, DEPARTMENTS, ties=WAVES, text=TEXT, labels=lambda k: names if k == "organisations" else {}
    )
    figure.draw_without_rendering()
    boxes = [t.get_window_extent().extents for t in figure.axes[0].texts if "Organisation" in t.get_text()]
    assert len(boxes) >= 15
    covered = [
        overlap(a, b) / min(np.prod(a[2:] - a[:2]), np.prod(b[2:] - b[:2]))
        for i, a in enumerate(boxes)
        for b in boxes[i + 1 :]
    ]
    assert max(covered) < 0.2  # boxes have room above and below the letters
    assert all(figure.bbox.x0 - 1 <= b[0] and b[2] <= figure.bbox.x1 + 1 for b in boxes)


def test_the_map_shows_every_wave_and_says_who_stands_alone():
    ties = pd.concat([WAVES, WAVES.head(1).assign(source="1", target="1")])
    lonely = organisations_frame([*DEPARTMENTS["organisation"], "hermit"])
    assert organisations_alone(ties, lonely, kind="advice") == ["hermit"]
    assert organisations_alone(ties, lonely, kind="advice", public=True) == []
    figure = plot_network(STATES, DEPARTMENTS, ties=WAVES, alone=["hermit"], text=TEXT)
    assert {axes.get_title(loc="left") for axes in figure.axes} >= {"before", "after"}
    assert "Without any tie: hermit." in written(figure)


def test_a_network_asked_once_is_drawn_as_it_stands():
    once = WAVES[WAVES["wave"] == "before"]
    none = drawn_ties(tie_states(once, DEPARTMENTS), DEPARTMENTS)
    figure = plot_network(none, DEPARTMENTS, ties=once, text=TEXT)
    assert [axes.get_title(loc="left") for axes in figure.axes] == ["before"]
    assert "190 ties" in alt_network(none, ties=once, text=TEXT)


def test_a_silent_organisation_is_not_said_to_stand_alone():
    asked = pd.DataFrame(
        {"kind": "k", "wave": "before", "organisation": list("abcd"), "responded": [True, True, False, True]}
    )
    ties = ties_frame([("a", "b")]).assign(kind="k", wave="before")
    assert organisations_alone(ties, of_kinds(x="abcd"), asked) == ["d"]


def test_the_matrix_tells_states_by_form_and_hatches_the_silent():
    asked = pd.DataFrame(
        {"kind": "advice", "wave": w, "organisation": o, "responded": o != "21" or w == "before"}
        for w in ("before", "after") for o in DEPARTMENTS["organisation"].astype(str)
    )  # fmt: skip
    network = (WAVES[(WAVES["source"].astype(str) != "21") | (WAVES["wave"] == "before")], DEPARTMENTS, asked)
    states = drawn_ties(tie_states(*network), DEPARTMENTS)
    rows = matrix_rows(*network)
    axes = plot_matrix(states, rows, text=TEXT).axes[0]
    drawn = {line.get_label(): line for line in axes.lines if line.get_label() in set(states["state"])}
    assert {k: len(line.get_xdata()) for k, line in drawn.items()} == states["state"].value_counts().to_dict()
    assert len({line.get_marker() for line in drawn.values()}) == len(drawn)
    assert sum(bool(patch.get_hatch()) for patch in axes.patches) == 1
    assert "1 rows did not answer" in alt_matrix(states, rows, text=TEXT)
    assert rows["group"].tolist() == sorted(rows["group"])


def test_in_public_no_unnamed_organisation_stands_in_map_matrix_or_table():
    drawn = drawn_ties(tie_states(*NETWORK), SOME, public=True)
    assert set(matrix_rows(*NETWORK[:1], SOME, public=True)["organisation"]) <= NAMED
    shown = written(plot_network(drawn, SOME, ties=drawn_ties(WAVES, SOME, public=True), text=TEXT)).split()
    assert shown and set(shown) <= NAMED | {""}
    assert set(named_holders(holders(*NETWORK), SOME, public=True)["organisation"]) <= NAMED
    points, links = drawn_seats(SOME.assign(municipality=SOME["organisation"]), WAVES, public=True)
    assert set(points["municipality"]) <= NAMED and set(links["source"]) | set(links["target"]) <= NAMED


def test_ties_between_kinds_match_a_count_by_hand_and_their_expectation():
    # a, b of one kind, c, d of another: a->b, a->c, c->d; every order of the kinds is as likely
    organisations = of_kinds(x="ab", y="cd")
    ties = ties_frame([("a", "b"), ("a", "c"), ("c", "d")])
    found = kind_mixing(ties, organisations, permutations=2000).set_index(["from_kind", "to_kind"])
    assert found["estimate"].to_dict() == {("x", "x"): 1, ("x", "y"): 1, ("y", "x"): 0, ("y", "y"): 1}
    assert found["pairs"].to_dict() == {("x", "x"): 2, ("x", "y"): 4, ("y", "x"): 4, ("y", "y"): 2}
    # T n_a n_b / (N (N - 1)) between kinds, T n_a (n_a - 1) / (N (N - 1)) within one
    assert found.loc[("x", "y"), "expected"] == pytest.approx(3 * 4 / 12, abs=0.06)
    assert found.loc[("x", "x"), "expected"] == pytest.approx(3 * 2 / 12, abs=0.06)


def test_an_undirected_pair_of_kinds_stands_once_and_ties_are_all_counted():
    ties, families = florentine(isolate=True)
    halves = families.assign(kind=["x" if i % 2 else "y" for i in range(len(families))])
    found = kind_mixing(ties, halves, directed=False, permutations=20)
    for _, own in found.groupby("kind"):
        assert len(own) == 3 and own["pairs"].sum() == len(families) * (len(families) - 1) // 2
    assert found.groupby("kind")["estimate"].sum().max() <= len(ties)


def test_cells_of_small_kinds_are_hidden_and_the_table_is_readable_in_grey():
    mixing = kind_mixing(*NETWORK[:2], permutations=50)
    full, cut = plot_kind_table(mixing, text=TEXT), plot_kind_table(mixing, least=5, text=TEXT)
    small = int((mixing["n"] < 5).sum())
    assert small > 0
    assert len(full.axes[0].texts) > len(cut.axes[0].texts)
    assert f"{len(mixing) - small} cells shown" in alt_kind_table(mixing, least=5, text=TEXT)
    for patch in full.axes[0].patches:
        assert np.ptp(patch.get_facecolor()[:3]) < 0.01
    assert plot_kind_table(mixing, least=100, text=TEXT).get_label() == NOTHING_DRAWN


def of_kinds(**kinds: str) -> pd.DataFrame:
    """Organisations from ``kind="abc"``: one for each letter."""
    return organisations_frame([o for members in kinds.values() for o in members]).assign(
        kind=[kind for kind, members in kinds.items() for _ in members]
    )


PLACES = pd.DataFrame(
    {
        "municipality": ["Siena", "Poggibonsi", "Roma"],
        "latitude": [43.32, 43.47, 41.9],
        "longitude": [11.33, 11.15, 12.5],
    }
)
POINTS = pd.DataFrame({"municipality": ["Siena", "Poggibonsi", "Roma", "Nowhere"], "count": [9, 5, 2, 1]})
LINKS = pd.DataFrame({"source": ["Siena"], "target": ["Poggibonsi"], "count": [4]})


def test_the_map_of_reach_keeps_distances_and_names_what_lies_outside():
    axes = plot_reach(POINTS, LINKS, PLACES, words="seats", text=TEXT).axes[0]
    bar = next(line for line in axes.lines if line.get_gid() == "10 km")
    assert np.ptp(bar.get_xdata()) == pytest.approx(10)
    (x, y), (u, v) = (
        line.get_xydata()[0] for line in axes.lines if line.get_marker() == "o" and line.get_gid() is None
    )
    # Siena and Poggibonsi lie 22.2 km apart (haversine)
    assert np.hypot(x - u, y - v) == pytest.approx(22.2, abs=0.2)
    assert axes.get_aspect() == 1
    assert "Roma (2) and Nowhere (1)" in written(axes.figure)


def test_without_coordinates_there_are_bars_in_order():
    axes = plot_reach(POINTS, LINKS, PLACES.head(0), words="seats", text=TEXT).axes[0]
    assert [bar.get_width() for bar in axes.patches] == [9, 5, 2, 1]


def test_people_count_once_in_a_municipality_and_small_flows_are_left_out():
    activities = pd.DataFrame(
        {"activity": ["t1", "t2", "t3"], "municipality": ["Colle di Val d'Elsa", "Siena", "Siena"]}
    )
    attendance = pd.DataFrame({"person": list("aaabbc"), "activity": ["t1", "t2", "t3", "t2", "t3", "t1"]})
    attributes = pd.DataFrame(
        {"id": list("ab"), "attribute": "municipality", "value": ["siena", "colle_di_val_d_elsa"]}
    )
    flows = people_flows(attendance, activities, attributes)
    assert flows["people"].sum() == 4  # a to both, b to Siena, c (of unknown residence) to Colle
    assert set(flows["residence"].dropna()) == {"Siena", "Colle di Val d'Elsa"}
    homes = people_by_residence(attendance, activities, attributes)
    assert homes["people"].tolist() == [1, 1]
    points, links = drawn_people(homes, flows, least=2)
    assert links.empty and points.empty
    assert same_place("Città di Castello") == "citta_di_castello"


def test_ties_between_municipalities_set_directions_aside():
    seats = of_kinds(x="abc").assign(municipality=["S", "P", "S"])
    found = ties_by_municipality(ties_frame([("a", "b"), ("b", "a"), ("a", "c")]), seats)
    assert found[["municipality", "with_municipality", "ties"]].values.tolist() == [
        ["P", "S", 2],
        ["S", "S", 1],
    ]
    links = found.rename(columns={"municipality": "source", "with_municipality": "target", "ties": "count"})
    said = reach_sentences(links, found.head(0), TEXT)
    assert said == ["Of 3 ties between organisations whose seats are known, 2 join two municipalities."]


def test_broker_sentences_name_only_roles_outside_the_range_of_chance():
    roles = broker_roles(*NETWORK[:2], permutations=100)
    said = " ".join(broker_sentences(roles, TEXT))
    ordinary = roles.assign(chance_low=0.0, chance_high=1e9)
    assert all("no broker role is more or less frequent" in s for s in broker_sentences(ordinary, TEXT))
    assert "advice" in said and len(broker_sentences(roles.head(0), TEXT)) == 1
    figure = plot_broker_roles(roles, text=TEXT)
    assert sum(line.get_marker() in ("o", "s") for line in figure.axes[0].lines) == 10


@pytest.mark.parametrize(
    ("p", "said"), [(0.01, "more marked than in random"), (0.5, "no core could be shown")]
)
def test_a_core_no_more_marked_than_by_chance_is_said_to_be_none(p, said):
    core = core_periphery(*NETWORK[:2], draws=3, restarts=2).assign(p=p)
    assert said in core_sentences(core, TEXT)[0]


@pytest.mark.parametrize(
    ("p", "said"), [(0.01, "more apart than in random"), (0.5, "no communities could be shown")]
)
def test_communities_no_more_apart_than_by_chance_are_said_to_be_none(p, said):
    found = communities(*NETWORK[:2], draws=3, seeds=3).assign(p=p, stability=0.5)
    sentence = community_sentences(found, TEXT)[0]
    assert said in sentence and "not always find the same" in sentence


def test_a_network_that_leans_on_its_steering_group_is_said_to():
    # a star around h: without h only the pairs a-b and c-d reach each other
    ties = ties_frame([("h", o) for o in "abcdef"] + [("a", "b"), ("c", "d")])
    whole = of_kinds(x="abcdefh")
    without = without_group(ties, ["h"], whole, draws=200)
    said = robustness_sentences(without, TEXT)[0]
    assert "leans on the steering group. With it 100%" in said and "without it 13%" in said  # 2 pairs of 15
    assert "100%" in alt_without_group(without, text=TEXT)
    assert len(plot_without_group(without, text=TEXT).axes) == 3
    assert without_table(without)["with_group"].notna().all()
    assert "cannot be said" in robustness_sentences(without_group(ties, [], whole), TEXT)[0]


def test_a_small_steering_group_is_told_of_in_public_only_if_all_of_it_consents():
    group = of_kinds(x="abc").assign(steering=[True, True, False], consent=[True, False, True])
    assert steering_group(group) == ["a", "b"]
    assert steering_group(group, public=True) == []
    assert steering_group(group.assign(consent=True), public=True) == ["a", "b"]
    assert steering_group(group, public=True, threshold=2) == ["a", "b"]


def test_without_ties_nothing_is_drawn_and_nothing_is_claimed():
    nothing = (ties_frame([]), organisations_frame([]), None)
    states = tie_states(*nothing)
    mixing, roles = kind_mixing(*nothing), broker_roles(*nothing)
    without = without_group(nothing[0], [], nothing[1])
    for figure in (
        plot_matrix(states, matrix_rows(*nothing), text=TEXT),
        plot_kind_table(mixing, text=TEXT),
        plot_broker_roles(roles, text=TEXT),
        plot_without_group(without, text=TEXT),
        plot_reach(*drawn_seats(nothing[1], nothing[0]), PLACES, words="seats", text=TEXT),
    ):
        assert figure.get_label() == NOTHING_DRAWN
    assert organisations_alone(*nothing) == [] and named_holders(holders(*nothing), nothing[1]).empty
    assert (
        core_sentences(core_periphery(*nothing), TEXT)
        == []
        == community_sentences(communities(*nothing), TEXT)
    )
    assert "Nothing to draw" in alt_without_group(without, text=TEXT)
