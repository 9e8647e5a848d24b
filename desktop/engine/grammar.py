"""Grammars that hold a model's answer to a form."""

from __future__ import annotations

import json
import re
from typing import Any

import llama_cpp.llama_cpp as llama
from llama_cpp.llama_grammar import json_schema_to_gbnf

from desktop.domain.errors import ConstraintInvalid
from desktop.domain.sampling import SamplerSettings
from desktop.engine.limits import memory_limit
from desktop.engine.native import LlamaLog
from desktop.engine.tokens import Vocabulary

MAX_LENGTH = 1 << 18  # characters
MAX_NESTING = 64  # llama.cpp's parser recurses and would run out of stack at some 50,000
MAX_REPETITIONS = 2000  # each is written out
MAX_BYTES = 1 << 30  # that parsing may take

_LITERAL = re.compile(r'"(?:\\.|[^"\\])*"|\[(?:\\.|[^\]\\])*\]|#[^\n]*', re.DOTALL)
_STRUCTURE = re.compile(r"[()]|\{\s*(?P<least>\d*)\s*,?\s*(?P<most>\d*)\s*\}")

_ADVICE = "Correct it, or go on without it."


def make_grammar(settings: SamplerSettings, vocabulary: Vocabulary, log: LlamaLog) -> Any:
    """A grammar sampler for the settings' grammar or JSON schema, or None when there is neither.

    Raises: ConstraintInvalid for what llama.cpp would crash on.
    """
    if settings.json_schema.strip():
        text = _schema_to_grammar(settings.json_schema)
    elif settings.grammar.strip():
        text = settings.grammar
    else:
        return None
    _check(text)
    # llama.cpp takes running out of memory for a parse error.
    with log.collect(), memory_limit(MAX_BYTES):
        sampler = llama.llama_sampler_init_grammar(vocabulary.handle, text.encode(), b"root")
        if not sampler:
            raise ConstraintInvalid(f"The grammar cannot be used: {log.reason()}.", _ADVICE)
    return sampler


def _check(grammar: str) -> None:
    """Refuse what must not even reach the parser. Raises: ConstraintInvalid."""
    if len(grammar) > MAX_LENGTH:
        raise ConstraintInvalid("The grammar is too long.", _ADVICE)
    if "\0" in grammar or any("\ud800" <= character <= "\udfff" for character in grammar):
        raise ConstraintInvalid("The grammar holds characters that no text has.", _ADVICE)
    # How many copies of something the parser writes out, at each open bracket.
    copies = [1]
    last = 1
    for token in _STRUCTURE.finditer(_LITERAL.sub(" ", grammar)):
        if token[0] == "(":
            copies.append(1)
        elif token[0] == ")":
            last = copies.pop() if len(copies) > 1 else 1
        else:
            last *= _repetition(token)
            copies[-1] = max(copies[-1], last)
            last = 1
        if len(copies) > MAX_NESTING:
            raise ConstraintInvalid(f"The grammar nests more than {MAX_NESTING} brackets.", _ADVICE)
        if max(copies[-1], last) > MAX_REPETITIONS:
            raise ConstraintInvalid(
                f"The grammar repeats something more than {MAX_REPETITIONS:,} times.", _ADVICE
            )


def _repetition(token: re.Match[str]) -> int:
    """The larger number of {m}, {m,} or {m,n}."""
    least, most = (int(text[:9] or 0) for text in (token["least"], token["most"] or token["least"]))
    if most < least:
        raise ConstraintInvalid(f"The grammar repeats from {least} to {most} times.", _ADVICE)
    return max(most, 1)


def _schema_to_grammar(schema: str) -> str:
    try:
        parsed = json.loads(schema)
    except (ValueError, RecursionError) as error:
        raise ConstraintInvalid(f"The JSON schema is not valid JSON: {error}.", _ADVICE) from error
    if not isinstance(parsed, (dict, bool)):
        raise ConstraintInvalid("A JSON schema must be an object.", _ADVICE)
    _refuse_foreign_references(parsed)
    try:
        return str(json_schema_to_gbnf(schema))
    except RecursionError as error:
        raise ConstraintInvalid("The JSON schema is nested too deeply.", _ADVICE) from error
    except Exception as error:
        raise ConstraintInvalid(
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
                raise ConstraintInvalid(
                    f"The JSON schema refers to {target:.80}, which lies outside of it.", _ADVICE
                )
            waiting += value.values()
