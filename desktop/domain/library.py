"""The models on this machine, as the library lists them."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import NamedTuple

from desktop.domain.model import LoadConfig, ModelInfo
from desktop.domain.sampling import SamplerSettings


class ModelSource(StrEnum):
    """Who keeps a model's file."""

    STARTER = "starter"  # comes with Quern
    QUERN = "quern"  # in Quern's own models folder
    HUGGING_FACE = "hugging_face"
    LM_STUDIO = "lm_studio"
    GPT4ALL = "gpt4all"
    OLLAMA = "ollama"
    FOLDER = "folder"  # in a folder a person added
    FILE = "file"  # a single file a person added


@dataclass(frozen=True, slots=True)
class LibraryEntry:
    """One model.

    Attributes:
        name: how it is called in the list and on the command line; unique.
        path: the file, or the first one of a split model.
        source: who keeps it. Only a QUERN file may be deleted by Quern; of the others, only the
            reference to them can be taken off the list (not of the starter).
        size: bytes, all files of a split model together; 0 when missing.
        missing: whether the file, or one of a split model's, is not where it was.
        last_used_at: seconds since the epoch, 0 for never.
        copies: other places where the same content lies.
        info: what its header says (without tensors and metadata), or None when it cannot be read,
            or was not yet.
        problem: the sentence why it cannot be read, or "".
        sha256: lower-case hex when it is known, else ""; of a split model never.
    """

    name: str
    path: Path
    source: ModelSource = ModelSource.FILE
    size: int = 0
    missing: bool = False
    last_used_at: float = 0.0
    copies: tuple[Path, ...] = ()
    info: ModelInfo | None = None
    problem: str = ""
    sha256: str = ""

    @property
    def title(self) -> str:
        """What the window calls it: the starter by its own name, as conversations do."""
        return self.info.name if self.starter and self.info else self.name

    @property
    def starter(self) -> bool:
        return self.source is ModelSource.STARTER

    @property
    def deletable(self) -> bool:
        """Whether Quern may delete the file itself."""
        return self.source is ModelSource.QUERN


class FileVersion(NamedTuple):
    """What tells that a file was changed: bytes, and when it was modified (ns since the epoch)."""

    size: int
    modified_ns: int


class DigestOrigin(StrEnum):
    """Who says which checksum a file should have."""

    HUB = "hub"  # the hub it was downloaded from by Quern
    HUGGING_FACE = "hugging_face"  # the name it has in the Hugging Face cache
    OLLAMA = "ollama"  # the name it has among Ollama's blobs
    EARLIER = "earlier"  # Quern measured it before, and it was not written since


class VerifyOutcome(StrEnum):
    """What measuring a model's checksum showed."""

    MATCHES = "matches"
    DIFFERS = "differs"  # the file is damaged
    FIRST_MEASURED = "first_measured"  # nothing to compare with; a later measurement has this one


@dataclass(frozen=True, slots=True)
class VerifyResult:
    """The checksum of a model.

    Attributes:
        sha256: of the file, or of the first of a split model; lower-case hex.
        origin: who said what it should be; None when nobody did for some file.
        damaged: the files that differ.
    """

    outcome: VerifyOutcome
    sha256: str
    origin: DigestOrigin | None = None
    damaged: tuple[Path, ...] = ()


@dataclass(frozen=True, slots=True)
class ModelDefaults:
    """How one model is used unless a person says otherwise; None is as in the settings.

    Attributes:
        config: how it is loaded.
        sampler: how new conversations with it sample.
        system_prompt: of new conversations with it; None for none of its own.
    """

    config: LoadConfig | None = None
    sampler: SamplerSettings | None = None
    system_prompt: str | None = None
