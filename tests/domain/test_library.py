from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from desktop.domain.library import LibraryEntry, ModelSource
from tests.helpers.scripted_models import info


@pytest.mark.parametrize("source", ModelSource)
def test_only_what_lies_in_querns_own_folder_may_be_deleted(source):
    entry = LibraryEntry("wheat", Path("wheat.gguf"), source)
    assert entry.deletable == (source is ModelSource.QUERN)
    assert entry.starter == (source is ModelSource.STARTER)


def test_the_starter_is_called_by_its_own_name_and_others_by_their_files():
    wheat = info(Path("q.gguf"), name="Wheat")
    starter = LibraryEntry("q", Path("q.gguf"), ModelSource.STARTER)
    assert starter.title == "q"
    assert replace(starter, info=wheat).title == "Wheat"
    assert replace(starter, info=wheat, source=ModelSource.QUERN).title == "q"
