"""The two rounds of fieldwork with people: everybody's answers, and the faults a field produces."""

from __future__ import annotations

import datetime
from pathlib import Path

import numpy as np

from hubanalysis.simulation import answers as model
from hubanalysis.simulation.full_design import full_form, then_answers
from hubanalysis.simulation.population import People, attend, codes, draw_people, near_twin
from hubanalysis.simulation.questionnaires import (
    ITEMS,
    Answered,
    Form,
    corrections_csv,
    scale_answers,
    uuid_of,
    write_google,
    write_kobo,
)

__all__ = ["code_answers", "facts_of", "write_people"]

_PEOPLE, _NEWCOMERS = 250, 9
_REVERSED = (2,)
_WAVES = {
    "before": (datetime.datetime(2022, 2, 7), datetime.datetime(2022, 3, 15), 5),
    "after": (datetime.datetime(2022, 11, 7), datetime.datetime(2022, 12, 10), 7),
}
_BEFORE, _AFTER = "questionnaires/people_before.xlsx", "questionnaires/people_after.csv"


def _times(
    rng: np.random.Generator, wave: str, n: int, late: int
) -> list[tuple[datetime.datetime, datetime.datetime]]:
    """Start and end of ``n`` submissions in the wave's window, ``late`` of them after its closing date."""
    opens, closes, _ = _WAVES[wave]
    days = (closes - opens).days
    day = np.sort(np.floor(days * rng.beta(1.1, 1.6, size=n)).astype(int))
    day[rng.choice(n, size=late, replace=False)] = days + rng.integers(1, 11, size=late)
    result = []
    for d in day:
        start = opens + datetime.timedelta(
            days=int(d),
            hours=int(rng.choice([9, 10, 11, 15, 16, 17, 18, 20, 21])),
            seconds=int(rng.integers(3600)),
        )
        start += datetime.timedelta(milliseconds=int(rng.integers(1000)))
        result.append((start, start + datetime.timedelta(seconds=int(rng.integers(380, 1500)))))
    return result


def code_answers(code: tuple) -> dict[str, str]:
    """The code as the form keeps it; the number of older siblings is a whole number, the rest text."""
    return {f"code_{i}": element for i, element in enumerate(code, start=1)}


def facts_of(
    rng: np.random.Generator, people: People, i: int, dose: float, wave: str, other: list[str]
) -> dict[str, str]:
    """Answers outside the scales."""
    age, group = people.age_band[i], people.group[i]
    children = {"14_17": 0.0, "18_29": 0.04, "30_44": 0.5, "45_64": 0.42, "65_plus": 0.45}[age]
    answers = {
        "gender": str(people.gender[i]),
        "age_band": str(age),
        "municipality": str(people.municipality[i]),
        "group": str(group),
        "children": "yes" if rng.random() < children else "no",
    }
    hours = str(int(rng.gamma(2.0, 6.0)) + 1)
    if answers["children"] == "yes":
        answers["childcare_hours"] = hours
    events = rng.poisson(2.2 + (0.45 * dose if wave == "after" else 0.1 * dose))
    volunteer = rng.gamma(1.6, 5.0) if rng.random() < (0.9 if group == "volunteer" else 0.3) else 0.0
    answers["events_3m"] = str(events) if rng.random() > 0.03 else ""
    answers["volunteer_hours"] = f"{np.rint(2 * min(volunteer, 80)) / 2:g}" if rng.random() > 0.04 else ""
    share = {
        "transport": 0.18 + 0.28 * (people.zone[i] in ("amiata", "val_di_chiana")),
        "time": 0.42 if group in ("worker", "student") else 0.18,
        "information": 0.28 if wave == "before" else 0.16,
        "cost": 0.14,
        "company": 0.24 if wave == "before" else 0.15,
        "other": 0.06,
    }
    chosen = [name for name, p in share.items() if rng.random() < p]
    if rng.random() > 0.03:
        answers["barriers"] = " ".join(chosen)
    if "other" in answers.get("barriers", "").split():
        answers["barriers_other"] = str(rng.choice(other))
    return answers


def _sentences(rng: np.random.Generator, texts: list[str], n: int, share: float) -> list[str]:
    """Open answers for ``n`` people: each text once while they last; '' for who wrote nothing."""
    writers = rng.permutation(n)[: min(n, round(share * n))]
    order = np.concatenate([rng.permutation(len(texts)) for _ in range(1 + len(writers) // len(texts))])
    result = [""] * n
    for k, person in enumerate(writers):
        result[person] = texts[order[k]]
    return result


def _as_written(rng: np.random.Generator, code: tuple) -> tuple:
    """A code as people and spreadsheet programs leave it: small letters, a blank, a leading zero gone."""
    luck = rng.random()
    if luck < 0.06:
        return tuple(element.lower() for element in code)
    if luck < 0.09:
        return (code[0] + " ", *code[1:])
    if luck < 0.16:
        return (code[0], str(int(code[1])), *code[2:])
    return code


def write_people(
    folder: Path, streams: dict, scale: int, programme: dict, words: dict, full: bool = False
) -> dict:
    """Write people's questionnaires, the cleaning log; return codes, attendance and what was planted. With ``full``
    they are asked after also how it was before."""
    places, activities = programme["municipalities"], programme["activities"]
    plain = Form("people")
    n, newcomers = _PEOPLE * scale, _NEWCOMERS * scale
    people = draw_people(streams["people"], n + newcomers, places)
    came = attend(streams["attendance"], people, activities, places)
    came[n:, :9] = False  # newcomers arrived in the course of the year
    dose = came.sum(axis=1)
    rng = streams["answers"]
    first = model.draw_items(rng, people.traits, "people", 4, _REVERSED)
    later_traits = model.shifted(rng, people.traits, dose, people.age_band)
    second = model.draw_items(rng, later_traits, "people", 4, _REVERSED)
    baseline = model.score(first, _REVERSED)[:, 0]
    stays = streams["leaving"].random(n) < model.stay_probability(baseline[:n], people.age_band[:n], dose[:n])

    back = then_answers(streams["designs"], people.traits) if full else None
    rng = streams["codes"]
    own = codes(rng, people.gender)
    written, code_faults = _after_codes(rng, own, np.flatnonzero(stays), np.flatnonzero(~stays), n, scale)
    who = {
        "before": np.arange(n),
        "after": np.concatenate([np.flatnonzero(stays), np.arange(n, n + newcomers)]),
    }
    texts = {"before": _sentences(streams["words"], words["open_before"], len(who["before"]), 0.11)}
    texts["after"] = _sentences(streams["words"], words["open_after"], len(who["after"]), 0.22)

    corrections: list[dict[str, str]] = []
    faults: dict = {"mistyped_codes": code_faults["mistyped"], "ambiguous_codes": code_faults["ambiguous"]}
    for wave, file in (("before", _BEFORE), ("after", _AFTER)):
        looks_back = back is not None and wave == "after"
        form = Form("people", full_form()) if looks_back else plain
        rng = streams[f"field_{wave}"]
        chosen = who[wave]
        scales = scale_answers(rng, (first if wave == "before" else second)[chosen], ITEMS, skipped=0.03)
        late = _WAVES[wave][2] * scale
        submissions = []
        for k, (i, (start, end)) in enumerate(zip(chosen, _times(rng, wave, len(chosen), late), strict=True)):
            code = (own if wave == "before" else written)[int(i)]
            facts = facts_of(rng, people, int(i), float(dose[i]), wave, words["barriers_other"])
            answered = {"consent": "yes", **code_answers(_as_written(rng, code)), **facts, **scales[k]}
            answered |= back[int(i)] if looks_back else {}
            submissions.append(
                Answered(start, end, {**answered, "open_change": texts[wave][k]}, uuid_of(rng))
            )
        planted = _spoil(rng, submissions, wave, scale)
        header = [form.path(name) for name in form.types] if wave == "before" else list(form.labels.values())
        columns = dict(zip(form.types, header, strict=True))
        corrections += _mend(submissions, file, columns, wave)
        if wave == "before":
            write_kobo(folder / file, form, submissions, 204518733)
        else:
            write_google(folder / file, form, submissions)
        faults[wave] = {**planted, "late": late, "rows": len(submissions), "people": len(chosen)}
    corrections_csv(folder / "questionnaires/corrections.csv", corrections)
    return {
        "codes": own,
        "came": came,
        "people": people,
        "later": later_traits,
        "stayers": np.flatnonzero(stays),
        "municipalities": places,
        "faults": {**faults, "corrections": len(corrections)},
        "links": {
            "exact": int(stays.sum()) - 8 * scale,
            "near": 6 * scale,
            "ambiguous": {"before": 4 * scale, "after": 2 * scale},
        },
        "drawn": {
            "people": n,
            "stay": int(stays.sum()),
            "leave": int((~stays).sum()),
            "newcomers": newcomers,
        },
    }


def _after_codes(
    rng: np.random.Generator, own: list[tuple], stayers: np.ndarray, leavers: np.ndarray, n: int, scale: int
) -> tuple[list[tuple], dict]:
    """The codes written after: six mistyped, and two that fit a twin who left as well as the twin who stayed."""
    written = list(own)
    picked = rng.choice(stayers, size=8 * scale, replace=False)
    gone = rng.choice(leavers, size=2 * scale, replace=False)
    for stayer, leaver in zip(picked[: 2 * scale], gone, strict=True):
        own[leaver] = near_twin(rng, own[stayer], element=4)  # twins: only the own names end otherwise
    known = set(own)
    ambiguous, mistyped = [], []
    for stayer, leaver in zip(picked[: 2 * scale], gone, strict=True):
        wrong = next(
            new for letter in "ZYXWV" if (new := (*own[stayer][:4], letter, own[stayer][5])) not in known
        )
        written[stayer] = wrong
        ambiguous.append({"before": ["-".join(own[stayer]), "-".join(own[leaver])], "after": "-".join(wrong)})
    for stayer in picked[2 * scale :]:
        written[stayer] = near_twin(rng, own[stayer], avoid=known - {own[stayer]})
        mistyped.append({"before": "-".join(own[stayer]), "after": "-".join(written[stayer])})
    return written, {"ambiguous": ambiguous, "mistyped": mistyped}


def _spoil(rng: np.random.Generator, submissions: list[Answered], wave: str, scale: int) -> dict:
    """Plant refusals, double and twice-sent submissions, a trial and answers out of range; sort by time of sending."""
    people = len(submissions)
    refusals = (3 if wave == "before" else 1) * scale
    doubles = (2 if wave == "before" else 1) * scale
    copies = 2 * scale
    picked = rng.choice(people, size=copies + doubles + 2 * scale, replace=False)
    for i in picked[copies : copies + doubles]:  # broke off, and came back some days later
        one = submissions[i]
        gone = [name for name in one.answers if name.startswith(("co_", "au_", "of_", "open"))]
        earlier = datetime.timedelta(days=int(rng.integers(1, 5)), minutes=int(rng.integers(90)))
        part = {name: "" if name in gone else value for name, value in one.answers.items()}
        submissions.append(Answered(one.start - earlier, one.end - earlier, part, uuid_of(rng), ["double"]))
    for start, end in _times(rng, wave, refusals, 0):
        end = start + (end - start) / 12
        submissions.append(Answered(start, end, {"consent": "no"}, uuid_of(rng), ["refusal"]))
    wrong = [submissions[i] for i in picked[copies + doubles :]]
    if wave == "before":
        wrong[0].answers["wb_2"] = "7"
        wrong[0].faults.append("wb_2")
        wrong[1].answers["events_3m"] = "120"
        wrong[1].faults.append("events_3m")
        trial = submissions[int(picked[0])]
        opens = _WAVES["before"][0] - datetime.timedelta(days=3, hours=-11, minutes=-20)
        answers = {**trial.answers, **code_answers(("Q", "01", "Q", "0", "Q", "01")), "open_change": "PROVA"}
        submissions.append(
            Answered(opens, opens + datetime.timedelta(minutes=2), answers, uuid_of(rng), ["trial"])
        )
    else:
        wrong[0].answers["volunteer_hours"] = "205"
        wrong[0].faults.append("volunteer_hours")
    copied = {submissions[i].uuid for i in picked[:copies]}
    submissions.sort(key=lambda one: one.end)
    submissions[:] = [s for one in submissions for s in ([one, one] if one.uuid in copied else [one])]
    return {
        "refusals": refusals,
        "exact_duplicates": copies,
        "double_submissions": doubles,
        "trials": int(wave == "before"),
        "out_of_range": 2 if wave == "before" else 1,
    }


_MENDED = {
    "wb_2": ("7", "", "sul foglio la crocetta è tra due caselle, non si legge"),
    "events_3m": ("120", "12", "uno zero di troppo, verificato sul foglio"),
    "volunteer_hours": ("205", "20,5", "manca la virgola, chiesto alla persona"),
}


def _mend(submissions: list[Answered], file: str, columns: dict[str, str], wave: str) -> list[dict[str, str]]:
    """The lines of the cleaning log for this file; a row is numbered as a spreadsheet shows it."""
    lines = []
    for row, one in enumerate(submissions, start=2):
        if "trial" in one.faults:
            reason = "prova del gruppo di ricerca prima dell'apertura"
            lines.append(
                {"file": file, "row": row, "column": "*", "old": "", "new": "DROP", "reason": reason}
            )
        for item in one.faults:
            if item in _MENDED:
                old, new, reason = _MENDED[item]
                lines.append(
                    {
                        "file": file,
                        "row": row,
                        "column": columns[item],
                        "old": old,
                        "new": new,
                        "reason": reason,
                    }
                )
    return lines
