"""What a template of unknown origin can do, and what it cannot."""

from __future__ import annotations

from datetime import datetime

import pytest

from desktop.engine.template_sandbox import SandboxedTemplate, TemplateUnusable

LIMIT = 1000


def render(template: str, limit: int = LIMIT, **values: object) -> str:
    return SandboxedTemplate(template).render(limit, **values)


@pytest.mark.parametrize(
    "text",
    [
        "{{ ''.__class__ }}",
        "{{ ''['__class__'] }}",
        "{{ '' | attr('__class__') }}",
        "{{ ''.__class__.__mro__[1].__subclasses__() }}",
        "{{ raise_exception.__globals__ }}",
        "{{ strftime_now.__globals__['json'] }}",
        "{{ '{0.__class__}'.format(1) }}",
        "{{ '{0.__class__}' | format(1) }}",
        "{{ items.__init__ }}",
        "{{ self.__init__.__globals__ }}",
        "{{ cycler.__init__.__globals__.os }}",
        "{{ lipsum.__globals__ }}",
    ],
)
def test_nothing_of_python_is_reached(text: str) -> None:
    try:
        written = render(text, items=[1])
    except TemplateUnusable:
        return
    assert "class" not in written.replace("{0.__class__}", "")
    assert "module" not in written and "0x" not in written


@pytest.mark.parametrize(
    "text",
    [
        "{{ items.append(2) }}",
        "{{ items.clear() }}",
        "{% set items[0] = 3 %}",
        "{{ turn.pop('a') }}",
    ],
)
def test_nothing_it_is_given_is_changed(text: str) -> None:
    items, turn = [1], {"a": 1}
    with pytest.raises(TemplateUnusable):
        render(text, items=items, turn=turn)
    assert (items, turn) == ([1], {"a": 1})


@pytest.mark.parametrize(
    "text", ["{% include 'x' %}", "{% import 'x' as y %}", "{% extends 'x' %}"]
)
def test_no_file_is_read(text: str) -> None:
    with pytest.raises(TemplateUnusable):
        render(text)


@pytest.mark.parametrize(
    "text",
    [
        "{% for a in range(99999) %}{% for b in range(99999) %}{% endfor %}{% endfor %}",
        "{% macro again() %}{{ again() }}{{ again() }}{% endmacro %}{{ again() }}",
    ],
)
def test_it_cannot_run_for_ever(text: str) -> None:
    with pytest.raises(TemplateUnusable, match=r"runs for more than|nested too deeply"):
        render(text)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("{% for n in range(9999) %}words{% endfor %}", "without end"),
        ("{{ 'a' * 99999999 }}", "absurdly long"),
        ("{{ [0] * 99999999 }}", "absurdly long"),
        ("{{ '%99999d' % 1 }}", "absurdly long"),
        ("{{ '%99999d' | format(1) }}", "absurdly long"),
        ("{{ '%*d' | format(99999, 1) }}", "absurdly long"),
        ("{{ 9 ** 9 ** 9 }}", "absurdly large"),
    ],
)
def test_it_cannot_write_or_compute_without_measure(text: str, reason: str) -> None:
    with pytest.raises(TemplateUnusable, match=reason):
        render(text)


def test_a_text_of_just_the_limit_is_whole() -> None:
    assert render("{{ text }}", limit=5, text="12345") == "12345"
    with pytest.raises(TemplateUnusable, match="without end"):
        render("{{ text }}", limit=5, text="123456")


def test_loops_can_be_left_and_continued() -> None:
    text = (
        "{% for n in range(9) %}{% if n == 1 %}{% continue %}{% endif %}"
        "{% if n == 4 %}{% break %}{% endif %}{{ n }}{% endfor %}"
    )
    assert render(text) == "023"


def test_blocks_leave_no_blank_lines() -> None:
    assert render("a\n  {% if true %}\nb\n  {% endif %}\nc") == "a\nb\nc"


def test_json_is_as_models_were_trained_on() -> None:
    value = {"b": "<ä>'", "a": [1, True, None]}
    assert render("{{ value | tojson }}", value=value) == """{"b": "<ä>'", "a": [1, true, null]}"""
    assert render("{{ [1] | tojson(indent=2) }}") == "[\n  1\n]"
    assert render("{{ 'ä' | tojson(ensure_ascii=true) }}") == '"\\u00e4"'


def test_a_template_can_refuse_and_its_words_are_kept() -> None:
    with pytest.raises(TemplateUnusable, match=r"^Roles must alternate$"):
        render("{{ raise_exception('Roles must\n alternate.') }}")


def test_a_template_can_ask_for_the_date() -> None:
    before = datetime.now().astimezone().strftime("%Y-%m-%d")
    written = render("{{ strftime_now('%Y-%m-%d') }}")
    assert before <= written <= datetime.now().astimezone().strftime("%Y-%m-%d")


def test_a_faulty_template_says_in_which_line() -> None:
    with pytest.raises(TemplateUnusable, match=r"^line 2: "):
        SandboxedTemplate("fine\n{% if %}")
