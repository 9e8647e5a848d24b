"""Loading when the memory of a graphics processor turns out too small. In this process, with a card
that only the arithmetic believes in."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from desktop.domain.errors import ModelLoadFailed
from desktop.domain.model import Device, LoadConfig
from desktop.engine import graphics, model
from desktop.engine.gate import Gate
from desktop.engine.native import CancelFlag
from desktop.engine.protocol import Load, Loaded, Unload
from desktop.engine.service import Service

pytestmark = pytest.mark.engine

CARD = Device("Vulkan0", "A card", "gpu", 8 << 30, 8 << 30)


@pytest.fixture
def service(log, monkeypatch) -> Service:
    # llama.cpp has one log in a process, which other tests read, too.
    monkeypatch.setattr("desktop.engine.service.LlamaLog", lambda: log)
    return Service(CancelFlag(), Gate(), lambda _event: None, set())


@pytest.fixture
def tried(monkeypatch) -> list[int]:
    """The numbers of layers that were tried; the card has room for one."""
    layers: list[int] = []
    real = model.Weights

    def weights(path: Path, config: LoadConfig, *rest, simulate: bool = False, **more):
        if not simulate:
            layers.append(config.gpu_layers)
            if config.gpu_layers > 1:
                raise ModelLoadFailed("llama.cpp cannot load this model: out of memory.")
        return real(path, config, *rest, simulate=simulate, **more)

    monkeypatch.setattr(model, "Weights", weights)
    return layers


def load(service: Service, path: Path, **config) -> Loaded:
    reply = service.handle(Load(id=1, path=path, config=LoadConfig(context=256, **config)))
    assert isinstance(reply, Loaded)
    service.handle(Unload(id=2))
    return reply


def test_fewer_layers_are_tried_until_they_fit(
    service, tried, monkeypatch, models: Callable[..., Path]
) -> None:
    monkeypatch.setattr(graphics, "allowed_devices", lambda: (CARD,))
    monkeypatch.setattr(graphics, "handles", lambda _allowed: (graphics.ctypes.c_void_p * 1)())
    loaded = load(service, models()).model
    assert len(tried) > 1 and tried == sorted(tried, reverse=True)
    assert tried[-1] <= 1 and loaded.config.gpu_layers == tried[-1]


def test_without_a_card_a_failure_is_a_failure_at_once(
    service, tried, monkeypatch, models: Callable[..., Path]
) -> None:
    def fail(*_args, **_more):
        raise ModelLoadFailed("llama.cpp cannot set up a context: no room.")

    monkeypatch.setattr(model, "Context", fail)
    with pytest.raises(ModelLoadFailed):
        load(service, models(), gpu_layers=9)
    assert tried == [0]
