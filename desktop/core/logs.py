"""Log files and the system report: what a person can attach to a bug report.

Logs never hold what people write: only events, versions and errors.
"""

from __future__ import annotations

import faulthandler
import logging
import logging.handlers
import platform
import sys
from datetime import datetime
from pathlib import Path
from typing import TextIO

import psutil

from desktop import __version__
from desktop.domain.paths import Home

MAX_BYTES = 1_000_000
KEPT_FILES = 5
REPORT_LINES = 60

_OURS = ("desktop", "quern", "qt")


class Logs:
    """The log folder of a home. Where it cannot be written, Quern runs without a log."""

    def __init__(self, home: Home) -> None:
        self.folder = home.logs
        self._fault_file: TextIO | None = None

    @property
    def file(self) -> Path:
        return self.folder / "quern.log"

    def start(self) -> None:
        """Begin to log."""
        root = logging.getLogger()
        # Of others only what went wrong: the HTTP client would log addresses, and with them what a
        # person looks for.
        root.setLevel(logging.WARNING)
        for name in _OURS:
            logging.getLogger(name).setLevel(logging.INFO)
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            handler = logging.handlers.RotatingFileHandler(
                self.file, maxBytes=MAX_BYTES, backupCount=KEPT_FILES, encoding="utf-8", delay=True
            )
        except OSError:
            root.addHandler(logging.NullHandler())
            return
        handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s: %(message)s"))
        root.addHandler(handler)
        logging.getLogger(__name__).info("Quern %s starts", __version__)

    def record_fatal_signals(self) -> None:
        """Let a fatal signal (a bug in native code) write the Python stack into `fatal.log`."""
        try:
            self._fault_file = (self.folder / "fatal.log").open("a", encoding="utf-8")
        except OSError:
            return
        faulthandler.enable(self._fault_file)

    def stop(self) -> None:
        """Close the files, so that a test or an embedding program can remove the folder."""
        if self._fault_file is not None:
            faulthandler.disable()
            self._fault_file.close()
            self._fault_file = None
        root = logging.getLogger()
        for handler in list(root.handlers):
            if isinstance(handler, logging.handlers.RotatingFileHandler):
                root.removeHandler(handler)
                handler.close()

    def write_crash(self, details: str) -> Path | None:
        """Keep a crash report in a file of its own; None when it cannot be written."""
        stamp = datetime.now().astimezone().strftime("%Y%m%d-%H%M%S")
        path = self.folder / f"crash-{stamp}.txt"
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            path.write_text(details, encoding="utf-8", errors="replace")
        except OSError:
            return None
        return path

    def tail(self) -> str:
        """The last lines of the log."""
        try:
            lines = self.file.read_text(encoding="utf-8", errors="replace").splitlines()
        except OSError:
            return ""
        return "\n".join(lines[-REPORT_LINES:])


def system_report(facts: dict[str, str]) -> str:
    """Versions and machine, a line each; `facts` adds what the caller knows (Qt, engine, model)."""
    memory = psutil.virtual_memory()
    lines = {
        "Quern": __version__,
        "Python": sys.version.split()[0],
        "System": platform.platform(),
        "Processor": f"{platform.machine()}, {psutil.cpu_count(logical=False)} cores",
        "Memory": f"{memory.total / 1e9:.1f} GB, {memory.available / 1e9:.1f} GB free",
        **facts,
    }
    return "\n".join(f"{name}: {value}" for name, value in lines.items())
