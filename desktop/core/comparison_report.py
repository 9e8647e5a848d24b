"""A comparison as JSON, CSV and Markdown, with all it takes to repeat it."""

from __future__ import annotations

import csv
import io
import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from desktop.core.quality_fields import in_words, interval_fields, quality_fields
from desktop.domain.amounts import how_many
from desktop.domain.comparison import (
    Comparison,
    Measurement,
    Part,
    TextKind,
    error_of,
    looks_of,
    measurements_of,
)
from desktop.domain.evaluation import CHUNK
from desktop.domain.job import JobState
from desktop.domain.quantization_levels import UNQUANTIZED_TYPES
from desktop.domain.recommendation import RULE, Recommendation, Wishes, recommend
from desktop.storage.files import write_atomically

_LEGEND = (
    "± is half of the 95 % interval, from the spread between chunks or runs. The divergence is "
    "that of the predictions from the base's; its last row is the base against itself, and no "
    "difference smaller than that means anything."
)


class ComparisonReport:
    """What a comparison says to somebody with these wishes."""

    def __init__(self, comparison: Comparison, wishes: Wishes) -> None:
        self.comparison = comparison
        self.wishes = wishes
        self.measurements = measurements_of(comparison)
        self.recommendation: Recommendation = recommend(
            self.measurements, wishes, error_of(comparison.request)
        )
        self.notes = (*notes_on(comparison), *_impossible(self.measurements))

    def values(self) -> dict[str, Any]:
        """Everything under the names scripts rely on."""
        chosen = self.recommendation.level
        request = self.comparison.request
        levels = [_row(one) for one in self.measurements if one.part is Part.LEVEL]
        base, *_ = self.measurements
        noise = next((_row(one) for one in self.measurements if one.part is Part.NOISE), None)
        return {
            "base": _row(base),
            "levels": levels,
            "noise_floor": noise,
            "recommended": chosen.name if chosen else None,
            "reason": f"{self.recommendation.sentence} {self.recommendation.reason}".strip(),
            "rule": RULE,
            "memory_bytes": self.wishes.memory,
            "leave_free_bytes": self.wishes.leave_free,
            "slowest_tokens_per_second": self.wishes.slowest,
            "state": self.comparison.state,
            "problem": self.comparison.problem,
            "notes": list(self.notes),
            "created_at": datetime.fromtimestamp(self.comparison.created_at, UTC).isoformat(),
            "chunks_at_most": request.chunks,
            "looks": list(looks_of(request.chunks)),
            "context": request.context,
            "facts": dict(self.comparison.facts),
        }

    def write(self, folder: Path) -> tuple[Path, ...]:
        """The three files, replacing those there. Raises: DiskFull, StorageFault."""
        texts = {
            "comparison.json": json.dumps(self.values(), indent=2) + "\n",
            "comparison.csv": self.csv(),
            "comparison.md": self.markdown(),
        }
        for name, text in texts.items():
            write_atomically(folder / name, text)
        return tuple(folder / name for name in texts)

    def csv(self) -> str:
        """A line for each row of the table; what was not measured is empty."""
        rows = [{"part": one.part.value, **_row(one)} for one in self.measurements]
        names = list(dict.fromkeys(name for row in rows for name in row))
        out = io.StringIO()
        writer = csv.DictWriter(out, names, restval="", lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
        return out.getvalue()

    def markdown(self) -> str:
        """For people: recommendation, table, and how to repeat it."""
        base = self.measurements[0]
        lines = [
            f"# {base.path.stem}: levels compared",
            "",
            f"**{self.recommendation.sentence}** {self.recommendation.reason}".rstrip(),
            "",
            f"Rule: {RULE} {self._wishes()}",
            "",
            *_table(self.measurements),
            "",
            _LEGEND,
            "",
            *(f"- {note}" for note in self.notes),
            *([""] if self.notes else []),
            "## To repeat it",
            "",
            *(f"- {name}: {text}" for name, text in self.comparison.facts.items()),
        ]
        # Conversations are a text only in the window.
        if self.comparison.request.text.kind is not TextKind.CONVERSATIONS:
            lines.append(f"- Command: `{self._command()}`")
        return "\n".join(lines) + "\n"

    def _wishes(self) -> str:
        wishes = self.wishes
        return (
            f"Memory of this machine: {wishes.memory / 1e9:.1f} GB, to be left free: "
            f"{wishes.leave_free / 1e9:.1f} GB; slowest speed accepted: {wishes.slowest:g} tokens "
            "a second."
        )

    def _command(self) -> str:
        request = self.comparison.request
        words = ["quern compare", f'"{request.base}"']
        words += [f'--with "{path}"' for path in request.files]
        words += [f"--levels {','.join(request.levels)}"] if request.levels else []
        imatrix = request.options.imatrix
        words += [f'--imatrix "{imatrix}"'] if imatrix else []
        words += [f'--text "{path}"' for path in request.text.paths]
        words += [f"--chunks {request.chunks}"]
        words += [f"--ctx {request.context}"] if request.context != CHUNK else []
        words += [f"--threads {request.threads}"] if request.threads else []
        return " ".join(words)


def notes_on(comparison: Comparison) -> tuple[str, ...]:
    """What a person should know about the numbers, a sentence each."""
    base = comparison.models[0]
    notes = []
    if base.name not in UNQUANTIZED_TYPES:
        notes.append(
            f"The base is {base.name}, which is quantized itself: what it lost is not measured."
        )
    most = comparison.most_chunks
    if most < comparison.request.chunks:
        chunks = how_many(most, "chunk")
        notes.append(f"The text gives {chunks} of the {comparison.request.chunks:,} asked for.")
    measured = max((len(model.chunks) for model in comparison.models), default=0)
    if 0 < measured < most:
        chunks = how_many(measured, "chunk")
        notes.append(
            f"After {chunks} the order of the levels was settled."
            if comparison.state is JobState.DONE
            else f"It has {chunks} so far."
        )
    return tuple(notes)


def _impossible(measurements: tuple[Measurement, ...]) -> list[str]:
    return [
        f"{one.name} computed what is no number at {one.quality.impossible:,} of "
        f"{one.quality.tokens:,} tokens: its file may be damaged."
        for one in measurements
        if one.quality and one.quality.impossible
    ]


def _row(one: Measurement) -> dict[str, Any]:
    return {
        "level": one.name,
        "path": str(one.path),
        "bytes": one.bytes,
        "bits_per_weight": one.bits_per_weight,
        **(quality_fields(one.quality) if one.quality else {"ppl": None}),
        **interval_fields("prompt_tokens_per_second", one.prompt_speed),
        **interval_fields("tokens_per_second", one.speed),
        **interval_fields("ttft_ms", one.first_token, 1000),
        "prompt_tokens": one.prompt_tokens,
        "peak_rss_bytes": one.peak_memory or None,
        "problem": one.problem,
    }


def _table(measurements: tuple[Measurement, ...]) -> list[str]:
    headings = (
        *("Level", "Size", "Bits", "Perplexity", "KL divergence", "99 %", "Same choice"),
        *("Reads, tokens/s", "Writes, tokens/s", "First token, ms", "Memory"),
    )
    lines = [f"| {' | '.join(headings)} |", f"|{'---|' * len(headings)}"]
    lines += [f"| {' | '.join(_cells(one))} |" for one in measurements]
    return [*lines, *_problems(measurements)]


def _cells(one: Measurement) -> tuple[str, ...]:
    found = one.quality.divergence if one.quality else None
    return (
        one.name,
        f"{one.bytes / 1e6:,.1f} MB" if one.bytes else "",
        f"{one.bits_per_weight:.2f}" if one.bytes else "",
        in_words(one.quality.perplexity if one.quality else None, 4),
        in_words(found.mean if found else None, 6),
        in_words(found.p99 if found else None, 6),
        in_words(found.same_top if found else None, 2, 100) + (" %" if found else ""),
        in_words(one.prompt_speed, 0),
        in_words(one.speed, 1),
        in_words(one.first_token, 0, 1000),
        f"{one.peak_memory / 1e6:,.0f} MB" if one.peak_memory else "",
    )


def _problems(measurements: tuple[Measurement, ...]) -> list[str]:
    sentences = [
        f"- {one.name}: {one.problem} {one.advice}".rstrip() for one in measurements if one.problem
    ]
    return ["", *sentences] if sentences else []
