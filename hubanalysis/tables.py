"""The tidy tables of a study: the contract between preparation and everything after it.

One table is one kind of thing, one row one thing. ``prepare`` writes exactly these columns, in this order and of these
types; ``hub.<table>()`` hands them out, and its docstring is made from here, so that the codebook cannot go stale.
"""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["STATUSES", "TABLES", "Table"]

#: What can have become of an answer. Only ``answered`` carries a value.
STATUSES = ("answered", "not_answered", "not_asked", "does_not_apply", "invalid")


@dataclass(frozen=True)
class Table:
    """A table's name, what one row is, and for each column its type and its meaning.

    Types: ``id`` and ``text`` are strings, ``category`` a Categorical, ``number`` a float, ``count`` an integer that
    may be missing, ``date`` a day, ``flag`` a boolean that may be missing.
    """

    name: str
    row: str
    columns: dict[str, tuple[str, str]]

    def codebook(self) -> str:
        width = max(map(len, self.columns))
        lines = [
            f"    {name:<{width}}  {kind:<8}  {meaning}" for name, (kind, meaning) in self.columns.items()
        ]
        return f"One row is {self.row}.\n\n" + "\n".join(lines)


def _table(name: str, row: str, /, **columns: str) -> Table:
    return Table(name, row, {c: tuple(text.split(": ", 1)) for c, text in columns.items()})


_PERSON = "id: pseudonym of the person"
_WAVE = "category: wave, in the declared order"
_ORGANISATION = "id: the organisation's id"
_ACTIVITY = "id: the activity's id"
_INTERVIEW = "id: the interview's id"
_ANSWERED = {
    "about": "category: people or organisations",
    "id": "id: as in respondents",
    "wave": _WAVE,
    "instrument": "id: the instrument",
}
_VOTER = {"round": "count: round of the consultation", "voter": "id: pseudonym of the voter"}
_SAID = "text: the words, redacted"
_LABELS = {"label_it": "text: Italian label", "label_en": "text: English label"}

TABLES: dict[str, Table] = {
    t.name: t
    for t in (
        _table(
            "respondents",
            "a person or an organisation that answered in one wave",
            about="category: people or organisations",
            id="id: pseudonym of the person, or id of the organisation",
            wave=_WAVE,
            instrument="id: the instrument",
            arm="category: programme, or comparison: people who did not take part",
            submitted="date: when the answer was sent",
            late="flag: sent after the closing date",
            link="category: how the waves were joined: exact, near (one element differs), decided (by a person), "
            "ambiguous, single",
        ),
        _table(
            "attributes",
            "a declared attribute of a person or an organisation",
            about="category: people or organisations",
            id="id: as in respondents",
            attribute="id: the attribute, an item of the instrument",
            value="text: the answer's code (first wave in which it was given)",
        ),
        _table(
            "answers",
            "an answer: a respondent x a wave x an item",
            **_ANSWERED,
            item="id: the question's name; for a question with several choices name/choice",
            type="category: integer, decimal, text, date, select_one, select_multiple",
            value="text: the answer's code or text, redacted where it is free text",
            number="number: the answer as a number, where it is one",
            status="category: answered, not_answered, not_asked, does_not_apply, invalid",
        ),
        _table(
            "repeats",
            "an answer inside a repeated group: a respondent x a wave x an entry of the group x an item",
            **_ANSWERED,
            group="id: the repeated group of the form",
            entry="count: which entry of the respondent, from 1, in the order of the file",
            item="id: as in answers",
            type="category: as in answers",
            value="text: as in answers",
            number="number: as in answers",
            status="category: as in answers",
        ),
        _table(
            "scores",
            "a score: a respondent x a wave x a scale",
            **_ANSWERED,
            scale="id: the scale",
            area="category: one of the six areas",
            score="number: the scale's score, prorated over the answered items; missing under the least number",
            answered="count: items answered",
            items="count: items of the scale",
        ),
        _table(
            "activities",
            "an activity of the programme",
            activity=_ACTIVITY,
            kind="category: talk, incursion, experiment, or the hub's own kinds",
            title="text: its title",
            date="date: when it took place (first day)",
            municipality="text: where",
            area="category: the area it aims at first, if declared",
        ),
        _table(
            "attendance",
            "a person at an activity",
            person=_PERSON,
            activity=_ACTIVITY,
        ),
        _table(
            "organisations",
            "an organisation",
            organisation=_ORGANISATION,
            name="text: its name",
            kind="category: its kind, as the hub tells kinds apart",
            municipality="text: its seat",
            reach="category: local, provincial, regional, national, european",
            power="count: level of decision power, 1 (none over others) to 3 (allots funds or rules)",
            latitude="number: of its seat in degrees, where the places are known",
            longitude="number: of its seat in degrees",
            steering="flag: member of the steering group",
            consent="flag: consents to be named in a public report",
        ),
        _table(
            "places",
            "a municipality and where it lies",
            municipality="text: its name",
            latitude="number: degrees north of the equator (WGS 84)",
            longitude="number: degrees east of Greenwich (WGS 84)",
        ),
        _table(
            "ties",
            "a tie from one organisation to another",
            kind="category: kind of tie",
            wave=_WAVE,
            source="id: who names",
            target="id: who is named",
            weight="number: its weight, higher for the stronger tie whatever was asked; 1 where none was asked",
        ),
        _table(
            "tie_respondents",
            "an organisation asked for its ties",
            kind="category: kind of tie",
            wave=_WAVE,
            organisation=_ORGANISATION,
            responded="flag: it answered",
        ),
        _table(
            "memberships",
            "a two-mode tie: who belongs to, or took part in, what",
            kind="category: kind of membership",
            wave=_WAVE,
            source="id: person (pseudonym) or organisation",
            source_mode="category: person or organisation",
            target="id: organisation or activity",
            target_mode="category: organisation or activity",
        ),
        _table(
            "interviews",
            "a text to read: an interview, an open answer of a questionnaire, or an observer's note",
            interview=_INTERVIEW,
            kind="category: interview, answer, note",
            group="category: participant, organisation, social_worker, or the hub's own groups; of an answer the "
            "declared attribute, of a note the kind of activity",
            wave="category: wave, in the declared order; missing where it belongs to none",
            date="date: when",
            municipality="text: where",
            language="category: it or en",
            turns="count: turns of speech",
            words="count: words spoken by the interviewee",
        ),
        _table(
            "turns",
            "a turn of speech",
            interview=_INTERVIEW,
            turn="count: number of the turn, from 0",
            speaker="id: label of the speaker, made neutral (I interviewer, P1, P2 ... interviewees)",
            role="category: interviewer or interviewee",
            person="id: who speaks: pseudonym of the person as in respondents, id of the organisation that answers, "
            "pseudonym of the observer; else the interview and the speaker, such as I01·P1",
            text="text: what was said, redacted",
            start="count: first code point in the interview's plain text",
            end="count: one past the last code point",
        ),
        _table(
            "segments",
            "a coded segment: one coder gave one code to one passage",
            interview=_INTERVIEW,
            coder="id: the coder's label",
            code="id: the code",
            start="count: first code point in the interview's plain text",
            end="count: one past the last code point",
            turn="count: the turn in which it starts",
            text="text: the passage, redacted",
        ),
        _table(
            "coding_decisions",
            "a disagreement of the coders that they talked over and decided",
            interview=_INTERVIEW,
            code="id: the code",
            other="id: the other code on the same words, where that was the question",
            start="count: first code point of all that was marked, in the interview's plain text",
            end="count: one past the last code point",
            check="text: a mark of the passage's words, by which it is found again if the text has moved",
            decision="id: whose reading stands (a coder's label), or all, none, shared",
        ),
        _table(
            "codes",
            "a code of the codebook",
            code="id: the code",
            **_LABELS,
            area="category: area it speaks to, if declared",
            parent="id: the code above it",
        ),
        _table(
            "observations",
            "an item of the grid, as one observer marked it at one activity",
            observation="id: the observation (one visit)",
            activity=_ACTIVITY,
            observer="id: pseudonym of the observer",
            date="date: when",
            item="id: item of the grid",
            area="category: the item's area",
            value="number: the mark",
        ),
        _table(
            "notes",
            "an observer's note on one visit",
            observation="id: the observation",
            activity=_ACTIVITY,
            observer="id: pseudonym of the observer",
            text="text: the note, redacted",
        ),
        _table(
            "quote_decisions",
            "a quotation a person decided on before a public report",
            quote="id: mark of its words",
            signed_off="flag: it may leave; false where it was refused",
        ),
        _table(
            "needs",
            "a need put before the social workers",
            need="id: the need",
            **_LABELS,
            area="category: area it belongs to, if declared",
        ),
        _table(
            "rankings",
            "a need as one voter ranked it (needs not ranked have no row)",
            **_VOTER,
            need="id: the need",
            rank="count: 1 = first",
        ),
        _table(
            "ratings",
            "a need as one voter rated it",
            **_VOTER,
            need="id: the need",
            urgency="number: how urgent",
            gravity="number: how grave",
        ),
        _table(
            "voters",
            "a voter in one round",
            **_VOTER,
            group="id: what the voter is told apart by (service, territory ...)",
            value="text: the voter's value of it",
        ),
        _table("emergencies", "an emergency a voter named in free text", **_VOTER, text=_SAID),
        _table("missing_needs", "a need that a voter missed in the list, in free text", **_VOTER, text=_SAID),
        _table(
            "needs_activities",
            "an activity that answers a need",
            need="id: the need",
            activity=_ACTIVITY,
            strength="number: 0 to 1, how far the activity answers the need, as judged by the team",
        ),
    )
}
