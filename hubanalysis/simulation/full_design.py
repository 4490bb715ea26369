"""A study of full design: an earlier edition, a follow-up, people compared with, and questions that look back.

Everything here comes on top of the plain study, from streams of random numbers of its own.
"""

from __future__ import annotations

import datetime
from pathlib import Path

import numpy as np

from hubanalysis.instruments import read_form
from hubanalysis.instruments.workbook import write_workbook
from hubanalysis.instruments.xlsform import form_rows
from hubanalysis.simulation import answers as model
from hubanalysis.simulation.population import attend, codes, draw_people
from hubanalysis.simulation.questionnaires import ITEMS, Answered, Form, scale_answers, uuid_of, write_kobo

__all__ = ["FORM", "expected_designs", "full_form", "full_study", "then_answers", "write_designs"]

FORM = "questionnaires/form.xlsx"
_REVERSED = (2,)
_COMPARED, _EARLIER, _RETURNING = 80, 120, 40
_PLACE = {"civitella_paganico": {"name": "Civitella Paganico", "weight": 1, "zone": "maremma"}}
_FOLLOWED, _COMPARED_STAY, _EARLIER_STAY = 0.75, 0.8, 0.75
# By area: how much of the change is left at the follow-up; what changes without the programme (management falls for
# everybody); the share of the change that the earlier edition brought.
_LEFT = np.array([0.4, 1.0, 1.0, 1.0, 0.0, 1.0])
_DRIFT = np.array([0.08, 0.0, -0.27, 0.0, 0.0, 0.0])
_EARLIER_SHARE = np.array([1.0, 0.1, 1.0, 1.0, 1.0, 1.0])
# Looking back, people judge their start lower than they did at the time (in competences) or as they did.
_THEN = {"wellbeing": 0.0, "competences": -0.40}
_OPENS = {
    "follow_up": datetime.datetime(2023, 6, 5, 9),
    "comparison_before": datetime.datetime(2022, 2, 14, 9),
    "comparison_after": datetime.datetime(2022, 11, 14, 9),
    "before_2021": datetime.datetime(2021, 2, 8, 9),
    "after_2021": datetime.datetime(2021, 11, 8, 9),
}


def full_form() -> dict:
    """The people's form with the questions that look back, and the place where the people compared with live."""
    form = read_form("people")
    form["choices"]["municipality"] |= {place: entry["name"] for place, entry in _PLACE.items()}
    questions = {q["name"]: q for entry in form["survey"] for q in entry.get("questions", [])}
    asked = [
        {
            "name": f"then_{name}",
            "it": f"Ripensi a prima del programma. {questions[name]['it']}",
            "en": f"Think back to before the programme. {questions[name]['en']}",
        }
        for area in _THEN
        for name in (f"{ITEMS[area]}_{j}" for j in range(1, 5))
    ]
    title = {"it": "Com'era prima del programma", "en": "How it was before the programme"}
    group = {"group": "then", **title, "type": "select_one agreement", "relevant": "${consent} = 'yes'"}
    return {**form, "survey": [*form["survey"], {**group, "questions": asked}]}


def then_answers(rng: np.random.Generator, traits: np.ndarray) -> list[dict[str, str]]:
    """How each person afterwards says it was before: the answers to the ``then`` questions, by item."""
    ticked = _then_items(rng, traits)
    places = [(k, model.AREAS.index(area), ITEMS[area]) for k, area in enumerate(_THEN)]
    return [
        {f"then_{name}_{j + 1}": str(person[at, j]) for _, at, name in places for j in range(4)}
        for person in ticked
    ]


def _then_items(rng: np.random.Generator, traits: np.ndarray) -> np.ndarray:
    shift = np.array([_THEN.get(area, 0.0) for area in model.AREAS])
    return model.draw_items(rng, traits + shift, "people", 4, _REVERSED)


def _followed(rng: np.random.Generator, traits: np.ndarray, later: np.ndarray) -> np.ndarray:
    return traits + _LEFT * (later - traits) + rng.normal(0, 0.2, size=traits.shape)


def _drifted(rng: np.random.Generator, traits: np.ndarray) -> np.ndarray:
    return traits + _DRIFT + rng.normal(0, 0.30, size=traits.shape)


def _earlier(rng: np.random.Generator, traits: np.ndarray) -> np.ndarray:
    shift = np.array(model.SHIFTS["people"]) * _EARLIER_SHARE
    return traits + shift + rng.normal(0, 0.35, size=traits.shape)


def write_designs(folder: Path, rng: np.random.Generator, people: dict, scale: int, words: dict) -> dict:
    """Write the form and the questionnaires that the full design adds; return how many answered each.

    ``people`` is what ``fieldwork.write_people`` returned: its codes, traits and who stayed.
    """
    from hubanalysis.simulation.fieldwork import code_answers, facts_of

    write_workbook(folder / FORM, form_rows(full_form()))
    form = Form("people", {**full_form(), "survey": full_form()["survey"][:-1]})

    def write(name: str, who, own: list[tuple], chosen: np.ndarray, traits: np.ndarray) -> int:
        ticked = model.draw_items(rng, traits[chosen], "people", 4, _REVERSED)
        scales = scale_answers(rng, ticked, ITEMS, skipped=0.02)
        submissions = []
        for k, i in enumerate(chosen):
            start = _OPENS[name] + datetime.timedelta(
                days=int(rng.integers(0, 25)), seconds=int(rng.integers(0, 36000))
            )
            facts = facts_of(rng, who, int(i), 0.0, "after", words["barriers_other"])
            answered = {"consent": "yes", **code_answers(own[int(i)]), **facts, **scales[k]}
            end = start + datetime.timedelta(seconds=int(rng.integers(380, 1500)))
            submissions.append(Answered(start, end, answered, uuid_of(rng)))
        submissions.sort(key=lambda one: one.end)
        write_kobo(folder / f"questionnaires/people_{name}.xlsx", form, submissions, 204900000)
        return len(submissions)

    everyone, own = people["people"], people["codes"]
    stayers = people["stayers"]
    again = stayers[rng.random(len(stayers)) < _FOLLOWED]
    drawn = {
        "follow_up": write(
            "follow_up", everyone, own, again, _followed(rng, everyone.traits, people["later"])
        )
    }

    n = _COMPARED * scale
    others = draw_people(rng, n, _PLACE)
    theirs = codes(rng, others.gender, taken=frozenset(own))
    drawn["comparison_before"] = write("comparison_before", others, theirs, np.arange(n), others.traits)
    stay = np.flatnonzero(rng.random(n) < _COMPARED_STAY)
    drawn["comparison_after"] = write("comparison_after", others, theirs, stay, _drifted(rng, others.traits))

    n, returning = _EARLIER * scale, _RETURNING * scale
    past = draw_people(rng, n, people["municipalities"])
    for name in ("gender", "age_band", "group", "municipality", "zone", "traits"):
        getattr(past, name)[:returning] = getattr(everyone, name)[:returning]
    mine = [*own[:returning], *codes(rng, past.gender[returning:], taken=frozenset([*own, *theirs]))]
    drawn["before_2021"] = write("before_2021", past, mine, np.arange(n), past.traits)
    stay = np.flatnonzero(rng.random(n) < _EARLIER_STAY)
    drawn["after_2021"] = write("after_2021", past, mine, stay, _earlier(rng, past.traits))
    return {**drawn, "returning": returning}


def expected_designs(
    rng: np.random.Generator, municipalities: dict, activities: list[dict], n: int = 60_000
) -> dict:
    """The truth of the full design on the observed scale (1 to 5), from ``n`` people of each kind, by area.

    ``follow_up`` and ``looking_back`` are means of those who stay to the end; the error of simulation is about .003.
    """
    people = draw_people(rng, n, municipalities)
    dose = attend(rng, people, activities, municipalities).sum(axis=1)
    later = model.shifted(rng, people.traits, dose, people.age_band)

    def scores(traits: np.ndarray) -> np.ndarray:
        return model.score(model.draw_items(rng, traits, "people", 4))

    before, after = scores(people.traits), scores(later)
    stays = model.stay_probability(before[:, 0], people.age_band, dose)
    follow_up = scores(_followed(rng, people.traits, later))
    then = model.score(_then_items(rng, people.traits), _REVERSED)
    others, past = draw_people(rng, n, _PLACE), draw_people(rng, n, municipalities)
    change = np.average(after - before, axis=0, weights=stays)
    drift = (scores(_drifted(rng, others.traits)) - scores(others.traits)).mean(axis=0)
    earlier = (scores(_earlier(rng, past.traits)) - scores(past.traits)).mean(axis=0)

    def named(values: np.ndarray, areas=model.AREAS) -> dict[str, float]:
        found = dict(zip(model.AREAS, values, strict=True))
        return {area: round(float(found[area]), 4) for area in areas}

    return {
        "follow_up": {
            "start_to_follow_up": named(np.average(follow_up - before, axis=0, weights=stays)),
            "end_to_follow_up": named(np.average(follow_up - after, axis=0, weights=stays)),
        },
        "comparison": {"change": named(drift), "difference_in_differences": named(change - drift)},
        "looking_back": {
            "looking_back": named(np.average(after - then, axis=0, weights=stays), _THEN),
            "response_shift": named(np.average(then - before, axis=0, weights=stays), _THEN),
        },
        "editions": {"2021": named(earlier), "2022": named(change)},
    }


def full_study(text: str) -> str:
    """study.yaml of the plain study, with what the full design adds."""
    kobo = "headers: names, submitted: _submission_time, submission_id: _uuid"
    waves = """  - {id: before_2021, label: {it: prima (2021), en: before (2021)}, date: 2021-02, edition: 2021}
  - {id: after_2021, label: {it: dopo (2021), en: after (2021)}, date: 2021-11, edition: 2021}
"""
    follow_up = "  - {id: follow_up, label: {it: sette mesi dopo, en: seven months later}, date: 2023-06}\n"
    exports = "".join(
        f"      - {{wave: {wave}, file: questionnaires/people_{name}.xlsx, {arm}{kobo}}}\n"
        for wave, name, arm in (
            ("follow_up", "follow_up", ""),
            ("before", "comparison_before", "arm: comparison, "),
            ("after", "comparison_after", "arm: comparison, "),
            ("before_2021", "before_2021", ""),
            ("after_2021", "after_2021", ""),
        )
    )
    changes = [
        ("waves:\n", "waves:\n" + waves),
        ("date: 2022-11}\n", "date: 2022-11}\n" + follow_up),
        ('form: "@FORMS@/people.xlsx"', f"form: {FORM}"),
        ("    scales:\n      - id: wellbeing", f"{exports}    scales:\n      - id: wellbeing"),
    ]
    for area in _THEN:
        items = ", ".join(f"{ITEMS[area]}_{j}" for j in range(1, 5))
        then = ", ".join(f"then_{ITEMS[area]}_{j}" for j in range(1, 5))
        changes.append((f"items: [{items}]\n", f"items: [{items}]\n        then: [{then}]\n"))
    for old, new in changes:
        if text.count(old) != 1:
            raise ValueError(f"the template of study.yaml no longer has {old!r} once")
        text = text.replace(old, new)
    return text
