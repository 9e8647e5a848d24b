from __future__ import annotations

import json

import pytest

from converters.config import Config, architecture_of, as_number, read_config
from converters.errors import ConversionError


def test_the_language_models_part_comes_to_the_top(tmp_path):
    path = tmp_path / "config.json"
    path.write_text(json.dumps({"hidden_size": 1, "text_config": {"hidden_size": 2}}))
    assert read_config(path)["hidden_size"] == 2


def test_a_folder_without_config_is_no_checkpoint(tmp_path):
    with pytest.raises(ConversionError, match=r"has no config\.json"):
        read_config(tmp_path / "config.json")


def test_the_class_is_the_first_of_those_named():
    assert architecture_of({"architectures": ["A", "B"]}) == "A"


@pytest.mark.parametrize("values", [{}, {"architectures": []}, {"architectures": [5]}])
def test_a_config_that_names_no_class_is_refused(values):
    with pytest.raises(ConversionError, match="does not say which class of model"):
        architecture_of(values)


def test_defaults_stand_in_for_what_is_not_mentioned_but_not_for_null():
    config = Config({"a": None}, {"a": 1, "b": 2})
    assert config.get("a") is None
    assert config.integer("b") == 2


@pytest.mark.parametrize("value", [0, -1, 2**31, 1.5, "7", True, [1]])
def test_a_size_that_is_none_is_refused(value):
    with pytest.raises(ConversionError, match="states hidden_size as"):
        Config({"hidden_size": value}, {}).integer("hidden_size")


def test_a_missing_size_is_named():
    with pytest.raises(ConversionError, match="does not state hidden_size"):
        Config({}, {}).integer("hidden_size", "n_embd")


@pytest.mark.parametrize("value", [float("nan"), float("inf"), "1", True, None])
def test_a_number_that_is_none_is_refused(value):
    with pytest.raises(ConversionError, match="rms_norm_eps"):
        Config({"rms_norm_eps": value}, {}).number("rms_norm_eps")
    with pytest.raises(ConversionError, match="rms_norm_eps"):
        as_number("rms_norm_eps", value)


@pytest.mark.parametrize("values", [{"head_dim": 15}, {"num_attention_heads": 100}])
def test_heads_of_an_odd_width_cannot_be_rotated(values):
    with pytest.raises(ConversionError, match="states head_dim as"):
        _ = Config({"hidden_size": 64, "num_attention_heads": 4, **values}, {}).head_width


def test_an_absurd_number_of_layers_is_refused():
    assert Config({"n_layer": 126}, {}).layers == 126
    with pytest.raises(ConversionError, match="states num_hidden_layers as"):
        _ = Config({"num_hidden_layers": 2**31 - 1}, {}).layers


def test_heads_that_are_not_stated_follow_from_others():
    config = Config({"hidden_size": 64, "num_attention_heads": 4}, {})
    assert (config.heads, config.key_heads, config.head_width) == (4, 4, 16)


def test_rope_of_older_files_is_brought_into_one_form():
    config = Config({"rope_scaling": {"type": "linear", "factor": 2.0}, "rope_theta": 5.0}, {})
    assert config.full_rope == {
        "type": "linear",
        "factor": 2.0,
        "rope_type": "linear",
        "rope_theta": 5.0,
    }


def test_rope_of_newer_files_goes_first():
    config = Config({"rope_parameters": {"rope_theta": 7.0}}, {"rope_theta": 5.0})
    assert config.full_rope["rope_theta"] == 7.0


def test_rope_may_differ_between_kinds_of_layers():
    config = Config({"rope_theta": 7.0, "rope_local_base_freq": 3.0}, {})
    assert config.rope["sliding_attention"] == {"rope_theta": 3.0}
    kinds = {"full_attention": {"rope_theta": 1.0}, "sliding_attention": {"rope_theta": 2.0}}
    assert Config({"rope_parameters": kinds}, {}).full_rope == {"rope_theta": 1.0}


@pytest.mark.parametrize("rope", [[1], "linear", {"full_attention": 3}])
def test_rope_that_is_none_is_refused(rope):
    with pytest.raises(ConversionError, match=r"config\.json states rope_"):
        _ = Config({"rope_scaling": rope}, {}).full_rope
