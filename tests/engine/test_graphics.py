"""How many layers go to graphics processors. Nothing here needs one."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from desktop.domain.model import (
    AS_MANY_AS_FIT,
    Device,
    LoadConfig,
    MemoryEstimate,
    ModelInfo,
    TensorInfo,
)
from desktop.engine import graphics
from desktop.engine.child import EXCLUDED_DEVICES
from desktop.engine.native import devices
from tests.helpers.fake_worker import model_info

BLOCKS, BLOCK, OUTPUT, EMBEDDING = 4, 100, 50, 70
ESTIMATE = MemoryEstimate(
    weights=0, kv_cache=40, compute=30, overhead=5, context=512, available=1 << 40
)


def model(*, tied: bool = False) -> ModelInfo:
    tensors = [TensorInfo("token_embd.weight", "F16", (8, 8), EMBEDDING)]
    tensors += [
        TensorInfo(f"blk.{block}.{name}.weight", "F16", (8, 8), BLOCK // 2)
        for block in range(BLOCKS)
        for name in ("attn_q", "ffn_up")
    ]
    if not tied:
        tensors.append(TensorInfo("output.weight", "F16", (8, 8), OUTPUT))
    return replace(model_info(Path("m.gguf")), block_count=BLOCKS, tensors=tuple(tensors))


def card(name: str = "Vulkan0", free: int = 8 << 30, kind: str = "gpu") -> Device:
    return Device(name, "A card", kind, free, 8 << 30)


def needed(layers: int, output: int = OUTPUT) -> int:
    """Bytes that so many layers take: the output, then blocks with their share of the cache."""
    return ESTIMATE.compute + output + (layers - 1) * (BLOCK + ESTIMATE.kv_cache // BLOCKS)


@pytest.mark.parametrize("layers", range(1, BLOCKS + 2))
def test_as_many_layers_as_there_is_room_for(layers: int) -> None:
    assert graphics.fitting_layers(model(), ESTIMATE, needed(layers)) == layers
    assert graphics.fitting_layers(model(), ESTIMATE, needed(layers) - 1) == layers - 1


def test_never_more_than_there_are() -> None:
    assert graphics.fitting_layers(model(), ESTIMATE, 1 << 40) == BLOCKS + 1
    assert graphics.fitting_layers(model(), ESTIMATE, 0) == 0


def test_an_output_that_is_the_embedding_is_there_twice() -> None:
    assert graphics.fitting_layers(model(tied=True), ESTIMATE, needed(1, EMBEDDING)) == 1
    assert graphics.fitting_layers(model(tied=True), ESTIMATE, needed(1, EMBEDDING) - 1) == 0


def test_some_memory_is_left_to_the_screen() -> None:
    config = LoadConfig()
    assert config.gpu_layers == AS_MANY_AS_FIT
    roomy = graphics.place(config, model(), ESTIMATE, [card()])
    assert roomy.gpu_layers == BLOCKS + 1
    full = graphics.place(config, model(), ESTIMATE, [card(free=graphics.MARGIN + needed(1))])
    assert full.gpu_layers == 0


def test_two_cards_hold_more_than_one() -> None:
    config, half = LoadConfig(), graphics.MARGIN + needed(5) // 2 + 20
    assert graphics.place(config, model(), ESTIMATE, [card(free=half)]).gpu_layers < BLOCKS + 1
    both = [card(free=half), card("Vulkan1", free=half)]
    assert graphics.place(config, model(), ESTIMATE, both).gpu_layers == BLOCKS + 1


def test_a_number_a_person_chose_is_taken_as_far_as_there_are_layers() -> None:
    for asked, placed in ((0, 0), (2, 2), (10_000, BLOCKS + 1)):
        config = LoadConfig(gpu_layers=asked)
        assert graphics.place(config, model(), ESTIMATE, [card(free=0)]).gpu_layers == placed
        assert graphics.place(config, model(), ESTIMATE, []).gpu_layers == 0


def test_excluded_devices_and_processors_are_not_allowed(monkeypatch) -> None:
    found = (card(), card("CUDA0"), card("Vulkan1", kind="igpu"), card("CPU", kind="cpu"))
    monkeypatch.setattr(graphics, "devices", lambda: found)
    monkeypatch.delenv(EXCLUDED_DEVICES, raising=False)
    assert [one.name for one in graphics.allowed_devices()] == ["Vulkan0", "CUDA0", "Vulkan1"]
    monkeypatch.setenv(EXCLUDED_DEVICES, "Vulkan0,Vulkan1")
    assert [one.name for one in graphics.allowed_devices()] == ["CUDA0"]


def test_a_list_of_devices_ends_with_nothing() -> None:
    assert list(graphics.handles(())) == [None]
    here = [device for device in devices() if device.kind == "cpu"]
    first, end = graphics.handles(here)
    assert first and end is None
