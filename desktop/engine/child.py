"""How an engine child is started."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from desktop.domain.errors import EngineFault

EXCLUDED_DEVICES = "QUERN_EXCLUDED_DEVICES"  # names, with commas between, for the child


def default_worker_command() -> tuple[str, ...]:
    """What runs a child from a checkout, an installed package or a frozen bundle."""
    if getattr(sys, "frozen", False):
        suffix = ".exe" if sys.platform == "win32" else ""
        return (str(Path(sys.executable).with_name(f"quern-worker{suffix}")),)
    return (sys.executable, "-m", "desktop", "--engine-worker")


def start_child(command: Sequence[str], excluded_devices: Sequence[str]) -> subprocess.Popen[bytes]:
    """A child with pipes for its stdin, stdout and stderr.

    Args:
        excluded_devices: names of graphics processors that it is not to use.

    Raises: EngineFault when it cannot be started at all.
    """
    # `-m desktop` must find this very package, whatever the working directory is.
    package_root = str(Path(__file__).resolve().parents[2])
    inherited = os.environ.get("PYTHONPATH")
    environment = {
        **os.environ,
        "PYTHONPATH": os.pathsep.join(filter(None, (package_root, inherited))),
        "PYTHONUNBUFFERED": "1",
        EXCLUDED_DEVICES: ",".join(excluded_devices),
        "GGML_NO_BACKTRACE": "1",  # else an abort forks a debugger and takes seconds
    }
    no_window = getattr(subprocess, "CREATE_NO_WINDOW", 0)  # exists on Windows only
    try:
        return subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env=environment,
            creationflags=no_window,
            start_new_session=True,  # Ctrl+C in a terminal is for the parent to handle
        )
    except OSError as error:
        raise EngineFault(
            f"The engine could not be started: {error.strerror or error}.",
            "Check that Quern is installed completely.",
        ) from error
