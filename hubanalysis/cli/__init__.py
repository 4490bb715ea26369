"""The command line. Every verb imports what it needs when it runs, so that ``--help`` answers at once."""

from __future__ import annotations

import sys
from collections.abc import Sequence

from hubanalysis.cli.arguments import parser
from hubanalysis.errors import HubError

__all__ = ["main"]

INTERRUPTED = 130


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one verb; return the exit code.

    0 all done, 1 a notebook failed (or the disk did), 2 wrong use, 3 the data do not pass ``check``, 75 another run of
    the study is going on, 130 interrupted. What a person can mend is told in one message, never in a traceback.
    """
    options = parser().parse_args(arguments)
    try:
        return options.verb(options)
    except HubError as error:
        _tell(error)
        return error.exit_code
    except KeyboardInterrupt as stopped:
        print(f"Interrupted. {stopped}".rstrip(), file=sys.stderr)
        return INTERRUPTED
    except BrokenPipeError:  # the reader of our output (head, less) has gone
        sys.stderr.close()
        return 0
    except OSError as error:
        place = f" ({error.filename})" if error.filename else ""
        print(f"The system refused: {error.strerror or error}{place}", file=sys.stderr)
        return 1


def _tell(error: HubError) -> None:
    print(error.message, file=sys.stderr)
    for problem in error.problems:
        print(f"  - {problem}", file=sys.stderr)
