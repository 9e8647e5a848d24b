from __future__ import annotations

import json
import math
from dataclasses import fields, replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop.domain.errors import InvalidInput
from desktop.domain.sampling import (
    BUILT_IN_PRESETS,
    FIELDS,
    MAX_SEED,
    SamplerSettings,
)

FIELD_VALUES = st.fixed_dictionaries(
    {},
    optional={
        spec.name: st.integers(int(spec.minimum), int(spec.maximum))
        if isinstance(getattr(SamplerSettings(), spec.name), int)
        else st.floats(spec.minimum, spec.maximum)
        for spec in FIELDS
    },
)


def test_fields_stand_in_the_order_llama_cpp_applies_them() -> None:
    names = [spec.name for spec in FIELDS]
    order = ["repeat_penalty", "dry_multiplier", "top_n_sigma", "top_k", "typical_p", "top_p",
             "min_p", "xtc_probability", "temperature"]  # fmt: skip
    positions = [names.index(name) for name in order]
    assert positions == sorted(positions)


def test_every_number_has_a_field_and_a_default_inside_its_range() -> None:
    numbers = {f.name for f in fields(SamplerSettings) if isinstance(f.default, (int, float))}
    assert numbers == {spec.name for spec in FIELDS}
    for spec in FIELDS:
        assert spec.explanation.endswith(".")
        assert spec.minimum <= getattr(SamplerSettings(), spec.name) <= spec.maximum


@pytest.mark.parametrize("spec", FIELDS, ids=lambda spec: spec.name)
@pytest.mark.parametrize("wrong", ["below", "above", math.nan, math.inf, "text", True, None])
def test_values_out_of_range_are_refused_by_name(spec, wrong) -> None:
    value = {"below": spec.minimum - 1, "above": spec.maximum + 1}.get(wrong, wrong)
    with pytest.raises(InvalidInput, match=spec.label):
        SamplerSettings(**{spec.name: value})


@pytest.mark.parametrize("seed", [-1, MAX_SEED + 1])
def test_a_seed_llama_cpp_cannot_hold_is_refused(seed) -> None:
    with pytest.raises(InvalidInput, match="seed"):
        SamplerSettings(seed=seed)


def test_grammar_and_schema_exclude_each_other() -> None:
    with pytest.raises(InvalidInput, match="not both"):
        SamplerSettings(grammar='root ::= "a"', json_schema="{}")


@given(FIELD_VALUES, st.lists(st.text()), st.none() | st.integers(0, MAX_SEED))
def test_settings_survive_json(values, stop, seed) -> None:
    settings = SamplerSettings(**values, stop=tuple(stop), seed=seed)
    assert SamplerSettings.from_json(json.loads(json.dumps(settings.to_json()))) == settings


def test_settings_of_a_newer_quern_are_read_as_far_as_known() -> None:
    values = replace(SamplerSettings(), top_k=7).to_json() | {"quantum_p": 0.5}
    assert SamplerSettings.from_json(values).top_k == 7


def test_presets_differ_and_precise_is_greedy() -> None:
    assert [preset.name for preset in BUILT_IN_PRESETS] == ["Precise", "Balanced", "Creative"]
    assert len({preset.settings for preset in BUILT_IN_PRESETS}) == 3
    assert BUILT_IN_PRESETS[0].settings.temperature == 0


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"repeat_last_n": 2_000_000}, "is 2,000,000, but must lie between -1 and 1,000,000."),
        ({"temperature": 5.25}, "is 5.25, but must lie between 0 and 5."),
        ({"temperature": math.inf}, "is inf, but"),
    ],
)
def test_what_is_refused_is_told_in_the_numbers_people_write(values, words) -> None:
    with pytest.raises(InvalidInput) as caught:
        SamplerSettings(**values)
    assert words in caught.value.message
