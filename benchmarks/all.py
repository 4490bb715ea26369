"""Run every benchmark and write docs/benchmarks.md. ``--quick`` looks shortly at all, ``--full`` long at all."""

from __future__ import annotations

import json
import os
import platform
import subprocess
import sys
from datetime import date
from pathlib import Path

here = Path(__file__).resolve().parent
options = [a for a in sys.argv[1:] if a in ("--quick", "--full")]
#: These take many minutes and write a page of their own; without --full they are only seen to run.
LONG = {
    "calibration.py": "calibration.md",
    "network_calibration.py": "network_calibration.md",
    "linking.py": "linking.md",
}
lines = [
    "# Measures",
    "",
    f"Made by `make bench` on {date.today().isoformat()}, Python {platform.python_version()}, {os.cpu_count()} cores.",
    "A ratio compares with a peer on the same machine, in the same hour. Simulations have pages of their own: "
    + ", ".join(f"[{page}]({page})" for page in LONG.values())
    + ".",
    "",
    "| benchmark | measure | value | target | met |",
    "|---|---|---|---|---|",
]
failed = False
for file in sorted(here.glob("*.py")):
    if file.name in ("all.py", "measure.py"):
        continue
    own = ["--quick"] if "--quick" in options or (file.name in LONG and "--full" not in options) else []
    done = subprocess.run([sys.executable, str(file), *own], capture_output=True, text=True, cwd=here)
    if done.returncode:
        failed = True
        lines.append(f"| {file.stem} | it failed: {done.stderr.strip().splitlines()[-1][:120]} | | | no |")
        continue
    for text in done.stdout.splitlines():
        print(text, flush=True)
        if file.name in LONG:
            continue
        m = json.loads(text)
        met = {True: "yes", False: "**no**", None: ""}[m["met"]]
        lines.append(f"| {file.stem} | {m['measure']} | {m['value']:g} {m['unit']} | {m['target']} | {met} |")
(here.parent / "docs" / "benchmarks.md").write_text("\n".join(lines) + "\n", encoding="utf-8")
sys.exit(failed)
