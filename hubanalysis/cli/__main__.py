"""``python -m hubanalysis.cli``."""

import sys

from hubanalysis.cli import main

if __name__ == "__main__":
    sys.exit(main())
