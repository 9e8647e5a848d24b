"""Task sets as files: JSONL and CSV, as other programs write them, and back."""

from __future__ import annotations

import codecs
import csv
import io
import json
import math
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from desktop.core.judging import check_expectation
from desktop.core.text_files import read_bytes
from desktop.domain.errors import InvalidInput
from desktop.domain.matching import Expectation, MatchRule
from desktop.domain.task_set import MOST_TASKS, NAME_LENGTH, Task, TaskSet
from desktop.storage.files import write_atomically

MOST_BYTES = 32 * 2**20
_THRESHOLD = 0.5
_ENCODINGS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_NAMES = {
    "prompt": ("prompt", "question", "input", "instruction", "query"),
    "expected": ("expected", "answer", "output", "target", "reference", "ideal", "completion"),
    "rule": ("rule", "match", "match_rule", "metric"),
    "threshold": ("threshold", "min_score"),
    "system": ("system", "system_prompt"),
}
_FIELDS = {synonym: field for field, synonyms in _NAMES.items() for synonym in synonyms}
_RULES = {
    **{rule.value: rule for rule in MatchRule},
    "equals": MatchRule.EXACT,
    "includes": MatchRule.CONTAINS,
    "pattern": MatchRule.REGEX,
    "numeric": MatchRule.NUMBER,
    "multiple_choice": MatchRule.CHOICE,
    "rouge-l": MatchRule.ROUGE,
    "rouge_l": MatchRule.ROUGE,
}

Fields = Mapping[str, Any]


def read_task_set(path: Path) -> TaskSet:
    """Read a set; CSV when the name ends so, else JSONL. Its name is the file's.

    A row needs a prompt and what is expected, under any of their usual names; `rule`, `threshold`
    and `system` may follow. JSONL may hold chat messages instead of a prompt. Without a rule a
    JSON number is compared as a number, anything else must be contained in the answer.

    Raises: InvalidInput naming file, line and reason; EnvironmentFault when it cannot be read.
    """
    text = _read(path)
    table = path.suffix.casefold() in (".csv", ".tsv")
    tasks: list[Task] = []
    systems: dict[str, int] = {}
    problems: list[str] = []
    for line, row in _table_rows(text, path) if table else _json_rows(text):
        try:
            if isinstance(row, InvalidInput):
                raise row
            task, system = _task_of(row)
        except InvalidInput as error:
            problems.append(f"line {line}: {error.message}")
            continue
        tasks.append(task)
        systems.setdefault(system, line)
        if len(tasks) > MOST_TASKS:
            raise InvalidInput(
                f"“{path.name}” has more than {MOST_TASKS:,} questions.", "Split the file."
            )
    if len(systems) > 1:
        line = sorted(systems.values())[1]
        problems.append(f"line {line}: its system prompt differs from that of the lines before.")
    if problems:
        more = f" {len(problems) - 1} more lines have problems." if problems[1:] else ""
        raise InvalidInput(f"“{path.name}”, {problems[0]}", f"Correct the file.{more}")
    if not tasks:
        raise InvalidInput(f"“{path.name}” has no questions.", "Choose another file.")
    return TaskSet(path.stem[:NAME_LENGTH], tuple(tasks), next(iter(systems)))


def write_task_set(tasks: TaskSet, path: Path) -> None:
    """Write a set, so that `read_task_set` reads the same. Raises: DiskFull, StorageFault."""
    table = path.suffix.casefold() == ".csv"
    write_atomically(path, to_csv(tasks) if table else to_jsonl(tasks))


def to_jsonl(tasks: TaskSet) -> str:
    """An object a line."""
    rows = [json.dumps(row, ensure_ascii=False) for row in _rows_of(tasks)]
    return "\n".join(rows) + "\n"


def to_csv(tasks: TaskSet) -> str:
    """With a heading."""
    rows = list(_rows_of(tasks))
    out = io.StringIO()
    names = list(dict.fromkeys(name for row in rows for name in row))
    writer = csv.DictWriter(out, names, restval="", lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue()


def check_task(task: Task) -> None:
    """Refuse a question that cannot be asked or judged. Raises: InvalidInput with the reason."""
    if not task.prompt.strip():
        raise InvalidInput("The prompt is empty.", "Write a question.")
    check_expectation(task.expectation)


def _rows_of(tasks: TaskSet) -> Iterator[dict[str, Any]]:
    for task in tasks.tasks:
        expectation = task.expectation
        row: dict[str, Any] = {
            "prompt": task.prompt,
            "expected": expectation.text,
            "rule": expectation.rule.value,
        }
        if expectation.graded:
            row["threshold"] = expectation.threshold
        if tasks.system_prompt:
            row["system"] = tasks.system_prompt
        yield row


def _read(path: Path) -> str:
    data = read_bytes(path, MOST_BYTES)
    if len(data) > MOST_BYTES:
        raise InvalidInput(
            f"“{path.name}” is larger than {MOST_BYTES // 2**20} MB.", "Split the file."
        )
    encoding = next((name for mark, name in _ENCODINGS if data.startswith(mark)), "utf-8")
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError as error:
        raise InvalidInput(
            f"“{path.name}” is not text in UTF-8.", "Save it as UTF-8 and import it again."
        ) from error
    if "\0" in text:
        raise InvalidInput(f"“{path.name}” is not a text file.", "Choose a JSONL or CSV file.")
    return text


def _json_rows(text: str) -> Iterator[tuple[int, Fields | InvalidInput]]:
    # Not splitlines: JSON strings may hold U+2028 as it is.
    for line, written in enumerate(text.split("\n"), 1):
        if not written.strip():
            continue
        try:
            row = json.loads(written)
        except (ValueError, RecursionError) as error:
            reason = error.msg if isinstance(error, json.JSONDecodeError) else "it is too large"
            yield line, InvalidInput(f"This is no JSON ({reason}).")
            continue
        if isinstance(row, dict):
            yield line, _with_messages({str(name): value for name, value in row.items()})
        else:
            yield line, InvalidInput("This is no JSON object.")


def _with_messages(row: dict[str, Any]) -> Fields | InvalidInput:
    """Chat messages stand for a prompt when they are one question, perhaps with a system prompt."""
    messages = row.pop("messages", None)
    if messages is None:
        return row
    try:
        said = [(str(one["role"]), str(one["content"])) for one in messages]
    except (TypeError, KeyError, IndexError):
        return InvalidInput("Its messages cannot be read.")
    *before, last = said or [("", "")]
    if last[0] != "user" or len(before) > 1 or (before and before[0][0] != "system"):
        return InvalidInput("A question is one message of the user, after at most a system prompt.")
    return row | {"prompt": last[1]} | ({"system": before[0][1]} if before else {})


def _table_rows(text: str, path: Path) -> Iterator[tuple[int, Fields | InvalidInput]]:
    """Rows of CSV, under the names of its heading. Raises: InvalidInput when there is none."""
    heading, _, _ = text.partition("\n")
    delimiter = max(",;\t", key=heading.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    names: list[str] = []
    begin = 1
    try:
        for cells in reader:
            line, begin = begin, reader.line_num + 1
            if not any(cell.strip() for cell in cells):
                continue
            if not names:
                names = [cell.strip().casefold() for cell in cells]
                _check_heading(names, path)
            elif len(cells) > len(names):
                yield (
                    line,
                    InvalidInput(f"It has {len(cells)} cells, but the heading has {len(names)}."),
                )
            else:
                yield line, dict(zip(names, cells, strict=False))
    except csv.Error as error:
        yield begin, InvalidInput(f"This is no CSV ({error}).")


def _check_heading(names: list[str], path: Path) -> None:
    fields = {_FIELDS.get(name) for name in names}
    for field in ("prompt", "expected"):
        if field not in fields:
            raise InvalidInput(
                f"“{path.name}”, line 1: no column is called “{field}”.",
                "The first line names the columns: prompt, expected and perhaps rule.",
            )


def _task_of(row: Fields) -> tuple[Task, str]:
    """A question and the system prompt before it. Raises: InvalidInput."""
    fields: dict[str, Any] = {}
    for name, value in row.items():
        field = _FIELDS.get(name.strip().casefold())
        if field is not None and value is not None:
            fields.setdefault(field, value)
    expected = fields.get("expected")
    number = isinstance(expected, (int, float)) and not isinstance(expected, bool)
    default = MatchRule.NUMBER if number else MatchRule.CONTAINS
    task = Task(
        _text(fields, "prompt"),
        Expectation(
            str(expected) if number else _text(fields, "expected"),
            _rule(fields.get("rule"), default),
            _threshold(fields.get("threshold")),
        ),
    )
    check_task(task)
    return task, _text(fields, "system") if "system" in fields else ""


def _text(fields: Fields, name: str) -> str:
    value = fields.get(name)
    if value is None:
        raise InvalidInput(f"It has no “{name}”.")
    if not isinstance(value, str):
        raise InvalidInput(f"Its “{name}” is no text.")
    return value


def _rule(value: Any, default: MatchRule) -> MatchRule:
    if value is None or value == "":
        return default
    rule = _RULES.get(value.strip().casefold()) if isinstance(value, str) else None
    if rule is None:
        known = ", ".join(one.value for one in MatchRule)
        raise InvalidInput(f"There is no rule “{value}”; there are {known}.")
    return rule


def _threshold(value: Any) -> float:
    if value is None or value == "":
        return _THRESHOLD
    try:
        threshold = float(value)
    except (TypeError, ValueError, OverflowError):
        threshold = math.nan
    if not 0 <= threshold <= 1:
        raise InvalidInput("Its threshold is no number between 0 and 1.")
    return threshold
