"""QAP and MRQAP: published values, what a permutation may move, and models that cannot be told."""

from __future__ import annotations

import numpy as np
import pytest
from reference_networks import ADVICE, FRIENDSHIP, REPORTS, florentine
from scipy import special

from hubanalysis.metrics.network_regression import APART, FEW, SAME, STILL, network_regression
from hubanalysis.metrics.quadratic_assignment import permutation_p, qap_correlation, relabellings
from hubanalysis.metrics.vertex_bootstrap import TOO_SMALL


def managers(relation: dict) -> np.ndarray:
    matrix = np.zeros((21, 21))
    for a, named in relation.items():
        for b in named if isinstance(named, list) else [named]:
            matrix[a - 1, b - 1] = 1.0
    return matrix


A, F, R = managers(ADVICE), managers(FRIENDSHIP), managers(REPORTS)
FEW_DRAWS = {"permutations": 99, "seed": 7}


def random_networks(n: int = 16, seed: int = 3, count: int = 3) -> list[np.ndarray]:
    rng = np.random.default_rng(seed)
    made = [(rng.random((n, n)) < 0.3).astype(float) for _ in range(count)]
    for matrix in made:
        np.fill_diagonal(matrix, 0.0)
    return made


def by_term(frame, column: str) -> dict:
    return dict(zip(frame["term"], frame[column], strict=True))


class TestCorrelation:
    def test_the_high_tech_managers(self):
        # gcor of R's sna 2.7-1 on the matrices of Krackhardt (1987)
        assert qap_correlation(A, F, permutations=0)[0] == pytest.approx(0.1545854520, abs=1e-10)
        assert qap_correlation(A, R, permutations=0)[0] == pytest.approx(0.2235581823, abs=1e-10)
        assert qap_correlation(F, R, permutations=0)[0] == pytest.approx(0.1862355626, abs=1e-10)

    def test_the_florentine_families(self):
        # Padgett and Ansell (1993), 16 families: r .37187, p about .0009
        business = [
            ("Barbadori", "Ginori"), ("Barbadori", "Medici"), ("Barbadori", "Peruzzi"), ("Barbadori", "Castellani"),
            ("Bischeri", "Guadagni"), ("Bischeri", "Lamberteschi"), ("Bischeri", "Peruzzi"),
            ("Castellani", "Lamberteschi"), ("Castellani", "Peruzzi"), ("Ginori", "Medici"),
            ("Guadagni", "Lamberteschi"), ("Lamberteschi", "Peruzzi"), ("Medici", "Pazzi"), ("Medici", "Salviati"),
            ("Medici", "Tornabuoni"),
        ]  # fmt: skip
        ties, families = florentine(isolate=True)
        place = {name: i for i, name in enumerate(families["organisation"])}
        both = np.zeros((2, 16, 16))
        for which, pairs in enumerate((zip(ties["source"], ties["target"], strict=True), business)):
            for a, b in pairs:
                both[which, place[a], place[b]] = both[which, place[b], place[a]] = 1.0
        r, p, drawn = qap_correlation(*both, permutations=2000)
        assert r == pytest.approx(0.37187, abs=5e-6)
        assert p < 0.004
        assert len(drawn) == 2000

    def test_it_is_pearsons_over_the_pairs_known_of_both(self):
        x, y, _ = random_networks()
        x[3, :], y[:, 5] = np.nan, np.nan
        both = ~np.isnan(x) & ~np.isnan(y) & ~np.eye(len(x), dtype=bool)
        expected = np.corrcoef(x[both], y[both])[0, 1]
        assert qap_correlation(x, y, permutations=0)[0] == pytest.approx(expected, abs=1e-12)

    def test_the_drawn_values_are_those_of_the_renumbered_network(self):
        x, y, _ = random_networks()
        y *= np.random.default_rng(1).integers(1, 5, y.shape)
        drawn = qap_correlation(x, y, permutations=5, seed=4)[2]
        off = ~np.eye(len(x), dtype=bool)
        for value, order in zip(drawn, relabellings(len(x), 5, 4), strict=True):
            moved = y[np.ix_(np.argsort(order), np.argsort(order))]
            assert value == pytest.approx(np.corrcoef(x[off], moved[off])[0, 1], abs=1e-12)

    def test_who_is_silent_changes_places_only_with_who_is_silent(self):
        x, y, _ = random_networks()
        silent = np.arange(16) < 4
        x[silent], y[silent] = np.nan, np.nan
        for order in relabellings(16, 20, 1, silent):
            assert set(order[:4]) == {0, 1, 2, 3}
        # nothing unknown is ever looked at: filling it with anything leaves every draw as it was
        filled = np.where(np.isnan(y), 9.0, y)
        known = qap_correlation(x, y, within=silent, permutations=50)[2]
        assert np.allclose(known, qap_correlation(x, filled, within=silent, permutations=50)[2])

    @pytest.mark.parametrize("n", [0, 1, 2, 6])
    def test_a_network_that_does_not_vary_has_none(self, n):
        value, p, drawn = qap_correlation(np.zeros((n, n)), np.ones((n, n)), permutations=9)
        assert np.isnan(value)
        assert np.isnan(p)
        assert np.isnan(drawn).all()

    def test_matrices_of_unlike_size_are_refused(self):
        with pytest.raises(ValueError, match="one size"):
            qap_correlation(np.zeros((3, 3)), np.zeros((4, 4)))


def test_p_counts_the_observed_value_and_never_is_nought():
    assert permutation_p(1.0, np.zeros(99)) == pytest.approx(0.01)
    assert permutation_p(0.5, np.array([-0.5, 0.1, 0.6])) == pytest.approx(3 / 4)
    assert permutation_p(1.0, np.array([np.nan, 0.0])) == pytest.approx(2 / 3)  # no value: taken for far
    assert np.isnan(permutation_p(np.nan, np.zeros(3)))


class TestLinear:
    def test_the_high_tech_managers(self):
        # netlm(friendship, advice and reports, nullhyp="qapspp", reps=2000) of R's sna 2.7-1; its p of advice was .105
        found = network_regression(F, {"advice": A, "reports": R}, permutations=400)
        assert found["estimate"].tolist() == pytest.approx(
            [0.181210956271, 0.102430511647, 0.321480057665], abs=1e-11
        )
        assert found["statistic"].tolist() == pytest.approx(
            [6.544590518198, 2.425484273575, 3.257072558900], abs=1e-10
        )
        p = by_term(found, "p")
        assert np.isnan(p["constant"])
        assert 0.05 < p["advice"] < 0.17  # the ordinary p of t = 2.43 would be .016
        assert p["reports"] < 0.02
        assert (found["n"] == 21).all()
        assert (found["pairs_compared"] == 420).all()

    def test_p_is_that_of_double_semi_partialling_done_the_long_way(self):
        y, x, z = random_networks()
        off = ~np.eye(16, dtype=bool)

        def t_of(matrix):
            design = np.column_stack([np.ones(off.sum()), matrix[off], z[off]])
            beta, rest = np.linalg.lstsq(design, y[off], rcond=None)[:2]
            spread = rest[0] / (off.sum() - 3)
            return beta[1] / np.sqrt(spread * np.linalg.inv(design.T @ design)[1, 1])

        others = np.column_stack([np.ones(off.sum()), z[off]])
        left = np.zeros_like(x)
        left[off] = x[off] - others @ np.linalg.lstsq(others, x[off], rcond=None)[0]
        drawn = [abs(t_of(left[np.ix_(order, order)])) for order in relabellings(16, 99, 7)]
        expected = (1 + sum(value >= abs(t_of(x)) for value in drawn)) / 100
        found = network_regression(y, {"x": x, "z": z}, **FEW_DRAWS)
        assert by_term(found, "p")["x"] == pytest.approx(expected, abs=1e-12)
        assert by_term(found, "statistic")["x"] == pytest.approx(t_of(x), abs=1e-9)

    def test_unknown_rows_and_unknown_predictors_are_left_out(self):
        y, x, z = random_networks()
        y[2], x[:, 4], z[7, 8] = np.nan, np.nan, np.nan
        used = ~np.isnan(y) & ~np.isnan(x) & ~np.isnan(z) & ~np.eye(16, dtype=bool)
        design = np.column_stack([np.ones(used.sum()), x[used], z[used]])
        found = network_regression(y, {"x": x, "z": z}, **FEW_DRAWS)
        expected = np.linalg.lstsq(design, y[used], rcond=None)[0]
        assert found["estimate"].tolist() == pytest.approx(expected.tolist(), abs=1e-10)
        assert (found["pairs_compared"] == used.sum()).all()
        assert found["p"].iloc[1:].between(0.01, 1).all()

    def test_an_undirected_pair_counts_once(self):
        y, x, z = (np.maximum(m, m.T) for m in random_networks())
        lower = np.tri(16, k=-1, dtype=bool)
        found = network_regression(y, {"x": x, "z": z}, directed=False, **FEW_DRAWS)
        design = np.column_stack([np.ones(lower.sum()), x[lower], z[lower]])
        expected = np.linalg.lstsq(design, y[lower], rcond=None)[0]
        assert found["estimate"].tolist() == pytest.approx(expected.tolist(), abs=1e-10)
        assert (found["pairs_compared"] == 120).all()

    def test_numbering_the_organisations_anew_changes_no_estimate(self):
        y, x, z = random_networks()
        order = np.random.default_rng(0).permutation(16)
        moved = [m[np.ix_(order, order)] for m in (y, x, z)]
        columns = ["estimate", "low", "high", "statistic"]
        one = network_regression(y, {"x": x, "z": z}, permutations=0)
        other = network_regression(moved[0], {"x": moved[1], "z": moved[2]}, permutations=0)
        assert np.allclose(one[columns], other[columns])

    def test_a_predictor_made_up_by_others_says_so(self):
        y, x, z = random_networks()
        found = network_regression(
            y, {"x": x, "z": z, "both": x + 2 * z, "still": np.ones((16, 16))}, **FEW_DRAWS
        )
        notes = by_term(found, "note")
        assert notes["both"] == notes["still"] == SAME
        assert notes["x"] == notes["z"] == ""
        alone = network_regression(y, {"x": x, "z": z}, **FEW_DRAWS)
        assert found.iloc[:3].equals(alone)

    @pytest.mark.parametrize("model", ["linear", "logit"])
    def test_nothing_to_explain_or_too_few_pairs(self, model):
        x = random_networks(5)[0]
        still = network_regression(np.zeros((5, 5)), {"x": x}, model=model)
        assert still["note"].tolist() == [STILL, STILL]
        for n in (0, 1):
            tiny = network_regression(np.zeros((n, n)), {"x": np.zeros((n, n))}, model=model)
            assert tiny["note"].tolist() == [FEW, FEW]
            assert tiny["estimate"].isna().all()

    def test_three_organisations_have_an_estimate_and_no_interval(self):
        y = np.array([[0, 1, 0], [0, 0, 1], [1, 1, 0]], float)
        found = network_regression(y, {"x": np.array([[0, 1, 1], [0, 0, 1], [0, 1, 0]], float)}, **FEW_DRAWS)
        assert found["estimate"].notna().all()
        assert found["low"].isna().all()
        assert (found["note"] == TOO_SMALL).all()

    def test_the_same_seed_gives_the_same_p(self):
        y, x, z = random_networks()
        one, other = (network_regression(y, {"x": x, "z": z}, **FEW_DRAWS) for _ in range(2))
        assert one.equals(other)


class TestLogit:
    def test_the_high_tech_managers(self):
        # netlogit of R's sna 2.7-1 on the same: coefficients and z (it stops at a tolerance of about 1e-8)
        found = network_regression(F, {"advice": A, "reports": R}, model="logit", permutations=0)
        log_odds = np.log(found["estimate"].to_numpy())
        assert log_odds.tolist() == pytest.approx([-1.5070275920, 0.5794452412, 1.3629538181], abs=1e-7)
        assert found["statistic"].tolist() == pytest.approx(
            [-8.8178961949, 2.4182069858, 2.8116607715], abs=1e-4
        )

    def test_it_solves_the_score_equations(self):
        found = network_regression(F, {"advice": A, "reports": R}, model="logit", permutations=200)
        off = ~np.eye(21, dtype=bool)
        design = np.column_stack([np.ones(420), A[off], R[off]])
        beta = np.log(found["estimate"].to_numpy())
        assert np.abs(design.T @ (F[off] - special.expit(design @ beta))).max() < 1e-8
        weight = special.expit(design @ beta)
        errors = np.sqrt(np.diag(np.linalg.inv((design * (weight * (1 - weight))[:, None]).T @ design)))
        assert found["statistic"].to_numpy() == pytest.approx(beta / errors, abs=1e-8)
        assert by_term(found, "p")["reports"] < 0.03
        assert (found["unit"] == "odds ratio").all()

    def test_one_predictor_of_0_and_1_gives_the_odds_ratio_of_the_table(self):
        found = network_regression(F, {"advice": A}, model="logit", permutations=0)
        off = ~np.eye(21, dtype=bool)
        cells = [[(F[off] == y).astype(int) @ (A[off] == x).astype(int) for x in (0, 1)] for y in (0, 1)]
        odds = cells[1][1] * cells[0][0] / (cells[1][0] * cells[0][1])
        assert by_term(found, "estimate")["advice"] == pytest.approx(odds, rel=1e-9)

    def test_a_predictor_that_tells_tied_from_untied_has_no_finite_estimate(self):
        y = random_networks()[0]
        found = network_regression(y, {"itself": y}, model="logit", **FEW_DRAWS)
        assert found["note"].tolist() == [APART, APART]
        never = y * (random_networks(seed=9)[0] == 0)  # no tie where x is 1: apart on one side only
        found = network_regression(never, {"x": random_networks(seed=9)[0]}, model="logit", **FEW_DRAWS)
        assert found["note"].tolist() == [APART, APART]

    def test_a_response_with_weights_is_refused(self):
        with pytest.raises(ValueError, match="0 and 1"):
            network_regression(2 * F, {"advice": A}, model="logit")


def test_an_unknown_model_and_unlike_sizes_are_refused():
    with pytest.raises(ValueError, match="linear, logit"):
        network_regression(F, {"advice": A}, model="probit")
    with pytest.raises(ValueError, match="one size"):
        network_regression(F, {"advice": A[:20, :20]})
