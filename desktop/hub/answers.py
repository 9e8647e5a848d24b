"""What the hub's answers say, taken over as far as it makes sense: any field may hold anything."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import datetime
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any

from converters.registry import architectures
from desktop.domain.errors import InvalidInput
from desktop.domain.hub import Gate, RemoteFile, RepositoryKind, RepositorySummary

if TYPE_CHECKING:
    from huggingface_hub.hf_api import ModelInfo

_ID = re.compile(r"[A-Za-z0-9][\w.-]{0,95}/[A-Za-z0-9_][\w.-]{0,95}", re.ASCII)
_SHA256 = re.compile(r"[0-9a-f]{64}")
_SHA1 = re.compile(r"[0-9a-f]{40}")
_TEXT = 100  # characters of a licence's or an architecture's name
_PATH = 500
_COUNT = 2**60
_LICENSE_TAG = "license:"


def checked_id(name: str) -> str:
    """`name`, when it can name a repository. Raises: InvalidInput."""
    if _ID.fullmatch(name) is None or ".." in name:
        raise InvalidInput(
            f"“{name[:_TEXT]}” is no name of a repository.",
            "Repositories are called by author and name, as in “Qwen/Qwen3-4B-GGUF”.",
        )
    return name


def summary(info: ModelInfo, kind: RepositoryKind) -> RepositorySummary:
    """What a list tells of a repository. Raises: InvalidInput when it has no proper name."""
    gguf = info.gguf if isinstance(info.gguf, dict) else {}
    weights = gguf.get("total") or getattr(info.safetensors, "total", None)
    architecture = gguf.get("architecture") or next(iter(classes(info)), "")
    updated = info.last_modified
    return RepositorySummary(
        id=checked_id(_text(info.id)),
        kind=kind,
        gate=Gate.OPEN if info.gated in (False, None) else Gate.GATED,
        parameters=_count(weights),
        architecture=_text(architecture),
        license=_license(info),
        downloads=_count(info.downloads),
        likes=_count(info.likes),
        updated_at=max(updated.timestamp(), 0.0) if isinstance(updated, datetime) else 0.0,
    )


def is_convertible(info: ModelInfo) -> bool:
    """Whether the converters know a class of model that the repository states."""
    return not set(classes(info)).isdisjoint(architectures())


def classes(info: ModelInfo) -> list[str]:
    """The classes of model that config.json states."""
    stated = info.config.get("architectures") if isinstance(info.config, dict) else None
    return [_text(name) for name in stated] if isinstance(stated, list) else []


def revision(info: ModelInfo) -> str:
    """The commit, or "" when none is told."""
    return info.sha if isinstance(info.sha, str) and _SHA1.fullmatch(info.sha) else ""


def files(info: ModelInfo) -> list[RemoteFile]:
    """The files that can be fetched; those whose path leads elsewhere, or that have no size, are
    left out."""
    return list(_files(info.siblings or ()))


def _files(siblings: Iterable[Any]) -> Iterable[RemoteFile]:
    for sibling in siblings:
        path, size = sibling.rfilename, sibling.size
        if not _is_proper(path) or type(size) is not int or not 0 <= size < _COUNT:
            continue
        sha256 = getattr(sibling.lfs, "sha256", None)
        if sibling.lfs is None:
            yield RemoteFile(path, size, git_sha1=_matching(_SHA1, sibling.blob_id))
        else:
            yield RemoteFile(path, size, sha256=_matching(_SHA256, sha256))


def _is_proper(path: Any) -> bool:
    return (
        isinstance(path, str)
        and 0 < len(path) <= _PATH
        and path.isprintable()
        and not set(path) & set('\\:*?"<>|')
        and str(PurePosixPath(path)) == path
        and not path.startswith("/")
        and ".." not in path.split("/")
    )


def _license(info: ModelInfo) -> str:
    tags = info.tags if isinstance(info.tags, list) else []
    for tag in tags:
        if isinstance(tag, str) and tag.startswith(_LICENSE_TAG):
            return _text(tag.removeprefix(_LICENSE_TAG))
    return _text(getattr(info.card_data, "license", ""))


def _matching(pattern: re.Pattern[str], value: Any) -> str:
    return value if isinstance(value, str) and pattern.fullmatch(value) else ""


def _count(value: Any) -> int:
    """A number of things; 0 for what is none."""
    return value if type(value) is int and 0 <= value < _COUNT else 0


def _text(value: Any) -> str:
    """One short line."""
    if not isinstance(value, str):
        return ""
    return "".join(c for c in value[:_TEXT] if c.isprintable())
