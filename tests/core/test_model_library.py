from __future__ import annotations

import os
import time
from pathlib import Path

import pytest

from desktop.core import model_library
from desktop.core.model_library import STARTER_NAME, ModelLibrary
from desktop.domain.download import DownloadRequest
from desktop.domain.errors import InvalidInput, ModelFileInvalid, ModelFileMissing
from desktop.domain.hub import RemoteFile
from desktop.domain.library import DigestOrigin, ModelDefaults, ModelSource, VerifyOutcome
from desktop.domain.model import ModelInfo
from desktop.domain.paths import Home, OtherPrograms
from desktop.storage.database import Database
from desktop.storage.model_facts import ModelFacts
from desktop.storage.models import KnownModels


class Inspector:
    """Reads "headers": a file that holds the word "bad" is not a model."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    def __call__(self, path: Path) -> ModelInfo:
        self.asked.append(path.name)
        try:
            text = path.read_text()
        except FileNotFoundError as error:
            raise ModelFileMissing(f"{path} is not there.") from error
        if "bad" in text:
            raise ModelFileInvalid(f"“{path.name}” is not a model.")
        return ModelInfo(
            path, 4, "llama", path.stem, "F16", 1, 16.0, 8, 8, 1, 1, 1, 8, "bpe", "", "", None
        )


@pytest.fixture
def inspect() -> Inspector:
    return Inspector()


@pytest.fixture
def library(tmp_path: Path, database: Database, inspect: Inspector) -> ModelLibrary:
    model(tmp_path / "app" / "quern-starter-f16.gguf")
    return ModelLibrary(
        KnownModels(database, clock=lambda: 50.0),
        ModelFacts(database),
        Home(tmp_path),
        others_in(tmp_path),
        tmp_path / "app" / "quern-starter-f16.gguf",
        inspect,
    )


def others_in(folder: Path) -> OtherPrograms:
    return OtherPrograms(
        hugging_face=(folder / "hub",),
        lm_studio=(folder / "lm",),
        gpt4all=(folder / "gpt4all",),
        ollama=(folder / "ollama",),
    )


def model(path: Path, content: str = "GGUF") -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(content)
    return path


def fetched(path: Path, sha256: str) -> DownloadRequest:
    file = RemoteFile(path.name, 1, sha256)
    return DownloadRequest("mill/oats", "c" * 40, "oats", (file,), path.parent)


def names(library: ModelLibrary) -> list[str]:
    return [entry.name for entry in library.list()]


def test_starter_own_folder_and_added_files_are_listed(library, tmp_path):
    model(tmp_path / "models" / "rye.gguf")
    model(tmp_path / "models" / "some org" / "Barley.gguf")
    model(tmp_path / "models" / "readme.txt")
    added = library.add(model(tmp_path / "elsewhere" / "oats.gguf", "GGUF+"))
    assert names(library) == [STARTER_NAME, "rye", "Barley", "oats"]
    starter, rye, _, oats = library.list()
    assert (starter.starter, starter.deletable) == (True, False)
    assert (rye.source, rye.deletable) == (ModelSource.QUERN, True)
    assert oats == added
    assert (oats.source, oats.size, oats.missing, oats.info.name) == (
        ModelSource.FILE,
        5,
        False,
        "oats",
    )


def test_headers_are_read_once(library, inspect, tmp_path):
    model(tmp_path / "models" / "rye.gguf")
    library.list()
    library.list()
    assert sorted(inspect.asked) == ["quern-starter-f16.gguf", "rye.gguf"]
    model(tmp_path / "models" / "rye.gguf", "GGUF changed")
    library.list()
    assert inspect.asked.count("rye.gguf") == 2


def test_missing_file_is_listed_as_missing(library, tmp_path):
    path = model(tmp_path / "elsewhere" / "oats.gguf")
    library.add(path)
    path.unlink()
    oats = library.list()[1]
    assert (oats.name, oats.missing, oats.size, oats.info) == ("oats", True, 0, None)
    with pytest.raises(ModelFileMissing, match="oats"):
        library.resolve("oats")


def test_damaged_file_is_listed_with_its_problem(library, tmp_path):
    model(tmp_path / "models" / "rye.gguf", "bad")
    rye = library.list()[1]
    assert (rye.missing, rye.info, rye.problem) == (False, None, "“rye.gguf” is not a model.")


def test_empty_file_is_not_missing(library, tmp_path):
    model(tmp_path / "models" / "rye.gguf", "")
    assert library.list()[1].missing is False


def test_what_is_not_a_model_is_not_added(library, tmp_path):
    with pytest.raises(ModelFileInvalid):
        library.add(model(tmp_path / "x.gguf", "bad"))
    with pytest.raises(ModelFileMissing):
        library.add(tmp_path / "nothing.gguf")
    assert names(library) == [STARTER_NAME]


def test_adding_twice_or_from_the_own_folder_makes_no_second_entry(library, tmp_path):
    path = model(tmp_path / "elsewhere" / "oats.gguf")
    assert library.add(path) == library.add(path)
    own = library.add(model(tmp_path / "models" / "rye.gguf"))
    assert own.source is ModelSource.QUERN
    assert names(library) == [STARTER_NAME, "rye", "oats"]


def test_same_names_are_told_apart(library, tmp_path):
    library.add(model(tmp_path / "a" / "oats.gguf"))
    library.add(model(tmp_path / "b" / "Oats.gguf"))
    library.add(model(tmp_path / "c" / "starter.gguf"))
    assert names(library) == [STARTER_NAME, "oats", "Oats (2)", "starter (2)"]
    assert library.resolve("oats (2)") == tmp_path / "b" / "Oats.gguf"


def test_remove_forgets_and_touches_no_file(library, tmp_path):
    path = model(tmp_path / "elsewhere" / "oats.gguf")
    library.add(path)
    library.remove("OATS")
    assert names(library) == [STARTER_NAME]
    assert path.exists()
    with pytest.raises(InvalidInput, match="no model called “OATS”"):
        library.remove("OATS")


def test_what_is_always_listed_cannot_be_removed(library, tmp_path):
    path = model(tmp_path / "models" / "rye.gguf")
    with pytest.raises(InvalidInput, match="Delete the file"):
        library.remove("rye")
    with pytest.raises(InvalidInput):
        library.remove(STARTER_NAME)
    assert path.exists()


def test_resolve(library, tmp_path, monkeypatch):
    oats = model(tmp_path / "elsewhere" / "oats-7b.gguf")
    library.add(oats)
    model(tmp_path / "models" / "oak.gguf")
    assert library.resolve(None) == tmp_path / "app" / "quern-starter-f16.gguf"
    assert library.resolve("Starter") == library.resolve(None)
    assert library.resolve("OATS-7B") == oats
    assert library.resolve("oat") == oats
    assert library.resolve(str(oats)) == oats
    monkeypatch.chdir(oats.parent)
    assert library.resolve("oats-7b.gguf") == oats
    assert library.resolve("./oats-7b.gguf") == oats


def test_the_starter_is_known_by_its_own_name_too(library, tmp_path):
    title = library.list()[0].title
    assert title not in ("", STARTER_NAME)
    assert library.resolve(title.upper()) == library.resolve(None)
    taken = model(tmp_path / "models" / f"{title}.gguf")
    assert library.resolve(title) == taken


@pytest.mark.parametrize(
    ("name", "advice"),
    [
        ("oa", "Did you mean “oak” or “oats-7b”?"),
        ("oats-8b", "Did you mean “oats-7b”"),
        ("", "Did you mean “starter”, “oak” or “oats-7b”?"),
        ("zzz", "“quern models” lists them."),
    ],
)
def test_unknown_names_get_the_closest(library, tmp_path, name, advice):
    model(tmp_path / "models" / "oats-7b.gguf")
    model(tmp_path / "models" / "oak.gguf")
    with pytest.raises(InvalidInput) as caught:
        library.resolve(name)
    assert advice.rstrip("?") in caught.value.advice


@pytest.mark.parametrize("name", ["nothing.gguf", "some/where"])
def test_paths_that_lead_nowhere(library, name):
    with pytest.raises(ModelFileMissing, match=name):
        library.resolve(name)


def test_starter_that_was_not_built(library, tmp_path):
    library.resolve(None).unlink()
    with pytest.raises(ModelFileMissing):
        library.resolve(None)
    assert library.list()[0].missing is True


def test_split_model_is_one_model(library, tmp_path):
    for number in (1, 2, 3):
        model(tmp_path / "models" / f"big-0000{number}-of-00003.gguf", "x" * number)
    _, big = library.list()
    first = tmp_path / "models" / "big-00001-of-00003.gguf"
    assert (big.name, big.path, big.size, big.missing) == ("big", first, 6, False)
    assert library.resolve("big") == first
    assert library.resolve(str(first.with_name("big-00003-of-00003.gguf"))) == first


def test_split_model_without_one_of_its_files_is_missing(library, tmp_path):
    first = model(tmp_path / "big-00001-of-00002.gguf")
    second = model(tmp_path / "big-00002-of-00002.gguf")
    library.add(second)
    second.unlink()
    assert library.list()[1].missing is True
    with pytest.raises(ModelFileMissing, match="00002-of-00002"):
        library.resolve("big")
    assert library.list()[1].path == first


def test_hostile_shard_count_is_just_a_name(library, tmp_path):
    path = model(tmp_path / "models" / "big-00001-of-99999.gguf")
    assert library.list()[1].path == path


def test_use_is_remembered_for_every_model(library):
    library.touch(library.resolve(None))
    assert library.list()[0].last_used_at == 50.0


def test_the_first_choice_is_what_was_used_last_and_is_still_there(tmp_path, database, inspect):
    starter = model(tmp_path / "app" / "starter.gguf")
    clock = iter((1.0, 2.0))
    known = KnownModels(database, clock=lambda: next(clock))
    library = ModelLibrary(
        known, ModelFacts(database), Home(tmp_path), OtherPrograms(), starter, inspect
    )
    assert library.first_choice() == starter
    older, newer = model(tmp_path / "older.gguf"), model(tmp_path / "newer.gguf")
    library.touch(older)
    library.touch(newer)
    assert library.first_choice() == newer
    newer.unlink()
    assert library.first_choice() == older


def test_what_is_found_can_be_taken_off_and_added_again(library, tmp_path):
    path = model(tmp_path / "gpt4all" / "oats.gguf")
    assert names(library) == [STARTER_NAME, "oats"]
    library.take_off(path)
    assert names(library) == [STARTER_NAME]
    assert path.exists()
    with pytest.raises(InvalidInput, match="not on the list"):
        library.take_off(tmp_path / "nothing.gguf")
    entry = library.add(path)
    assert (entry.name, entry.source) == ("oats", ModelSource.GPT4ALL)
    assert names(library) == [STARTER_NAME, "oats"]


def test_copies_are_taken_off_together(library, tmp_path):
    found = model(tmp_path / "gpt4all" / "oats.gguf")
    added = model(tmp_path / "elsewhere" / "other.gguf")
    library.add(added)
    for path in (found, added):
        library.take_in(fetched(path, "a" * 64))
    (_, entry) = library.list()
    assert (entry.path, entry.copies) == (found, (added,))
    library.remove("oats")
    assert names(library) == [STARTER_NAME]
    assert library.add(added).name == "other"
    assert names(library) == [STARTER_NAME, "other"]


def test_a_download_is_one_entry_with_its_copy_elsewhere(library, tmp_path):
    own = model(tmp_path / "models" / "oats.gguf")
    copy = model(tmp_path / "lm" / "models" / "org" / "oats.gguf")
    library.take_in(fetched(own, "b" * 64))
    library.take_in(fetched(copy, "b" * 64))
    oats = library.list()[1]
    assert (oats.path, oats.copies, oats.deletable) == (own, (copy,), True)
    with pytest.raises(ModelFileMissing):
        library.take_in(fetched(tmp_path / "nothing.gguf", "b" * 64))


def test_what_the_hub_said_of_a_download_is_what_it_is_verified_against(library, tmp_path):
    path = model(tmp_path / "models" / "oats.gguf")
    library.take_in(fetched(path, "b" * 64))
    result = library.checksums.verify(path, lambda _: None, lambda: False)
    assert (result.outcome, result.origin) == (VerifyOutcome.DIFFERS, DigestOrigin.HUB)


def test_only_quern_s_own_files_go_to_the_bin_and_all_of_them(library, tmp_path):
    parts = [model(tmp_path / "models" / f"big-0000{n}-of-00002.gguf") for n in (1, 2)]
    elsewhere = model(tmp_path / "gpt4all" / "oats.gguf")
    assert library.files_to_bin(parts[0]) == parts
    for path in (elsewhere, library.resolve(None)):
        with pytest.raises(InvalidInput, match="does not lie in Quern's own folder"):
            library.files_to_bin(path)


def test_what_was_thrown_away_is_forgotten(library, tmp_path):
    path = model(tmp_path / "models" / "oats.gguf")
    library.take_in(fetched(path, "c" * 64))
    assert library.list()[1].sha256 == "c" * 64
    status = path.stat()
    path.unlink()
    library.forget([path])
    model(path)
    os.utime(path, ns=(status.st_atime_ns, status.st_mtime_ns))
    assert library.list()[1].sha256 == ""


def test_folders_are_listed_with_what_is_in_them(library, tmp_path, monkeypatch):
    model(tmp_path / "grain" / "deep" / "oats.gguf")
    monkeypatch.chdir(tmp_path)
    library.add_folder(Path("grain"))
    assert library.folders() == [tmp_path / "grain"]
    assert library.list()[1].source is ModelSource.FOLDER
    assert str(tmp_path / "grain" / "deep") in library.last_look.folders
    library.remove_folder(tmp_path / "grain")
    assert names(library) == [STARTER_NAME]
    with pytest.raises(InvalidInput, match="not on the list"):
        library.remove_folder(tmp_path / "grain")
    with pytest.raises(InvalidInput, match="no folder"):
        library.add_folder(tmp_path / "nowhere")


def test_the_list_comes_before_the_headers_are_read(library, inspect, tmp_path, monkeypatch):
    monkeypatch.setattr(model_library, "BATCH_SECONDS", 0.0)
    model(tmp_path / "models" / "oats.gguf")
    model(tmp_path / "models" / "rye.gguf", "bad")
    listings = library.listings()
    first = next(listings)
    assert inspect.asked == []
    assert [(entry.name, entry.info) for entry in first] == [
        (STARTER_NAME, None), ("oats", None), ("rye", None),
    ]  # fmt: skip
    rest = list(listings)
    assert [sum(entry.info is not None for entry in entries) for entries in rest] == [1, 2, 2, 2]
    assert rest[-1][2].problem == "“rye.gguf” is not a model."
    (again,) = library.listings()
    assert again == rest[-1]
    assert len(inspect.asked) == 3  # nor is the bad one read again


def test_reading_headers_can_be_stopped(library, inspect, tmp_path):
    model(tmp_path / "models" / "oats.gguf")
    first, last = library.listings(lambda: True)
    assert first == last
    assert inspect.asked == []


def test_a_file_that_goes_while_it_is_listed_is_missing(library, tmp_path):
    path = model(tmp_path / "models" / "oats.gguf")
    listings = library.listings()
    next(listings)
    path.unlink()
    (entries,) = listings
    assert (entries[1].missing, entries[1].size, entries[1].info) == (True, 0, None)


def test_defaults_of_a_model(library):
    starter = library.resolve(None)
    assert library.defaults(starter) == ModelDefaults()
    library.set_defaults(starter, ModelDefaults(system_prompt="Be kind."))
    assert library.defaults(starter).system_prompt == "Be kind."


def test_adding_a_folder_brings_back_what_was_taken_off(library, tmp_path):
    oats = model(tmp_path / "grain" / "oats.gguf")
    rye = model(tmp_path / "other" / "rye.gguf")
    for path in (oats, rye):
        library.add_folder(path.parent)
        library.take_off(path)
    assert names(library) == [STARTER_NAME]
    library.add_folder(oats.parent)
    assert names(library) == [STARTER_NAME, "oats"]


@pytest.mark.parametrize(("age", "unsettled"), [(1, True), (3600, False), (-3600, False)])
def test_a_file_written_a_moment_ago_may_be_growing(library, tmp_path, monkeypatch, age, unsettled):
    monkeypatch.setattr(model_library, "FRESH_SECONDS", 600)
    library.resolve(None).unlink()
    path = model(tmp_path / "models" / "oats.gguf")
    os.utime(path, (time.time() - age, time.time() - age))
    library.list()
    assert library.last_look.unsettled == unsettled
