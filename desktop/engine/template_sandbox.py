"""Running a Jinja template that came with a model file: a program of unknown origin.

It reaches nothing but what it is given, and is held to a time, an amount of memory and a length.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from datetime import datetime
from typing import Any, NoReturn

import jinja2
from jinja2 import nodes
from jinja2.compiler import CodeGenerator, Frame
from jinja2.exceptions import SecurityError
from jinja2.ext import loopcontrols
from jinja2.sandbox import ImmutableSandboxedEnvironment

from desktop.engine.limits import TimeLimitExceeded, memory_limit, time_limit

RENDER_SECONDS = 2.0
RENDER_BYTES = 1 << 29
MAX_VALUE_SIZE = 1 << 24  # characters or items in one computed value
MAX_BITS = 1 << 12  # in one computed number


class TemplateUnusable(Exception):
    """The template cannot be rendered; the text says why, as part of a sentence."""


class SandboxedTemplate:
    """A compiled template. Everything it does happens within the limits of this module."""

    def __init__(self, text: str) -> None:
        """Raises: TemplateUnusable."""
        self._environment = _Environment(
            trim_blocks=True,
            lstrip_blocks=True,
            extensions=[loopcontrols],
        )
        self._environment.filters["tojson"] = _to_json
        self._environment.filters["format"] = _format
        self._environment.globals["raise_exception"] = _raise_exception
        self._environment.globals["strftime_now"] = _strftime_now
        try:
            with time_limit(RENDER_SECONDS), memory_limit(RENDER_BYTES):
                self.tree = self._environment.parse(text)
                self._template = self._environment.from_string(text)
        except Exception as error:
            raise TemplateUnusable(_reason(error)) from error

    def render(self, limit: int, **values: Any) -> str:
        """The text for `values`, at most `limit` characters. Raises: TemplateUnusable."""
        written: list[str] = []
        size = 0
        try:
            with time_limit(RENDER_SECONDS), memory_limit(RENDER_BYTES):
                for part in self._template.generate(values):
                    written.append(part)
                    size += len(part)
                    if size > limit:
                        break
        except Exception as error:
            raise TemplateUnusable(_reason(error)) from error
        if size > limit:
            raise TemplateUnusable("it writes without end")
        return "".join(written)


class _CodeGenerator(CodeGenerator):
    """Hands `~` to the environment: Jinja itself does not let it be intercepted."""

    def visit_Concat(self, node: nodes.Concat, frame: Frame) -> None:
        self.write("environment.concatenate((")
        for value in node.nodes:
            self.visit(value, frame)
            self.write(", ")
        self.write("))")


class _Environment(ImmutableSandboxedEnvironment):
    """The sandbox, which also refuses to compute values of absurd size."""

    code_generator_class = _CodeGenerator
    intercepted_binops = frozenset({"*", "**", "+", "%"})

    def call_binop(self, context: Any, operator: str, left: Any, right: Any) -> Any:
        if operator == "**" and not (abs(left) <= MAX_VALUE_SIZE and abs(right) <= 64):
            raise SecurityError("it computes with absurdly large numbers")
        if operator == "*":
            for value, times in ((left, right), (right, left)):
                if hasattr(value, "__len__") and len(value) * max(times, 0) > MAX_VALUE_SIZE:
                    raise SecurityError("it builds an absurdly long value")
        if operator == "%" and isinstance(left, str):
            _check_format(left)
        return _checked(super().call_binop(context, operator, left, right))

    def concatenate(self, values: Sequence[Any]) -> str:
        """The operator `~`."""
        return str(_checked("".join(map(str, values))))


def _checked(value: Any) -> Any:
    """`value`, when its size is sane. Raises: SecurityError."""
    if hasattr(value, "__len__") and len(value) > MAX_VALUE_SIZE:
        raise SecurityError("it builds an absurdly long value")
    if isinstance(value, int) and value.bit_length() > MAX_BITS:
        raise SecurityError("it computes with absurdly large numbers")
    return value


def _check_format(pattern: str) -> None:
    """A field of a billion characters takes seconds in one call, which nothing can interrupt."""
    if re.search(r"\d{5}|\*", pattern):
        raise SecurityError("it builds an absurdly long value")


def _format(pattern: str, *values: Any, **named: Any) -> str:
    """Jinja's own filter `format`, within bounds."""
    _check_format(pattern)
    return str(pattern) % (named or values)


def _reason(error: Exception) -> str:
    match error:
        case TimeLimitExceeded():
            return f"it runs for more than {RENDER_SECONDS:g} seconds"
        case RecursionError():
            return "it is nested too deeply"
        case MemoryError():
            return "it needs too much memory"
        case jinja2.TemplateSyntaxError():
            reason = f"line {error.lineno}: {error.message}"
        case _:
            reason = str(error) or type(error).__name__
    return re.sub(r"\s+", " ", reason)[:300].rstrip(". ")


def _to_json(value: Any, indent: int | None = None, **options: Any) -> str:
    # Jinja's own filter escapes for HTML, which no model was trained on.
    return json.dumps(value, ensure_ascii=options.get("ensure_ascii", False), indent=indent)


def _raise_exception(message: str) -> NoReturn:
    raise jinja2.TemplateError(message)


def _strftime_now(pattern: str) -> str:
    return datetime.now().astimezone().strftime(pattern)
