"""The report of siena-2022. Peer: the same nine notebooks by plain papermill, one after another, on the same machine.

Plain papermill makes no site, keeps no ledger, checks no parameter; it is the floor of what people glue by hand.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from measure import report

parser = argparse.ArgumentParser(description=__doc__)
parser.add_argument("--quick", action="store_true", help="leave the peer out")
quick = parser.parse_args().quick

root = Path(__file__).resolve().parents[1]
command = Path(sys.executable).parent / "hubanalysis"


def seconds(arguments: list[str], home: Path) -> float:
    environment = os.environ | {"HUBANALYSIS_HOME": str(home), "PYTHONWARNINGS": "ignore"}
    start = time.perf_counter()
    subprocess.run(arguments, check=True, capture_output=True, env=environment, cwd=home)
    return time.perf_counter() - start


with tempfile.TemporaryDirectory() as folder:
    home = Path(folder)
    for name in ("notebooks", "instruments", "data/raw"):
        shutil.copytree(root / name, home / name)
    first = seconds([str(command), "report", "siena-2022"], home)
    second = seconds([str(command), "report", "siena-2022"], home)
    report("report of siena-2022, preparation included", first, "s", "< 60", first < 60)
    report("report of siena-2022, tables already prepared", second, "s", "< 60", second < 60)
    if not quick:
        peer = 0.0
        for notebook in sorted((home / "notebooks").glob("0*.ipynb")):
            out = home / f"peer-{notebook.name}"
            peer += seconds(
                [sys.executable, "-m", "papermill", str(notebook), str(out), "-k", "python3"], home
            )
        report(
            "report, times plain papermill of the same notebooks",
            second / peer,
            "ratio",
            "< 1",
            second < peer,
        )
