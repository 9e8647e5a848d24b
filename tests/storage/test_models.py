from __future__ import annotations

from pathlib import Path

import pytest

from desktop.domain.errors import InvalidInput
from desktop.domain.library import ModelDefaults
from desktop.domain.model import LoadConfig
from desktop.domain.sampling import SamplerSettings
from desktop.storage.models import KnownModels


@pytest.fixture
def known(database, clock) -> KnownModels:
    return KnownModels(database, clock)


def test_added_files_are_listed_in_order_until_removed(known):
    known.add(Path("/b.gguf"), "b")
    known.add(Path("/a.gguf"), "a")
    assert [(m.path, m.name, m.added_at) for m in known.list()] == [
        (Path("/b.gguf"), "b", 1001.0),
        (Path("/a.gguf"), "a", 1002.0),
    ]
    assert known.remove(Path("/b.gguf")) is True
    assert known.remove(Path("/b.gguf")) is False
    assert [m.name for m in known.list()] == ["a"]


def test_adding_again_renames(known):
    known.add(Path("/a.gguf"), "a")
    known.add(Path("/a.gguf"), "other")
    assert [m.name for m in known.list()] == ["other"]


def test_uses_are_kept_for_any_file(known):
    known.touch(Path("/never/added.gguf"))
    known.touch(Path("/never/added.gguf"))
    assert known.uses() == {Path("/never/added.gguf"): 1002.0}


def test_path_that_is_not_text_is_refused(known):
    with pytest.raises(InvalidInput, match="not text"):
        known.add(Path("/\udcff.gguf"), "x")
    assert known.list() == []
    for store in (known.hide, known.add_folder):
        with pytest.raises(InvalidInput, match="not text"):
            store(Path("/\udcff.gguf"))


def test_what_is_hidden_stays_so_until_it_is_shown(known):
    known.hide(Path("/a.gguf"))
    known.hide(Path("/a.gguf"))
    known.hide(Path("/b.gguf"))
    known.show(Path("/a.gguf"))
    assert known.hidden() == {Path("/b.gguf")}


def test_folders_keep_the_order_in_which_they_were_added(known):
    for name in ("/b", "/a", "/b"):
        known.add_folder(Path(name))
    assert known.folders() == [Path("/b"), Path("/a")]
    assert known.remove_folder(Path("/b")) is True
    assert known.remove_folder(Path("/b")) is False
    assert known.folders() == [Path("/a")]


@pytest.mark.parametrize(
    "defaults",
    [
        ModelDefaults(config=LoadConfig(context=8192, cache_type_k="q8_0")),
        ModelDefaults(sampler=SamplerSettings(temperature=0.0, stop=("\n",))),
        ModelDefaults(system_prompt=""),
        ModelDefaults(LoadConfig(), SamplerSettings(seed=7), "Be kind."),
    ],
)
def test_defaults_come_back_as_they_were(known, defaults):
    known.set_defaults(Path("/a.gguf"), ModelDefaults(system_prompt="old"))
    known.set_defaults(Path("/a.gguf"), defaults)
    assert known.defaults(Path("/a.gguf")) == defaults
    assert known.defaults(Path("/b.gguf")) == ModelDefaults()


def test_no_defaults_leave_no_row(known, database):
    known.set_defaults(Path("/a.gguf"), ModelDefaults(system_prompt="old"))
    known.set_defaults(Path("/a.gguf"), ModelDefaults())
    with database.reading() as db:
        assert db.execute("SELECT count(*) FROM model_defaults").fetchone() == (0,)


def test_defaults_of_another_version_count_as_far_as_they_are_understood(known, database):
    known.set_defaults(Path("/a.gguf"), ModelDefaults(LoadConfig(), SamplerSettings(), "Be kind."))
    with database.writing() as db:
        db.execute(
            "UPDATE model_defaults SET defaults = json_set(defaults, '$.config.smell', 'rye',"
            " '$.sampler.top_k', json_object())"
        )
    assert known.defaults(Path("/a.gguf")) == ModelDefaults(system_prompt="Be kind.")
