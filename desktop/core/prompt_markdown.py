"""A prompt as Markdown with front matter, and back.

    ---
    title: Summarise
    tags: [everyday]
    fields:
    - name: text
      kind: long_text
    ---

    Summarise this in three sentences: {text}

What stands below the front matter is the prompt's text; everything else has the names it has in
the JSON (see `prompt_json.py`), those of `content` beside the others. Front matter is YAML of which
only texts, lists and objects are read: no tag of it means anything, and aliases, with which a few
lines become gigabytes, are refused.
"""

from __future__ import annotations

import json
import re
from typing import Any

import yaml

from desktop.core.prompt_json import FileProblem, PromptsRead, draft_from_json, draft_to_json
from desktop.domain.errors import InvalidInput
from desktop.domain.prompt import PromptDraft

MAX_FRONT_MATTER = 256 * 2**10  # characters; PyYAML reads about 100,000 in a second

_FRONT_MATTER = re.compile(r"---[ \t]*\n(.*?\n)??---[ \t]*(?:\n|\Z)", re.DOTALL)
_CONTENT = ("system_prompt", "fields", "examples", "sampler", "then")
_TEXTS_OF_SAMPLER = ("grammar", "json_schema")
# What YAML takes for a newline or leaves out, unless it stands as an escape between quotes.
_SPECIAL = re.compile(r"[\x00-\x09\x0b-\x1f\x7f-\xa0\u2028\u2029\ufeff]")
# A literal block brings back neither space at its beginning nor at the ends of its lines.
_SPACE_AT_EDGE = re.compile(r"\A\s| $", re.MULTILINE)


def to_markdown(draft: PromptDraft) -> str:
    """One prompt as a file."""
    values = draft_to_json(draft)
    content = values.pop("content")
    text = content.pop("text")
    front = yaml.dump(
        values | content, Dumper=_Writer, allow_unicode=True, sort_keys=False, width=2**31
    )
    return f"---\n{front}---\n\n{text}\n"


def from_markdown(text: str, name: str) -> PromptsRead:
    """What `to_markdown` wrote, or people in its form.

    Args:
        name: the title of a prompt that has none.
    """
    found = _FRONT_MATTER.match(text)
    if found is None:
        return _problem(
            1,
            "It does not begin with front matter: a line “---”, the prompt's title, "
            "tags and fields, and another line “---”",
        )
    front = found[1] or ""
    if len(front) > MAX_FRONT_MATTER:
        return _problem(1, f"The front matter has more than {MAX_FRONT_MATTER:,} characters")
    try:
        values = yaml.load(front, Loader=_Reader)  # noqa: S506  makes texts, lists, objects only
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 2 if error.problem_mark else 0
        return _problem(line, f"The front matter is not valid YAML ({error.problem})")
    except yaml.reader.ReaderError as error:
        line = front.count("\n", 0, error.position) + 2
        return _problem(line, f"U+{error.character:04X} may not stand in front matter as it is")
    except RecursionError:
        return _problem(0, "The front matter is nested too deeply")
    if values in (None, ""):
        values = {}
    if not isinstance(values, dict):
        return _problem(2, "The front matter must be names with values (title: …)")
    body = text[found.end() :].removeprefix("\n").removesuffix("\n")
    try:
        return PromptsRead((draft_from_json(_as_in_json(values, body, name), ""),))
    except InvalidInput as error:
        return _problem(0, error.message.removesuffix("."))


def _as_in_json(values: dict[Any, Any], body: str, name: str) -> dict[str, Any]:
    content: dict[str, Any] = {part: values[part] for part in _CONTENT if part in values}
    if isinstance(content.get("sampler"), dict):
        content["sampler"] = {
            part: value if part in _TEXTS_OF_SAMPLER else _number_of(value)
            for part, value in content["sampler"].items()
        }
    described = {part: value for part, value in values.items() if part not in _CONTENT}
    if isinstance(described.get("tags"), str):  # as people write them: tags: one, two
        described["tags"] = described["tags"].split(",")
    return {"title": name} | described | {"content": content | {"text": body}}


def _number_of(value: Any) -> Any:
    """Settings are numbers, which YAML as it is read here gives as texts."""
    if isinstance(value, str):
        try:
            return json.loads(value)
        except (ValueError, RecursionError):
            return value
    return value


def _problem(line: int, reason: str) -> PromptsRead:
    return PromptsRead(problems=(FileProblem(line, f"{reason}."),))


class _Reader(yaml.BaseLoader):
    """Makes texts, lists and objects, whatever tags say, and refuses aliases."""

    def compose_node(self, parent: yaml.Node | None, index: int) -> yaml.Node | None:
        if self.check_event(yaml.AliasEvent):
            mark = self.peek_event().start_mark  # type: ignore[no-untyped-call]
            raise yaml.MarkedYAMLError(problem="aliases are not allowed", problem_mark=mark)
        return super().compose_node(parent, index)


class _Writer(yaml.SafeDumper):
    """Writes texts of several lines as blocks, so that people can read them."""

    def ignore_aliases(self, data: Any) -> bool:
        del data  # what is written could not be read otherwise
        return True


def _represent_text(writer: _Writer, text: str) -> yaml.ScalarNode:
    style = None
    if _SPECIAL.search(text):
        style = '"'
    elif "\n" in text:
        style = '"' if _SPACE_AT_EDGE.search(text) else "|"
    return writer.represent_scalar("tag:yaml.org,2002:str", text, style=style)


_Writer.add_representer(str, _represent_text)
