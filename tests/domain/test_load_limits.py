from __future__ import annotations

import pytest

from desktop.core.settings import Settings
from desktop.domain.errors import InvalidInput
from desktop.domain.load_limits import MAX_CONTEXT, MAX_THREADS


@pytest.mark.parametrize(("name", "limit"), [("threads", MAX_THREADS), ("context", MAX_CONTEXT)])
def test_no_more_can_be_set_than_can_be_loaded_with(name: str, limit: int) -> None:
    Settings(**{name: limit})
    with pytest.raises(InvalidInput):
        Settings(**{name: limit + 1})
