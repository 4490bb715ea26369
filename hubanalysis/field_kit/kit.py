"""``hubanalysis instruments``: forms to upload, pages to print, and the lines of study.yaml that read answers back."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

from hubanalysis.field_kit.gathering import gather
from hubanalysis.instruments.consultation import ROUNDS, consultation_form
from hubanalysis.instruments.fieldwork_forms import interviews_form, observation_form
from hubanalysis.instruments.material import Material, generic_material
from hubanalysis.instruments.pages import card_page, form_page, guide_page, own_page, roster_page
from hubanalysis.instruments.printable import languages_of
from hubanalysis.instruments.questionnaires import ABOUT, wave_form
from hubanalysis.instruments.roster import network_form
from hubanalysis.instruments.study_lines import study_lines
from hubanalysis.instruments.workbook import workbook_bytes
from hubanalysis.instruments.writing import Written
from hubanalysis.instruments.xlsform import LANGUAGES, WIDTHS, form_rows, read_form, records, token
from hubanalysis.study import home, read_study

__all__ = ["LINES", "study_forms", "write_kit"]

#: The file with the lines for study.yaml.
LINES = "study-lines.yaml"


def study_forms(material: Material) -> dict[str, dict]:
    """The forms of one hub by name, in the order in which they are used; a questionnaire the study has is left out."""
    own = {one.about for one in material.own}
    forms = {
        f"{about}_{token(wave.id)}": wave_form(about, material, wave)
        for about in ABOUT
        if about not in own
        for wave in material.waves
    }
    forms["network"] = network_form(material)
    forms["observation"] = observation_form(material)
    forms["interviews"] = interviews_form(material)
    return forms | {f"consultation_{r}": consultation_form(material, r) for r in ROUNDS}


def write_kit(
    study: str | None = None, folder: str | Path | None = None, *, printed: bool = True
) -> tuple[Written, Material]:
    """Write the instruments of STUDY, or those that belong to no study; return what was written, and of what.

    Into ``folder`` (by default ``instruments/<study>`` of the project, or ``instruments``) go ``<form>.xlsx``,
    ``print/<language>/<page>.pdf`` (unless ``printed`` is False) and ``study-lines.yaml``. A file that a person has
    changed is kept, see :class:`hubanalysis.instruments.writing.Written`.
    """
    described = read_study(study) if study else None
    material = gather(described) if described else generic_material()
    target = Path(folder) if folder else home() / "instruments" / (material.id or ".")
    written = Written(target.resolve())
    forms = study_forms(material)
    for own in material.own:
        written.write(f"{token(own.id)}.xlsx", own.content)
    for name, form in forms.items():
        written.write(f"{name}.xlsx", workbook_bytes(form_rows(form), WIDTHS))
    if material.generic:  # the shipped study answers these two, whatever the wave
        for name in ABOUT:
            written.write(f"{name}.xlsx", workbook_bytes(form_rows(read_form(name)), WIDTHS))
    for name, template, page in _pages(material, forms) if printed else ():
        written.write(name, _pdf(template, page))
    # without a study: as seen from where studies usually stand
    start = described.folder if described else home() / "data" / "raw" / "STUDY"

    def path_of(name: str) -> str:
        return Path(os.path.relpath(written.path(f"{name}.xlsx"), start)).as_posix()

    written.write(LINES, study_lines(material, path_of).encode())
    written.close()
    return written, material


def _pdf(template: str, page: dict) -> bytes:
    from hubanalysis.printing.typesetting import typeset

    with tempfile.TemporaryDirectory(prefix="hubanalysis-") as folder:
        return typeset(template, page, Path(folder) / "page.pdf").read_bytes()


def _pages(material: Material, forms: dict[str, dict]) -> list[tuple[str, str, dict]]:
    """Name of the file, template and data of every page; the register of interviews is printed as the guides."""
    pages = []
    for own in material.own:
        for lang in languages_of(own.sheets, material.language):
            pages.append((f"print/{lang}/{token(own.id)}.pdf", "instrument", own_page(material, lang, own)))
    waves = {f"{about}_{token(w.id)}": token(w.id) for about in ABOUT for w in material.waves}
    for lang in LANGUAGES:
        for name, form in forms.items():
            if name == "interviews":
                continue
            sheets, title = records(form_rows(form)), form["title"][lang]
            page = (
                roster_page(material, lang, title, sheets)
                if name == "network"
                else form_page(material, lang, title, sheets, wave=waves.get(name, ""))
            )
            pages.append((f"print/{lang}/{name}.pdf", "instrument", page))
        for group in read_form("interviews")["guides"]:
            pages.append(
                (f"print/{lang}/interview_{group}.pdf", "instrument", guide_page(material, lang, group))
            )
        pages.append((f"print/{lang}/cards.pdf", "cards", card_page(material, lang)))
    return pages
