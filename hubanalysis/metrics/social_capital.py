"""Bonding, bridging and linking ties, as the field tells them apart."""

from __future__ import annotations

from functools import partial

import numpy as np
import pandas as pd

from hubanalysis.metrics.adjacency import comparable, consecutive, networks_of
from hubanalysis.metrics.change import adjust_p
from hubanalysis.metrics.dyadic_robust import dyadic_interval, influence
from hubanalysis.metrics.short_long import share_of_long
from hubanalysis.metrics.short_long_bounds import change_bounds_of, share_bounds_of
from hubanalysis.metrics.tie_chance import chance_of_share
from hubanalysis.metrics.vertex_bootstrap import interval, standard_errors
from hubanalysis.metrics.vertex_jackknife import LARGE

__all__ = ["FORMS", "form_change", "form_change_bounds", "form_of_pairs", "form_share_bounds", "form_shares"]

#: The forms of tie (Putnam 2000; Szreter and Woolcock 2004), in the order of :func:`form_of_pairs`.
FORMS = ("bonding", "bridging", "linking")
_SHARES = [
    "kind",
    "wave",
    "form",
    "ties",
    "estimate",
    "low",
    "high",
    "expected",
    "p",
    "p_adjusted",
    "n",
    "unit",
    "method",
    "note",
]
_BOUNDS = ["estimate", "low", "high", "reconstructed", "n", "missing", "unit", "method", "note"]
_CHANGE = ["kind", "wave_from", "wave_to", "form", "estimate", "low", "high", "n", "unit", "method", "note"]


def form_of_pairs(nodes, organisations: pd.DataFrame) -> np.ndarray:
    """For each pair of ``nodes`` the position of its form in :data:`FORMS`; NaN where an end is not described.

    Linking where the levels of power differ, whatever the kinds; else bonding within a kind and bridging between kinds
    (Szreter and Woolcock 2004, International Journal of Epidemiology 33, 650-667).
    """
    table = organisations.drop_duplicates("organisation").set_index("organisation").reindex(list(nodes))
    kind, power = (table[column].astype(object).to_numpy() for column in ("kind", "power"))
    forms = np.where(kind[:, None] == kind[None, :], 0.0, 1.0)
    forms[power[:, None] != power[None, :]] = 2.0
    unknown = (table["kind"].isna() | table["power"].isna()).to_numpy()
    forms[unknown, :] = np.nan
    forms[:, unknown] = np.nan
    np.fill_diagonal(forms, np.nan)
    return forms


def _is(forms: np.ndarray, k: int) -> np.ndarray:
    return np.where(np.isnan(forms), np.nan, (forms == k).astype(float))


def _share_of_form(matrix: np.ndarray, forms: np.ndarray, k: int) -> float:
    return share_of_long(matrix, _is(forms, k))


def form_shares(
    ties: pd.DataFrame,
    organisations: pd.DataFrame,
    tie_respondents: pd.DataFrame | None = None,
    *,
    directed: bool = True,
    replicates: int = 1000,
    permutations: int = 1000,
    seed: int = 2022,
) -> pd.DataFrame:
    """Share of the ties that are bonding, bridging and linking, by kind and wave. 0 to 1; the three make 1.

    Interval: vertex bootstrap (none from 400 organisations on). ``expected`` and the two-sided ``p`` come from
    shuffling the attributes over the organisations; ``p_adjusted`` is Benjamini-Hochberg's over all rows. ``ties``
    counts those of the form, ``n`` organisations.
    """
    rows = []
    each = 1 if directed else 2
    for network in networks_of(ties, organisations, tie_respondents, directed=directed):
        forms, matrix, size = form_of_pairs(network.nodes, organisations), network.matrix, len(network.nodes)
        # the three shares from the same drawn networks
        statistics = {form: partial(_share_of_form, k=k) for k, form in enumerate(FORMS)}
        errors = (
            standard_errors((matrix, forms), statistics, replicates=replicates, seed=seed)
            if size < LARGE
            else dict.fromkeys(FORMS, np.nan)
        )
        for k, form in enumerate(FORMS):
            own = _is(forms, k)
            chance = chance_of_share(network, own, permutations=permutations, seed=seed)
            row = {"kind": network.kind, "wave": network.wave, "form": form}
            row["ties"] = int((network.filled * np.nan_to_num(own)).sum()) // each
            row |= interval(share_of_long(matrix, own), errors[form], size)
            rows.append(row | {"expected": chance["expected"], "p": chance["p"]})
    frame = pd.DataFrame(rows, columns=_SHARES)
    return frame.assign(p_adjusted=adjust_p(frame["p"], "fdr_bh"))


def form_change(
    ties: pd.DataFrame,
    organisations: pd.DataFrame,
    tie_respondents: pd.DataFrame | None = None,
    *,
    directed: bool = True,
) -> pd.DataFrame:
    """Change of each form's share between consecutive waves (later minus earlier), dyadic robust interval. -1 to 1.

    On the organisations in both waves and the pairs known in both, as
    :func:`hubanalysis.metrics.short_long.long_share_change`.
    """
    rows = []
    for first, second in consecutive(networks_of(ties, organisations, tie_respondents, directed=directed)):
        both, before, after = comparable(first, second)
        forms = form_of_pairs(both, organisations)
        old, new = (np.where(np.isnan(forms), 0.0, np.nan_to_num(matrix)) for matrix in (before, after))
        for k, form in enumerate(FORMS):
            own = np.nan_to_num(_is(forms, k))
            change = share_of_long(new, own) - share_of_long(old, own)
            tail = dyadic_interval(change, influence(new * own, new) - influence(old * own, old))
            rows.append(
                {"kind": first.kind, "wave_from": first.wave, "wave_to": second.wave, "form": form} | tail
            )
    return pd.DataFrame(rows, columns=_CHANGE)


def form_share_bounds(
    ties: pd.DataFrame,
    organisations: pd.DataFrame,
    tie_respondents: pd.DataFrame | None = None,
    *,
    directed: bool = True,
) -> pd.DataFrame:
    """What each form's share could be, whatever the silent organisations would have answered: exact bounds. 0 to 1.

    ``low``: the silent hold all other ties and none of this form; ``high`` the reverse. Each form by itself: the three
    cannot all be at their highest.
    """
    rows = []
    for network in networks_of(ties, organisations, tie_respondents, directed=directed):
        forms = form_of_pairs(network.nodes, organisations)
        rows += [
            {"kind": network.kind, "wave": network.wave, "form": form}
            | share_bounds_of(network, _is(forms, k))
            for k, form in enumerate(FORMS)
        ]
    return pd.DataFrame(rows, columns=["kind", "wave", "form", *_BOUNDS])


def form_change_bounds(
    ties: pd.DataFrame,
    organisations: pd.DataFrame,
    tie_respondents: pd.DataFrame | None = None,
    *,
    directed: bool = True,
) -> pd.DataFrame:
    """What the change of each form's share could be, whatever the silent would have answered: exact bounds. -1 to 1.

    As :func:`hubanalysis.metrics.short_long_bounds.long_share_change_bounds`.
    """
    rows = []
    for first, second in consecutive(networks_of(ties, organisations, tie_respondents, directed=directed)):
        forms = form_of_pairs(sorted(set(first.nodes) & set(second.nodes)), organisations)
        where = {"kind": first.kind, "wave_from": first.wave, "wave_to": second.wave}
        rows += [
            where | {"form": form} | change_bounds_of([(first, second, _is(forms, k))])
            for k, form in enumerate(FORMS)
        ]
    return pd.DataFrame(rows, columns=["kind", "wave_from", "wave_to", "form", *_BOUNDS])
