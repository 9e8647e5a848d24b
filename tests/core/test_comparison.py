"""A comparison from its request to its end, with a scripted engine."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

import pytest

from desktop.core.comparison import WAITING, Comparisons
from desktop.core.evaluation_text import EvaluationTexts
from desktop.core.importance_matrix import ImportanceMatrices
from desktop.core.job_control import JobControl, JobRunner
from desktop.core.model_inspector import ModelInspector
from desktop.core.quantization import Quantization
from desktop.domain.comparison import (
    Comparison,
    ComparisonRequest,
    EvaluationText,
    Part,
    TextKind,
    measurements_of,
)
from desktop.domain.errors import (
    Cancelled,
    EngineDied,
    InvalidInput,
    ModelFileInvalid,
    ModelFileMissing,
    ModelTooBig,
    RunsAlready,
)
from desktop.domain.job import JobProgress, JobState
from desktop.engine.client import Engine
from desktop.engine.evaluation_messages import EvaluateModels, MeasureSpeed, SpeedMeasured
from desktop.storage.comparisons import StoredComparisons
from desktop.storage.database import Database
from tests.helpers.fake_evaluator import COMMAND


class Runner(JobRunner):
    """Times without a child for each run, which would take most of the tests' time."""

    def run(self, make, wanted, control, on_event=None, *, writes=None):
        request = make(1)
        if not isinstance(request, MeasureSpeed):
            return super().run(make, wanted, control, on_event, writes=writes)
        control.check()
        if "stuck" in request.model.name:
            raise ModelTooBig("It does not fit.")
        return SpeedMeasured(
            id=1, threads=3, prompt_seconds=0.5, seconds=2.0, peak_memory=1_000_000_000
        )


class Watched(Runner):
    """Notes what children are asked to evaluate and to make."""

    def __init__(self, make_engine) -> None:
        super().__init__(make_engine)
        self.evaluated: list[tuple[list[str], int, int]] = []
        self.made: list[str] = []

    def run(self, make, wanted, control, on_event=None, *, writes=None):
        request = make(1)
        if isinstance(request, EvaluateModels):
            names = [path.stem for path in request.models]
            self.evaluated.append((names, request.first, request.end))
        if writes is not None:
            self.made.append(writes.stem)
        return super().run(make, wanted, control, on_event, writes=writes)


class Bench:
    """Comparisons with a scripted engine, and models for them that are empty files."""

    def __init__(self, database: Database, folder: Path) -> None:
        def make_engine() -> Engine:
            return Engine(COMMAND)

        runner = self.runner = Watched(make_engine)
        matrices = ImportanceMatrices(runner, folder / "matrices", folder / "calibration.txt")
        self.database = database
        self.folder = folder
        self.made = folder / "cache"
        self.store = StoredComparisons(database)
        self.inspector = ModelInspector(make_engine)
        self.comparisons = Comparisons(
            self.store,
            runner,
            Quantization(runner, matrices),
            self.inspector,
            EvaluationTexts(),
            self.made,
        )
        self.control = JobControl()
        self.progress: list[JobProgress] = []
        self.changes: list[Comparison] = []

    def model(self, name: str) -> Path:
        path = self.folder / f"{name}.gguf"
        path.write_bytes(b"model")
        return path

    def text(self, words: int) -> EvaluationText:
        path = self.folder / "text.txt"
        path.write_text("word " * words, encoding="utf-8")
        return EvaluationText(TextKind.FILES, (path,))

    def request(self, *names: str, words: int = 40, **values: object) -> ComparisonRequest:
        """`names` are levels that are there already."""
        given = {
            "base": self.model("base-F16"),
            "files": tuple(map(self.model, names)),
            "text": self.text(words),
            "chunks": 8,
        }
        return ComparisonRequest(**given | values)

    def run(self, number: int, on_change: Callable[[Comparison], None] | None = None) -> Comparison:
        return self.comparisons.run(
            number, self.control, self.progress.append, on_change or self.changes.append
        )

    def mend(self, number: int, position: int, name: str, *, there: bool = True) -> None:
        """Let a row be of another file, which the scripted child has nothing against."""
        path = self.model(name) if there else self.folder / f"{name}.gguf"
        with self.database.writing() as db:
            db.execute(
                "UPDATE compared_models SET path = ? WHERE comparison_id = ? AND position = ?",
                [str(path), number, position],
            )

    def compare(self, *names: str, **values: object) -> Comparison:
        return self.run(self.comparisons.create(self.request(*names, **values)).id)


@pytest.fixture
def bench(database: Database, tmp_path: Path) -> Iterator[Bench]:
    bench = Bench(database, tmp_path)
    yield bench
    bench.inspector.close()


def problems(comparison: Comparison) -> dict[str, str]:
    return {model.name: model.problem for model in comparison.models if model.problem}


def test_every_row_is_measured_and_everything_stored(bench: Bench) -> None:
    done = bench.compare("m-Q8_0", "m-Q4_K_M")
    assert done.state is JobState.DONE
    assert [model.name for model in done.models] == ["F16", "Q8_0", "Q4_K_M", "F16 again"]
    assert [len(model.chunks) for model in done.models] == [4, 4, 4, 4]  # settled at a look
    assert [len(model.runs) for model in done.models] == [3, 3, 3, 0]
    assert done.facts["Chunks in the text"] == "40"
    assert done.facts["Threads"] == "3"
    assert len(done.facts["SHA-256 of the text"]) == 64
    stored = bench.comparisons.get(done.id)
    assert [one.speed for one in measurements_of(stored)] == [
        one.speed for one in measurements_of(done)
    ]
    near, far = (one.quality for one in measurements_of(done)[1:3])
    assert near and near.divergence and far and far.divergence
    assert near.divergence.mean.value < far.divergence.mean.value


def test_it_goes_to_the_end_while_the_order_is_open(bench: Bench) -> None:
    # Two files of the same level: which is nearer never becomes clear, nor that they are equal.
    done = bench.compare("one-Q2_K", "two-even-Q2_K")
    assert {len(model.chunks) for model in done.models} == {8}
    assert [model.name for model in done.models[1:3]] == ["Q2_K", "Q2_K (two-even-Q2_K)"]


def test_progress_only_grows_and_names_what_is_measured(bench: Bench) -> None:
    bench.compare("m-Q8_0", levels=("Q4_K_M",))
    fractions = [one.fraction for one in bench.progress]
    assert fractions == sorted(fractions)
    assert fractions[0] >= 0
    assert fractions[-1] <= 1
    steps = [one.step for one in bench.progress]
    assert "Chunk 1 of 8: Q8_0" in steps
    # A level was made, a quarter of the chunks are there, and no speed was measured.
    third = next(one for one in bench.progress if one.step.startswith("Chunk 3 of 8"))
    assert third.fraction == pytest.approx((1 + 8 / 4) / (1 + 8 + 4))
    assert "Speed, round 3 of 3: Q4_K_M" in steps


def test_whoever_watches_sees_every_result(bench: Bench) -> None:
    done = bench.compare("m-Q8_0")
    seen = [len(change.models[1].chunks) for change in bench.changes]
    assert seen == sorted(seen)
    assert bench.changes[0].state is JobState.RUNNING
    assert bench.changes[-1] == done


def test_levels_are_made_and_removed(bench: Bench) -> None:
    done = bench.compare(levels=("q8_0", "Q4_K_M", "Q8_0"))
    assert [model.name for model in done.models] == ["F16", "Q8_0", "Q4_K_M", "F16 again"]
    assert all(model.bytes for model in done.models[1:3])
    assert not list(bench.made.iterdir())


def test_levels_are_kept_where_that_was_asked(bench: Bench) -> None:
    folder = bench.folder / "kept"
    done = bench.compare(levels=("Q8_0",), folder=folder)
    assert done.models[1].path == folder / "base-Q8_0.gguf"
    assert done.models[1].path.exists()


def test_a_file_that_is_there_is_measured_and_not_replaced(bench: Bench) -> None:
    there = bench.model("base-Q8_0")
    bench.compare(levels=("Q8_0",), folder=bench.folder)
    assert there.read_bytes() == b"model"


def test_a_level_that_cannot_be_made_is_a_row_that_says_so(bench: Bench) -> None:
    folder = bench.folder / "full"
    done = bench.compare("m-Q4_K_M", levels=("Q8_0",), folder=folder)
    assert problems(done) == {"Q8_0": "The disk is full."}
    assert len(done.models[1].chunks) == 4


@pytest.mark.parametrize(("name", "chunks"), [("m-crash-Q2_K", 2), ("m-crashload-Q2_K", 0)])
def test_a_level_that_ends_the_child_is_a_row_and_the_rest_goes_on(
    bench: Bench, name: str, chunks: int
) -> None:
    done = bench.compare("m-Q8_0", name, "m-Q4_K_M")
    assert list(problems(done)) == ["Q2_K"]
    assert [len(model.chunks) for model in done.models] == [4, 4, chunks, 4, 4]
    assert [len(model.runs) for model in done.models] == [3, 3, 0, 3, 0]
    assert done.state is JobState.DONE


def test_a_level_that_cannot_be_evaluated_is_a_row(bench: Bench) -> None:
    done = bench.compare("m-Q8_0", "m-big-Q6_K")
    assert problems(done) == {"Q6_K": "It is too big."}
    assert len(done.models[1].chunks) == 4


def test_a_level_that_cannot_be_timed_keeps_its_quality(bench: Bench) -> None:
    done = bench.compare("m-stuck-Q8_0", "m-Q4_K_M")
    assert problems(done) == {"Q8_0": "It does not fit."}
    assert len(done.models[1].chunks) == 4
    assert len(done.models[2].runs) == 3


def test_a_base_that_cannot_be_timed_is_a_row_too_and_stays_the_base(bench: Bench) -> None:
    request = bench.request("m-Q8_0", base=bench.model("base-stuck-F16"))
    done = bench.run(bench.comparisons.create(request).id)
    assert problems(done) == {"F16": "It does not fit."}
    assert len(done.models[1].runs) == 3
    kept = bench.comparisons.get(done.id)
    assert bench.run(done.id).models == kept.models


def test_a_level_that_computes_nonsense_is_shown_and_decides_nothing(bench: Bench) -> None:
    done = bench.compare("m-nan-Q2_K", "m-Q8_0")
    quality = measurements_of(done)[1].quality
    assert quality is not None
    assert quality.impossible == quality.tokens
    assert len(done.models[2].chunks) == 4


def test_a_file_that_cannot_be_read_is_a_row(bench: Bench) -> None:
    done = bench.compare("m-Q8_0", "m-bad-Q4_K_M")
    assert list(problems(done)) == ["m-bad-Q4_K_M"]


def test_a_base_that_ends_the_child_ends_the_comparison(bench: Bench) -> None:
    request = bench.request("m-Q8_0", base=bench.model("base-crash-F16"))
    number = bench.comparisons.create(request).id
    with pytest.raises(EngineDied):
        bench.run(number)
    kept = bench.comparisons.get(number)
    assert kept.state is JobState.FAILED
    assert kept.problem and kept.advice
    assert len(kept.models[1].chunks) == 2


def test_a_base_that_is_not_there_is_said_at_once(bench: Bench) -> None:
    with pytest.raises(ModelFileMissing):
        bench.comparisons.create(bench.request("m-Q8_0", base=bench.folder / "gone.gguf"))
    assert not bench.comparisons.list()


def test_a_base_that_is_not_whole_is_said_at_once(bench: Bench, monkeypatch) -> None:
    request = bench.request("m-Q8_0")
    info = replace(bench.inspector.inspect(request.base), problems=("The file ends early.",))
    monkeypatch.setattr(bench.inspector, "inspect", lambda _path: info)
    with pytest.raises(ModelFileInvalid, match="The file ends early"):
        bench.comparisons.create(request)
    assert not bench.comparisons.list()


def test_nothing_to_compare_is_refused(bench: Bench) -> None:
    request = bench.request(base=bench.model("m"), files=(bench.model("m"),))
    with pytest.raises(InvalidInput, match="no level"):
        bench.comparisons.create(request)


def test_a_text_too_short_says_how_many_chunks_there_are_and_are_needed(bench: Bench) -> None:
    with pytest.raises(InvalidInput, match=r"at least 4 chunks of 512 tokens, .* gives only 3"):
        bench.compare("m-Q8_0", words=3)
    assert bench.comparisons.list()[0].state is JobState.FAILED
    assert bench.compare("m-Q8_0", words=4).state is JobState.DONE


def test_a_text_with_fewer_chunks_than_asked_for_is_used_up(bench: Bench) -> None:
    done = bench.compare("one-Q2_K", "two-even-Q2_K", words=6)
    assert {len(model.chunks) for model in done.models} == {6}
    assert done.state is JobState.DONE


def test_cancelling_keeps_what_was_measured_and_it_goes_on_from_there(bench: Bench) -> None:
    request = bench.request("m-slowly-Q2_K", "m-even-Q2_K", levels=("Q8_0",))
    number = bench.comparisons.create(request).id

    def cancel(change: Comparison) -> None:
        if len(change.models[2].chunks) == 2:
            bench.control.cancel()

    with pytest.raises(Cancelled):
        bench.run(number, cancel)
    kept = bench.comparisons.get(number)
    assert kept.state is JobState.CANCELLED
    assert 2 <= len(kept.models[1].chunks) < 8
    assert not list(bench.made.iterdir())

    bench.control = JobControl()
    done = bench.run(number)
    assert done.state is JobState.DONE
    assert {len(model.chunks) for model in done.models} == {8}
    assert min(len(change.models[1].chunks) for change in bench.changes) >= 2


def test_what_is_done_is_not_done_again(bench: Bench) -> None:
    number = bench.compare("m-Q8_0").id
    kept = bench.comparisons.get(number)
    assert bench.run(number).models == kept.models


@pytest.mark.parametrize("name", ["m-crash-Q2_K", "m-crashload-Q2_K"])
def test_what_ended_the_child_is_tried_again_once_each_time_it_goes_on(
    bench: Bench, name: str
) -> None:
    first = bench.comparisons.get(bench.compare("m-Q8_0", name).id)
    assert problems(first) and first.resumable
    bench.runner.evaluated.clear()
    again = bench.run(first.id)
    assert problems(again) == problems(first)
    assert again.models == bench.comparisons.get(first.id).models == first.models
    (turn,) = bench.runner.evaluated
    assert turn == (["base-F16", name], len(first.models[2].chunks), 4)


def test_what_is_tried_again_catches_up_and_what_was_done_stays(bench: Bench) -> None:
    first = bench.comparisons.get(bench.compare("m-Q8_0", "m-crash-Q2_K", "m-Q4_K_M").id)
    bench.mend(first.id, 2, "m-Q2_K")
    bench.runner.evaluated.clear()
    done = bench.run(first.id)
    assert not problems(done) and not done.resumable
    assert bench.runner.evaluated == [(["base-F16", "m-Q2_K"], 2, 4)]
    assert [len(model.chunks) for model in done.models] == [4, 4, 4, 4, 4]
    assert [len(model.runs) for model in done.models] == [3, 3, 3, 3, 0]
    for position in (0, 1, 3, 4):
        assert done.models[position] == first.models[position]


def test_if_what_caught_up_leaves_the_order_open_all_go_on(bench: Bench) -> None:
    first = bench.compare("one-Q2_K", "m-crash-even-Q2_K")
    assert {len(model.chunks) for model in first.models} == {4, 2}
    bench.mend(first.id, 2, "two-even-Q2_K")
    bench.runner.evaluated.clear()
    done = bench.run(first.id)
    assert {len(model.chunks) for model in done.models} == {8}
    assert [turn[1:] for turn in bench.runner.evaluated] == [(2, 4), (4, 8)]


def test_only_what_is_measured_is_made_again(bench: Bench) -> None:
    first = bench.compare("m-crash-Q2_K", levels=("Q8_0", "Q4_K_M"))
    assert sorted(bench.runner.made) == ["base-Q4_K_M", "base-Q8_0"]
    bench.runner.made.clear()
    assert problems(bench.run(first.id))
    assert not bench.runner.made


def test_a_level_that_could_not_be_made_is_made_when_it_goes_on(bench: Bench) -> None:
    folder = bench.folder / "full"
    first = bench.compare("m-Q4_K_M", levels=("Q8_0",), folder=folder)
    bench.mend(first.id, 2, "room/base-Q8_0", there=False)
    done = bench.run(first.id)
    assert not problems(done)
    assert [len(model.chunks) for model in done.models] == [4, 4, 4, 4]
    assert (bench.folder / "room" / "base-Q8_0.gguf").exists()


def test_a_level_that_is_another_file_by_now_is_not_measured_on(bench: Bench) -> None:
    number = bench.compare("m-Q8_0", "m-crash-Q2_K").id
    row = bench.comparisons.get(number).models[1]
    bench.store.update_model(number, replace(row, bytes=row.bytes + 1))
    done = bench.run(number)
    assert "has changed" in done.models[1].problem
    assert done.models[1].chunks == row.chunks


def test_a_text_that_is_used_up_is_not_looked_for_again(bench: Bench) -> None:
    first = bench.compare("one-Q2_K", "m-crash-even-Q2_K", words=6)
    bench.mend(first.id, 2, "two-even-Q2_K")
    bench.runner.evaluated.clear()
    done = bench.run(first.id)
    assert {len(model.chunks) for model in done.models} == {6}
    bench.runner.evaluated.clear()
    bench.run(first.id)
    assert not bench.runner.evaluated


def test_a_process_that_is_killed_leaves_what_was_measured(bench: Bench) -> None:
    """As Ctrl+C or a crash of Quern does: nothing runs afterwards that could save anything."""
    number = bench.comparisons.create(bench.request("m-Q8_0")).id

    def die(change: Comparison) -> None:
        if change.models[1].runs:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        bench.run(number, die)
    kept = bench.comparisons.get(number)
    assert kept.state is JobState.INTERRUPTED
    assert len(kept.models[1].runs) == 1
    assert bench.run(number).state is JobState.DONE


def test_one_that_was_stopped_is_found_by_what_was_asked(bench: Bench) -> None:
    request = bench.request("m-Q8_0")
    assert bench.comparisons.unfinished(request) is None
    number = bench.comparisons.create(request).id
    bench.control.cancel()
    with pytest.raises(Cancelled):
        bench.run(number)
    found = bench.comparisons.unfinished(request)
    assert found is not None and found.id == number
    assert bench.comparisons.unfinished(bench.request("m-Q8_0", chunks=32)) is None
    bench.control = JobControl()
    bench.run(number)
    assert bench.comparisons.unfinished(request) is None
    troubled = bench.request("m-crash-Q8_0")
    number = bench.run(bench.comparisons.create(troubled).id).id
    found = bench.comparisons.unfinished(troubled)
    assert found is not None and found.id == number


def test_one_that_was_killed_is_found_too_and_one_that_runs_is_not(bench: Bench) -> None:
    request = bench.request("m-Q8_0")
    comparison = bench.comparisons.create(request)
    bench.store.update(comparison.id, JobState.RUNNING, {}, "", "")  # and then kill -9
    found = bench.comparisons.unfinished(request)
    assert found is not None and found.id == comparison.id
    asked: list[Comparison | None] = []

    def ask(change: Comparison) -> None:
        if change.models[1].runs:
            asked.append(bench.comparisons.unfinished(request))

    bench.run(comparison.id, ask)
    assert asked and not any(asked)


def test_one_waits_until_another_quern_has_compared(bench: Bench) -> None:
    comparison = bench.comparisons.create(bench.request("m-Q8_0"))
    with ExitStack() as other:
        assert other.enter_context(StoredComparisons(bench.database).turn())

        def report(progress: JobProgress) -> None:
            bench.progress.append(progress)
            other.close()  # the other one is done now

        done = bench.comparisons.run(comparison.id, bench.control, report, bench.changes.append)
    assert bench.progress[0] == JobProgress(0.0, WAITING)
    assert WAITING not in [one.step for one in bench.progress[1:]]
    assert done.state is JobState.DONE


def test_what_waits_can_be_cancelled(bench: Bench) -> None:
    comparison = bench.comparisons.create(bench.request("m-Q8_0"))
    with bench.store.turn() as ours, pytest.raises(Cancelled):
        assert ours
        bench.comparisons.run(
            comparison.id, bench.control, lambda _: bench.control.cancel(), bench.changes.append
        )
    assert bench.comparisons.get(comparison.id).state is JobState.CANCELLED
    assert not bench.runner.evaluated


def test_one_runs_once_at_a_time_and_is_not_removed_meanwhile(bench: Bench) -> None:
    number = bench.comparisons.create(bench.request("m-Q8_0")).id
    refused: list[RunsAlready] = []

    def disturb(change: Comparison) -> None:
        if refused or not change.models[1].chunks:
            return
        for what in (bench.comparisons.remove, bench.run):
            with pytest.raises(RunsAlready) as caught:
                what(number)
            refused.append(caught.value)

    bench.run(number, disturb)
    assert len(refused) == 2
    assert bench.comparisons.get(number).state is JobState.DONE


def test_levels_that_another_one_works_with_stay_until_that_ends(bench: Bench) -> None:
    request = bench.request(levels=("Q8_0",))
    first, second = (bench.comparisons.create(request).id for _ in range(2))
    inside: list[bool] = []
    waiting = JobControl()

    def cancel_the_second(change: Comparison) -> None:
        if not inside and change.models[1].chunks:
            inside.append(True)
            with pytest.raises(Cancelled):
                bench.comparisons.run(second, waiting, lambda _: waiting.cancel(), lambda _: None)
            inside.append(change.models[1].path.exists())

    done = bench.run(first, cancel_the_second)
    assert inside == [True, True]
    assert not problems(done)
    assert not done.models[1].path.exists()


@pytest.mark.parametrize("what", ["text", "base"])
def test_it_does_not_go_on_with_something_else(bench: Bench, what: str) -> None:
    number = bench.compare("m-Q8_0").id
    if what == "text":
        bench.text(50)
    else:
        changed = bench.comparisons.get(number).models[0]
        bench.store.update_model(number, replace(changed, bytes=changed.bytes + 1))
    with pytest.raises(InvalidInput, match=f"The {what} has changed"):
        bench.run(number)
    assert len(bench.comparisons.get(number).models[1].chunks) == 4


def test_one_can_be_removed(bench: Bench) -> None:
    done = bench.compare("m-Q8_0")
    bench.comparisons.remove(done.id)
    assert not bench.comparisons.list()


def test_levels_that_one_was_killed_over_go_with_it(bench: Bench) -> None:
    comparison = bench.comparisons.create(bench.request(levels=("Q8_0",)))
    level = comparison.models[1].path
    level.parent.mkdir(parents=True)
    level.touch()
    bench.comparisons.remove(comparison.id)
    assert not level.parent.exists()


def test_no_thread_is_left_behind(bench: Bench) -> None:
    bench.compare("m-Q8_0", "m-crash-Q2_K")
    names = {thread.name for thread in threading.enumerate()}
    assert sum(name.startswith("engine-reader") for name in names) <= 1  # the inspector's


def test_the_noise_floor_stands_at_the_end(bench: Bench) -> None:
    noise = bench.compare("m-Q8_0").models[-1]
    assert noise.part is Part.NOISE
    assert noise.path.name == "base-F16.gguf"
