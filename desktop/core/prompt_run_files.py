"""A run of a prompt as CSV, Markdown and JSON values."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from desktop.core.prompt_run_report import Cell, PromptRunReport
from desktop.domain.amounts import how_many
from desktop.domain.prompt_run import Place, VersionResult
from desktop.storage.files import write_atomically


def save_run_report(report: PromptRunReport, path: Path) -> Path:
    """CSV or, by every other name, Markdown. Raises: DiskFull, StorageFault."""
    as_csv = path.suffix.lower() == ".csv"
    write_atomically(path, csv_of(report) if as_csv else markdown_of(report))
    return path


def values_of(report: PromptRunReport) -> dict[str, Any]:
    """Everything under the names scripts rely on."""
    run = report.run
    _, older, changes = report.change or (0, None, None)
    return {
        "prompt": report.title,
        "summary": report.summary(),
        "samples": run.request.samples,
        "results": list(_rows(report)),
        "compared_with": older,
        "mended": _named(changes.mended if changes else ()),
        "broken": _named(changes.broken if changes else ()),
        "problems": {
            model.path.name: f"{model.problem} {model.advice}".strip()
            for model in run.models
            if model.problem
        },
    }


def csv_of(report: PromptRunReport) -> str:
    """A line for each cell of the table; what is not known is empty."""
    out = io.StringIO()
    rows = list(_rows(report))
    writer = csv.DictWriter(out, list(rows[0]), lineterminator="\n")
    writer.writeheader()
    for row in rows:
        passed = {True: "yes", False: "no", None: ""}[row["passed"]]
        writer.writerow(row | {"passed": passed})
    return out.getvalue()


def markdown_of(report: PromptRunReport) -> str:
    """For people: the sentence, the table, what changed, and every answer."""
    run = report.run
    made = datetime.fromtimestamp(run.created_at, UTC).strftime("%Y-%m-%d")
    how = (
        f"{run.request.samples} answers to each case with different seeds; most votes win"
        if run.request.samples > 1
        else "greedy: temperature 0, fixed seed"
    )
    lines = [f"# {report.title}: test of {made}", "", f"**{report.summary()}**", "", f"Run {how}."]
    lines += ["", *_table(report), ""]
    lines += [
        f"- {model.path.name}: {model.problem} {model.advice}".rstrip()
        for model in run.models
        if model.problem
    ]
    if report.change is not None:
        newer, older, found = report.change
        for word, ones in (("Mended", found.mended), ("Broken", found.broken)):
            lines += [
                f"- {word} from version {older} to {newer}: {one.case.name} ({one.model.stem})"
                for one in ones
            ]
    return "\n".join([*lines, "", "## Answers", "", *_answers(report)]) + "\n"


def _rows(report: PromptRunReport) -> Iterator[dict[str, Any]]:
    for place, cell in report.cells.items():
        case, answer = report.case(place), cell.answer
        wanted = case.expectation
        yield {
            "case": case.name,
            "version": report.number(place),
            "model": report.model(place).name,
            "expected": wanted.text if wanted else None,
            "rule": wanted.rule.value if wanted else None,
            "passed": cell.passed,
            "score": cell.score if wanted and answer else None,
            "votes": cell.vote.votes if cell.vote else None,
            "answers": cell.vote.of if cell.vote else None,
            "answer": answer.text.strip() if answer else None,
            "prompt_tokens": answer.prompt_tokens if answer else None,
            "completion_tokens": cell.tokens if cell.results else None,
            "seconds": round(cell.seconds, 3) if cell.results else None,
            "problem": cell.problem,
        }


def _table(report: PromptRunReport) -> list[str]:
    request = report.run.request
    columns = [
        (version, number) for number in range(len(request.models)) for version in request.versions
    ]
    names = [
        f"Version {version.number}, {_cell_text(request.models[number].stem)}"
        for version, number in columns
    ]
    lines = [f"| Case | {' | '.join(names)} |", f"|{'---|' * (len(names) + 1)}"]
    for position, case in enumerate(request.cases):
        cells = [report.cells[Place(version.id, number, position)] for version, number in columns]
        lines.append(f"| {_cell_text(case.name)} | {' | '.join(map(_word, cells))} |")
    return lines


def _answers(report: PromptRunReport) -> list[str]:
    lines = []
    for place, cell in report.cells.items():
        name = f"{report.case(place).name}, version {report.number(place)}"
        lines += [f"### {name}, {report.model(place).stem}", ""]
        text = cell.answer.text.strip() if cell.answer else (cell.problem or "No answer yet.")
        lines += [*(f"> {line}".rstrip() for line in text.splitlines() or [""]), ""]
    return lines[:-1]


def _word(cell: Cell) -> str:
    if not cell.results:
        return ""
    figures = f"{how_many(cell.tokens, 'token')}, {cell.seconds:.1f} s"
    said = {True: "pass", False: "FAIL", None: "answered"}[cell.passed]
    if cell.vote and cell.vote.of > 1:
        said += f" ({cell.vote.votes} of {cell.vote.of} votes)"
    return f"{said}, {figures}" if cell.vote else f"{said}, no answer"


def _named(ones: Sequence[VersionResult]) -> list[dict[str, str]]:
    return [{"case": one.case.name, "model": one.model.name} for one in ones]


def _cell_text(text: str) -> str:
    return " ".join(text.replace("|", "\\|").split())
