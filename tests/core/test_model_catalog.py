from __future__ import annotations

import os
from pathlib import Path

import pytest

from desktop.core.model_catalog import Catalog, free_name
from desktop.core.model_files import version_of
from desktop.core.model_sources import Found
from desktop.domain.library import ModelSource

A, B = "a" * 64, "b" * 64


def write(path: Path, content: str = "GGUF") -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(content)
    return path


def found(path: Path, source: ModelSource = ModelSource.FOLDER, **values) -> Found:
    return Found(path, path.stem, source, **values)


def catalog(*several: Found, digests=None) -> Catalog:
    made = Catalog({}, digests or {}, {several[0].path: 7.0})
    made.add(several)
    return made


def test_an_entry_says_what_the_file_is_like(tmp_path) -> None:
    path = write(tmp_path / "a.gguf")
    made = catalog(found(path, ModelSource.QUERN, sha256=A), found(tmp_path / "gone.gguf"))
    here, gone = made.entries
    assert (here.size, here.missing, here.last_used_at, here.sha256) == (4, False, 7.0, A)
    assert (gone.size, gone.missing, gone.last_used_at) == (0, True, 0.0)
    assert made.versions == [version_of(path), None]


def test_the_same_file_by_two_paths_is_one_entry_without_copies(tmp_path) -> None:
    path = write(tmp_path / "a.gguf")
    os.link(path, tmp_path / "b.gguf")
    made = catalog(found(path), found(tmp_path / "b.gguf"), found(path))
    (entry,) = made.entries
    assert (entry.path, entry.copies) == (path, ())
    assert made.index_of(tmp_path / "b.gguf") == 0


def test_the_same_content_is_one_entry_with_copies(tmp_path) -> None:
    own, blob, third = (write(tmp_path / name) for name in ("own.gguf", "blob", "third.gguf"))
    digests = {str(own): (version_of(own), A), str(third): (version_of(third), B)}
    made = catalog(
        found(own, ModelSource.QUERN),
        found(blob, ModelSource.OLLAMA, sha256=A),
        found(third),
        digests=digests,
    )
    first, second = made.entries
    assert (first.path, first.copies, first.sha256) == (own, (blob,), A)
    assert (second.path, second.copies, second.sha256) == (third, (), B)
    assert made.index_of(blob) == 0
    assert made.index_of(tmp_path / "nothing") is None


def test_a_checksum_of_an_older_version_counts_for_nothing(tmp_path) -> None:
    one, two = write(tmp_path / "1"), write(tmp_path / "2")
    digests = {str(path): (version_of(path), A) for path in (one, two)}
    os.utime(two, ns=(1, 1))
    made = catalog(found(one), found(two), digests=digests)
    assert [entry.sha256 for entry in made.entries] == [A, ""]


@pytest.mark.parametrize("known_parts", [1, 2])
def test_split_models_are_the_same_when_every_part_is(tmp_path, known_parts) -> None:
    digests, firsts = {}, []
    for folder in ("x", "y"):
        parts = [write(tmp_path / folder / f"a-0000{n}-of-00002.gguf") for n in (1, 2)]
        firsts.append(parts[0])
        for part, digest in list(zip(parts, (A, B), strict=True))[:known_parts]:
            digests[str(part)] = (version_of(part), digest)
    made = catalog(*map(found, firsts), digests=digests)
    copies = [entry.copies for entry in made.entries]
    assert copies == ([(firsts[1],)] if known_parts == 2 else [(), ()])
    assert made.entries[0].sha256 == ""
    assert made.entries[0].size == 8


def test_every_name_is_given_once_and_promises_are_kept(tmp_path) -> None:
    paths = [write(tmp_path / folder / "Wheat.gguf", folder) for folder in "abc"]
    made = catalog(*map(found, paths))
    made.name_entries({paths[2]: "wheat"})
    assert [entry.name for entry in made.entries] == ["Wheat (2)", "Wheat (3)", "wheat"]


def test_free_name() -> None:
    assert free_name("Rye", {"rye", "rye (2)"}.__contains__) == "Rye (3)"
    assert free_name("Rye", set().__contains__) == "Rye"
