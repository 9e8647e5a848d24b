"""A comparison as Markdown, JSON and CSV."""

from __future__ import annotations

import csv
import io
import json
import math
from dataclasses import replace
from pathlib import Path

import pytest

from desktop.core.comparison_report import ComparisonReport, notes_on
from desktop.domain.comparison import (
    ComparedModel,
    Comparison,
    ComparisonRequest,
    EvaluationText,
    Part,
    SpeedRun,
    TextKind,
)
from desktop.domain.evaluation import ChunkScores
from desktop.domain.job import JobState
from desktop.domain.quantization import QuantizeOptions
from desktop.domain.recommendation import RULE, Wishes

GB = 1_000_000_000
RUNS = (SpeedRun(256, 32, 0.5, 2.0, GB), SpeedRun(256, 32, 0.5, 2.0, GB))


def chunks(divergence: float | None) -> dict[int, ChunkScores]:
    if divergence is None:
        return {n: ChunkScores((1.0, 1.1)) for n in range(4)}
    return {n: ChunkScores((1.0, 1.1), (divergence,) * 2, (0.0,) * 2, 2) for n in range(4)}


COMPARISON = Comparison(
    7,
    ComparisonRequest(Path("/m/base F16.gguf"), levels=("Q8_0", "Q2_K"), chunks=8, threads=2),
    JobState.DONE,
    facts={"llama.cpp": "b1", "SHA-256 of the text": "abc", "Chunks in the text": "45"},
    models=(
        ComparedModel(
            *(0, Part.BASE, "F16", Path("/m/base F16.gguf"), False, 4 * GB, 16.0),
            chunks=chunks(None),
            runs=RUNS,
        ),
        ComparedModel(
            *(1, Part.LEVEL, "Q8_0", Path("/m/q8"), True, 2 * GB, 8.5),
            chunks=chunks(0.001),
            runs=RUNS,
        ),
        ComparedModel(
            *(2, Part.LEVEL, "Q2_K", Path("/m/q2"), True, 0, 0.0, "The disk is full.", "Free it.")
        ),
        ComparedModel(3, Part.NOISE, "F16 again", Path("/m/base"), chunks=chunks(0.0)),
    ),
    created_at=1_700_000_000.0,
)


@pytest.fixture
def report() -> ComparisonReport:
    return ComparisonReport(COMPARISON, Wishes(8 * GB))


def test_the_json_has_the_promised_fields(report: ComparisonReport) -> None:
    values = json.loads(json.dumps(report.values(), allow_nan=False))
    level, failed = values["levels"]
    assert level["level"] == "Q8_0"
    assert level["bytes"] == 2 * GB
    assert level["bits_per_weight"] == 8.5
    assert level["kld_mean"] == pytest.approx(0.001)
    assert level["same_top"] == 1.0
    assert level["tokens_per_second"] == 16.0
    assert level["prompt_tokens_per_second"] == 512.0
    assert level["ttft_ms"] == 500.0
    assert level["peak_rss_bytes"] == GB
    assert {"ppl", "ppl_error", "kld_error", "ttft_ms_low"} <= level.keys()
    assert failed["problem"] == "The disk is full."
    assert failed["ppl"] is None
    assert values["base"]["level"] == "F16"
    assert values["noise_floor"]["kld_mean"] == 0.0
    assert values["recommended"] == "Q8_0"
    assert values["reason"].startswith("Use Q8_0: ")
    assert values["facts"]["SHA-256 of the text"] == "abc"
    assert values["created_at"] == "2023-11-14T22:13:20+00:00"


def test_the_markdown_holds_all_it_takes_to_repeat_it(report: ComparisonReport) -> None:
    text = report.markdown()
    assert text.startswith("# base F16: levels compared\n")
    assert "**Use Q8_0: " in text
    assert RULE in text
    assert "| Q8_0 | 2,000.0 MB | 8.50 |" in text
    assert "| Q2_K |  |  |" in text
    assert "- Q2_K: The disk is full. Free it." in text
    assert "- SHA-256 of the text: abc" in text
    command = 'quern compare "/m/base F16.gguf" --levels Q8_0,Q2_K --chunks 8 --threads 2'
    assert f"- Command: `{command}`" in text


def test_the_command_says_everything_that_was_asked_for() -> None:
    request = replace(
        COMPARISON.request,
        files=(Path("/m/one.gguf"), Path("/m/two.gguf")),
        levels=(),
        options=QuantizeOptions(imatrix=Path("/m/matrix.gguf")),
        text=EvaluationText(TextKind.FILES, (Path("/t/a.txt"), Path("/t/b"))),
        context=1024,
        threads=0,
    )
    text = ComparisonReport(replace(COMPARISON, request=request), Wishes(8 * GB)).markdown()
    assert (
        '- Command: `quern compare "/m/base F16.gguf" --with "/m/one.gguf" --with "/m/two.gguf"'
        ' --imatrix "/m/matrix.gguf" --text "/t/a.txt" --text "/t/b" --chunks 8 --ctx 1024`\n'
    ) in text


def test_what_no_command_can_repeat_has_none() -> None:
    conversations = EvaluationText(TextKind.CONVERSATIONS, conversations=(1,))
    compared = replace(COMPARISON, request=replace(COMPARISON.request, text=conversations))
    assert "Command" not in ComparisonReport(compared, Wishes(8 * GB)).markdown()


def test_the_csv_has_a_line_for_each_row(report: ComparisonReport) -> None:
    rows = list(csv.DictReader(io.StringIO(report.csv())))
    assert [row["level"] for row in rows] == ["F16", "Q8_0", "Q2_K", "F16 again"]
    assert [row["part"] for row in rows] == ["base", "level", "level", "noise"]
    assert rows[1]["kld_mean"] != ""
    assert rows[2]["kld_mean"] == ""


def test_three_files_are_written(report: ComparisonReport, tmp_path: Path) -> None:
    written = report.write(tmp_path / "new" / "folder")
    assert [path.suffix for path in written] == [".json", ".csv", ".md"]
    assert json.loads(written[0].read_text(encoding="utf-8"))["recommended"] == "Q8_0"


def test_a_quantized_base_is_said_plainly() -> None:
    base = replace(COMPARISON.models[0], name="Q8_0")
    notes = notes_on(replace(COMPARISON, models=(base, *COMPARISON.models[1:])))
    assert "The base is Q8_0" in notes[0]


def test_why_there_are_fewer_chunks_is_said() -> None:
    assert notes_on(COMPARISON) == ("After 4 chunks the order of the levels was settled.",)
    stopped = replace(COMPARISON, state=JobState.CANCELLED)
    assert notes_on(stopped) == ("It has 4 chunks so far.",)
    first = replace(COMPARISON.models[0], chunks={0: COMPARISON.models[0].chunks[0]})
    assert notes_on(replace(stopped, models=(first,))) == ("It has 1 chunk so far.",)
    short = replace(COMPARISON, facts={"Chunks in the text": "4"})
    assert notes_on(short) == ("The text gives 4 chunks of the 8 asked for.",)


def test_what_is_no_number_is_said_and_not_averaged() -> None:
    broken = chunks(0.1) | {3: ChunkScores((1.0, math.nan), (0.1, math.nan), (0.0, math.nan), 1)}
    level = replace(COMPARISON.models[1], chunks=broken)
    models = (COMPARISON.models[0], level, *COMPARISON.models[2:])
    report = ComparisonReport(replace(COMPARISON, models=models), Wishes(8 * GB))
    assert report.notes[-1].startswith("Q8_0 computed what is no number at 1 of 8 tokens")
    assert report.values()["levels"][0]["kld_mean"] is None
    assert "no number" in report.markdown()
    assert report.values()["recommended"] is None


def test_nothing_measured_yet_can_be_reported() -> None:
    empty = tuple(replace(model, chunks={}, runs=()) for model in COMPARISON.models)
    report = ComparisonReport(replace(COMPARISON, models=empty), Wishes(8 * GB))
    assert report.values()["recommended"] is None
    assert "No level was measured" in report.markdown()
    assert report.csv().count("\n") == 5
