from __future__ import annotations

import pytest

from desktop.core.settings import Settings
from desktop.domain.errors import InvalidInput
from desktop.domain.load_limits import MAX_CONTEXT, MAX_THREADS
from desktop.domain.model import LoadConfig
from desktop.engine.model import resolve


@pytest.mark.parametrize(("name", "limit"), [("threads", MAX_THREADS), ("context", MAX_CONTEXT)])
def test_what_can_be_set_can_be_loaded_with(name: str, limit: int) -> None:
    Settings(**{name: limit})
    assert getattr(resolve(LoadConfig(**{name: limit}), 0), name) == limit
    with pytest.raises(InvalidInput):
        resolve(LoadConfig(**{name: limit + 1}), 0)
    with pytest.raises(InvalidInput):
        Settings(**{name: limit + 1})
