from __future__ import annotations

import pytest

from desktop.domain.errors import InvalidInput
from desktop.domain.quantization_levels import (
    BY_NAME,
    COMPARED_LEVELS,
    LEVELS,
    TENSOR_TYPES,
    LevelGroup,
    level_named,
    rounding_error,
)


def test_the_usual_levels_come_first_from_small_to_large() -> None:
    usual = [level.name for level in LEVELS if level.group is LevelGroup.USUAL]
    assert usual == [level.name for level in LEVELS[: len(usual)]]
    assert usual[0] == "Q2_K" and usual[-1] == "Q8_0"
    assert [BY_NAME[name].bits for name in usual] == sorted(BY_NAME[name].bits for name in usual)


def test_levels_below_three_bits_with_a_codebook_stand_apart_and_need_a_matrix() -> None:
    for name in ("IQ1_S", "IQ1_M", "IQ2_XXS", "IQ2_XS", "IQ2_S", "IQ2_M"):
        assert BY_NAME[name].group is LevelGroup.MORE and BY_NAME[name].needs_imatrix


def test_those_that_are_compared_are_levels_from_large_to_small() -> None:
    bits = [BY_NAME[name].bits for name in COMPARED_LEVELS]
    assert bits == sorted(bits, reverse=True)


def test_names_and_numbers_are_unique() -> None:
    assert len({level.name for level in LEVELS}) == len(LEVELS)
    assert len({level.file_type for level in LEVELS}) == len(LEVELS)


def test_every_level_is_explained_in_one_sentence_without_means() -> None:
    for level in LEVELS:
        assert level.explanation.endswith(".") and "\n" not in level.explanation
        assert "means" not in level.explanation  # K is a super-block, not k-means


@pytest.mark.parametrize(
    ("word", "name"),
    [("q4_k_m", "Q4_K_M"), (" Q4_K ", "Q4_K_M"), ("q5_k", "Q5_K_M"), ("f16", "F16")],
)
def test_a_level_is_found_in_any_case_and_by_its_short_name(word: str, name: str) -> None:
    assert level_named(word).name == name


@pytest.mark.parametrize("word", ["", "Q9", "NVFP4", "Q4 K M"])
def test_what_is_no_level_is_refused_with_the_list(word: str) -> None:
    with pytest.raises(InvalidInput, match="Q4_K_M"):
        level_named(word)


def test_more_bits_round_less() -> None:
    ladder = ["Q2_K", "Q3_K", "Q4_K", "Q5_K", "Q6_K", "Q8_0", "F16", "F32"]
    errors = [rounding_error({name: 100}) for name in ladder]
    assert errors == sorted(errors, reverse=True) and errors[-1] == 0.0
    assert set(ladder) <= set(TENSOR_TYPES)


def test_the_error_of_a_mixture_lies_between_and_the_unknown_is_the_worst() -> None:
    mixed = rounding_error({"Q4_K": 50, "Q6_K": 50})
    assert rounding_error({"Q6_K": 1}) < mixed < rounding_error({"Q4_K": 1})
    assert rounding_error({"Q99": 1}) == max(rounding_error({name: 1}) for name in TENSOR_TYPES)
    assert rounding_error({}) == 0.0
