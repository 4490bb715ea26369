"""What a person must decide: the verbs ``links`` and ``names`` list it, and tell how to make the decisions count."""

from __future__ import annotations

from pathlib import Path

__all__ = ["tell_links", "tell_names"]


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
