from __future__ import annotations

import pytest

from desktop.domain.errors import InvalidInput
from desktop.domain.load_limits import MAX_CONTEXT, MAX_THREADS
from desktop.domain.model import LoadConfig
from desktop.engine.model import physical_cores, resolve


def test_what_is_left_open_is_filled_in() -> None:
    config = resolve(LoadConfig(), 32768)
    assert config.context == 4096
    assert config.threads == max(1, physical_cores() - 1)
    assert resolve(LoadConfig(), 2048).context == 2048
    assert resolve(LoadConfig(), 0).context == 4096


@pytest.mark.parametrize(("asked", "given"), [(1, 256), (256, 256), (257, 512), (4000, 4096)])
def test_the_context_is_a_multiple_of_256(asked: int, given: int) -> None:
    assert resolve(LoadConfig(context=asked), 8192).context == given


@pytest.mark.parametrize(
    ("config", "said"),
    [
        (LoadConfig(context=-1), "context"),
        (LoadConfig(context=2_000_000_000), "context"),
        (LoadConfig(threads=-1), "threads"),
        (LoadConfig(threads=100_000), "threads"),
        (LoadConfig(batch=0), "batch"),
        (LoadConfig(cache_type_k="q9"), "KV cache type"),
        (LoadConfig(flash_attention="maybe"), "auto, on or off"),
        (LoadConfig(cache_type_v="q8_0", flash_attention="off"), "flash attention only"),
    ],
)
def test_impossible_configs_are_refused_in_words(config: LoadConfig, said: str) -> None:
    with pytest.raises(InvalidInput, match=said):
        resolve(config, 4096)


@pytest.mark.parametrize(("name", "limit"), [("threads", MAX_THREADS), ("context", MAX_CONTEXT)])
def test_the_engine_loads_with_as_much_as_can_be_set(name: str, limit: int) -> None:
    assert getattr(resolve(LoadConfig(**{name: limit}), 0), name) == limit
    with pytest.raises(InvalidInput):
        resolve(LoadConfig(**{name: limit + 1}), 0)
