from __future__ import annotations

import json
import os
import sys
from pathlib import Path

import pytest

from desktop.core import model_sources
from desktop.core.model_sources import Found, Look, digest_in_path, find_models
from desktop.domain.library import DigestOrigin, ModelSource
from desktop.domain.paths import Home, OtherPrograms

DIGEST = "0123456789abcdef" * 4
OTHER = "f" * 64


def write(path: Path, content: str = "GGUF") -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(content)
    return path


class Places:
    """One folder for each source, and what is found in them."""

    def __init__(self, root: Path) -> None:
        self.home = Home(root / "home")
        self.hub = root / "hub"
        self.lm_studio = root / "lm"
        self.gpt4all = root / "gpt4all"
        self.ollama = root / "ollama"
        self.added: list[Path] = []
        self.look = Look()

    def find(self) -> list[Found]:
        others = OtherPrograms((self.hub,), (self.lm_studio,), (self.gpt4all,), (self.ollama,))
        self.look = Look()
        return list(find_models(self.home, others, self.added, self.look))

    def names(self) -> list[str]:
        return [found.name for found in self.find()]

    def manifest(self, *place: str, **changes: object) -> None:
        layer = {"mediaType": "application/vnd.ollama.image.model", "digest": f"sha256:{DIGEST}"}
        license_ = {"mediaType": "application/vnd.ollama.image.license", "digest": "sha256:1"}
        write(self.ollama.joinpath(*place), json.dumps({"layers": [license_, layer | changes]}))


@pytest.fixture
def places(tmp_path: Path) -> Places:
    return Places(tmp_path)


def test_where_nothing_is_nothing_is_found(places) -> None:
    assert places.find() == []
    assert (places.look.folders, places.look.skipped) == ([], [])


def test_every_source_is_looked_into_quern_s_own_first(places, tmp_path) -> None:
    places.added = [tmp_path / "added"]
    write(tmp_path / "added" / "e.gguf")
    write(places.gpt4all / "d.gguf")
    write(places.lm_studio / "models" / "org" / "repo" / "c.gguf")
    write(places.hub / "models--org--name" / "snapshots" / "abc" / "b.gguf")
    write(places.home.models / "deep" / "er" / "a.GGUF")
    assert [(found.name, found.source.value) for found in places.find()] == [
        ("a", "quern"),
        ("b", "hugging_face"),
        ("c", "lm_studio"),
        ("d", "gpt4all"),
        ("e", "folder"),
    ]
    assert str(tmp_path / "added") in places.look.folders
    assert str(places.home.models / "deep" / "er") in places.look.folders


def test_what_is_no_model_is_left_out(places) -> None:
    for name in (
        "readme.md", "model.gguf.part", ".gguf", "mmproj-model-f16.gguf", "incomplete-x.gguf",
        "wheat.imatrix.gguf", "wheat-imatrix.gguf", "big-00002-of-00002.gguf",
    ):  # fmt: skip
        write(places.home.models / name)
    (places.home.models / "folder.gguf").mkdir()
    write(places.home.models / "big-00001-of-00002.gguf")
    assert places.names() == ["big"]


@pytest.mark.skipif(sys.platform == "win32", reason="links need rights there")
def test_a_split_model_that_is_still_being_downloaded_is_no_model_yet(places, tmp_path) -> None:
    places.added = [tmp_path / "added"]
    for folder in (places.home.models, places.added[0]):
        write(folder / "m-00001-of-00002.gguf")
    part = write(places.home.models / "m-00002-of-00002.gguf.part")
    assert [found.source for found in places.find()] == [ModelSource.FOLDER]
    part.rename(part.with_suffix(""))
    assert [found.source for found in places.find()] == [ModelSource.QUERN, ModelSource.FOLDER]


def test_links_to_folders_are_not_followed_and_dead_ones_are_nothing(places, tmp_path) -> None:
    write(tmp_path / "outside" / "secret.gguf")
    linked = write(tmp_path / "elsewhere.gguf")
    models = places.home.models
    models.mkdir(parents=True)
    (models / "loop").symlink_to(models)
    (models / "out").symlink_to(tmp_path / "outside")
    (models / "dead.gguf").symlink_to(tmp_path / "nothing.gguf")
    (models / "self.gguf").symlink_to(models / "self.gguf")
    (models / "file.gguf").symlink_to(linked)
    os.mkfifo(models / "pipe.gguf")
    assert places.names() == ["file"]


def test_depth_and_number_are_bounded_and_it_is_known(places, monkeypatch) -> None:
    deep = places.home.models.joinpath(*["d"] * model_sources.DEEPEST)
    write(deep / "in.gguf")
    write(deep / "e" / "out.gguf")
    assert places.names() == ["in"]
    assert places.look.skipped == [deep]
    (deep / "e" / "out.gguf").unlink()
    (deep / "e").rmdir()
    assert places.names() == ["in"]
    assert places.look.skipped == []
    monkeypatch.setattr(model_sources, "MOST_ENTRIES", 3)
    places.added = [places.home.root / "many"]
    for number in range(5):
        write(places.added[0] / f"{number}.gguf")
    found = [one for one in places.find() if one.source is ModelSource.FOLDER]
    assert len(found) == 3
    assert places.added[0] in places.look.skipped


@pytest.mark.parametrize("place", ["home/models/closed", "hub", "hub/models--a--b/snapshots"])
def test_a_folder_that_cannot_be_read_is_known(places, monkeypatch, tmp_path, place) -> None:
    write(places.home.models / "a.gguf")
    closed = tmp_path / place
    closed.mkdir(parents=True)
    scandir = os.scandir

    def refuse(path):
        if Path(path) == closed:
            raise PermissionError(13, "Permission denied")
        return scandir(path)

    monkeypatch.setattr(model_sources.os, "scandir", refuse)
    assert places.names() == ["a"]
    assert places.look.skipped == [closed]


@pytest.mark.skipif(sys.platform == "win32", reason="links need rights there")
def test_hugging_face_s_links_tell_the_checksum_and_commits_share_files(places) -> None:
    repository = places.hub / "models--org--name"
    write(repository / "blobs" / DIGEST)
    write(repository / "blobs" / ("a" * 40))  # of a small file: a git hash, no SHA-256
    for commit in ("1", "2"):
        snapshot = repository / "snapshots" / commit
        snapshot.mkdir(parents=True)
        (snapshot / "wheat.gguf").symlink_to(f"../../blobs/{DIGEST}")
        (snapshot / "small.gguf").symlink_to(f"../../blobs/{'a' * 40}")
    write(places.hub / "datasets--org--name" / "snapshots" / "1" / "data.gguf")
    write(places.hub / "version.txt")
    wheat = [found for found in places.find() if found.name == "wheat"]
    (found,) = wheat
    assert (found.sha256, found.origin) == (DIGEST, DigestOrigin.HUGGING_FACE)
    assert digest_in_path(found.path) == (DIGEST, DigestOrigin.HUGGING_FACE)
    small = next(found for found in places.find() if found.name == "small")
    assert (small.sha256, digest_in_path(small.path)) == ("", None)


def test_lm_studio_s_settings_name_another_folder(places, tmp_path) -> None:
    write(tmp_path / "big disk" / "org" / "oats.gguf")
    write(places.lm_studio / "models" / "rye.gguf")
    settings = places.lm_studio / "settings.json"
    write(settings, json.dumps({"downloadsFolder": str(tmp_path / "big disk")}))
    assert places.names() == ["rye", "oats"]
    for damaged in (
        "{",
        "[]",
        '{"downloadsFolder": 7}',
        '{"downloadsFolder": "here"}',
        "[" * 10**5,
    ):
        settings.write_text(damaged)
        assert places.names() == ["rye"]


def test_ollama_s_manifests_give_blobs_their_names(places) -> None:
    blob = write(places.ollama / "blobs" / f"sha256-{DIGEST}")
    for place in (
        ("manifests", "hf.co", "org", "name", "Q4_K_M"),
        ("manifests", "registry.ollama.ai", "library", "llama3.2", "3b"),
        ("manifests", "registry.ollama.ai", "somebody", "own", "latest"),
        ("manifests-v2", "ollama.com", "library", "newer", "1b"),
    ):
        places.manifest(*place)
    found = places.find()
    assert {one.path for one in found} == {blob}
    assert {one.sha256 for one in found} == {DIGEST}
    assert [one.name for one in found] == [
        "hf.co/org/name:Q4_K_M", "llama3.2:3b", "somebody/own:latest", "newer:1b",
    ]  # fmt: skip
    assert digest_in_path(blob) == (DIGEST, DigestOrigin.OLLAMA)


@pytest.mark.parametrize(
    "changes",
    [
        {"digest": f"sha256:{OTHER}"},  # a blob that is not there
        {"digest": "sha256:../../../etc/passwd"},
        {"digest": None},
        {"digest": f"md5:{DIGEST}"},
        {"mediaType": "application/vnd.ollama.image.adapter"},
        {"mediaType": 7},
    ],
)
def test_foreign_manifests_are_ignored(places, changes) -> None:
    write(places.ollama / "blobs" / f"sha256-{DIGEST}")
    places.manifest("manifests", "registry.ollama.ai", "library", "odd", "x", **changes)
    assert places.find() == []


@pytest.mark.parametrize("text", ["", "{", "[]", '{"layers": 5}', '{"layers": [5]}', "\0\xff"])
def test_damaged_manifests_are_ignored(places, text) -> None:
    write(places.ollama / "blobs" / f"sha256-{DIGEST}")
    write(places.ollama / "manifests" / "registry.ollama.ai" / "library" / "x" / "y", text)
    assert places.find() == []


def test_names_that_are_no_checksum_tell_none(tmp_path) -> None:
    assert digest_in_path(tmp_path / "blobs" / "sha256-zz") is None
    assert digest_in_path(tmp_path / "plain.gguf") is None
