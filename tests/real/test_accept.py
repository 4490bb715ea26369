"""Acceptance: studies made of real files, through the command line, from check to report."""

from __future__ import annotations

import base64
import hashlib
import json
import os
import re
import secrets
import subprocess
import sys
from pathlib import Path

import pytest

HERE = Path(__file__).parent
REAL = Path(os.environ.get("HUBANALYSIS_REAL_DATA", Path(__file__).parents[3] / "shared" / "real"))
STUDIES = sorted(p.parent.name for p in HERE.glob("*/study.yaml"))
pytestmark = [
    pytest.mark.accept,
    pytest.mark.skipif(not REAL.is_dir(), reason="the folder of real data is not here"),
]


@pytest.fixture(scope="module")
def home(tmp_path_factory) -> Path:
    """A home folder of its own: what these studies give never stands beside the project's own reports."""
    folder = tmp_path_factory.mktemp("home")
    (folder / "data" / "raw").mkdir(parents=True)
    return folder


@pytest.fixture(scope="module")
def key() -> str:
    """A key of this session alone: nobody can undo the pseudonyms afterwards."""
    return secrets.token_hex(32)


def hubanalysis(home: Path, key: str, *arguments: str) -> subprocess.CompletedProcess:
    environment = os.environ | {
        "HUBANALYSIS_HOME": str(home),
        "HUBANALYSIS_KEY": key,
        "HUBANALYSIS_REAL_DATA": str(REAL.resolve()),
    }
    command = [sys.executable, "-m", "hubanalysis.cli", *arguments]
    return subprocess.run(command, env=environment, capture_output=True, text=True, timeout=600, cwd=home)


@pytest.mark.parametrize("audience", ["internal", "public"])
@pytest.mark.parametrize("study", STUDIES)
def test_a_real_study_gives_a_whole_report(home, key, study, audience):
    checked = hubanalysis(home, key, "check", str(HERE / study))
    assert checked.returncode == 0, checked.stdout + checked.stderr
    made = hubanalysis(home, key, "report", str(HERE / study), "--lang", "en", "--audience", audience)
    assert made.returncode == 0, made.stdout + made.stderr
    folder = Path(made.stdout.strip().splitlines()[-1]).parent
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    assert manifest["state"] == "done"
    assert {entry["state"] for entry in manifest["notebooks"].values()} <= {"done", "skipped"}
    results = json.loads((folder / "results.json").read_text(encoding="utf-8"))
    assert len({r["id"] for r in results}) == len(results)
    assert all(r["n"] is not None and r["method"] for r in results if r["estimate"] is not None)
    for page in folder.glob("*.html"):
        text = page.read_text(encoding="utf-8")
        assert "Traceback" not in text
        # nothing runs but one script of the house, which the page's policy names by its hash; the others are data
        kinds = re.findall(r"<script\b([^>]*)>(.*?)</script>", text, flags=re.S)
        live = [code for kind, code in kinds if not re.search(r'type="(text/plain|application/json)"', kind)]
        named = {base64.b64encode(hashlib.sha256(code.encode()).digest()).decode() for code in live}
        assert named == set(re.findall(r"script-src 'sha256-([^']+)'", text)) and len(live) <= 1
        assert key not in text and str(home) not in text
