"""The one place that knows folders: where a home folder keeps what, and where resources lie."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

PORTABLE = "portable"  # a file of this name beside the executable keeps everything beside it


@dataclass(frozen=True, slots=True)
class Home:
    """Everything Quern writes lies under `root`, so one `--home DIR` moves it all.

    root/
      quern.db          conversations, prompts, models known (SQLite, WAL); copies beside it
      settings.json     settings
      window.ini        geometry and session of the windows
      prompt-drafts.json    what was written of prompts and is not saved yet
      models/           models Quern itself fetched or made
      cache/            what can be fetched or made again
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
    def prompt_drafts(self) -> Path:
        return self.root / "prompt-drafts.json"

    @property
    def models(self) -> Path:
        return self.root / "models"

    @property
    def cache(self) -> Path:
        return self.root / "cache"

    @property
    def logs(self) -> Path:
        return self.root / "logs"

    @classmethod
    def default(cls) -> Home:
        """The home of the person running Quern, by the habit of their system.

        A bundle with a file called `portable` beside its executable has its home there too.
        """
        portable = _portable_home()
        if portable is not None:
            return cls(portable)
        if sys.platform == "win32":
            base = Path(os.environ.get("LOCALAPPDATA") or Path.home() / "AppData" / "Local")
            return cls(base / "Quern")
        if sys.platform == "darwin":
            return cls(Path.home() / "Library" / "Application Support" / "Quern")
        base = Path(os.environ.get("XDG_DATA_HOME") or Path.home() / ".local" / "share")
        return cls(base / "quern")


def _portable_home() -> Path | None:
    if not getattr(sys, "frozen", False):
        return None
    folder = Path(sys.executable).resolve().parent
    return folder / "home" if (folder / PORTABLE).is_file() else None


@dataclass(frozen=True, slots=True)
class OtherPrograms:
    """Where other programs keep models. None of the folders needs to exist.

    Attributes:
        hugging_face: the hub cache, with a folder per repository.
        lm_studio: folders of LM Studio itself; models lie in `models`, or where its `settings.json`
            says.
        gpt4all: folders with models.
        ollama: folders with `manifests` and `blobs`.
    """

    hugging_face: tuple[Path, ...] = ()
    lm_studio: tuple[Path, ...] = ()
    gpt4all: tuple[Path, ...] = ()
    ollama: tuple[Path, ...] = ()

    @classmethod
    def default(
        cls,
        environment: Mapping[str, str] = os.environ,
        person: Path | None = None,
        platform: str = sys.platform,
    ) -> OtherPrograms:
        """As these programs find them: environment first, then the home folder of `person`."""
        person = person or Path.home()
        cache = Path(environment.get("XDG_CACHE_HOME") or person / ".cache")
        hugging_face = Path(environment.get("HF_HOME") or cache / "huggingface") / "hub"
        if environment.get("HF_HUB_CACHE"):
            hugging_face = Path(environment["HF_HUB_CACHE"])
        if platform == "win32":
            data = Path(environment.get("LOCALAPPDATA") or person / "AppData" / "Local")
        elif platform == "darwin":
            data = person / "Library" / "Application Support"
        else:
            data = Path(environment.get("XDG_DATA_HOME") or person / ".local" / "share")
        ollama = [person / ".ollama" / "models", Path("/usr/share/ollama/.ollama/models")]
        if environment.get("OLLAMA_MODELS"):
            ollama = [Path(environment["OLLAMA_MODELS"])]
        return cls(
            hugging_face=(hugging_face,),
            lm_studio=(person / ".lmstudio", person / ".cache" / "lm-studio"),
            gpt4all=(data / "nomic.ai" / "GPT4All",),
            ollama=tuple(ollama),
        )


def resource_path(*parts: str) -> Path:
    """Where a file of `resources/` lies, in a checkout and in a frozen bundle alike."""
    frozen = getattr(sys, "_MEIPASS", None)
    root = Path(frozen) if frozen else Path(__file__).resolve().parents[2]
    return root.joinpath("resources", *parts)


def starter_model_path() -> Path:
    """The model Quern ships with."""
    return resource_path("starter", "quern-starter-f16.gguf")
