"""Grammars that hold a model's answer to a form."""

from __future__ import annotations

import json
from typing import Any

import llama_cpp.llama_cpp as llama
from llama_cpp.llama_grammar import json_schema_to_gbnf

from desktop.domain.errors import InvalidInput
from desktop.domain.sampling import SamplerSettings
from desktop.engine.native import LlamaLog
from desktop.engine.tokens import Vocabulary

MAX_LENGTH = 1 << 18  # characters
MAX_NESTING = 64  # llama.cpp's parser recurses and would run out of stack at some 50,000

_ADVICE = "Correct it under More in the sampler panel, or clear it."


def make_grammar(settings: SamplerSettings, vocabulary: Vocabulary, log: LlamaLog) -> Any:
    """A grammar sampler for the settings' grammar or JSON schema, or None when there is neither.

    Raises: InvalidInput for what llama.cpp would crash on.
    """
    if settings.json_schema.strip():
        text = _schema_to_grammar(settings.json_schema)
    elif settings.grammar.strip():
        text = settings.grammar
    else:
        return None
    _check(text)
    with log.collect():
        sampler = llama.llama_sampler_init_grammar(vocabulary.handle, text.encode(), b"root")
        if not sampler:
            raise InvalidInput(f"The grammar cannot be used: {log.reason()}.", _ADVICE)
    return sampler


def _check(grammar: str) -> None:
    """Refuse what must not even reach the parser."""
    if len(grammar) > MAX_LENGTH:
        raise InvalidInput("The grammar is too long.", _ADVICE)
    if "\0" in grammar or any("\ud800" <= character <= "\udfff" for character in grammar):
        raise InvalidInput("The grammar holds characters that no text has.", _ADVICE)
    depth = deepest = 0
    for character in grammar:
        if character == "(":
            depth += 1
            deepest = max(deepest, depth)
        elif character == ")":
            depth -= 1
    if deepest > MAX_NESTING:
        raise InvalidInput(f"The grammar nests more than {MAX_NESTING} brackets.", _ADVICE)


def _schema_to_grammar(schema: str) -> str:
    try:
        parsed = json.loads(schema)
    except (ValueError, RecursionError) as error:
        raise InvalidInput(f"The JSON schema is not valid JSON: {error}.", _ADVICE) from error
    if not isinstance(parsed, (dict, bool)):
        raise InvalidInput("A JSON schema must be an object.", _ADVICE)
    _refuse_foreign_references(parsed)
    try:
        return str(json_schema_to_gbnf(schema))
    except RecursionError as error:
        raise InvalidInput("The JSON schema is nested too deeply.", _ADVICE) from error
    except Exception as error:
        raise InvalidInput(
            f"The JSON schema uses something that is not supported ({error!r:.100}).", _ADVICE
        ) from error


def _refuse_foreign_references(schema: Any) -> None:
    """The converter would fetch them from the network."""
    waiting = [schema]
    while waiting:
        value = waiting.pop()
        if isinstance(value, list):
            waiting += value
        elif isinstance(value, dict):
            target = value.get("$ref", "#")
            if isinstance(target, str) and not target.startswith("#"):
                raise InvalidInput(
                    f"The JSON schema refers to {target:.80}, which lies outside of it.", _ADVICE
                )
            waiting += value.values()
