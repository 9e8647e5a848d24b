from __future__ import annotations

import pytest

from desktop.domain.errors import InvalidInput
from desktop.domain.sampling import BUILT_IN_PRESETS, SamplerPreset, SamplerSettings
from desktop.storage.presets import MAX_NAME, SamplerPresets


@pytest.fixture
def presets(database) -> SamplerPresets:
    return SamplerPresets(database)


def own(presets):
    return presets.list()[len(BUILT_IN_PRESETS) :]


def test_built_in_presets_come_first_then_ones_own_by_name(presets):
    settings = SamplerSettings(temperature=0.2, stop=("x",), seed=5)
    presets.save("stories", settings)
    presets.save("  Code \n review ", SamplerSettings(top_k=1))
    assert tuple(presets.list()[: len(BUILT_IN_PRESETS)]) == BUILT_IN_PRESETS
    assert own(presets) == [
        SamplerPreset("Code review", "", SamplerSettings(top_k=1)),
        SamplerPreset("stories", "", settings),
    ]


def test_saving_again_replaces_in_whatever_case(presets):
    presets.save("Straße", SamplerSettings(top_k=1))
    presets.save("STRASSE", SamplerSettings(top_k=2))
    assert own(presets) == [SamplerPreset("STRASSE", "", SamplerSettings(top_k=2))]


def test_delete_in_whatever_case(presets):
    presets.save("Mine", SamplerSettings())
    presets.delete("MINE")
    assert own(presets) == []
    with pytest.raises(InvalidInput, match="no preset called “Mine”"):
        presets.delete("Mine")


@pytest.mark.parametrize("name", ["", "  \n", "x" * (MAX_NAME + 1), "balanced", " PRECISE "])
def test_unusable_names_are_refused(presets, name):
    with pytest.raises(InvalidInput):
        presets.save(name, SamplerSettings())
    assert own(presets) == []


def test_built_in_presets_cannot_be_deleted(presets):
    with pytest.raises(InvalidInput, match="built in"):
        presets.delete("creative")
