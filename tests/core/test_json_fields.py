from __future__ import annotations

from enum import StrEnum

import pytest

from desktop.core.json_fields import ANY_NAME, Fields, check_like, load_json, sampler_of
from desktop.domain.errors import InvalidInput
from desktop.domain.sampling import SamplerSettings


class Grain(StrEnum):
    RYE = "rye"
    OATS = "oats"


def test_good_json_is_its_value():
    assert load_json('{"a": [1, 2.5, null]}') == {"a": [1, 2.5, None]}


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ('{\n"a": }', "Line 2 is not valid JSON"),
        ("", "Line 1"),
        ("[" * 100_000, "nested too deeply"),
        ("1" * 5000, "too long"),
        ("[NaN]", "NaN is not a number"),
        ("-Infinity", "-Infinity is not a number"),
    ],
)
def test_what_is_no_json_is_said(text, words):
    with pytest.raises(InvalidInput, match=words):
        load_json(text)


FIELDS = Fields(
    {
        "text": "t", "texts": ["a", "b"], "mixed": ["a", 1], "number": 3, "true": True,
        "none": None, "time": 1.5, "grain": "rye", "object": {"a": 1}, "list": [1],
    },
    "top",
)  # fmt: skip


def test_values_are_taken_out():
    assert FIELDS.text("text") == "t"
    assert FIELDS.text("missing", "default") == "default"
    assert FIELDS.texts("texts") == ("a", "b")
    assert FIELDS.texts("missing") == ()
    assert FIELDS.integer("number") == 3
    assert FIELDS.optional_integer("none") is None
    assert FIELDS.optional_integer("number") == 3
    assert FIELDS.time("time") == 1.5
    assert FIELDS.choice("grain", Grain) is Grain.RYE
    assert FIELDS.choice("missing", Grain, Grain.OATS) is Grain.OATS
    assert FIELDS.object("object", {}) == {"a": 1}
    assert FIELDS.object("missing", {}) == {}
    assert FIELDS.list("list") == [1]
    assert FIELDS.list("missing", []) == []


@pytest.mark.parametrize(
    ("take", "sentence"),
    [
        (lambda: FIELDS.text("number"), "top.number must be a text."),
        (lambda: FIELDS.text("missing"), "top.missing must be a text."),
        (lambda: FIELDS.texts("mixed"), "top.mixed must be a list of texts."),
        (lambda: FIELDS.texts("text"), "top.text must be a list."),
        (lambda: FIELDS.integer("true"), "top.true must be a whole number."),
        (lambda: FIELDS.integer("time"), "top.time must be a whole number."),
        (lambda: FIELDS.time("text"), "top.text must be a time in seconds since 1970."),
        (lambda: FIELDS.choice("text", Grain), "top.text must be one of rye, oats."),
        (lambda: FIELDS.choice("missing", Grain), "top.missing must be one of rye, oats."),
        (lambda: FIELDS.choice("list", Grain), "top.list must be one of rye, oats."),
        (lambda: FIELDS.object("list", {}), "top.list must be an object."),
        (lambda: FIELDS.list("object"), "top.object must be a list."),
        (lambda: FIELDS.list("missing"), "top.missing must be a list."),
        (lambda: Fields([], ""), "The file must be an object."),
        (lambda: Fields(None, "a.b"), "a.b must be an object."),
    ],
)
def test_what_is_wrong_is_named(take, sentence):
    with pytest.raises(InvalidInput) as refused:
        take()
    assert str(refused.value) == sentence


def test_names_of_the_whole_file_have_no_place_before_them():
    assert Fields({}, "").name_of("a") == "a"


def test_values_are_of_the_kind_of_an_example():
    example = {"n": 1, "f": 1.0, "t": ("a",), "seed": None, "more": {ANY_NAME: True}}
    check_like(example, {"n": 2, "f": 3, "t": ["b"], "seed": 4, "more": {"x": False}}, "")
    check_like(example, {"unknown": object()}, "")
    for wrong in (
        {"n": True},
        {"f": "1"},
        {"f": 1e300},
        {"t": [1]},
        {"seed": 1.5},
        {"more": {"x": 1}},
        [],
    ):
        with pytest.raises(InvalidInput, match="wrong kind"):
            check_like(example, wrong, "here")


def test_settings_of_a_sampler():
    assert sampler_of({"top_k": 3, "stop": ["a"]}, "s") == SamplerSettings(top_k=3, stop=("a",))
    with pytest.raises(InvalidInput, match=r"s\.top_k has a value of the wrong kind: 'x'"):
        sampler_of({"top_k": "x"}, "s")
    with pytest.raises(InvalidInput, match="s: Top-p is 7"):
        sampler_of({"top_p": 7}, "s")
    with pytest.raises(InvalidInput):
        sampler_of([], "s")
