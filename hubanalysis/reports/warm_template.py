"""The template of the kernels: a process that imports the packages of the analysis once, then forks on request.

It reads one JSON line a request from its standard input ({"arguments", "cwd", "environment"}) and answers with one
({"pid"}). It never starts a thread, an event loop or a socket of its own: what is forked must be as fresh as a process
just started. It ends when its input ends, and Linux then ends its children too.
"""

from __future__ import annotations

import contextlib
import ctypes
import gc
import importlib
import json
import os
import random
import signal
import sys

__all__ = ["main"]

_DIE_WITH_PARENT = 1  # PR_SET_PDEATHSIG of prctl(2)


def _import(names: list[str]) -> None:
    for name in names:
        with contextlib.suppress(Exception):  # a notebook that needs it will say so itself
            importlib.import_module(name)


def _kernel(arguments: list[str], cwd: str, environment: dict[str, str], template: int) -> None:
    """In the child: become a kernel. Does not return."""
    code = 1
    try:
        ctypes.CDLL(None).prctl(_DIE_WITH_PARENT, signal.SIGKILL)
        if os.getppid() != template:  # the template died before the line above
            os._exit(1)
        for number in (signal.SIGINT, signal.SIGCHLD, signal.SIGTERM):
            signal.signal(number, signal.default_int_handler if number == signal.SIGINT else signal.SIG_DFL)
        os.environ.update(environment)
        os.chdir(cwd)
        random.seed()
        if "numpy" in sys.modules:
            sys.modules["numpy"].random.seed()  # else every kernel would draw the same "random" numbers
        from ipykernel.kernelapp import IPKernelApp

        IPKernelApp.launch_instance(argv=arguments)
        code = 0
    finally:
        os._exit(code)


def main() -> None:
    """Import the modules named on the command line, then answer requests until the input ends."""
    answers = os.fdopen(os.dup(1), "w")
    nowhere = os.open(os.devnull, os.O_RDWR)
    os.dup2(nowhere, 1)  # what an import prints must not stand among the answers
    requests = os.fdopen(os.dup(0))
    os.dup2(nowhere, 0)
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # ended kernels leave at once
    _import(sys.argv[1:])
    gc.collect()
    gc.freeze()  # keeps shared pages shared
    template = os.getpid()
    for line in requests:
        request = json.loads(line)
        pid = os.fork()
        if pid == 0:
            os.setpgid(0, 0)
            requests.close()
            answers.close()
            _kernel(request["arguments"], request["cwd"], request["environment"], template)
        with contextlib.suppress(OSError):
            os.setpgid(pid, pid)  # here too: whoever signals the kernel's group must find it made
        answers.write(json.dumps({"pid": pid}) + "\n")
        answers.flush()


if __name__ == "__main__":
    main()
