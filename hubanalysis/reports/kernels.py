"""Kernels for a run: of this very environment, on sockets instead of ports, forked from a warm template where possible.

Importing the packages of the analysis takes a kernel longer than its notebook's own work. On Linux one template process
imports them once, and each kernel is a fork of it; elsewhere, and whenever the template fails, a plain kernel starts.
"""

from __future__ import annotations

import json
import os
import select
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from jupyter_client.kernelspec import KernelSpec
from jupyter_client.manager import AsyncKernelManager
from jupyter_client.provisioning import LocalProvisioner

__all__ = ["BASE", "Kernels"]

#: Set in every kernel of a run: figures as the notebook shows them, one thread each (runs are parallel already, and
#: sums over threads may differ in the last digit), no look outside this environment.
ENVIRONMENT = {
    "MPLBACKEND": "module://matplotlib_inline.backend_inline",
    "OMP_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
    "MKL_NUM_THREADS": "1",
    "PYTHONHASHSEED": "0",
    "JUPYTER_PREFER_ENV_PATH": "1",
}


#: What every kernel of a run imports sooner or later, inside a function too.
BASE = (
    "ipykernel.ipkernel", "ipykernel.kernelapp", "pandas", "pyarrow.parquet", "matplotlib.pyplot", "babel.numbers",
    "babel.dates", "babel.messages.pofile", "pydantic", "yaml", "hubanalysis.hub", "hubanalysis.study.model",
    "hubanalysis.reports.door",
)  # fmt: skip


class ForkedKernel:
    """A kernel forked from the template, with the few methods of subprocess.Popen that a provisioner asks for."""

    stdin = stdout = stderr = None

    def __init__(self, pid: int):
        self.pid = pid
        self.returncode: int | None = None
        try:
            self._watch: int | None = os.pidfd_open(pid)
        except ProcessLookupError:
            self._watch, self.returncode = None, 1

    def poll(self) -> int | None:
        """None while the kernel lives. How it ended is the template's to know, so every end is 1."""
        if self._watch is not None:
            poller = select.poll()  # select.select fails past file number 1023
            poller.register(self._watch, select.POLLIN)
            if poller.poll(0):
                os.close(self._watch)
                self._watch, self.returncode = None, 1
        return self.returncode

    def wait(self, timeout: float | None = None) -> int | None:
        end = None if timeout is None else time.monotonic() + timeout
        while self.poll() is None and (end is None or time.monotonic() < end):
            time.sleep(0.02)
        return self.returncode

    def send_signal(self, number: int) -> None:
        if self.poll() is None and self._watch is not None:
            signal.pidfd_send_signal(self._watch, number)

    def terminate(self) -> None:
        self.send_signal(signal.SIGTERM)

    def kill(self) -> None:
        self.send_signal(signal.SIGKILL)


class Template:
    """The process that has imported everything, and forks a kernel when asked."""

    def __init__(self, environment: dict[str, str], modules: Sequence[str]):
        self._lock = threading.Lock()
        self._environment = dict(environment)
        self._process = subprocess.Popen(
            [sys.executable, "-m", "hubanalysis.reports.warm_template", *modules],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            env=environment,
            start_new_session=True,  # a Ctrl-C in the terminal is the runner's to handle
        )

    def fork(self, arguments: list[str], cwd: str, environment: dict[str, str]) -> ForkedKernel:
        """A new kernel. Raises OSError where the template is gone."""
        new = {k: v for k, v in environment.items() if self._environment.get(k) != v}
        request = {"arguments": arguments, "cwd": cwd, "environment": new}
        with self._lock:
            if self._process.poll() is not None:
                raise OSError("the template of the kernels has ended")
            self._process.stdin.write(json.dumps(request) + "\n")
            self._process.stdin.flush()
            answer = self._process.stdout.readline()
        if not answer:
            raise OSError("the template of the kernels has ended")
        return ForkedKernel(json.loads(answer)["pid"])

    def close(self) -> None:
        """End the template; its kernels end with it."""
        self._process.kill()
        self._process.communicate()


class _Provisioner(LocalProvisioner):
    """Starts the kernel by a fork of the template; without one, as a plain process."""

    kernels: Kernels

    async def launch_kernel(self, cmd: list[str], **kwargs: Any):
        if self.kernels.closed:
            raise RuntimeError("the run is over")
        template = self.kernels.template
        if template is not None:
            try:
                arguments = cmd[cmd.index("ipykernel_launcher") + 1 :]
                self.process = template.fork(arguments, str(kwargs["cwd"]), self.kernels.environment)
            except OSError:
                self.kernels.template = None  # once broken it stays so: the others start plainly too
            else:
                self.pid = self.pgid = self.process.pid
                self.cwd = kwargs["cwd"]
                self.kernels.remember(self.process)
                return self.connection_info
        info = await super().launch_kernel(cmd, **kwargs)
        self.kernels.remember(self.process)
        return info


class _Manager(AsyncKernelManager):
    kernels: Kernels

    def __init__(self, **options: Any):
        super().__init__(**options)
        if os.name == "posix":
            self.transport = "ipc"
        self.connection_file = str(self.kernels.next_connection_file())

    @property
    def kernel_spec(self) -> KernelSpec:
        """This environment's own kernel, whatever kernels the machine knows by the same name."""
        argv = [sys.executable, "-m", "ipykernel_launcher", "-f", "{connection_file}"]
        return KernelSpec(argv=argv, display_name="Python 3", language="python")

    async def _async_pre_start_kernel(self, **options: Any):
        if self.provisioner is None:
            self.kernel_id = self.kernel_id or f"hub-{id(self)}"
            self.provisioner = _Provisioner(
                kernel_id=self.kernel_id, kernel_spec=self.kernel_spec, parent=self
            )
            self.provisioner.kernels = self.kernels
        return await super()._async_pre_start_kernel(**(options | {"env": dict(self.kernels.environment)}))


class Kernels:
    """The kernels of one run. Use as a context; at its end none is left alive.

    ``manager_class`` is what nbclient (through papermill) starts a kernel with. ``warm=False`` asks for plain kernels;
    ``modules`` is what the template imports.
    """

    def __init__(
        self, environment: dict[str, str] | None = None, warm: bool = True, modules: Sequence[str] = BASE
    ):
        self.environment = os.environ | ENVIRONMENT | (environment or {})
        self._folder = Path(
            tempfile.mkdtemp(prefix="hub-")
        )  # a short path: a socket's name has 108 bytes at most
        self._count = 0
        self.closed = False
        self._lock = threading.Lock()
        self._started: list[Any] = []
        can_fork = sys.platform == "linux" and hasattr(os, "pidfd_open")
        self.template = Template(self.environment, modules) if warm and can_fork else None
        self._first_template = self.template
        self.manager_class = type("RunKernelManager", (_Manager,), {"kernels": self})

    def __enter__(self) -> Kernels:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def next_connection_file(self) -> Path:
        with self._lock:
            self._count += 1
            return self._folder / f"{self._count}.json"

    def remember(self, process: Any) -> None:
        with self._lock:
            self._started.append(process)

    def close(self) -> None:
        """End the template and every kernel that is still there; none starts from here on."""
        self.closed = True
        for process in self._started:
            if process.poll() is None:
                process.kill()
        if self._first_template is not None:
            self._first_template.close()
        shutil.rmtree(self._folder, ignore_errors=True)
