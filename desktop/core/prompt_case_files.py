"""Cases of a prompt as a JSON file, and back.

    {"format": "quern-prompt-cases", "version": 1, "cases": [
        {"name": ..., "values": {PLACEHOLDER: TEXT, ...},
         "expected": ..., "rule": "contains", "threshold": 0.5}, ...]}

Only a case's `name` must be there. Without `expected` its answer is only looked at; `rule` and
`threshold` have the defaults above. Unknown names are ignored.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from desktop.core.json_fields import Fields, check_like, load_json
from desktop.core.judging import check_expectation
from desktop.core.text_files import read_text
from desktop.domain.errors import InvalidInput
from desktop.domain.matching import Expectation, MatchRule
from desktop.domain.prompt_case import PromptCase
from desktop.storage.files import write_atomically

FORMAT = "quern-prompt-cases"
VERSION = 1
MAX_FILE = 16 * 2**20  # bytes
MAX_CASES = 10_000


def save_cases(cases: Sequence[PromptCase], path: Path) -> Path:
    """Raises: DiskFull, StorageFault."""
    values = {"format": FORMAT, "version": VERSION, "cases": [_to_json(case) for case in cases]}
    write_atomically(path, json.dumps(values, ensure_ascii=False, indent=1) + "\n")
    return path


def read_cases(path: Path) -> tuple[PromptCase, ...]:
    """All of them, or none. Raises: InvalidInput naming what is wrong, and where;
    EnvironmentFault."""
    text = read_text(path, MAX_FILE)
    try:
        return _cases_of(text)
    except InvalidInput as error:
        raise InvalidInput(f"“{path.name}”: {error.message}", error.advice) from error


def _cases_of(text: str) -> tuple[PromptCase, ...]:
    top = Fields(load_json(text), "")
    if top.text("format", FORMAT) != FORMAT or "cases" not in top.values:
        raise InvalidInput("It holds no cases exported by Quern.")
    if "version" in top.values and top.integer("version") > VERSION:
        raise InvalidInput(
            "The cases were exported by a newer version of Quern.", "Install that version."
        )
    entries = top.list("cases")
    if len(entries) > MAX_CASES:
        raise InvalidInput(f"It holds more than {MAX_CASES:,} cases.")
    return tuple(
        _from_json(Fields(entry, f"cases[{number}]")) for number, entry in enumerate(entries, 1)
    )


def _to_json(case: PromptCase) -> dict[str, Any]:
    wanted = case.expectation
    described: dict[str, Any] = {"name": case.name, "values": dict(case.values)}
    if wanted is not None:
        described |= {"expected": wanted.text, "rule": wanted.rule.value}
        if wanted.graded:
            described["threshold"] = wanted.threshold
    return described


def _from_json(fields: Fields) -> PromptCase:
    values = fields.object("values", {})
    check_like({"": ""}, values, fields.name_of("values"))
    name = fields.text("name").strip()
    if not name:
        fields.refuse("name", "is empty")
    if fields.values.get("expected") is None:
        return PromptCase(name, values)
    threshold = fields.values.get("threshold", Expectation("").threshold)
    check_like(0.5, threshold, fields.name_of("threshold"))
    wanted = Expectation(
        fields.text("expected"),
        fields.choice("rule", MatchRule, MatchRule.CONTAINS),
        float(threshold),
    )
    try:
        check_expectation(wanted)
    except InvalidInput as error:
        where = fields.name_of("expected")
        raise InvalidInput(f"{where}: {error.message}", error.advice) from error
    return PromptCase(name, values, wanted)
