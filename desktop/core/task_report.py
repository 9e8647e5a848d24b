"""A run as JSON, CSV and Markdown, with all it takes to repeat it."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from desktop.core.quality_fields import in_words, interval_fields
from desktop.domain.needle import NeedleRequest
from desktop.domain.task_run import TaskAnswer, TaskRequest, TaskRun
from desktop.domain.task_scores import LIKELY, LevelScore, grid_of, scores_of
from desktop.storage.files import write_atomically

_LEGEND = (
    "Intervals hold the true value with 95 % confidence. Lost and won are questions answered right "
    "by only one of base and level; p is how likely flips that uneven are if both are as good "
    "(McNemar, exact)."
)


@dataclass(frozen=True, slots=True)
class TaskReport:
    """What a run says by now: its scores, the base first, and what to know about them."""

    run: TaskRun
    scores: tuple[LevelScore, ...]
    notes: tuple[str, ...]


def report_of(run: TaskRun) -> TaskReport:
    """Takes about 50 ms for 10,000 questions to three models."""
    scores = scores_of(run)
    return TaskReport(run, scores, notes_on(run, scores))


def save_task_report(run: TaskRun, path: Path) -> Path:
    """JSON, CSV or, by every other name, Markdown. Raises: DiskFull, StorageFault."""
    match path.suffix.lower():
        case ".json":
            text = json.dumps(values_of(run), indent=2, ensure_ascii=False) + "\n"
        case ".csv":
            text = to_csv(run)
        case _:
            text = to_markdown(run)
    write_atomically(path, text)
    return path


def values_of(run: TaskRun) -> dict[str, Any]:
    """Everything under the names scripts rely on; tasks count from 1."""
    values: dict[str, Any] = {
        "name": run.name,
        "state": run.state.value,
        "problem": run.problem,
        "created_at": datetime.fromtimestamp(run.created_at, UTC).isoformat(),
        "questions": run.questions,
        "models": [_model_values(run, score) for score in scores_of(run)],
        "facts": dict(run.facts),
    }
    if isinstance(run.request, NeedleRequest):
        return values | {
            "lengths": sorted(set(run.request.lengths)),
            "depths": list(run.request.places),
            "repeats": run.request.repeats,
        }
    return values | {
        "system_prompt": run.request.set.system_prompt,
        "max_tokens": run.request.max_tokens,
        "answers": list(_rows(run)),
    }


def to_csv(run: TaskRun) -> str:
    """A line for each answer."""
    rows = list(_rows(run))
    names = list(rows[0]) if rows else ["level", "task"]
    out = io.StringIO()
    writer = csv.DictWriter(out, names, lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue()


def to_markdown(run: TaskRun) -> str:
    """For people: the table, what flipped, and how to repeat it."""
    scores = scores_of(run)
    lines = [f"# {_cell(run.name)}", "", *_table(scores), "", _LEGEND, ""]
    if isinstance(run.request, NeedleRequest):
        lines += _grids(run, run.request)
    else:
        lines += _flipped(run, run.request, scores)
    lines += ["## To repeat it", "", *(f"- {name}: {text}" for name, text in run.facts.items())]
    return "\n".join(lines) + "\n"


def notes_on(run: TaskRun, scores: Sequence[LevelScore]) -> tuple[str, ...]:
    """What a person should know about the numbers; what is so of several levels is said once."""
    levels: dict[str, list[str]] = {}  # by what there is to say of them
    for score in scores:
        for note in _notes_on(run, score):
            levels.setdefault(note, []).append(score.model.name)
    return tuple(
        f"{'Each of ' if len(names) > 1 else ''}{', '.join(names)}: {note}"
        for note, names in levels.items()
    )


def _notes_on(run: TaskRun, score: LevelScore) -> Iterator[str]:
    if score.model.problem:
        yield f"{score.model.problem} {score.model.advice}".rstrip()
    problems = {one.problem: None for one in score.model.answers.values() if one.problem}
    if problems:
        yield f"{score.unjudged} not judged. {' '.join(list(problems)[:3])}"
    if score.cut and isinstance(run.request, TaskRequest):
        yield (
            f"{score.cut} of {score.answered} answers cut after {run.request.max_tokens} tokens."
        )


def _model_values(run: TaskRun, score: LevelScore) -> dict[str, Any]:
    model, flips = score.model, score.flips
    values: dict[str, Any] = {
        "level": model.name,
        "path": str(model.path),
        "bytes": model.bytes,
        "answered": score.answered,
        "right": score.right,
        **interval_fields("accuracy", score.accuracy),
        **interval_fields("bleu", score.bleu),
        **interval_fields("rouge", score.rouge),
        "tokens_per_second": score.speed,
        "seconds": score.seconds,
        "unjudged": score.unjudged,
        "cut": score.cut,
        "problem": model.problem,
        "lost": [task + 1 for task in flips.lost] if flips else None,
        "won": [task + 1 for task in flips.won] if flips else None,
        "p_value": flips.p if flips else None,
    }
    if isinstance(run.request, NeedleRequest):
        values["grid"] = [list(row) for row in grid_of(run.request, model)]
    return values


def _rows(run: TaskRun) -> Iterator[dict[str, Any]]:
    for model in run.models:
        for task, answer in sorted(model.answers.items()):
            yield {
                "level": model.name,
                "task": task + 1,
                **_question_values(run, task),
                "answer": answer.text,
                "passed": "" if answer.problem else answer.passed,
                "score": "" if answer.problem else answer.score,
                "problem": answer.problem,
                "completion_tokens": answer.completion_tokens,
                "tokens_per_second": answer.tokens_per_second,
                "ttft_ms": answer.ttft_ms,
            }


def _question_values(run: TaskRun, task: int) -> dict[str, Any]:
    if isinstance(run.request, NeedleRequest):
        cell = run.request.cells[task]
        return {"length": cell.length, "depth": cell.depth, "repeat": cell.repeat + 1}
    asked = run.request.set.tasks[task]
    expectation = asked.expectation
    return {
        "prompt": asked.prompt,
        "expected": expectation.text,
        "rule": expectation.rule.value,
        "threshold": expectation.threshold if expectation.graded else "",
    }


def _table(scores: tuple[LevelScore, ...]) -> list[str]:
    headings = (
        *("Level", "Right", "Accuracy", "95 %", "BLEU", "ROUGE-L", "Lost", "Won", "p"),
        "Writes, tokens/s",
    )
    return [
        f"| {' | '.join(headings)} |",
        f"|{'---|' * len(headings)}",
        *(f"| {' | '.join(_cells(score))} |" for score in scores),
    ]


def _cells(score: LevelScore) -> tuple[str, ...]:
    accuracy, flips = score.accuracy, score.flips
    return (
        _cell(score.model.name),
        f"{score.right} of {score.answered}" if score.answered else _cell(score.model.problem),
        f"{100 * accuracy.value:.1f} %" if accuracy else "",
        f"{100 * accuracy.low:.1f} to {100 * accuracy.high:.1f} %" if accuracy else "",
        in_words(score.bleu, 3),
        in_words(score.rouge, 3),
        str(len(flips.lost)) if flips else "",
        str(len(flips.won)) if flips else "",
        f"{flips.p:.3f}{' *' if flips.p < LIKELY else ''}" if flips else "",
        f"{score.speed:,.1f}" if score.speed else "",
    )


def _grids(run: TaskRun, request: NeedleRequest) -> Iterator[str]:
    lengths = sorted(set(request.lengths))
    for model in run.models:
        yield from (f"## {_cell(model.name)}: found", "")
        yield f"| Depth | {' | '.join(f'{length:,} tokens' for length in lengths)} |"
        yield f"|{'---|' * (len(lengths) + 1)}"
        for depth, row in zip(request.places, grid_of(request, model), strict=True):
            cells = ["" if share is None else f"{100 * share:.0f} %" for share in row]
            yield f"| {100 * depth:.0f} % | {' | '.join(cells)} |"
        yield ""


def _flipped(run: TaskRun, request: TaskRequest, scores: tuple[LevelScore, ...]) -> Iterator[str]:
    base = run.models[0]
    for score in scores:
        if not score.flips or not (score.flips.lost or score.flips.won):
            continue
        yield from (f"## What {_cell(score.model.name)} answers otherwise", "")
        yield f"| | Prompt | Expected | {_cell(base.name)} | {_cell(score.model.name)} |"
        yield "|---|---|---|---|---|"
        for word, tasks in (("lost", score.flips.lost), ("won", score.flips.won)):
            for task in tasks:
                asked = request.set.tasks[task]
                texts = (asked.prompt, asked.expectation.text, *_both(base.answers, score, task))
                yield f"| {word} | {' | '.join(map(_cell, texts))} |"
        yield ""


def _both(before: Any, score: LevelScore, task: int) -> tuple[str, str]:
    after: TaskAnswer = score.model.answers[task]
    return before[task].text, after.text


def _cell(text: str) -> str:
    """In one line of a Markdown table."""
    return " ".join(text.split()).replace("\\", "\\\\").replace("|", "\\|")
