from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop.domain.errors import InvalidInput
from desktop.domain.prompt import ChainLink, Example, FieldKind, PromptContent, PromptField
from desktop.domain.prompt_template import (
    MAX_NAME,
    escape_text,
    fields_of,
    fill,
    fill_text,
    is_name,
    placeholders,
    problems_of,
)
from desktop.domain.sampling import SamplerSettings

VALUES = {"x": "VALUE", "naïve-2": "n", "नाम": "name", "名字": "nm"}
BRACES = st.text(alphabet=st.sampled_from("{}ax \n1"), max_size=24)


@pytest.mark.parametrize(
    ("text", "filled"),
    [
        ("Say {x}.", "Say VALUE."),
        ("{x}{x}", "VALUEVALUE"),
        ("{naïve-2} {नाम} {名字}", "n name nm"),
        ("{{x}}", "{x}"),
        ("{{{x}}}", "{VALUE}"),
        ("{{a {x} b}}", "{a VALUE b}"),
        ("{{}}", "{}"),
        ('{"a": {"b": 1}}', '{"a": {"b": 1}}'),
        ('{"a": {"b": {x}}}', '{"a": {"b": VALUE}}'),
        ('{{"a": {{"b": {x}}}}}', '{"a": {"b": VALUE}}'),
        ("f(){ if (a) { b; }}", "f(){ if (a) { b; }}"),
        ("{ x } {} {1} {a b} {x", "{ x } {} {1} {a b} {x"),
        ("} x }}", "} x }}"),
        ("{-x} {_x} {x!}", "{-x} {_x} {x!}"),
        ("${x}", "$VALUE"),
        ("", ""),
    ],
)
def test_placeholders_are_replaced_and_other_braces_are_not(text, filled):
    assert fill_text(text, VALUES) == filled


def test_values_are_data():
    assert fill_text("{a} {b}", {"a": "{b}", "b": "{{a}}"}) == "{b} {{a}}"


def test_a_placeholder_without_a_value_stays():
    assert fill_text("{a} {b}", {"a": "1"}) == "1 {b}"


def test_names_are_listed_once_in_order_of_first_use():
    assert placeholders("{b} {a} {b} {{c}} {d-1}") == ("b", "a", "d-1")


def test_a_name_is_not_endless():
    longest = "x" * MAX_NAME
    assert placeholders(f"{{{longest}}} {{{longest}y}}") == (longest,)
    assert not is_name("")


@given(BRACES)
def test_escaped_text_says_what_it_said(text):
    escaped = escape_text(text)
    assert placeholders(escaped) == ()
    assert fill_text(escaped, {"a": "!", "x": "!", "ax": "!"}) == text


@given(BRACES, st.text(max_size=5))
def test_only_placeholders_change(text, value):
    """What is not a placeholder is what filling in nothing leaves."""
    if not placeholders(text):
        assert fill_text(text, {"a": value}) == fill_text(text, {})


def test_escaping_leaves_alone_what_means_nothing():
    code = 'let a = {"b": {"c": []}};'
    assert escape_text(code) == code
    assert escape_text("{x} and {}") == "{{x}} and {{}}"


CONTENT = PromptContent(
    text="Weigh {grain}, {times} times.",
    system_prompt="You are {who}.",
    fields=(
        PromptField("who", default="a miller"),
        PromptField("times", FieldKind.NUMBER),
        PromptField("grain", FieldKind.CHOICE, choices=("rye", "oats")),
    ),
    examples=(Example("Weigh {other}.", "{other} is heavy. {grain} too."),),
    sampler=SamplerSettings(temperature=0.0),
)
GOOD = {"grain": "rye", "times": "3", "other": "wheat"}


def test_fields_are_in_the_order_the_placeholders_are_used():
    assert [known.name for known in fields_of(CONTENT)] == ["grain", "times", "who", "other"]
    assert fields_of(CONTENT)[-1] == PromptField("other", FieldKind.TEXT)


def test_the_first_description_of_a_field_counts():
    twice = PromptContent("{a}", fields=(PromptField("a", hint="1"), PromptField("a", hint="2")))
    assert fields_of(twice) == (PromptField("a", hint="1"),)


def test_filling_in_goes_everywhere():
    filled = fill(CONTENT, GOOD, 7)
    assert filled.text == "Weigh rye, 3 times."
    assert filled.system_prompt == "You are a miller."
    assert filled.examples == (Example("Weigh wheat.", "wheat is heavy. rye too."),)
    assert filled.sampler == CONTENT.sampler
    assert filled.version_id == 7
    assert filled.values == GOOD | {"who": "a miller"}


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        ({"other": ""}, "“other” is missing."),
        ({"other": "", "grain": ""}, "“grain” and “other” are missing."),
        ({"smell": "1"}, "“smell” is no placeholder of this prompt."),
        ({"s": "1", "t": ""}, "“s” and “t” are no placeholders of this prompt."),
        ({"times": "thrice"}, "“times” must be a number, not “thrice”."),
        ({"times": "inf"}, "“times” must be a number, not “inf”."),
        ({"times": "1_0"}, "“times” must be a number, not “1_0”."),
        ({"grain": "sand"}, "“grain” must be one of “rye”, “oats”, not “sand”."),
    ],
)
def test_every_value_that_does_not_fit_is_named(changes, problem):
    with pytest.raises(InvalidInput) as refused:
        fill(CONTENT, GOOD | changes, 1)
    assert str(refused.value) == problem


def test_all_problems_are_said_at_once():
    with pytest.raises(InvalidInput) as refused:
        fill(CONTENT, {"grain": "sand", "times": "x", "smell": ""}, 1)
    assert [word for word in ("other", "smell", "sand", "times") if word in str(refused.value)] == [
        "other", "smell", "sand", "times",
    ]  # fmt: skip


@pytest.mark.parametrize("number", ["3", "-2.5", "1e-3", " 7 "])
def test_numbers_are_put_in_as_they_were_written(number):
    assert fill(CONTENT, GOOD | {"times": number}, 1).text == f"Weigh rye, {number} times."


def test_nothing_is_wrong_with_a_good_prompt():
    assert problems_of(CONTENT) == []
    assert problems_of(PromptContent("", system_prompt="Be brief.")) == []


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (PromptContent(" \n"), "empty"),
        (PromptContent("x", fields=(PromptField("a"),)), "“a” is described but nowhere used"),
        (PromptContent("{a}", fields=(PromptField("a"), PromptField("a"))), "more than once"),
        (PromptContent("{a}", fields=(PromptField("a", FieldKind.CHOICE),)), "nothing to choose"),
        (
            PromptContent("{a}", fields=(PromptField("a", FieldKind.CHOICE, "c", ("b",)),)),
            "The default does not fit: “a” must be one of “b”",
        ),
        (PromptContent("{a}", fields=(PromptField("a", FieldKind.NUMBER, "c"),)), "a number"),
        (PromptContent("{1a}", fields=(PromptField("1a"),)), "cannot be the name"),
        (PromptContent("x", examples=(Example("q", " "),)), "Example 1 lacks"),
        (PromptContent("x", then=ChainLink("next", "")), "next prompt of the chain"),
    ],
)
def test_each_problem_is_one_sentence(content, words):
    (problem,) = problems_of(content)
    assert words in problem
