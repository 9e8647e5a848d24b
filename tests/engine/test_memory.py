"""Estimates against what loading and using a model really takes."""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import psutil
import pytest

from desktop.domain.errors import ModelTooBig
from desktop.domain.model import Device, LoadConfig
from desktop.engine import memory
from desktop.engine.gguf_header import read_header
from desktop.engine.memory import MemoryEstimator, available_memory, check_fits
from desktop.engine.model import resolve
from desktop.engine.native import LlamaLog
from desktop.engine.protocol import Estimate, Hello
from desktop.engine.token_record import record_bytes, rows_of
from tests.engine.conftest import Child, user
from tests.helpers.tiny_models import TinyModel

Models = Callable[..., Path]
MEDIUM = TinyModel(
    width=256,
    layers=2,
    heads=4,
    heads_kv=2,
    feed_forward=512,
    vocabulary=4000,
    context=32768,
    end_bias=-100.0,  # it never ends an answer by itself
)


@pytest.fixture
def estimate(models: Models, log: LlamaLog) -> Any:
    estimator = MemoryEstimator(log)
    info = read_header(models(MEDIUM), log)

    def make(**config: Any) -> Any:
        return estimator.estimate(info, resolve(LoadConfig(**config), info.context_length))

    yield make
    estimator.close()


@pytest.mark.parametrize(
    ("cache_type", "bits"), [("f16", 16), ("q8_0", 34 * 8 / 32), ("q4_0", 18 * 8 / 32)]
)
@pytest.mark.parametrize("context", [2048, 8192, 32768])
def test_the_kv_cache_follows_the_formula(
    estimate: Any, context: int, cache_type: str, bits: float
) -> None:
    found = estimate(context=context, cache_type_k=cache_type, cache_type_v=cache_type)
    key_width = MEDIUM.width // MEDIUM.heads * MEDIUM.heads_kv
    assert found.kv_cache == pytest.approx(
        context * MEDIUM.layers * 2 * key_width * bits / 8, rel=0.01
    )
    assert found.context == context and found.weights > 0


def test_without_flash_attention_computing_takes_more(estimate: Any) -> None:
    on = estimate(context=8192, flash_attention="on")
    off = estimate(context=8192, flash_attention="off")
    assert off.compute - on.compute > 0.9 * MEDIUM.heads * 8192 * 512 * 4
    assert on.kv_cache == off.kv_cache


@pytest.mark.engine
@pytest.mark.skipif(sys.platform != "linux", reason="reads the peak from /proc")
@pytest.mark.parametrize(
    "config",
    [
        {"context": 1024},
        {"context": 512, "cache_type_k": "q8_0", "cache_type_v": "q8_0"},
        {"context": 2048, "flash_attention": "off"},
        {"context": 4096, "cache_type_k": "q4_0", "cache_type_v": "q4_0"},
    ],
)
@pytest.mark.parametrize(
    "shape",
    [
        {"weight_type": "F16"},
        {"weight_type": "Q4_0"},  # copied into a layout for the processor
        {"weight_type": "F16", "vocabulary": 64_000},
        {"weight_type": "F16", "window": 256},
    ],
    ids=["plain", "repacked", "large vocabulary", "sliding window"],
)
def test_the_estimate_is_never_below_what_using_the_model_takes(
    start_child: Callable[[], Child],
    models: Models,
    config: dict[str, Any],
    shape: dict[str, Any],
) -> None:
    child = start_child()
    path = models(MEDIUM, **shape)
    child.ask(Hello)
    before = psutil.Process(child.process.pid).memory_info().rss
    estimate = child.load(path, **config).reply.model.estimate
    child.generate(user("x" * (config["context"] - 100)), max_tokens=2)
    # As many tokens as logits are kept for, where that is quickly done.
    kept = rows_of(MEDIUM.but(**shape).vocabulary)
    child.generate(user("x"), max_tokens=kept if kept < 1000 else 2)
    status = Path(f"/proc/{child.process.pid}/status").read_text()
    (peak,) = (int(line.split()[1]) * 1024 for line in status.splitlines() if "VmHWM" in line)
    assert peak - before <= estimate.total <= (peak - before) * 1.1 + 150e6


def test_logits_are_counted_only_where_answers_are_given(models: Models, log: LlamaLog) -> None:
    info = read_header(models(MEDIUM), log)
    config = resolve(LoadConfig(context=2048), info.context_length)
    totals = []
    for answers in (False, True):
        estimator = MemoryEstimator(log, answers=answers)
        totals.append(estimator.estimate(info, config).total)
        estimator.close()
    assert totals[1] - totals[0] == record_bytes(info.vocabulary_size)


@pytest.mark.engine
def test_estimates_of_one_file_are_quick(shared_child: Child, models: Models) -> None:
    path = models(MEDIUM)
    one = shared_child.ask(Estimate, path=path, config=LoadConfig(context=2048)).reply.estimate
    two = shared_child.ask(Estimate, path=path, config=LoadConfig(context=4096)).reply.estimate
    assert two.kv_cache == 2 * one.kv_cache


def test_the_memory_of_graphics_cards_counts_where_they_are_used(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    devices = [
        Device("CPU", "", "cpu", memory_free=100, memory_total=200),
        Device("GPU0", "", "gpu", memory_free=7, memory_total=70),
        Device("GPU1", "", "gpu", memory_free=5, memory_total=50),
        Device("iGPU", "", "igpu", memory_free=90, memory_total=200),  # has main memory
    ]
    monkeypatch.setattr(memory, "allowed_devices", lambda: devices)
    monkeypatch.setattr(psutil, "virtual_memory", lambda: SimpleNamespace(available=100))
    assert available_memory(LoadConfig(gpu_layers=1)) == 112
    assert available_memory(LoadConfig(gpu_layers=0)) == 100


def test_a_model_too_big_is_refused_with_what_would_fit(
    models: Models, log: LlamaLog, monkeypatch: pytest.MonkeyPatch
) -> None:
    estimator = MemoryEstimator(log)
    info = read_header(models(MEDIUM), log)
    config = resolve(LoadConfig(context=32768), 32768)
    room = estimator.estimate(info, replace(config, context=4096)).total + 1000

    def have(available: int) -> None:
        free = SimpleNamespace(available=available)
        monkeypatch.setattr(memory.psutil, "virtual_memory", lambda: free)

    have(room)
    with pytest.raises(ModelTooBig, match="32,768 tokens") as caught:
        check_fits(estimator, info, config, estimator.estimate(info, config))
    assert caught.value.advice == "A context of 4,096 tokens would fit."
    have(1000)
    with pytest.raises(ModelTooBig) as caught:
        check_fits(estimator, info, config, estimator.estimate(info, config))
    assert "smaller model" in caught.value.advice
    estimator.close()
