"""What it costs to begin: importing the package, asking for help. Peer: an empty Python, on the same machine."""

from __future__ import annotations

import argparse
import shutil
import sys
from pathlib import Path

from measure import median_seconds_of_command, report

parser = argparse.ArgumentParser(description=__doc__)
parser.add_argument("--quick", action="store_true")
times = 3 if parser.parse_args().quick else 9

empty = median_seconds_of_command([sys.executable, "-c", "pass"], times)
imported = median_seconds_of_command([sys.executable, "-c", "import hubanalysis"], times)
command = shutil.which("hubanalysis", path=str(Path(sys.executable).parent)) or "hubanalysis"
helped = median_seconds_of_command([command, "--help"], times)

report("import hubanalysis, beyond an empty Python", imported - empty, "s", "< 0.15", imported - empty < 0.15)
report("hubanalysis --help", helped, "s", "< 0.4", helped < 0.4)
report("hubanalysis --help, times an empty Python", helped / empty, "ratio", "", None)
