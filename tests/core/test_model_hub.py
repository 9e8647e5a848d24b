from __future__ import annotations

from pathlib import Path

import pytest

from desktop.core import model_hub
from desktop.core.model_hub import ModelHub
from desktop.core.model_inspector import ModelInspector
from desktop.domain.errors import InvalidInput, NotOnHub
from desktop.domain.hub import HubQuery
from desktop.domain.model import LoadConfig
from desktop.domain.paths import Home
from desktop.hub.connection import HubConnection
from tests.helpers.fake_hub import REVISION, FakeHub, FakeRepository
from tests.helpers.gguf_bytes import LevelFile

WHEAT = FakeRepository(
    "mill/wheat", {f"wheat-{level}.gguf": LevelFile(level).content() for level in ("Q4_0", "F16")}
)
RYE = FakeRepository("mill/rye", {"rye-Q8_0.gguf": LevelFile("Q8_0").content()})
OATS = FakeRepository(
    "field/oats",
    {"config.json": b"{}", "tokenizer.json": b"{}", "model.safetensors": b"xyz"},
    facts={"config": {"architectures": ["LlamaForCausalLM"]}},
)


@pytest.fixture
def hub():
    with FakeHub(WHEAT, RYE, OATS) as hub:
        hub.tokens["hf_member"] = set()
        yield hub


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home(tmp_path / "home")


@pytest.fixture
def token() -> list[str]:
    """The access token, in a list of one so that a test can change it."""
    return [""]


@pytest.fixture
def models(hub, home, make_engine, token):
    inspector = ModelInspector(make_engine)
    models = ModelHub(lambda: HubConnection(hub.endpoint, token[0]), inspector, home, LoadConfig)
    yield models
    models.close()
    inspector.close()


def test_searching(models) -> None:
    assert [found.id for found in models.search(HubQuery("wheat"))] == [WHEAT.id]


def test_a_repository_is_asked_for_once_in_a_while(models, hub, monkeypatch, token) -> None:
    assert models.repository(WHEAT.id) is models.repository(WHEAT.id)
    assert len(hub.requests) == 1
    token[0] = "hf_member"  # who may see more now
    models.repository(WHEAT.id)
    assert len(hub.requests) == 2
    monkeypatch.setattr(model_hub, "_FRESH_SECONDS", -1.0)
    models.repository(WHEAT.id)
    assert len(hub.requests) == 3


def test_only_so_many_repositories_are_remembered(models, hub, monkeypatch) -> None:
    monkeypatch.setattr(model_hub, "_KEPT", 1)
    for name in (WHEAT.id, RYE.id, WHEAT.id):
        models.repository(name)
    assert len(hub.requests) == 3


def test_a_failure_is_not_remembered(models, hub) -> None:
    hub.misbehave(WHEAT.id, status=404, times=1)
    with pytest.raises(NotOnHub):
        models.repository(WHEAT.id)
    assert models.repository(WHEAT.id).models


def test_fits_of_one_repository_after_another(models, home) -> None:
    wheat, rye = models.repository(WHEAT.id), models.repository(RYE.id)
    for repository in (wheat, rye, wheat):
        for model in repository.models:
            fits = models.fits(repository, model)
            assert [fit.context for fit in fits] == [4096]  # what they were trained for
            assert [fit.context for fit in models.fits(repository, model, (256, 512))] == [256, 512]
        assert len(list(home.cache.iterdir())) == 1
    models.close()
    assert list(home.cache.iterdir()) == []


def test_what_to_download_for_a_model(models, home) -> None:
    repository = models.repository(WHEAT.id)
    model = repository.models[0]
    request = models.download_request(repository, model)
    assert (request.repository, request.revision) == (WHEAT.id, REVISION)
    assert (request.name, request.files) == ("wheat-Q4_0", model.files)
    assert request.folder == home.models / "mill" / "wheat"


def test_what_to_download_for_a_conversion(models) -> None:
    repository = models.repository(OATS.id)
    request = models.download_request(repository)
    assert (request.name, request.files) == ("oats", repository.checkpoint)
    with pytest.raises(InvalidInput, match="convert"):
        models.download_request(models.repository(WHEAT.id))


def test_there_are_models_to_start_with(models) -> None:
    assert models.recommendations().models
