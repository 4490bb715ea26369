"""``hubanalysis new``: the folder of a new study, with a study.yaml that explains itself."""

from __future__ import annotations

import datetime
import re
import unicodedata
from pathlib import Path

from hubanalysis.errors import UsageError

__all__ = ["FOLDERS", "new_study"]

#: Where a study usually keeps what its field produced; study.yaml may name other places.
FOLDERS = (
    "questionnaires",
    "registers",
    "networks",
    "interviews",
    "codings",
    "observations",
    "consultation",
)


def new_study(path: str | Path) -> Path:
    """Lay out an empty study at ``path`` and return the folder. Raises UsageError where something stands there."""
    folder = Path(path).resolve()
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise UsageError(f"{folder} exists and is not empty: choose another place.")
    plain = unicodedata.normalize("NFKD", folder.name).encode("ascii", "ignore").decode().lower()
    name = re.sub(r"[^a-z0-9_-]+", "-", plain).strip("-_") or "study"
    template = Path(__file__).with_name("new_study.yaml").read_text(encoding="utf-8")
    text = template.replace("@ID@", name).replace("@YEAR@", str(datetime.date.today().year))
    for part in FOLDERS:
        (folder / part).mkdir(parents=True)
    (folder / "study.yaml").write_text(text, encoding="utf-8")
    return folder
