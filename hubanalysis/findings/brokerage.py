"""Who stands between others, told only of organisations that may be named."""

from __future__ import annotations

import pandas as pd

from hubanalysis.figures.networks import consenting
from hubanalysis.findings.networks import Labels, kind_name, nothing_declared
from hubanalysis.locale.translator import Translator
from hubanalysis.locale.writing import listed
from hubanalysis.metrics.brokerage import ROLES

__all__ = ["broker_sentences", "named_constraint", "named_holders"]


def named_constraint(
    brokers: pd.DataFrame, organisations: pd.DataFrame, *, public: bool = False, most: int = 10
) -> pd.DataFrame:
    """The ``most`` least constrained organisations of the last wave, by kind of tie; from ``structural_holes``.

    Organisations with a single contact are left out: their constraint is 1 by definition. In a public report those that
    do not consent to be named are left out too, for a row is known again by its numbers.
    """
    found = _last_wave(brokers[brokers["contacts"] > 1], organisations, public)
    first = found.groupby("kind", sort=False).head(most)
    wanted = ["kind", "organisation", "contacts", "effective_size", "constraint", "n"]
    return first[[c for c in wanted if c in first]].reset_index(drop=True)


def named_holders(
    holders: pd.DataFrame, organisations: pd.DataFrame, *, public: bool = False, most: int = 10
) -> pd.DataFrame:
    """The ``most`` organisations of the last wave without which others could no longer reach each other; ``holders``.

    In a public report those that do not consent to be named are left out.
    """
    found = _last_wave(holders[holders["holds_together"].astype(bool)], organisations, public)
    first = found.groupby("kind", sort=False).head(most)
    return first[["kind", "organisation", "contacts", "cut_off", "lost_paths", "n"]].reset_index(drop=True)


def _last_wave(found: pd.DataFrame, organisations: pd.DataFrame, public: bool) -> pd.DataFrame:
    """Of the last wave in which a kind was asked, found before anybody is left out."""
    last = found.groupby("kind", sort=False)["wave"].transform("last")
    found = found[found["wave"] == last]
    return found[found["organisation"].isin(consenting(organisations))] if public else found


def broker_sentences(roles: pd.DataFrame, text: Translator, labels: Labels = nothing_declared) -> list[str]:
    """Which broker roles are more, and which less, frequent than by chance, by kind of tie and wave; ``broker_roles``.

    Five roles are looked at in each network: those outside the range of chance are named, and it is said if none is.
    """
    if roles.empty:
        return [text("There are no ties between organisations: nothing can be said of brokers.")]
    waves, sentences = labels("waves"), []
    for (kind, wave), own in roles.groupby(["kind", "wave"], sort=False, observed=True):
        values = {
            "kind": kind_name(kind, text, labels),
            "wave": waves.get(wave, wave),
            "n": int(own["n"].iloc[0]),
        }
        told = own[own["expected"].notna()]
        if told.empty:
            sentences.append(
                text("**{kind}**, “{wave}”: no organisation stands between two others.", **values)
            )
            continue
        more = [_role(row, text) for row in told[told["estimate"] > told["chance_high"]].to_dict("records")]
        less = [_role(row, text) for row in told[told["estimate"] < told["chance_low"]].to_dict("records")]
        parts = []
        if more:
            parts.append(text("more often than by chance: {roles}", roles=listed(text, more)))
        if less:
            parts.append(text("less often than by chance: {roles}", roles=listed(text, less)))
        if not parts:
            said = text(
                "**{kind}**, “{wave}”: no broker role is more or less frequent than chance gives (n = {n} "
                "organisations).",
                **values,
            )
        else:
            said = text("**{kind}**, “{wave}”: {roles}.", roles="; ".join(parts), **values)
        sentences.append(said)
    return sentences


def _role(row: dict, text: Translator) -> str:
    name = text(ROLES[row["role"]]).partition(":")[0]
    return text(
        "{role} ({count}, by chance {low} to {high})",
        role=name,
        count=text.number(row["estimate"], 0),
        low=text.number(row["chance_low"], 0),
        high=text.number(row["chance_high"], 0),
    )
