"""Chat templates: a conversation as the text a model was trained on.

A template is a program that came with the model file, so it runs in a sandbox with a limit on its
time and on what it writes. What people and models wrote is handed to it with every spelling of a
control token broken (see `Vocabulary.protect`), so no message can end its turn or open another.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any, NoReturn

import jinja2
from jinja2 import meta, nodes
from jinja2.exceptions import SecurityError
from jinja2.ext import loopcontrols
from jinja2.sandbox import ImmutableSandboxedEnvironment

from desktop.domain.conversation import Role
from desktop.domain.errors import ChatTemplateBroken
from desktop.engine import reasoning
from desktop.engine.protocol import ChatTurn
from desktop.engine.time_limit import TimeLimitExceeded, time_limit
from desktop.engine.tokens import Vocabulary

RENDER_SECONDS = 5.0
MAX_VALUE_SIZE = 1 << 24  # characters in one computed value
MAX_EXPANSION = 1 << 20  # characters written beyond eight times the conversation

CHATML = """\
{%- for message in messages -%}
<|im_start|>{{ message.role }}
{{ message.content }}<|im_end|>
{% endfor -%}
{%- if add_generation_prompt -%}
<|im_start|>assistant
{% endif -%}
"""
PLAIN = """\
{%- set names = {"user": "User: ", "assistant": "Assistant: ", "system": ""} -%}
{%- for message in messages -%}
{{ names[message.role] }}{{ message.content }}

{% endfor -%}
{%- if add_generation_prompt -%}
Assistant:{% endif -%}
"""
PLAIN_STOP = ("\nUser:",)

_Turn = dict[str, str]
_PROBE = ChatTurn(role=Role.USER, content="Hello")
_NOT_OPTIONS = ("tool", "vision", "image", "document", "video", "audio")


class _Environment(ImmutableSandboxedEnvironment):
    """The sandbox, which also refuses to compute values of absurd size."""

    intercepted_binops = frozenset({"*", "**", "+", "%"})

    def call_binop(self, context: Any, operator: str, left: Any, right: Any) -> Any:
        if operator == "**" and not (abs(left) <= MAX_VALUE_SIZE and abs(right) <= 64):
            raise SecurityError("it computes with absurdly large numbers")
        if operator == "*":
            for value, times in ((left, right), (right, left)):
                if hasattr(value, "__len__") and len(value) * max(times, 0) > MAX_VALUE_SIZE:
                    raise SecurityError("it builds an absurdly long value")
        result = super().call_binop(context, operator, left, right)
        if hasattr(result, "__len__") and len(result) > MAX_VALUE_SIZE:
            raise SecurityError("it builds an absurdly long value")
        return result


class ChatTemplate:
    """The chat template of a model, or a stand-in.

    Attributes:
        source: "model", "fallback" or "broken: <reason>".
        arguments: names of the switches it takes, e.g. ("enable_thinking",).
        stop: strings that end an answer beside the model's own tokens.
        reasoning: how its family of models marks reasoning.
    """

    def __init__(self, text: str | None, vocabulary: Vocabulary) -> None:
        self._vocabulary = vocabulary
        self.stop: tuple[str, ...] = ()
        self.source = "model"
        if text is None or not text.strip():
            self.source = "fallback"
            has_chatml = vocabulary.has("<|im_start|>") and vocabulary.has("<|im_end|>")
            text, self.stop = (CHATML, ()) if has_chatml else (PLAIN, PLAIN_STOP)
        self.reasoning = reasoning.family_of(text)
        self.has_reasoning = any(
            mark in text for mark in ("reasoning_content", *(f.open for f in reasoning.FAMILIES))
        )
        self.arguments: tuple[str, ...] = ()
        self._template: jinja2.Template | None = None
        self._compile(text)

    def _compile(self, text: str) -> None:
        environment = _Environment(
            trim_blocks=True, lstrip_blocks=True, keep_trailing_newline=True,
            extensions=[loopcontrols],
        )  # fmt: skip
        environment.filters["tojson"] = _to_json
        environment.globals["raise_exception"] = _raise_exception
        environment.globals["strftime_now"] = _strftime_now
        try:
            with time_limit(RENDER_SECONDS):
                self._template = environment.from_string(text)
                self.arguments = _switches(environment, text)
            self.render((_PROBE,), {})
        except ChatTemplateBroken as error:
            self.source = f"broken: {error.message}"
        except (jinja2.TemplateError, TimeLimitExceeded, RecursionError, MemoryError) as error:
            self._template = None
            self.source = f"broken: {_reason(error)}"

    def render(self, messages: Sequence[ChatTurn], arguments: dict[str, bool]) -> str:
        """The prompt that asks for the next answer, with BREAK inside spelled control tokens.

        A template that refuses a system prompt, or two turns of one side after another, gets them
        merged. Raises: ChatTemplateBroken.
        """
        turns = [self._turn(message) for message in messages]
        problem: Exception | None = None
        for variant in _variants(turns):
            try:
                text = self._render(variant, arguments)
            except (SecurityError, TimeLimitExceeded, RecursionError, MemoryError) as error:
                problem = error
                break
            except Exception as error:  # noqa: BLE001 - a template can raise anything
                problem = problem or error
                continue
            if _says_all(text, variant):
                return text
            problem = problem or ChatTemplateBroken("it leaves out a message")
        raise ChatTemplateBroken(
            f"The model's chat template cannot be used: {_reason(problem)}.",
            "Try another model file; this one was made with a faulty template.",
        )

    def _turn(self, message: ChatTurn) -> _Turn:
        protect = self._vocabulary.protect
        turn = {"role": message.role.value, "content": protect(message.content)}
        if message.reasoning:
            turn["reasoning_content"] = protect(message.reasoning)
        return turn

    def _render(self, turns: list[_Turn], arguments: dict[str, bool]) -> str:
        if self._template is None:
            raise ChatTemplateBroken(self.source.removeprefix("broken: "))
        vocabulary = self._vocabulary
        limit = MAX_EXPANSION + 8 * sum(len(text) for turn in turns for text in turn.values())
        written: list[str] = []
        size = 0
        with time_limit(RENDER_SECONDS):
            for part in self._template.generate(
                **arguments,
                messages=turns,
                add_generation_prompt=True,
                bos_token=vocabulary.text(vocabulary.bos),
                eos_token=vocabulary.text(vocabulary.eos),
                tools=None,
            ):
                written.append(part)
                size += len(part)
                if size > limit:
                    raise SecurityError("it writes without end")
        return "".join(written)


def _variants(turns: list[_Turn]) -> Iterator[list[_Turn]]:
    """The conversation as it is, then in the forms that stricter templates accept."""
    yield turns
    merged_system = _merge_system(turns)
    if merged_system != turns:
        yield merged_system
    for base in (turns, merged_system):
        alternating = _merge_runs(base)
        if alternating != base:
            yield alternating


def _merge_system(turns: list[_Turn]) -> list[_Turn]:
    """The system prompt put in front of the first message of the user."""
    system = [turn["content"] for turn in turns if turn["role"] == Role.SYSTEM]
    rest = [dict(turn) for turn in turns if turn["role"] != Role.SYSTEM]
    if not system:
        return turns
    if not rest or rest[0]["role"] != Role.USER:
        rest.insert(0, {"role": Role.USER.value, "content": ""})
    rest[0]["content"] = "\n\n".join(filter(None, (*system, rest[0]["content"])))
    return rest


def _merge_runs(turns: list[_Turn]) -> list[_Turn]:
    """Messages of one side after another put together."""
    merged: list[_Turn] = []
    for turn in turns:
        if merged and merged[-1]["role"] == turn["role"]:
            merged[-1] = merged[-1] | {"content": f"{merged[-1]['content']}\n\n{turn['content']}"}
        else:
            merged.append(turn)
    return merged


def _says_all(text: str, turns: list[_Turn]) -> bool:
    """Whether the system prompt and the newest message stand in the prompt; some templates ignore
    a role they do not know."""
    needed = [turn["content"] for turn in turns if turn["role"] == Role.SYSTEM]
    needed += [turns[-1]["content"]] if turns else []
    return all(content.strip() in text for content in needed)


def _switches(environment: _Environment, text: str) -> tuple[str, ...]:
    """Names the template takes from outside and only ever asks about as yes or no."""
    tree = environment.parse(text)
    free = meta.find_undeclared_variables(tree)
    asked: set[str] = set()
    otherwise_used: set[str] = set()

    def visit(node: nodes.Node, parent: nodes.Node | None) -> None:
        if isinstance(node, nodes.Name) and node.ctx == "load":
            (asked if _is_question(node, parent) else otherwise_used).add(node.name)
        for child in node.iter_child_nodes():
            visit(child, node)

    visit(tree, None)
    given = {"messages", "add_generation_prompt", "bos_token", "eos_token", "tools"}
    names = (free & asked) - otherwise_used - given
    return tuple(
        sorted(name for name in names if not any(word in name.lower() for word in _NOT_OPTIONS))
    )


def _is_question(node: nodes.Name, parent: nodes.Node | None) -> bool:
    match parent:
        case nodes.If() | nodes.CondExpr():
            return parent.test is node or isinstance(parent, nodes.CondExpr)
        case nodes.Not() | nodes.And() | nodes.Or():
            return True
        case nodes.Test():
            return parent.name in ("defined", "undefined", "true", "false", "none", "boolean")
        case nodes.Compare(ops=[nodes.Operand(expr=nodes.Const(value=bool()))]):
            return True
        case _:
            return False


def _reason(error: Exception | None) -> str:
    match error:
        case TimeLimitExceeded():
            return f"it runs for more than {RENDER_SECONDS:g} seconds"
        case RecursionError():
            return "it is nested too deeply"
        case MemoryError():
            return "it needs too much memory"
        case jinja2.TemplateSyntaxError():
            return f"line {error.lineno}: {error.message}".rstrip(".")
        case ChatTemplateBroken():
            return error.message.rstrip(".")
        case _:
            return (str(error) or type(error).__name__).rstrip(".")


def _to_json(value: Any, indent: int | None = None, **options: Any) -> str:
    # Jinja's own filter escapes for HTML, which no model was trained on.
    return json.dumps(value, ensure_ascii=options.get("ensure_ascii", False), indent=indent)


def _raise_exception(message: str) -> NoReturn:
    raise jinja2.TemplateError(message)


def _strftime_now(pattern: str) -> str:
    return datetime.now().astimezone().strftime(pattern)
