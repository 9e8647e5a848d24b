"""Model repositories of a hub (Hugging Face, or a mirror of it) and the files in them."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class HubSort(StrEnum):
    """What a search lists first."""

    DOWNLOADS = "downloads"
    LIKES = "likes"
    NEWEST = "newest"


class RepositoryKind(StrEnum):
    """What Quern can do with a repository."""

    GGUF = "gguf"  # holds files that can be chatted with as they are
    CONVERTIBLE = "convertible"  # a full checkpoint of a family the converters know
    OTHER = "other"


class Gate(StrEnum):
    """Whether the files of a repository are handed to everybody."""

    OPEN = "open"
    GATED = "gated"  # terms must be accepted on the hub's page, with an account


@dataclass(frozen=True, slots=True)
class HubQuery:
    """What to search for.

    Attributes:
        text: words in the name; "" for all.
        author: exact account name, or "".
        smallest, largest: number of weights; 0 for no bound.
        license: the hub's name of a licence ("apache-2.0"), or "".
        kind: GGUF or CONVERTIBLE.
        limit: most results returned.
    """

    text: str = ""
    author: str = ""
    smallest: int = 0
    largest: int = 0
    license: str = ""
    sort: HubSort = HubSort.DOWNLOADS
    kind: RepositoryKind = RepositoryKind.GGUF
    limit: int = 50


@dataclass(frozen=True, slots=True)
class RepositorySummary:
    """One result of a search.

    Attributes:
        id: "author/name".
        parameters: number of weights, 0 when the hub does not say.
        architecture: "" when the hub does not say.
        license: the hub's name of it, "" when it does not say.
        updated_at: seconds since the epoch, 0 when the hub does not say.
    """

    id: str
    kind: RepositoryKind
    gate: Gate = Gate.OPEN
    parameters: int = 0
    architecture: str = ""
    license: str = ""
    downloads: int = 0
    likes: int = 0
    updated_at: float = 0.0

    @property
    def author(self) -> str:
        return self.id.partition("/")[0]

    @property
    def name(self) -> str:
        return self.id.rpartition("/")[2]


@dataclass(frozen=True, slots=True)
class RemoteFile:
    """One file of a repository. `sha256` is lower-case hex, or "" for files that are kept in git
    itself (small ones), which have no such checksum on the hub; `git_sha1` is theirs."""

    path: str
    size: int
    sha256: str = ""
    git_sha1: str = ""


@dataclass(frozen=True, slots=True)
class RemoteModel:
    """A model of a repository as a person chooses it: one file, or all parts of a split one.

    Attributes:
        name: the file's name without directory, part number and suffix.
        level: quantization level, e.g. "Q4_K_M"; "" when the name does not say.
        files: in the order of the parts.
    """

    name: str
    level: str
    files: tuple[RemoteFile, ...]

    @property
    def size(self) -> int:
        """Bytes of all parts together."""
        return sum(file.size for file in self.files)


@dataclass(frozen=True, slots=True)
class Repository:
    """A repository in full.

    Attributes:
        revision: the commit (40 hex digits) all of this was true for.
        card: the model card in Markdown without its front matter, "" when there is none.
        models: what can be downloaded and chatted with, smallest first.
        checkpoint: the files a conversion needs; empty unless `summary.kind` is CONVERTIBLE.
    """

    summary: RepositorySummary
    revision: str
    card: str
    models: tuple[RemoteModel, ...]
    checkpoint: tuple[RemoteFile, ...] = ()


@dataclass(frozen=True, slots=True)
class Fit:
    """Whether a model fits this machine at one context.

    Attributes:
        context: tokens.
        needed, available: bytes.
    """

    context: int
    needed: int
    available: int

    @property
    def spare(self) -> int:
        """Bytes left; negative when it is too big."""
        return self.available - self.needed


@dataclass(frozen=True, slots=True)
class Recommendation:
    """A model to start with, from `resources/recommended_models.json`.

    Attributes:
        memory: bytes of main memory a machine should have for it.
        repository, file: where it is.
        size: bytes, as it was on the day the list was made.
        why: one sentence.
    """

    name: str
    memory: int
    repository: str
    file: str
    size: int
    license: str
    why: str
