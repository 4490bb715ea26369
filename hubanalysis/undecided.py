"""What a person must decide: each verb here lists it, and tells how to make the decisions count."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd

    from hubanalysis.hub import Hub

__all__ = ["chosen_quotes", "tell_links", "tell_names", "tell_quotes", "write_quotes"]


def tell_links(name: str, file: str | None) -> int:
    """Count the pairs of answers that may be one person, and write them into ``file`` where one is given."""
    from hubanalysis.privacy.link_decisions import list_links, write_links
    from hubanalysis.study import read_study

    study = read_study(name)
    lines = write_links(study, Path(file)) if file else list_links(study)
    still = lines.loc[lines["decision"] == "", "proposal"].value_counts()
    for proposal, words in (
        ("ambiguous", "left apart: more than one person fits"),
        ("chance", "left apart: what the codes share is common, a stranger may fit"),
        ("near", "joined: one element of the code differs and nobody else fits"),
    ):
        print(f"{still.get(proposal, 0):>5} pairs {words}")
    print(f"{len(lines) - int(still.sum()):>5} pairs decided by a person")
    if not file:
        print("To decide on them, write them into a file beside the raw ones: add --to FILE.")
    else:
        print(f"They are in {file}. Look up both rows of a pair in the raw files; write same or different")
        print("under `decision`, your name and the reason; nothing where you cannot tell.")
    if file and not any(part.links for part in study.instruments):
        print(
            "For your decisions to count, name the file in study.yaml: `links: {file: ...}` of the instrument."
        )
    return 0


def tell_names(name: str, file: str) -> int:
    """Write the spellings of organisations that a person must decide on into the new ``file``."""
    from hubanalysis.loaders.decided_names import write_names
    from hubanalysis.study import read_study

    study = read_study(name)
    many = write_names(study, Path(file))
    print(f"{many} name{'s' * (many != 1)} to decide on {'are' if many != 1 else 'is'} in {file}.")
    print("Under `organisation` write the id in the register, none, or new; then who decided, and why.")
    declared = study.model.networks.names if study.model.networks else None
    if declared is None:
        print("For your decisions to count, name the file in study.yaml: `networks: names: {file: ...}`.")
    elif many:
        print(f"Then add the lines you decided on to {declared.file}.")
    return 0


def tell_quotes(name: str, file: str | None) -> int:
    """Count the quotations chosen by rule that wait for a sign-off, and write them into ``file`` where one is given."""
    from hubanalysis.hub import open_study

    hub = open_study(name)
    lines = write_quotes(hub, Path(file)) if file else chosen_quotes(hub)
    decided = hub.quote_decisions().set_index("quote")["signed_off"]
    chosen = chosen_quotes(hub)["id"] if file else lines["id"]
    answers = chosen.map(decided.to_dict())
    print(f"{len(chosen):>5} quotations chosen by rule")
    print(f"{int((answers == True).sum()):>5} signed off")  # noqa: E712 (missing is neither)
    print(f"{int((answers == False).sum()):>5} refused: their place in a public report says so")  # noqa: E712
    print(f"{int(answers.isna().sum()):>5} still to be read")
    if not file:
        print("To decide on them, write them into a file beside the raw ones: add --to FILE.")
        return 0
    print(
        f"They are in {file} ({len(lines)} lines). Read each; write yes or no under `signed_off`, your name"
    )
    print("under `by`, and under `why` the reason of a no. Leave the words as they are.")
    if hub.study.model.privacy.quotes is None:
        print("For your decisions to count, name the file in study.yaml: `privacy: quotes: {file: ...}`.")
    if hub.study.model.privacy.quotes_signed_off:
        print("study.yaml says `quotes_signed_off: true`: all that are not refused leave already.")
    return 0


def list_disagreements(hub: Hub) -> pd.DataFrame:
    """Every disagreement of the coders with its passage, and what was decided on it so far.

    One line each, by code and place: ``theme, interview, turn, speaker, kind, marked`` (who marked it with what),
    ``passage``; to be filled in ``decision, who, why``; and what finds the place again.
    """
    from hubanalysis.loaders.decided_codings import TO_DECIDE, signed_decisions
    from hubanalysis.metrics.code_merge import read_codings
    from hubanalysis.metrics.disagreements import KIND_WORDS, disagreements

    segments, turns, labels = hub.segments(kind=None), hub.turns(kind=None), hub.labels("codes")
    lines = disagreements(segments, turns, labels)
    lines["decision"] = read_codings(segments, turns, hub.coding_decisions()).decided
    theme = [
        [labels.get(code, code) for code in codes if code] for codes in lines[["code", "other"]].to_numpy()
    ]
    lines = lines.assign(theme=[" / ".join(names) for names in theme])
    signed = signed_decisions(hub.study)
    keys = lines[["interview", "code", "other", "check"]].astype("str").itertuples(index=False, name=None)
    lines[["who", "why"]] = [signed.get(key, ("", "")) for key in keys] if len(lines) else ""
    lines["kind"] = [hub.text(KIND_WORDS[kind]) for kind in lines["kind"]]
    # quotation marks also keep a spreadsheet from reading "-Sì" as a formula
    lines["passage"] = [f"«{words}»" for words in lines["passage"]]
    return lines[TO_DECIDE]


def tell_disagreements(name: str, file: str | None) -> int:
    """Count where the coders disagree, and write the passages into ``file`` where one is given."""
    from hubanalysis.errors import UsageError
    from hubanalysis.hub import open_study
    from hubanalysis.loaders.decision_files import write_decisions
    from hubanalysis.metrics.code_merge import read_codings
    from hubanalysis.study import read_study

    study = read_study(name)
    hub = open_study(name, lang=study.model.languages[0])
    declared = study.model.codings_decided
    lines = list_disagreements(hub)
    for kind, count in lines["kind"].value_counts(sort=False).items():
        print(f"{count:>5} passages: {kind}")
    print(f"{(lines['decision'] != '').sum():>5} of them decided")
    lost = read_codings(hub.segments(kind=None), hub.turns(kind=None), hub.coding_decisions()).lost
    if lost:
        print(f"{lost:>5} decisions fit none of them any more: the codings or the texts have changed")
    if not file:
        print("To talk them over, write them into a file: add --to FILE.")
        return 0
    to = Path(file)
    if to.exists():
        raise UsageError(f"{to} exists already: it stays as it is. Choose another file.")
    write_decisions(lines, to)
    print(f"They are in {to}. Under `decision` write whose reading stands (a coder's label), or all, none,")
    print("shared (only the words all marked); then who decided, and why; nothing as long as it is open.")
    if declared is None:
        print("For your decisions to count, name the file in study.yaml: `codings_decided: {file: ...}`.")
    return 0


def chosen_quotes(hub: Hub) -> pd.DataFrame:
    """Every quotation the chapters choose by rule, with the columns of the list: what a person has to read.

    Those of the chapters' own settings: a chapter run with other parameters may choose others, which are then not
    signed off.
    """
    import pandas as pd

    from hubanalysis.loaders.decided_quotes import quote_mark
    from hubanalysis.metrics.field_notes import notes_at_the_ends
    from hubanalysis.metrics.quotes import area_quotes, quotes_by_rule
    from hubanalysis.metrics.vocabulary import main_language
    from hubanalysis.metrics.word_quotes import word_quotes

    codes, language = hub.labels("codes"), main_language(hub.interviews())
    spoken = quotes_by_rule(hub.segments(), language, hub.turns())
    areas = area_quotes(hub.segments(), hub.codes(), language, hub.turns())
    counted = word_quotes(hub.turns(), hub.interviews(), hub.threshold)
    written = notes_at_the_ends(hub.observations(), hub.notes())
    parts = [
        pd.DataFrame(
            {"chapter": "06_interviews", "rule": spoken["rule"], "theme": spoken["code"].map(lambda c: codes.get(c, c))}
            | {"quote": spoken["quote"]}
        ),
        pd.DataFrame({"chapter": "06_interviews", "rule": counted["rule"], "theme": "", "quote": counted["quote"]}),
        pd.DataFrame({"chapter": "09_synthesis", "rule": "typical", "theme": areas["code"], "quote": areas["quote"]}),
        pd.DataFrame({"chapter": "07_observations", "rule": written["visits"], "theme": "", "quote": written["quote"]}),
    ]  # fmt: skip
    lines = pd.concat(parts, ignore_index=True).dropna(subset=["quote"])
    lines["id"] = lines["quote"].map(quote_mark)
    lines["rule"] = lines["rule"].map(hub.text.term)
    return lines.drop_duplicates("id").reset_index(drop=True)


def write_quotes(hub: Hub, to: Path) -> pd.DataFrame:
    """Write :func:`chosen_quotes` to ``to``, a csv that spreadsheets open and only its owner may read.

    A file that stands there is written anew only if it is the study's own: its decisions are kept for as long as the
    words are the same, and stay at the end where a quotation is no longer chosen. Raises UsageError otherwise.
    """
    import pandas as pd

    from hubanalysis.errors import UsageError
    from hubanalysis.loaders.decided_quotes import COLUMNS
    from hubanalysis.loaders.decision_files import write_decisions

    source = hub.study.model.privacy.quotes
    own = source is not None and to.resolve() == hub.study.file(source.file).resolve()
    if to.exists() and not own:
        raise UsageError(
            f"{to} exists already, and study.yaml does not name it under `privacy: quotes:`: it stays as it is."
        )
    lines = chosen_quotes(hub)
    if to.exists():
        before = _decided_lines(to)
        kept = before[~before["id"].isin(lines["id"])]
        lines = lines.merge(before[["id", "signed_off", "by", "why"]], on="id", how="left")
        lines = pd.concat([lines, kept], ignore_index=True)
    lines = lines.reindex(columns=list(COLUMNS)).astype("object").fillna("")
    write_decisions(lines, to)
    return lines


def _decided_lines(file: Path) -> pd.DataFrame:
    """The lines of a file written here that hold a decision; other columns than ours are not read."""
    import pandas as pd

    from hubanalysis.loaders.decided_quotes import COLUMNS, WORDS

    with file.open(encoding="utf-8-sig") as opened:
        header = opened.readline()
    sign = max(";,\t", key=header.count)  # as the spreadsheet saved it; words of quotations hold them all
    lines = pd.read_csv(file, sep=sign, dtype="str", keep_default_na=False, encoding="utf-8-sig")
    lines = lines.reindex(columns=list(COLUMNS), fill_value="").drop_duplicates("id")
    return lines[lines["signed_off"].str.casefold().str.strip().isin(list(WORDS))]
