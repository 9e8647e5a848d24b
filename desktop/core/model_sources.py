"""Where models lie on this machine: a generator for each program that keeps some.

All of them only look: nothing is opened but the small text files in which programs say what they
keep, and those may be damaged or hostile.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

from desktop.core.model_files import files_of, is_split, stem_of
from desktop.domain.library import DigestOrigin, ModelSource
from desktop.domain.paths import Home, OtherPrograms
from desktop.hub.places import LOCK, PART

DEEPEST = 8  # folders below a root
MOST_ENTRIES = 100_000  # files and folders looked at below a root
MOST_BYTES = 1 << 20  # of a manifest or settings file

_SHA256 = re.compile(r"[0-9a-f]{64}")
_LATER_PART = re.compile(r"-(?!00001)\d{5}-of-\d{5}$")
_NOT_MODELS = re.compile(r"^(?:mmproj|incomplete)-|[-.]imatrix$", re.IGNORECASE)
_MODEL_LAYER = "application/vnd.ollama.image.model"
_OLLAMA_HOSTS = ("registry.ollama.ai", "ollama.com")


class Found(NamedTuple):
    """A model where it lies: `sha256` of its only file when the place tells it, else ""."""

    path: Path
    name: str
    source: ModelSource
    sha256: str = ""
    origin: DigestOrigin | None = None


@dataclass
class Look:
    """One look around.

    Attributes:
        folders: those looked into, to be watched for changes.
        skipped: those not, or not wholly, looked through: unreadable, too deep, or too full.
        unsettled: whether a file was written a moment ago, and may be growing.
    """

    folders: list[str] = field(default_factory=list)
    skipped: list[Path] = field(default_factory=list)
    unsettled: bool = False


def find_models(
    home: Home, others: OtherPrograms, added: list[Path], look: Look
) -> Iterator[Found]:
    """Every model file, Quern's own first. A file may come more than once."""
    yield from _in_folder(str(home.models), ModelSource.QUERN, look)
    for root in others.hugging_face:
        yield from _in_hugging_face(str(root), look)
    for root in others.lm_studio:
        for folder in dict.fromkeys((root / "models", *_lm_studio_choice(root / "settings.json"))):
            yield from _in_folder(str(folder), ModelSource.LM_STUDIO, look)
    for root in others.gpt4all:
        yield from _in_folder(str(root), ModelSource.GPT4ALL, look)
    for root in others.ollama:
        yield from _in_ollama(root, look)
    for root in added:
        yield from _in_folder(str(root), ModelSource.FOLDER, look)


def digest_in_path(path: Path) -> tuple[str, DigestOrigin] | None:
    """The SHA-256 by which the program that keeps this file named it."""
    if path.name.startswith("sha256-") and path.parent.name == "blobs":
        digest = path.name.removeprefix("sha256-")
        return (digest, DigestOrigin.OLLAMA) if _SHA256.fullmatch(digest) else None
    if path.is_symlink():
        digest = _blob_of(path)
        return (digest, DigestOrigin.HUGGING_FACE) if digest else None
    return None


# --- folders with files ---------------------------------------------------------------------


def _in_folder(root: str, source: ModelSource, look: Look) -> Iterator[Found]:
    """Files called *.gguf, by path. Links to files are followed, links to folders are not."""
    for path in _files(root, look):
        name = path.rpartition(os.sep)[2]
        stem, dot, suffix = name.rpartition(".")
        if suffix.lower() != "gguf" or not dot or not stem:
            continue
        if _LATER_PART.search(stem) or _NOT_MODELS.search(stem):
            continue
        found = Path(path)
        if source is ModelSource.QUERN and is_split(name) and _is_on_its_way(found):
            continue
        yield Found(found, stem_of(found) if is_split(name) else stem, source)


def _is_on_its_way(path: Path) -> bool:
    """Whether Quern is fetching some file of a split model."""
    beside = (f"{file}{suffix}" for file in files_of(path) for suffix in (PART, LOCK))
    return any(Path(place).exists() for place in beside)


def _files(root: str, look: Look) -> Iterator[str]:
    """Regular files below `root`, each folder's by name, then those of its folders."""
    left = MOST_ENTRIES
    waiting = [(root, 0)]
    while waiting:
        folder, depth = waiting.pop()
        inside: list[tuple[str, int]] = []
        names: list[str] = []
        try:
            with os.scandir(folder) as entries:
                for entry in entries:
                    left -= 1
                    if left < 0:
                        break
                    if entry.is_dir(follow_symlinks=False):
                        inside.append((entry.path, depth + 1))
                    elif _is_file(entry):
                        names.append(entry.path)
        except (FileNotFoundError, NotADirectoryError):
            continue
        except OSError:
            look.skipped.append(Path(folder))
            continue
        look.folders.append(folder)
        yield from sorted(names)
        if left < 0 or (inside and depth == DEEPEST):
            look.skipped.append(Path(folder))
            continue
        waiting.extend(sorted(inside, reverse=True))


def _is_file(entry: os.DirEntry[str]) -> bool:
    try:
        return entry.is_file()
    except OSError:  # a link to itself
        return False


def _lm_studio_choice(settings: Path) -> list[Path]:
    """The folder a person chose for LM Studio's models, if any."""
    values = _read_json(settings)
    chosen = values.get("downloadsFolder") if isinstance(values, dict) else None
    return [Path(chosen)] if isinstance(chosen, str) and Path(chosen).is_absolute() else []


# --- Hugging Face ---------------------------------------------------------------------------


def _in_hugging_face(root: str, look: Look) -> Iterator[Found]:
    """`models--OWNER--NAME/snapshots/COMMIT/…`: links to `blobs/SHA256`, or on some systems the
    files themselves. What several commits share is one file."""
    for repository in _folders(root, look):
        if not repository.rpartition(os.sep)[2].startswith("models--"):
            continue
        seen: set[str] = set()
        for snapshot in _folders(f"{repository}{os.sep}snapshots", look):
            for found in _in_folder(snapshot, ModelSource.HUGGING_FACE, look):
                digest = "" if is_split(found.path.name) else _blob_of(found.path)
                if digest not in seen:
                    yield found._replace(
                        sha256=digest, origin=DigestOrigin.HUGGING_FACE if digest else None
                    )
                if digest:
                    seen.add(digest)


def _blob_of(path: Path) -> str:
    """The SHA-256 in the name of the blob that a file of a snapshot is a link to, or ""."""
    try:
        target = path.readlink()
    except OSError:
        return ""
    named = target.parent.name == "blobs" and _SHA256.fullmatch(target.name)
    return target.name if named else ""


# --- Ollama ---------------------------------------------------------------------------------


def _in_ollama(root: Path, look: Look) -> Iterator[Found]:
    """`manifests/HOST/OWNER/MODEL/TAG` name the blob that holds the weights. Adapters and image
    encoders are other layers."""
    for folder in ("manifests", "manifests-v2"):
        manifests = str(root / folder)
        for path in _files(manifests, look):
            manifest = Path(path)
            digest = _model_layer(_read_json(manifest))
            blob = root / "blobs" / f"sha256-{digest}"
            if digest and blob.is_file():
                name = _ollama_name(manifest.relative_to(manifests).parts)
                yield Found(blob, name, ModelSource.OLLAMA, digest, DigestOrigin.OLLAMA)


def _model_layer(manifest: Any) -> str:
    """The SHA-256 of the only layer with weights, or ""."""
    layers = manifest.get("layers") if isinstance(manifest, dict) else None
    digests = [
        str(layer.get("digest"))
        for layer in (layers if isinstance(layers, list) else ())
        if isinstance(layer, dict) and layer.get("mediaType") == _MODEL_LAYER
    ]
    kind, _, digest = digests[0].partition(":") if len(digests) == 1 else ("", "", "")
    return digest if kind == "sha256" and _SHA256.fullmatch(digest) else ""


def _ollama_name(parts: tuple[str, ...]) -> str:
    """As Ollama says it: without its own host and without the owner "library"."""
    *place, tag = parts
    if place and place[0] in _OLLAMA_HOSTS:
        del place[0]
        if place[:1] == ["library"]:
            del place[0]
    return f"{'/'.join(place)}:{tag}"


# --- what they share ------------------------------------------------------------------------


def _folders(root: str, look: Look) -> list[str]:
    """The folders in `root`, by name; at most MOST_ENTRIES."""
    names: list[str] = []
    try:
        with os.scandir(root) as entries:
            for entry in entries:
                if len(names) == MOST_ENTRIES:
                    look.skipped.append(Path(root))
                    break
                if entry.is_dir(follow_symlinks=False):
                    names.append(entry.path)
    except (FileNotFoundError, NotADirectoryError):
        return []
    except OSError:
        look.skipped.append(Path(root))
        return []
    look.folders.append(root)
    return sorted(names)


def _read_json(path: Path) -> Any:
    """What a small file says; None when it cannot be understood."""
    try:
        if not path.is_file():  # opening a named pipe would wait for ever
            return None
        with path.open("rb") as file:
            return json.loads(file.read(MOST_BYTES))
    except (OSError, ValueError, RecursionError):
        return None
