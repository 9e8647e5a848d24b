from __future__ import annotations

from pathlib import Path

import pytest

from desktop.domain.library import LibraryEntry, ModelSource


@pytest.mark.parametrize("source", ModelSource)
def test_only_what_lies_in_querns_own_folder_may_be_deleted(source):
    entry = LibraryEntry("wheat", Path("wheat.gguf"), source)
    assert entry.deletable == (source is ModelSource.QUERN)
    assert entry.starter == (source is ModelSource.STARTER)
