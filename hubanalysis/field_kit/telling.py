"""What a person is told once the instruments are written."""

from __future__ import annotations

from pathlib import Path

from hubanalysis.field_kit.kit import LINES, write_kit

__all__ = ["tell_kit"]


def tell_kit(study: str | None, folder: str | Path | None) -> int:
    """Write the instruments and tell, line by line, what was written, what was kept and what was missing."""
    written, material = write_kit(study, folder)
    names = sorted({*written.new, *written.same, *written.kept})
    forms = [name for name in names if name.endswith(".xlsx")]
    pages = [name for name in names if name.endswith(".pdf")]
    print(
        f"The instruments are in {written.folder}: {len(written.new)} written, {len(written.same)} as they were."
    )
    print(f"To upload ({len(forms)}): {', '.join(forms)}")
    for lang in ("it", "en"):
        mine = [Path(name).stem for name in pages if f"/{lang}/" in name]
        print(f"To print, print/{lang} ({len(mine)}): {', '.join(mine)}")
    print(f"To read the exports back: paste what you need of {LINES} into study.yaml.")
    for own in material.own:
        print(f"{own.id}.xlsx is the study's own questionnaire, as it is.")
    for remark in material.missing:
        print(f"Note: {remark}.")
    if written.kept:
        print(
            f"Kept as you changed them: {', '.join(sorted(written.kept))}. The new ones stand beside them as NAME.new.*"
        )
    return 0
