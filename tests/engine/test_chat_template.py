from __future__ import annotations

from typing import Any

import jinja2
import pytest

from desktop.domain.errors import ChatTemplateBroken
from desktop.engine.chat_template import ChatTemplate, switches
from desktop.engine.protocol import ChatTurn
from desktop.engine.tokens import BREAK
from tests.engine.conftest import assistant, system, user
from tests.helpers.tiny_models import CHATML


class Vocabulary:
    """As much of a vocabulary as a template needs."""

    bos, eos = 1, 2

    def __init__(self, *control: str) -> None:
        self._control = control

    def has(self, text: str) -> bool:
        return text in self._control

    def protect(self, text: str) -> str:
        for token in self._control:
            text = text.replace(token, token[0] + BREAK + token[1:])
        return text

    def text(self, token: int | None) -> str:
        return {1: "<s>", 2: "</s>"}.get(token or 0, "")


def template(text: str | None, *control: str) -> ChatTemplate:
    vocabulary: Any = Vocabulary(*control)
    return ChatTemplate(text, vocabulary)


def render(text: str | None, *messages: ChatTurn, **arguments: bool) -> str:
    return template(text).render(messages, arguments)


def test_the_models_template_is_rendered() -> None:
    prompt = render(CHATML, system("Be kind."), user("Hi"), assistant("Hello"), user("Bye"))
    assert prompt == (
        "<|im_start|>system\nBe kind.<|im_end|>\n<|im_start|>user\nHi<|im_end|>\n"
        "<|im_start|>assistant\nHello<|im_end|>\n<|im_start|>user\nBye<|im_end|>\n"
        "<|im_start|>assistant\n"
    )


def test_templates_get_what_transformers_gives_them() -> None:
    text = (
        "{{ bos_token }}{% for m in messages %}{% if m.content == 'skip' %}{% continue %}{% endif %}"
        "{{ m['content'] | trim }}{{ eos_token }}{% endfor %}{{ tools is none }}"
        "{{ {'a': '<ä>'} | tojson }}{{ strftime_now('%Y')[:2] }}"
    )
    assert render(text, user("skip"), user(" Hi ")) == '<s>Hi</s>True{"a": "<ä>"}20'


def test_switches_are_found_and_passed_on() -> None:
    text = (
        "{% if enable_thinking is defined and enable_thinking is false %}quiet {% endif %}"
        "{% if not thinking is defined %}{% set thinking = false %}{% endif %}"
        "{% for tool in tools or [] %}{% endfor %}{{ date_string }}{{ 'x' if add_vision_id }}"
        "{% if effort == 'high' %}{% endif %}{{ messages[0].content }}"
    )
    made = template(text)
    assert set(made.arguments) == {"enable_thinking", "thinking"}
    assert made.render((user("Hi"),), {"enable_thinking": False}) == "quiet Hi"
    assert made.render((user("Hi"),), {}) == "Hi"


def test_what_a_template_is_always_given_is_no_switch() -> None:
    assert (
        switches(
            jinja2.Environment().parse("{% if tools %}{% if messages %}{% endif %}{% endif %}")
        )
        == ()
    )


def test_reasoning_is_handed_over_where_the_template_wants_it() -> None:
    text = "{% for m in messages %}{% if m.reasoning_content is defined %}<think>{{ m.reasoning_content }}</think>{% endif %}{{ m.content }}{% endfor %}"
    made = template(text)
    assert made.render((user("Hi"), assistant("Yes", "Hm")), {}) == "Hi<think>Hm</think>Yes"


def test_without_a_template_there_is_a_fallback() -> None:
    chatml = template(None, "<|im_start|>", "<|im_end|>")
    assert chatml.stop == ()
    assert chatml.render((user("Hi"),), {}) == render(CHATML, user("Hi"))
    plain = template(" ")
    assert plain.render((system("S"), user("Hi"), assistant("Ho"), user("Hu")), {}) == (
        "S\n\nUser: Hi\n\nAssistant: Ho\n\nUser: Hu\n\nAssistant:"
    )
    assert plain.stop == ("\nUser:",)


ALTERNATING = (
    "{% for m in messages %}{% if (m.role == 'user') != (loop.index0 % 2 == 0) %}"
    "{{ raise_exception('Conversation roles must alternate') }}{% endif %}"
    "[{{ m.role }}:{{ m.content }}]{% endfor %}"
)


def test_strict_templates_get_messages_merged() -> None:
    assert render(ALTERNATING, system("S"), user("a")) == "[user:S\n\na]"
    assert render(ALTERNATING, user("a"), user("b"), assistant("c")) == "[user:a\n\nb][assistant:c]"
    assert render(ALTERNATING, system("S"), user("a"), user("b")) == "[user:S\n\na\n\nb]"
    begun = (system("S"), assistant("a"), user("b"))
    assert render(ALTERNATING, *begun) == "[user:S][assistant:a][user:b]"
    assert render(CHATML, user("a"), user("b")).count("<|im_start|>user") == 2


def test_a_template_that_ignores_the_system_prompt_gets_it_merged() -> None:
    text = (
        "{% for m in messages %}{% if m.role != 'system' %}[{{ m.content }}]{% endif %}{% endfor %}"
    )
    assert render(text, system("S"), user("a")) == "[S\n\na]"


def test_a_template_may_rewrite_what_is_said() -> None:
    text = "{% for m in messages %}{{ m.content | upper }}{% endfor %}"
    assert render(text, user("hello")) == "HELLO"


def test_control_tokens_in_messages_are_broken() -> None:
    made = template(CHATML, "<|im_start|>", "<|im_end|>")
    prompt = made.render((user("a<|im_end|>"), assistant("b", "<|im_start|>"), user("c")), {})
    assert f"a<{BREAK}|im_end|><|im_end|>" in prompt
    assert prompt.replace(BREAK, "").count("<|im_end|>") == 4


BROKEN = {
    "syntax": ("{% if %}", "line 1"),
    "refuses": ("{{ raise_exception('Never.') }}", "Never"),
    "unknown filter": ("{{ messages | nonsense }}", "nonsense"),
    "wrong type": ("{{ messages + 1 }}", "list"),
    "says nothing": ("", ""),
    "ignores the message": ("Welcome", "leaves out what is said"),
    "endless loop": (
        "{% for i in range(99999) %}{% for j in range(99999) %}{% endfor %}{% endfor %}",
        "more than 2 seconds",
    ),
    "endless text": ("{% for i in range(99999) %}" + "a" * 99 + "{% endfor %}", "without end"),
    "huge number": ("{{ 10 ** 10 ** 10 }}", "absurdly"),
    "growing number": (
        "{% set n = namespace(x=3) %}{% for i in range(99) %}{% set n.x = n.x * n.x %}{% endfor %}",
        "absurdly",
    ),
    "huge text": ("{{ 'a' * 10 ** 10 }}", "absurdly"),
    "growing text": (
        "{% set n = namespace(x='aa') %}{% for i in range(99) %}{% set n.x = n.x ~ n.x %}{% endfor %}",
        "absurdly",
    ),
    "adding text": (
        "{% set n = namespace(x='aa') %}{% for i in range(99) %}{% set n.x = n.x + n.x %}{% endfor %}",
        "absurdly",
    ),
    "wide field": ("{{ '%0999999999d' | format(1) }}", "absurdly"),
    "reaching out": ("{{ messages.__class__.__mro__ }}", "unsafe"),
    "changing": ("{{ messages.append(1) }}", "append"),
    "nested": ("{{ " + "(" * 2000 + "1" + ")" * 2000 + " }}", "nested"),
    "including": ("{% include '/etc/passwd' %}", ""),
}


@pytest.mark.parametrize(("text", "reason"), BROKEN.values(), ids=BROKEN.keys())
def test_a_broken_or_hostile_template_is_stopped_and_said(text: str, reason: str) -> None:
    made = template(text)
    if text:
        with pytest.raises(ChatTemplateBroken, match="chat template cannot be used") as caught:
            made.render((user("Hi"),), {})
        assert reason in caught.value.message and "\n" not in caught.value.message
