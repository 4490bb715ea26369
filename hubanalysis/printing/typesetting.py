"""From plain data and a template to an accessible PDF that is the same, byte for byte, whenever it is made again."""

from __future__ import annotations

import datetime
import json
import os
import shutil
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from hubanalysis.errors import HubError

__all__ = ["TypesettingError", "typeset"]

TEMPLATES = Path(__file__).parent / "templates"
#: Matplotlib brings DejaVu Sans with it: a face with all accents and signs that every installation has.
_FACES = "fonts/ttf"


class TypesettingError(HubError):
    """The pages could not be set: a template and its data do not fit. Nothing was written."""


def typeset(
    template: str,
    data: Mapping[str, Any],
    path: Path | str,
    *,
    pictures: Mapping[str, bytes] | None = None,
    when: datetime.date | None = None,
) -> Path:
    """Set ``data`` in ``templates/<template>.typ`` and write the PDF to ``path``, in one step; return ``path``.

    ``data`` is plain JSON: strings are shown as they are and never read as markup. It must hold ``title`` and ``lang``
    ("it" or "en"). ``pictures`` are PNG files by name, which the template finds as ``/pictures/<name>``. ``when`` is
    the day written into the PDF; without it none is, so that equal data give equal bytes.

    The PDF follows PDF/UA-1 (ISO 14289-1): tagged, its language told, every picture with its alternative text; a
    picture without one is an error. Raises :class:`TypesettingError` where Typst refuses, ValueError for a template
    that does not exist.
    """
    import matplotlib
    import typst

    source = TEMPLATES / f"{template}.typ"
    if not source.is_file():
        raise ValueError(f"there is no template {template!r}")
    path = Path(path)
    with tempfile.TemporaryDirectory(prefix="hubanalysis-") as folder:
        root = Path(folder)
        for file in TEMPLATES.glob("*.typ"):
            shutil.copy(file, root / file.name)
        (root / "data.json").write_text(json.dumps(data, ensure_ascii=False), encoding="utf-8")
        if pictures:
            (root / "pictures").mkdir()
            for name, content in pictures.items():
                (root / "pictures" / name).write_bytes(content)
        moment = None if when is None else datetime.datetime.combine(when, datetime.time(), datetime.UTC)
        try:
            pdf = typst.compile(
                str(root / source.name),
                root=str(root),
                font_paths=[str(Path(matplotlib.get_data_path()) / _FACES)],
                ignore_system_fonts=True,
                format="pdf",
                pdf_standards="ua-1",
                timestamp=moment or datetime.datetime(1980, 1, 1, tzinfo=datetime.UTC),
            )
        except typst.TypstError as error:
            raise TypesettingError(f"The page {path.name} could not be set: {error.message}") from error
    path.parent.mkdir(parents=True, exist_ok=True)
    aside = path.with_name(f".{path.name}.{os.getpid()}")
    aside.write_bytes(pdf)
    os.replace(aside, path)
    return path
