"""The verb ``restitution``: one notebook, run by papermill once for each recipient, each run a page to hand back."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from hubanalysis.errors import UsageError
from hubanalysis.reports.hand_outs import PAGES, Recipient, recipients
from hubanalysis.reports.plan import Plan, notebook_imports, notebooks_folder

if TYPE_CHECKING:
    from hubanalysis.hub import Hub
    from hubanalysis.reports.ledger import Ledger

__all__ = ["NOTEBOOK", "plan_lost_pages", "restitution_plan", "write_list"]

#: Where the notebook of a page stands, below the folder of notebooks.
NOTEBOOK = "pages/restitution.ipynb"


def restitution_plan(hub: Hub, study: str, about: Iterable[str] = ()) -> Plan:
    """A plan with one run of the notebook for each recipient; ``about`` asks for some kinds of them only.

    Raises UsageError where the study has nobody to give a page to, or none of a kind asked for.
    """
    about = list(about)
    everybody = recipients(hub)
    kinds = list(dict.fromkeys(r.about for r in everybody))
    if not everybody:
        raise UsageError("This study has nobody to give a page back to: no consultation, ties or subgroups.")
    unknown = [word for word in about if word not in kinds]
    if unknown:
        raise UsageError(f"There are no pages for {', '.join(unknown)}: there are {', '.join(kinds)}.")
    folder = notebooks_folder()
    path = folder / NOTEBOOK
    if not path.is_file():
        raise UsageError(f"The notebook {NOTEBOOK} is missing in {folder}.")
    content = path.read_bytes()
    source = hashlib.sha256(content).hexdigest()
    plan = Plan(folder, [], modules=notebook_imports(json.loads(content)), partial=True)
    for recipient in everybody:
        if about and recipient.about not in about:
            continue
        plan.run.append(recipient.name)
        plan.paths[recipient.name] = path
        plan.sources[recipient.name] = source
        plan.parameters[recipient.name] = {
            "study": study,
            "lang": hub.lang,
            "audience": hub.audience,
            "about": recipient.about,
            "group": recipient.group,
            "page": recipient.name,
        }
    return plan


def plan_lost_pages(ledger: Ledger) -> None:
    """Plan again whoever's notebook is done and whose page is not there."""
    for name in ledger.named("done"):
        if not _page(ledger.folder, name).is_file():
            ledger.note(name, "planned")


def write_list(folder: Path, ledger: Ledger, hub: Hub) -> None:
    """Write index.html: every page by whom it is for, and whose page could not be made."""
    from hubanalysis.reports.site import page_environment, shared_words

    done = set(ledger.named("done"))
    by_name = {r.name: r for r in recipients(hub)}
    entries = [
        _entry(by_name[name], folder, hub) for name in ledger.notebooks if name in done and name in by_name
    ]
    missing = [by_name[name].label for name in ledger.notebooks if name not in done and name in by_name]
    page = page_environment().get_template("restitution.html.j2")
    words = shared_words(ledger, hub) | {"text": hub.text, "chapters": []}
    (folder / "index.html").write_text(page.render(words, entries=entries, missing=missing), encoding="utf-8")


def _entry(recipient: Recipient, folder: Path, hub: Hub) -> dict[str, Any]:
    kind = hub.text.term(recipient.about)
    place = _page(folder, recipient.name).relative_to(folder).as_posix()
    return {"kind": kind, "label": recipient.label, "place": place}


def _page(folder: Path, name: str) -> Path:
    return folder / PAGES / f"{name}.pdf"
