from __future__ import annotations

from pathlib import Path

import pytest

from desktop.core import model_fits
from desktop.core.model_fits import ModelFits
from desktop.core.model_inspector import ModelInspector
from desktop.domain.errors import Cancelled, ModelFileInvalid
from desktop.domain.model import LoadConfig, MemoryEstimate
from desktop.engine.client import Engine
from desktop.hub.connection import HubConnection
from desktop.hub.gguf_reader import HeaderReader
from desktop.hub.repository import fetch_repository
from tests.helpers.fake_hub import FakeHub, FakeRepository
from tests.helpers.gguf_bytes import LevelFile
from tests.helpers.tiny_models import TinyModel

NEVER = bool


class Inspector:
    """Estimates by rule: 100 bytes for a token, and the weights of the file it is given."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, int]] = []
        self.refuses = False

    def estimate(self, path: Path, config: LoadConfig) -> MemoryEstimate:
        self.asked.append((path.parent.name, config.context))
        if self.refuses:
            raise ModelFileInvalid("Not that one.")
        reader = HeaderReader()
        reader.feed(path.read_bytes())
        weights = sum(tensor.size for tensor in reader.header.tensors)
        return MemoryEstimate(weights, 100 * config.context, 10, 1, config.context, 10**6)


class Opened:
    """One repository's fits, with how many bytes of it were asked for."""

    def __init__(self, hub: FakeHub, inspector, cache: Path) -> None:
        connection = HubConnection(hub.endpoint)
        self.repository = fetch_repository(connection, "mill/wheat")
        self.of = ModelFits(connection, self.repository, inspector, cache)

    def __call__(self, name: str, *contexts: int, config=LoadConfig(), cancelled=NEVER):  # noqa: B008
        (model,) = [model for model in self.repository.models if model.name == name]
        return self.of.fits(model, contexts or (2048,), config, cancelled)


@pytest.fixture
def hub():
    names = {f"wheat-{level}.gguf": LevelFile(level).content() for level in ("Q4_0", "Q8_0", "F16")}
    other = LevelFile("F16", layers=9, context=1000, name="Oats").content()
    with FakeHub(FakeRepository("mill/wheat", {**names, "oats-F16.gguf": other})) as hub:
        yield hub


@pytest.fixture
def inspector() -> Inspector:
    return Inspector()


@pytest.fixture
def fits(hub, inspector, tmp_path) -> Opened:
    return Opened(hub, inspector, tmp_path / "cache")


def weights_of(hub: FakeHub, name: str) -> int:
    reader = HeaderReader()
    reader.feed(hub.repositories["mill/wheat"].files[f"{name}.gguf"])
    return sum(tensor.size for tensor in reader.header.tensors)


def test_levels_of_one_model_cost_one_estimate_and_differ_by_their_weights(
    fits, hub, inspector
) -> None:
    for name in ("wheat-Q4_0", "wheat-F16", "wheat-Q8_0"):
        small, large = fits(name, 1024, 4096)
        assert (small.context, large.context) == (1024, 4096)
        assert small.needed == weights_of(hub, name) + 100 * 1024 + 11
        assert large.needed - small.needed == 100 * (4096 - 1024)
        assert small.available == 10**6
    assert inspector.asked == [("1", 1024), ("1", 4096)]


def test_another_model_beside_them_is_asked_about_itself(fits, hub, inspector) -> None:
    fits("wheat-Q4_0", 512)
    (fit,) = fits("oats-F16", 512)
    assert fit.needed == weights_of(hub, "oats-F16") + 100 * 512 + 11
    assert inspector.asked == [("1", 512), ("2", 512)]


def test_no_context_is_longer_than_the_model_was_trained_for(fits) -> None:
    assert [fit.context for fit in fits("oats-F16", 500, 1000, 4096)] == [500, 1000]
    assert [fit.context for fit in fits("oats-F16", 4096, 8192)] == [1000]


def test_how_models_are_loaded_counts(fits, inspector) -> None:
    fits("wheat-Q4_0", 512)
    fits("wheat-Q4_0", 512, config=LoadConfig(cache_type_k="q8_0"))
    assert len(inspector.asked) == 2


def test_after_a_while_it_is_asked_again_what_is_free(fits, inspector, hub, monkeypatch) -> None:
    fits("wheat-Q4_0")
    requests = len(hub.requests)
    monkeypatch.setattr(model_fits, "_FRESH", -1.0)
    fits("wheat-Q4_0")
    assert len(inspector.asked) == 2
    assert len(hub.requests) == requests  # but not for the header


def test_what_llama_cpp_refuses_is_refused_for_all_levels(fits, inspector) -> None:
    inspector.refuses = True
    for name in ("wheat-Q4_0", "wheat-F16"):
        with pytest.raises(ModelFileInvalid, match="Not that one"):
            fits(name)
    assert len(inspector.asked) == 1


def test_a_header_that_was_cancelled_is_fetched_the_next_time(fits) -> None:
    with pytest.raises(Cancelled):
        fits("wheat-Q4_0", cancelled=lambda: True)
    assert fits("wheat-Q4_0")


def test_nothing_stays_on_the_disk(fits, tmp_path) -> None:
    fits("wheat-Q4_0")
    assert list((tmp_path / "cache").rglob("*.gguf"))
    fits.of.close()
    assert not list((tmp_path / "cache").iterdir())


@pytest.mark.engine
def test_it_is_what_llama_cpp_says_of_the_file_itself(tmp_path: Path) -> None:
    here = {
        level: TinyModel(vocabulary=4000, weight_type=level).write(tmp_path / f"wheat-{level}.gguf")
        for level in ("F16", "Q8_0")
    }
    files = {path.name: path.read_bytes() for path in here.values()}
    inspector = ModelInspector(Engine)
    try:
        with FakeHub(FakeRepository("mill/wheat", files)) as hub:
            fits = Opened(hub, inspector, tmp_path / "cache")
            for level, path in here.items():
                for fit in fits(f"wheat-{level}", 512, 2048):
                    real = inspector.estimate(path, LoadConfig(context=fit.context))
                    assert fit.needed == real.total
            assert sum(hub.sent.values()) < sum(map(len, files.values()))
    finally:
        inspector.close()
