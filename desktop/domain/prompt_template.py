"""Placeholders in prompts: finding them, and putting values in their place.

`{name}` is a placeholder when the name begins with a letter and goes on with letters, digits, "_"
and "-". `{{` is a literal brace, and so is the `}}` that closes it. Any other brace stands for
itself, so that JSON and code can be pasted as they are. Values are put in in one pass: what looks
like a placeholder inside a value is text.
"""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet

from desktop.domain.errors import InvalidInput
from desktop.domain.prompt import Example, FieldKind, FilledPrompt, PromptContent, PromptField

MAX_NAME = 60

_PART = re.compile(rf"\{{\{{|\{{([^\s{{}}]{{1,{MAX_NAME}}})\}}|[{{}}]")


def is_name(text: str) -> bool:
    """Whether a placeholder may be called so."""
    return (
        0 < len(text) <= MAX_NAME
        and unicodedata.category(text[0])[0] == "L"
        and all(sign in "_-" or unicodedata.category(sign)[0] in "LMN" for sign in text)
    )


def placeholders(text: str) -> tuple[str, ...]:
    """The names of the placeholders in order of first use, each once."""
    return tuple(dict.fromkeys(name for _, name in _parts(text) if name))


def fill_text(text: str, values: Mapping[str, str]) -> str:
    """`text` with its placeholders replaced. One without a value stays as it is."""
    pieces = []
    for literal, name in _parts(text):
        pieces += [literal, values.get(name, f"{{{name}}}") if name else ""]
    return "".join(pieces)


def escape_text(text: str) -> str:
    """A template that says exactly `text`, whatever braces are in it."""
    if not any(part[0] == "{{" or is_name(part[1] or "") for part in _PART.finditer(text)):
        return text  # nothing in it means anything, so it stays as people know it
    pieces = []
    open_braces = 0
    for sign in text:
        if sign == "{":
            open_braces += 1
            pieces.append("{{")
        elif sign == "}" and open_braces:
            open_braces -= 1
            pieces.append("}}")
        else:
            pieces.append(sign)
    return "".join(pieces)


def fields_of(content: PromptContent) -> tuple[PromptField, ...]:
    """A field for each placeholder, in order of first use: text, system prompt, examples.

    One of which nothing is declared is a TEXT.
    """
    declared = {known.name: known for known in reversed(content.fields)}
    names = dict.fromkeys(name for text in _texts(content) for name in placeholders(text))
    return tuple(declared.get(name, PromptField(name)) for name in names)


def fill(content: PromptContent, values: Mapping[str, str], version_id: int) -> FilledPrompt:
    """The prompt with `values` put in. An empty value counts as none: the default stands in.

    Raises: InvalidInput naming every value that is missing, unknown, not among the choices or not
        a number.
    """
    fields = fields_of(content)
    used = {known.name: values.get(known.name) or known.default for known in fields}
    problems = [
        _sentence("is missing", "are missing", [name for name, value in used.items() if not value]),
        _sentence(
            "is no placeholder of this prompt",
            "are no placeholders of this prompt",
            [name for name in values if name not in used],
        ),
        *(_problem_of(known, used[known.name]) for known in fields),
    ]
    found = [problem for problem in problems if problem]
    if found:
        raise InvalidInput(" ".join(found))
    return FilledPrompt(
        text=fill_text(content.text, used),
        system_prompt=fill_text(content.system_prompt, used),
        examples=tuple(
            Example(fill_text(example.user, used), fill_text(example.assistant, used))
            for example in content.examples
        ),
        sampler=content.sampler,
        version_id=version_id,
        values=used,
    )


def problems_of(content: PromptContent) -> list[str]:
    """What a person should look at before they use the prompt, a sentence each."""
    names = [known.name for known in content.fields]
    used = {known.name for known in fields_of(content)}
    twice = dict.fromkeys(name for name in names if names.count(name) > 1)
    problems = [
        *(["The prompt is empty."] if not (content.text + content.system_prompt).strip() else []),
        *(f"The placeholder “{name}” is described more than once." for name in twice),
        *(problem for known in content.fields for problem in _field_problems(known, used)),
    ]
    for number, example in enumerate(content.examples, 1):
        if not example.user.strip() or not example.assistant.strip():
            problems.append(f"Example {number} lacks its question or its answer.")
    if content.then and not (content.then.prompt and is_name(content.then.field)):
        problems.append("The next prompt of the chain, or its placeholder, is not named.")
    return problems


def _field_problems(known: PromptField, used: AbstractSet[str]) -> Iterator[str]:
    if not is_name(known.name):
        yield (
            f"“{known.name}” cannot be the name of a placeholder: it begins with a letter, and has "
            f"letters, digits, “_” and “-” only, at most {MAX_NAME}."
        )
    elif known.name not in used:
        yield f"The placeholder “{known.name}” is described but nowhere used."
    if known.kind is FieldKind.CHOICE and not known.choices:
        yield f"The placeholder “{known.name}” has nothing to choose from."
    elif problem := _problem_of(known, known.default):
        yield f"The default does not fit: {problem}"


def _parts(text: str) -> Iterator[tuple[str, str]]:
    """Literal text, each piece with the placeholder that follows it ("" for none)."""
    open_braces: list[str] = []  # "{{" or "{", innermost last
    literal: list[str] = []
    position = 0
    while part := _PART.search(text, position):
        literal.append(text[position : part.start()])
        position = part.end()
        if part[0] in ("{{", "{"):
            open_braces.append(part[0])
            literal.append("{")
        elif part[0] == "}":
            if open_braces and open_braces[-1] == "{":
                open_braces.pop()
            elif open_braces and text.startswith("}", position):
                open_braces.pop()
                position += 1
            literal.append("}")
        elif is_name(part[1]):
            yield "".join(literal), part[1]
            literal.clear()
        else:
            literal.append(part[0])
    yield "".join(literal) + text[position:], ""


def _texts(content: PromptContent) -> Iterator[str]:
    yield content.text
    yield content.system_prompt
    for example in content.examples:
        yield example.user
        yield example.assistant


def _problem_of(known: PromptField, value: str) -> str:
    """What is wrong with the value, a sentence, or ""."""
    if known.kind is FieldKind.NUMBER and value and not _is_number(value):
        return f"“{known.name}” must be a number, not “{value:.40}”."
    if known.kind is FieldKind.CHOICE and value and value not in known.choices:
        choices = ", ".join(f"“{choice}”" for choice in known.choices)
        return f"“{known.name}” must be one of {choices}, not “{value:.40}”."
    return ""


def _is_number(text: str) -> bool:
    try:
        return math.isfinite(float(text)) and "_" not in text
    except ValueError:
        return False


def _sentence(one: str, several: str, names: Sequence[str]) -> str:
    if not names:
        return ""
    quoted = [f"“{name}”" for name in names]
    if len(quoted) == 1:
        return f"{quoted[0]} {one}."
    return f"{', '.join(quoted[:-1])} and {quoted[-1]} {several}."
