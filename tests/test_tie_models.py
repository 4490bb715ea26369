"""Models of ties by formula, formation and dissolution, overlap of kinds, and who met whom."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from reference_networks import (
    ADVICE,
    FRIENDSHIP,
    high_tech,
    organisations_frame,
    respondents_frame,
    ties_frame,
)

from hubanalysis.metrics.co_attendance import participations, shared_activities
from hubanalysis.metrics.multiplexity import STILL, multiplex_counts, multiplex_overlap
from hubanalysis.metrics.network_regression import network_regression
from hubanalysis.metrics.tie_models import FEW_EVENTS, UNTOLD, tie_dissolution, tie_formation, why_ties
from hubanalysis.metrics.tie_terms import parse_formula

LONG = [{"id": "reach", "either_reach": ["national"]}, {"id": "kinds", "kinds_differ": True}]
DRAWS = {"permutations": 49}


def study(n: int = 14, seed: int = 5):
    """Ties of two kinds and two waves on described organisations."""
    rng = np.random.default_rng(seed)
    nodes = [f"o{i:02}" for i in range(n)]
    register = organisations_frame(
        nodes,
        kind=[["school", "museum"][i % 2] for i in range(n)],
        municipality=[["Siena", "Poggibonsi", "Colle"][i % 3] for i in range(n)],
        reach=[["local", "national"][i % 4 == 0] for i in range(n)],
        power=[1 + i % 3 for i in range(n)],
    )
    frames = []
    for kind in ("work", "news"):
        for wave in ("before", "after"):
            pairs = [(a, b) for a in nodes for b in nodes if a != b and rng.random() < 0.3]
            frames.append(ties_frame(pairs, kind=kind, wave=wave))
    return pd.concat(frames, ignore_index=True), register


def values(frame, column="estimate"):
    return dict(zip(frame["term"], frame[column], strict=True))


class TestFormula:
    def test_blanks_and_repeats_do_not_matter(self):
        assert parse_formula("a b ~ c d+ same( kind ) +sender(kind=school) + c d") == (
            "a b", ["c d", "same(kind)", "sender(kind = school)"],
        )  # fmt: skip

    @pytest.mark.parametrize("formula", ["work", "~ met", "work ~", "work ~ met +", "work ~ same(kind"])
    def test_what_is_no_formula_is_refused(self, formula):
        with pytest.raises(ValueError, match="reads"):
            parse_formula(formula)

    def test_everything_unknown_is_named_at_once_with_what_is_known(self):
        ties, register = study()
        with pytest.raises(ValueError, match="unknown: gossip, same\\(size\\), long\\(far\\)") as told:
            why_ties("work ~ gossip + same(size) + long(far) + news", ties, register, definitions=LONG)
        for word in ("news", "met", "distance(...)", "long(reach)", "municipality"):
            assert word in str(told.value)

    @pytest.mark.parametrize(
        "term", ["returned", "distance(kind)", "sender(kind)", "same(kind = school)", "work"]
    )
    def test_terms_that_make_no_sense_are_unknown(self, term):
        with pytest.raises(ValueError, match="unknown"):
            why_ties(f"work ~ {term}", *study())

    def test_an_undirected_network_has_no_sender(self):
        with pytest.raises(ValueError, match="unknown: sender"):
            why_ties("work ~ sender(power)", *study(), directed=False)
        found = why_ties("work ~ total(power)", *study(), directed=False, wave="before", **DRAWS)
        assert found["term"].tolist() == ["constant", "total(power)"]
        assert (found["pairs_compared"] == 14 * 13 / 2).all()

    def test_an_unknown_kind_wave_or_model_names_the_known(self):
        with pytest.raises(ValueError, match="work, news"):
            why_ties("play ~ news", *study())
        with pytest.raises(ValueError, match="before, after"):
            why_ties("work ~ news", *study(), wave="later")
        with pytest.raises(ValueError, match="linear, logit"):
            why_ties("work ~ news", *study(), model="probit")


class TestWhyTies:
    def test_friendship_of_the_managers_by_advice(self):
        # the model of METHODS without reports: against the regression of the two matrices
        found = why_ties("friendship ~ advice + same(kind)", *high_tech(), model="linear", **DRAWS)
        sizes = (21, 21)
        advice, friends = np.zeros(sizes), np.zeros(sizes)
        for matrix, relation in ((advice, ADVICE), (friends, FRIENDSHIP)):
            for a, named in relation.items():
                matrix[a - 1, [b - 1 for b in named]] = 1
        register = high_tech()[1]
        department = register["kind"].to_numpy()
        same = (department[:, None] == department[None, :]).astype(float)
        direct = network_regression(friends, {"advice": advice, "same": same}, permutations=0)
        assert found["estimate"].tolist() == pytest.approx(direct["estimate"].tolist(), abs=1e-10)
        assert found["term"].tolist() == ["constant", "advice", "same(kind)"]

    def test_each_term_is_the_matrix_it_says(self):
        ties, register = study()
        terms = "news + differ(municipality) + distance(power) + sender(power) + receiver(kind = school) + long(reach)"
        found = why_ties(
            f"work ~ {terms}", ties, register, definitions=LONG, wave="before", model="linear", **DRAWS
        )
        nodes = register["organisation"].tolist()
        place = {node: i for i, node in enumerate(nodes)}
        y, news = np.zeros((14, 14)), np.zeros((14, 14))
        for row in ties[ties["wave"] == "before"].itertuples():
            (y if row.kind == "work" else news)[place[row.source], place[row.target]] = 1
        town, power = register["municipality"].to_numpy(), register["power"].to_numpy(float)
        wide, school = (
            (register["reach"] == "national").to_numpy(),
            (register["kind"] == "school").to_numpy(float),
        )
        rows, off = [], ~np.eye(14, dtype=bool)
        for i, j in zip(*np.nonzero(off), strict=True):
            pair = (
                1,
                news[i, j],
                town[i] != town[j],
                abs(power[i] - power[j]),
                power[i],
                school[j],
                wide[i] | wide[j],
            )
            rows.append(pair)
        expected = np.linalg.lstsq(np.array(rows, float), y[off], rcond=None)[0]
        assert found["estimate"].tolist() == pytest.approx(expected.tolist(), abs=1e-9)

    def test_each_wave_has_its_rows(self):
        found = why_ties("work ~ news", *study(), **DRAWS)
        assert found[["wave", "term"]].to_numpy().tolist() == [
            ["before", "constant"], ["before", "news"], ["after", "constant"], ["after", "news"],
        ]  # fmt: skip

    def test_an_undescribed_end_leaves_its_pairs_out_and_it_is_told(self):
        ties, register = study()
        register.loc[0, "kind"] = None
        found = why_ties("work ~ same(kind)", ties, register, wave="before", **DRAWS)
        assert (found["n"] == 13).all()
        assert (found["pairs_compared"] == 13 * 12).all()
        assert (found["pairs_left_out"] == 26).all()

    def test_the_silent_are_unknown_not_untied(self):
        ties, register = study()
        nodes = register["organisation"].tolist()
        asked = pd.concat(
            [
                respondents_frame(nodes[2:], nodes[:2], kind, wave)
                for kind in ("work", "news")
                for wave in ("before",)
            ]
        )
        ties = ties[(ties["wave"] == "before") & ~ties["source"].isin(nodes[:2])]
        found = why_ties("work ~ news", ties, register, asked, **DRAWS)
        assert (found["pairs_compared"] == 12 * 13).all()
        assert (found["pairs_left_out"] == 26).all()

    def test_a_term_the_study_holds_nothing_on_has_a_row_and_no_estimate(self):
        found = why_ties("work ~ met + news", *study(), wave="before", **DRAWS)
        met = found[found["term"] == "met"].iloc[0]
        assert met["note"] == UNTOLD
        assert np.isnan(met["estimate"])
        assert found["term"].tolist() == ["constant", "met", "news"]
        assert np.isfinite(values(found)["news"])

    def test_a_study_without_ties_has_no_rows(self):
        ties, register = study()
        found = why_ties("work ~ news", ties.iloc[:0], register)
        assert found.empty
        assert "estimate" in found
        assert tie_formation("work ~ news", ties.iloc[:0], register).empty


class TestChange:
    def matrices(self):
        ties, register = study()
        place = {node: i for i, node in enumerate(register["organisation"])}
        made = {}
        for (kind, wave), own in ties.groupby(["kind", "wave"]):
            matrix = np.zeros((14, 14))
            matrix[own["source"].map(place), own["target"].map(place)] = 1.0
            made[kind, wave] = matrix
        return made

    @pytest.mark.parametrize(("model", "risk"), [(tie_formation, 0), (tie_dissolution, 1)])
    def test_only_pairs_at_risk_count_and_terms_come_from_before(self, model, risk):
        made = self.matrices()
        before, after, news = made["work", "before"], made["work", "after"], made["news", "before"]
        found = model("work ~ returned + shared_partners + news", *study(), model="linear", **DRAWS)
        off = ~np.eye(14, dtype=bool) & (before == risk)
        either = np.maximum(before, before.T)
        shared = np.array([[np.sum(either[i] * either[j]) for j in range(14)] for i in range(14)])
        design = np.column_stack([np.ones(off.sum()), before.T[off], shared[off], news[off]])
        expected = np.linalg.lstsq(design, np.abs(after - risk)[off], rcond=None)[0]
        assert found["estimate"].tolist() == pytest.approx(expected.tolist(), abs=1e-9)
        assert (found["pairs_compared"] == off.sum()).all()
        assert (found["events"] == np.abs(after - risk)[off].sum()).all()
        assert found[["wave_from", "wave_to"]].drop_duplicates().to_numpy().tolist() == [["before", "after"]]

    def test_who_fell_silent_has_not_dissolved_a_tie(self):
        ties, register = study()
        nodes = register["organisation"].tolist()
        asked = pd.concat(
            [
                respondents_frame(nodes, wave="before", kind="work"),
                respondents_frame(nodes[1:], nodes[:1], wave="after", kind="work"),
            ]
        )
        work = ties[ties["kind"] == "work"]
        work = work[~((work["wave"] == "after") & (work["source"] == nodes[0]))]
        found = tie_dissolution("work ~ same(kind)", work, register, asked, **DRAWS)
        named = work[(work["wave"] == "before") & (work["source"] != nodes[0])]
        assert (found["pairs_compared"] == len(named)).all()
        assert (
            found["pairs_left_out"] == ((work["wave"] == "before") & (work["source"] == nodes[0])).sum()
        ).all()

    def test_few_events_are_said(self):
        ties, register = study()
        kept = ties[(ties["kind"] == "work") & (ties["wave"] == "before")]
        after = kept.iloc[3:].assign(wave="after")
        found = tie_dissolution(
            "work ~ same(kind)", pd.concat([kept, after]), register, model="linear", **DRAWS
        )
        assert (found["note"] == FEW_EVENTS).all()
        assert (found["events"] == 3).all()


class TestOverlap:
    def test_the_managers_advice_and_friendship(self):
        counts = multiplex_counts(*high_tech()).iloc[0]
        pairs = [{(a, b) for a, named in r.items() for b in named} for r in (ADVICE, FRIENDSHIP)]
        both, either = len(pairs[0] & pairs[1]), len(pairs[0] | pairs[1])
        assert (counts["ties_of_both"], counts["only_first"], counts["only_other"]) == (
            both, len(pairs[0]) - both, len(pairs[1]) - both,
        )  # fmt: skip
        assert counts["both_by_chance"] == pytest.approx(190 * 102 / 420)
        found = multiplex_overlap(*high_tech(), permutations=199, replicates=100).set_index("metric")
        assert found.loc["jaccard", "estimate"] == pytest.approx(both / either)
        assert found.loc["first_in_other", "estimate"] == pytest.approx(both / 190)
        assert found.loc["other_in_first", "estimate"] == pytest.approx(both / 102)
        assert found.loc["correlation", "estimate"] == pytest.approx(0.15459, abs=5e-6)  # METHODS: A-F
        shares = found.drop("correlation")
        assert (shares["low"] < shares["estimate"]).all()
        assert (shares["high"] > shares["estimate"]).all()

    def test_a_kind_without_ties_has_no_share_and_says_why(self):
        ties, register = study()
        ties = ties[(ties["wave"] == "before") & (ties["kind"] == "work")]
        asked = pd.concat(
            [respondents_frame(register["organisation"], kind=kind) for kind in ("work", "news")]
        )
        found = multiplex_overlap(ties, register, asked, permutations=9, replicates=20).set_index("metric")
        assert np.isnan(found.loc["correlation", "estimate"])
        assert found.loc["correlation", "note"] == STILL
        assert found.loc["other_in_first", "note"] != ""
        assert found.loc["jaccard", "estimate"] == 0

    def test_one_kind_overlaps_with_nothing(self):
        ties, register = study()
        assert multiplex_overlap(ties[ties["kind"] == "work"], register).empty


def membership(rows) -> pd.DataFrame:
    columns = ["kind", "wave", "source", "source_mode", "target", "target_mode"]
    return pd.DataFrame([("belongs", "before", *row) for row in rows], columns=columns).astype("category")


class TestMeeting:
    TABLE = membership(
        [
            ("o00", "organisation", "T1", "activity"),
            ("p1", "person", "o01", "organisation"),
            ("p2", "person", "o01", "organisation"),
            ("p3", "person", "o02", "organisation"),
            ("p3", "person", "T2", "activity"),
        ]
    )
    CAME = pd.DataFrame({"person": ["p1", "p2", "p1", "p9"], "activity": ["T1", "T1", "T2", "T1"]})

    def test_organisations_take_part_by_themselves_or_through_their_people(self):
        found = participations(self.TABLE, self.CAME)
        assert found.to_numpy().tolist() == [
            ["o00", "T1", 0], ["o01", "T1", 2], ["o01", "T2", 1], ["o02", "T2", 1],
        ]  # fmt: skip

    def test_only_what_was_held_in_time_counts(self):
        activities = pd.DataFrame({"activity": ["T1", "T2"], "date": ["2022-03-01", "2022-09-01"]})
        found = participations(self.TABLE, self.CAME, activities, until="2022-06-30")
        assert set(found["activity"]) == {"T1"}

    def test_meetings_are_counted_by_pair(self):
        found = shared_activities(["o00", "o01", "o02", "o03"], participations(self.TABLE, self.CAME))
        expected = np.zeros((4, 4))
        expected[0, 1] = expected[1, 0] = expected[1, 2] = expected[2, 1] = 1
        assert (found == expected).all()

    def test_without_records_nobody_is_said_not_to_have_met(self):
        assert shared_activities(["o00", "o01"], participations(self.TABLE.iloc[:0])) is None
        assert shared_activities(["o00", "o09"], participations(self.TABLE)) is None

    def test_met_enters_a_model(self):
        found = tie_formation(
            "work ~ met", *study(), took_part=participations(self.TABLE, self.CAME), model="linear", **DRAWS
        )
        assert np.isfinite(values(found)["met"])
