"""Prompts in a table with the columns `act` and `prompt`, a form in which many are passed on."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence

from desktop.core.prompt_draft import checked
from desktop.core.prompt_json import MAX_PROMPTS, FileProblem, PromptsRead
from desktop.domain.errors import InvalidInput
from desktop.domain.prompt import PromptContent, PromptDraft

_DELIMITERS = (",", ";", "\t")


def from_csv(text: str) -> PromptsRead:
    """A prompt a row: `act` is its title, `prompt` its text. Other columns are not looked at.

    Raises: InvalidInput when the table has no such columns, or too many rows.
    """
    delimiter = next((sign for sign in _DELIMITERS if _columns(text, sign) is not None), None)
    columns = _columns(text, delimiter) if delimiter else None
    if delimiter is None or columns is None:
        raise InvalidInput("The first line must name the columns, “act” and “prompt” among them.")
    drafts: list[PromptDraft] = []
    problems: list[FileProblem] = []
    rows = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    try:
        for row in rows:
            if rows.line_num == 1 or not any(row):
                continue
            if len(drafts) + len(problems) == MAX_PROMPTS:
                raise InvalidInput(f"The file holds more than {MAX_PROMPTS:,} prompts.")
            try:
                drafts.append(_draft_of(row, columns))
            except InvalidInput as error:
                problems.append(FileProblem(rows.line_num, error.message))
    except csv.Error as error:
        problems.append(FileProblem(rows.line_num, f"The table cannot be read on ({error})."))
    return PromptsRead(tuple(drafts), tuple(problems))


def _columns(text: str, delimiter: str) -> tuple[int, int] | None:
    """Where `act` and `prompt` stand in the first line."""
    first = text.partition("\n")[0]
    try:
        names = [name.strip().casefold() for name in next(csv.reader([first], delimiter=delimiter))]
        return names.index("act"), names.index("prompt")
    except (StopIteration, ValueError, csv.Error):
        return None


def _draft_of(row: Sequence[str], columns: tuple[int, int]) -> PromptDraft:
    if len(row) <= max(columns):
        raise InvalidInput("The row has too few columns.")
    title, text = (row[column] for column in columns)
    return checked(PromptDraft(title=title, content=PromptContent(text)))
