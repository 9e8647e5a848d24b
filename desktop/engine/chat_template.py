"""Chat templates: a conversation as the text a model was trained on.

What people and models wrote is handed to the template with every spelling of a control token broken
(see `Vocabulary.protect`), so no message can end its turn or open another.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from jinja2 import meta, nodes

from desktop.domain.conversation import Role
from desktop.domain.errors import ChatTemplateBroken
from desktop.engine import reasoning
from desktop.engine.protocol import ChatTurn
from desktop.engine.template_sandbox import SandboxedTemplate, TemplateUnusable
from desktop.engine.tokens import Vocabulary

MAX_EXPANSION = 1 << 20  # characters written beyond eight times the conversation

CHATML = """\
{%- for message in messages -%}
{{ "<|im_start|>" + message.role + "\\n" + message.content + "<|im_end|>\\n" }}
{%- endfor -%}
{%- if add_generation_prompt -%}{{ "<|im_start|>assistant\\n" }}{%- endif -%}
"""
PLAIN = """\
{%- set names = {"user": "User: ", "assistant": "Assistant: ", "system": ""} -%}
{%- for message in messages -%}
{{ names[message.role] + message.content + "\\n\\n" }}
{%- endfor -%}
{%- if add_generation_prompt -%}{{ "Assistant:" }}{%- endif -%}
"""
PLAIN_STOP = ("\nUser:",)

_Turn = dict[str, str]
_PROBES = tuple(ChatTurn(role=Role.USER, content=text) for text in ("Hello", "Good morning"))
_GIVEN = frozenset({"messages", "add_generation_prompt", "bos_token", "eos_token", "tools"})
_NOT_OPTIONS = ("tool", "vision", "image", "document", "video", "audio")


class ChatTemplate:
    """The chat template of a model, or a stand-in.

    Attributes:
        arguments: names of the switches it takes, e.g. ("enable_thinking",).
        stop: strings that end an answer beside the model's own tokens.
        reasoning: how its family of models marks reasoning.
    """

    def __init__(self, text: str | None, vocabulary: Vocabulary) -> None:
        self._vocabulary = vocabulary
        self.stop: tuple[str, ...] = ()
        if text is None or not text.strip():
            has_chatml = vocabulary.has("<|im_start|>") and vocabulary.has("<|im_end|>")
            text, self.stop = (CHATML, ()) if has_chatml else (PLAIN, PLAIN_STOP)
        self.reasoning = reasoning.family_of(text)
        self.arguments: tuple[str, ...] = ()
        self._template: SandboxedTemplate | None = None
        self._problem = ""
        try:
            self._template = SandboxedTemplate(text)
            self.arguments = switches(self._template.tree)
            self._probe()
        except TemplateUnusable as error:
            self._template = None
            self._problem = str(error)

    def _probe(self) -> None:
        """Raises: TemplateUnusable when the template does not even render one message."""
        if len({self._render_some_way((probe,), {}) for probe in _PROBES}) < len(_PROBES):
            raise TemplateUnusable("it leaves out what is said")

    def render(self, messages: Sequence[ChatTurn], arguments: dict[str, bool]) -> str:
        """The prompt that asks for the next answer, with BREAK inside spelled control tokens.

        A template that refuses a system prompt, or two turns of one side after another, gets them
        merged. Raises: ChatTemplateBroken.
        """
        try:
            return self._render_some_way(messages, arguments)
        except TemplateUnusable as error:
            raise ChatTemplateBroken(
                f"The model's chat template cannot be used: {error}.",
                "Try another file of this model; this one was made with a faulty template.",
            ) from error

    def _render_some_way(self, messages: Sequence[ChatTurn], arguments: dict[str, bool]) -> str:
        """The first form that says everything; else, for templates may rewrite what is said, the
        first that renders. Raises: TemplateUnusable with the first problem met."""
        turns = [self._turn(message) for message in messages]
        problem: TemplateUnusable | None = None
        rendered: list[str] = []
        for variant in _variants(turns):
            try:
                text = self._render(variant, arguments)
            except TemplateUnusable as error:
                problem = problem or error
                continue
            if _says_all(text, variant):
                return text
            rendered.append(text)
        if rendered:
            return rendered[0]
        raise problem or TemplateUnusable("it renders nothing")

    def _turn(self, message: ChatTurn) -> _Turn:
        protect = self._vocabulary.protect
        turn = {"role": message.role.value, "content": protect(message.content)}
        if message.reasoning:
            turn["reasoning_content"] = protect(message.reasoning)
        return turn

    def _render(self, turns: list[_Turn], arguments: dict[str, bool]) -> str:
        if self._template is None:
            raise TemplateUnusable(self._problem)
        vocabulary = self._vocabulary
        written = sum(len(text) for turn in turns for text in turn.values())
        return self._template.render(
            MAX_EXPANSION + 8 * written,
            **{
                **arguments,
                "messages": turns,
                "add_generation_prompt": True,
                "bos_token": vocabulary.text(vocabulary.bos),
                "eos_token": vocabulary.text(vocabulary.eos),
                "tools": None,
            },
        )


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
    needed += [turn["content"] for turn in turns[-1:]]
    return all(content.strip() in text for content in needed)


def switches(tree: nodes.Template) -> tuple[str, ...]:
    """Names that a template takes from outside and only ever asks about as yes or no."""
    asked: set[str] = set()
    otherwise_used: set[str] = set()

    def visit(node: nodes.Node, parent: nodes.Node | None) -> None:
        if isinstance(node, nodes.Name) and node.ctx == "load":
            (asked if _is_question(node, parent) else otherwise_used).add(node.name)
        for child in node.iter_child_nodes():
            visit(child, node)

    visit(tree, None)
    names = (meta.find_undeclared_variables(tree) & asked) - otherwise_used - _GIVEN
    return tuple(
        sorted(name for name in names if not any(word in name.lower() for word in _NOT_OPTIONS))
    )


def _is_question(node: nodes.Name, parent: nodes.Node | None) -> bool:
    match parent:
        case nodes.If():
            return parent.test is node
        case nodes.CondExpr() | nodes.Not() | nodes.And() | nodes.Or():
            return True
        case nodes.Test():
            return parent.name in ("defined", "undefined", "true", "false", "none", "boolean")
        case nodes.Compare(ops=[nodes.Operand(expr=nodes.Const(value=bool()))]):
            return True
        case _:
            return False
