"""The one place that knows folders: where a home folder keeps what, and where resources lie."""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Home:
    """Everything Quern writes lies under `root`, so one `--home DIR` moves it all.

    root/
      quern.db          conversations, prompts, models known (SQLite, WAL)
      settings.json     settings
      window.ini        geometry and session of the windows
      models/           models Quern itself fetched or made
      logs/             rotating log files, crash reports
      quern.sock        single-instance socket (name derived from root)
    """

    root: Path

    @property
    def database(self) -> Path:
        return self.root / "quern.db"

    @property
    def settings(self) -> Path:
        return self.root / "settings.json"

    @property
    def window_state(self) -> Path:
        return self.root / "window.ini"

    @property
    def models(self) -> Path:
        return self.root / "models"

    @property
    def logs(self) -> Path:
        return self.root / "logs"

    @classmethod
    def default(cls) -> Home:
        """The home of the person running Quern, by the habit of their system."""
        if sys.platform == "win32":
            base = Path(os.environ.get("LOCALAPPDATA") or Path.home() / "AppData" / "Local")
            return cls(base / "Quern")
        if sys.platform == "darwin":
            return cls(Path.home() / "Library" / "Application Support" / "Quern")
        base = Path(os.environ.get("XDG_DATA_HOME") or Path.home() / ".local" / "share")
        return cls(base / "quern")


def resource_path(*parts: str) -> Path:
    """Where a file of `resources/` lies, in a checkout and in a frozen bundle alike."""
    frozen = getattr(sys, "_MEIPASS", None)
    root = Path(frozen) if frozen else Path(__file__).resolve().parents[2]
    return root.joinpath("resources", *parts)


def starter_model_path() -> Path:
    """The model Quern ships with."""
    return resource_path("starter", "quern-starter-f16.gguf")
