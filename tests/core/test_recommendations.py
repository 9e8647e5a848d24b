from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest

from desktop.core.recommendations import GIB, read_recommendations
from desktop.domain.hub import RemoteFile
from desktop.domain.paths import resource_path
from desktop.hub.answers import checked_id
from desktop.hub.repository_files import models

GOOD = {
    "name": "Wheat", "memory_gib": 4, "repository": "mill/wheat-GGUF", "file": "wheat-Q4_0.gguf",
    "size": 10**9, "license": "mit", "why": "Good.",
}  # fmt: skip


def write(path: Path, **changes: object) -> Path:
    path.write_text(json.dumps({"made_on": "2026-01-31", "models": [{**GOOD, **changes}]}))
    return path


def test_the_list_that_comes_with_quern_is_sound() -> None:
    found = read_recommendations(resource_path("recommended_models.json"))
    assert found.made_on >= date(2026, 1, 1)
    assert {model.memory // GIB for model in found.models} == {4, 8, 16, 32}
    assert 8 <= len(found.models) <= 16
    assert [model.memory for model in found.models] == sorted(m.memory for m in found.models)
    assert len({model.name for model in found.models}) == len(found.models)
    for model in found.models:
        assert checked_id(model.repository) == model.repository
        (remote,) = models([RemoteFile(model.file, model.size)])
        assert remote.level
        assert model.size < model.memory * 0.7  # room for the system and the KV cache
        assert model.why.endswith(".")


def test_a_list_is_read(tmp_path: Path) -> None:
    found = read_recommendations(write(tmp_path / "list.json"))
    (model,) = found.models
    assert found.made_on == date(2026, 1, 31)
    assert (model.name, model.memory, model.size) == ("Wheat", 4 * GIB, 10**9)


@pytest.mark.parametrize(
    "changes",
    [{"name": ""}, {"why": None}, {"size": "big"}, {"size": 5 * GIB}, {"size": 0}, {"size": 1.5}],
)
def test_what_is_not_sound_is_refused(tmp_path: Path, changes: dict[str, object]) -> None:
    with pytest.raises(ValueError, match=r"Wheat|name"):
        read_recommendations(write(tmp_path / "list.json", **changes))
