"""Grammars and JSON schemas: what they force, and that bad ones are refused in words."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest

from desktop.domain.conversation import StopReason
from desktop.engine.protocol import Failed
from tests.engine.conftest import Child, user
from tests.helpers.tiny_models import TinyModel

pytestmark = pytest.mark.engine


@pytest.fixture
def child(shared_child: Child, models: Callable[..., Path]) -> Child:
    shared_child.load(models(TinyModel(end_bias=-100.0)), context=1024)
    return shared_child


@pytest.mark.parametrize("temperature", [0.0, 0.8, 2.0])
def test_a_grammar_is_kept_and_ends_the_answer(child: Child, temperature: float) -> None:
    answer = child.generate(
        user("Hi"), grammar='root ::= [a-c]{5} "-" [0-9]{3}', temperature=temperature, seed=1
    )
    assert re.fullmatch("[a-c]{5}-[0-9]{3}", answer.text)
    assert answer.reply.stop_reason is StopReason.END_OF_TURN


def test_a_json_schema_gives_json_of_that_form(child: Child) -> None:
    schema = {
        "type": "object",
        "properties": {
            "name": {"type": "string", "maxLength": 5},
            "kind": {"enum": ["a", "b"]},
            "ok": {"type": "boolean"},
        },
        "required": ["name", "kind", "ok"],
    }
    answer = child.generate(user("Hi"), json_schema=json.dumps(schema), seed=3, temperature=1.0)
    value = json.loads(answer.text)
    assert value["kind"] in ("a", "b") and value["ok"] in (True, False)


def test_the_same_seed_gives_the_same_text_under_a_grammar(child: Child) -> None:
    settings = {"grammar": "root ::= [a-z]{40}", "seed": 9, "temperature": 1.5}
    assert (
        child.generate(user("Hi"), **settings).text == child.generate(user("Hi"), **settings).text
    )


BAD = {
    "syntax": "root ::= ((",
    "nonsense": "this is not a grammar",
    "no root": 'start ::= "a"',
    "undefined rule": 'root ::= missing "a"',
    "left recursion": 'root ::= root "a" | "a"',
    "indirect left recursion": 'root ::= b "a"\nb ::= c\nc ::= root | "x"',
    "nested too deeply": "root ::= " + "(" * 50_000 + '"a"' + ")" * 50_000,
    "huge repetition": 'root ::= "a"{1,100000}',
    "nested repetition": 'root ::= (("a"{100} "b"){100}){100}',
    "unreadable repetition": 'root ::= "a"{1,1000000000000}',
    "open string": 'root ::= "abc',
    "open class": "root ::= [a-z",
    "bad escape": 'root ::= "\\x"',
    "bad range": 'root ::= "a"{3,1}',
    "nul": 'root ::= "a\0b"',
    "surrogate": 'root ::= "\ud800"',
    "too long": 'root ::= "' + "a" * 300_000 + '"',
}


@pytest.mark.parametrize("grammar", BAD.values(), ids=BAD.keys())
def test_a_bad_grammar_is_refused_with_a_sentence(child: Child, grammar: str) -> None:
    reply = child.generate(user("Hi"), grammar=grammar, max_tokens=5).reply
    assert isinstance(reply, Failed)
    assert reply.code == "constraint_invalid"
    assert reply.message.startswith(("The grammar ",)) and reply.message.endswith(".")
    assert reply.advice


@pytest.mark.parametrize(
    "schema",
    [
        "{",
        "[1, 2]",
        '{"$ref": "#"}',
        '{"$ref": "https://example.org/schema.json"}',
        '{"$ref": "#/definitions/none"}',
        '{"type": "nothing"}',
        '{"type": "string", "pattern": "(["}',
        '{"allOf": 3}',
        "[" * 100_000,
    ],
)
def test_a_bad_schema_is_refused_with_a_sentence(child: Child, schema: str) -> None:
    reply = child.generate(user("Hi"), json_schema=schema, max_tokens=5).reply
    assert isinstance(reply, Failed) and reply.code == "constraint_invalid"
    assert "schema" in reply.message or "grammar" in reply.message


def test_an_empty_grammar_is_none(child: Child) -> None:
    assert child.generate(user("Hi"), grammar=" \n", max_tokens=5).reply.completion_tokens == 5


def test_a_complete_grammar_ends_the_answer_of_a_model_without_an_end_token(
    shared_child: Child, models: Callable[..., Path]
) -> None:
    shared_child.load(
        models(control=("<a>", "<b>", "<c>"), metadata=(("tokenizer.ggml.eos_token_id", None),))
    )
    answer = shared_child.generate(user("Hi"), grammar='root ::= "yes"', temperature=1.0)
    assert answer.text == "yes"
    assert answer.reply.stop_reason is StopReason.END_OF_TURN
