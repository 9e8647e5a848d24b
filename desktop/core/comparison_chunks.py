"""The part of a comparison that lets base and levels foresee the text, chunk by chunk.

All take turns in one child. A model that ends the child is left out, and the others go on in
another where they stopped. One that is tried again first catches up with those that went on.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

from desktop.core.comparison_record import ComparisonRecord
from desktop.core.job_control import JobControl, JobRunner, Report
from desktop.domain.comparison import (
    CHUNKS_IN_TEXT,
    MIN_CHUNKS,
    ComparedModel,
    Part,
    error_of,
    looks_of,
)
from desktop.domain.errors import (
    Cancelled,
    EngineDied,
    EvaluationFailed,
    InvalidInput,
    QuernError,
)
from desktop.domain.evaluation import divergence_by_chunk, is_settled
from desktop.domain.job import JobProgress
from desktop.engine.evaluation_messages import (
    ChunkBegun,
    ChunkScored,
    Evaluated,
    EvaluateModels,
    EvaluationBegun,
    ModelFailed,
)
from desktop.engine.protocol import Event


class ComparisonChunks:
    """Evaluates until there are enough chunks, or the picture is settled.

    Args:
        make: makes the file of a row, unless it is there; or the row says afterwards what is wrong.
    """

    def __init__(
        self,
        runner: JobRunner,
        record: ComparisonRecord,
        text: str,
        control: JobControl,
        report: Report,
        make: Callable[[ComparedModel], None],
    ) -> None:
        self._runner = runner
        self._record = record
        self._text = text
        self._control = control
        self._report = report
        self._make = make

    def run(self) -> None:
        """Blocking. Raises: Cancelled; what is wrong with the base or the text; StorageFault."""
        while self._record.levels and not is_enough(self._record):
            rows, end = _next_turn(self._record)
            for row in rows:
                if row.made:
                    self._make(row)
            if any(self._record.model(row.position).problem for row in rows):
                continue
            turn = _Turn(self._record, rows, self._report)
            try:
                self._evaluate(turn, rows, end)
            except EngineDied as death:
                if turn.position == 0:
                    raise
                self._record.fail(turn.position, death)

    def _evaluate(self, turn: _Turn, rows: Sequence[ComparedModel], end: int) -> None:
        request = self._record.comparison.request
        models = tuple(row.path for row in rows if row.part is not Part.NOISE)
        try:
            with self._control.stopping(turn.control.cancel):
                self._runner.run(
                    lambda number: EvaluateModels(
                        id=number,
                        models=models,
                        text=self._text,
                        context=request.context,
                        first=_done(rows),
                        end=end,
                        threads=request.threads,
                        noise_floor=rows[-1].part is Part.NOISE,
                    ),
                    Evaluated,
                    turn.control,
                    turn.on_event,
                )
        except Cancelled:
            self._control.check()
            if turn.problem is not None:
                raise turn.problem from None
            if not turn.settled:
                raise
        else:
            if turn.problem is not None:
                raise turn.problem


class _Turn:
    """One child's share of the work. `on_event` runs on a thread of its engine."""

    def __init__(
        self, record: ComparisonRecord, rows: Sequence[ComparedModel], report: Report
    ) -> None:
        self._record = record
        self._report = report
        self._positions = [row.position for row in rows]
        self._done = _done(record.sound)
        self.control = JobControl()
        self.position = 0
        self.settled = False
        self.problem: QuernError | None = None

    def on_event(self, event: Event) -> None:
        """What goes wrong here ends the child; it would end the engine's thread otherwise."""
        if self.problem is not None or self.settled:
            return
        try:
            self._take(event)
        except QuernError as error:
            self.problem = error
            self.control.cancel()

    def _take(self, event: Event) -> None:
        match event:
            case EvaluationBegun(chunks=chunks, threads=threads):
                self._record.put_facts({CHUNKS_IN_TEXT: str(chunks), "Threads": str(threads)})
                self._begin(chunks)
            case ChunkBegun(model=model, chunk=chunk):
                self.position = self._positions[model]
                name = self._record.model(self.position).name
                sound = self._record.sound
                most = self._record.comparison.most_chunks
                share = sum(len(row.chunks) for row in sound) / (len(sound) * most)
                step = f"Chunk {chunk + 1} of {most}: {name}"
                self._report(JobProgress(min(share, 1.0), step))
            case ChunkScored(model=model, chunk=chunk, scores=scores):
                position = self._positions[model]
                if chunk not in self._record.model(position).chunks:  # else what is there stays
                    self._record.add_chunk(position, chunk, scores)
                done = _done(self._record.sound)
                if done > self._done and is_enough(self._record):
                    self.settled = True
                    self.control.cancel()
                self._done = done
            case ModelFailed(model=model, message=message, advice=advice):
                self._record.fail(self._positions[model], EvaluationFailed(message, advice))

    def _begin(self, chunks: int) -> None:
        request = self._record.comparison.request
        needed = min(MIN_CHUNKS, request.chunks)
        if chunks < needed:
            raise InvalidInput(
                f"Telling levels apart needs at least {needed} chunks of {request.context} tokens, "
                f"but the text gives only {chunks}.",
                "Use a longer text, or shorter chunks.",
            )


def is_enough(record: ComparisonRecord) -> bool:
    """Whether every sound row has all the chunks, or the levels are settled at the last look."""
    done = _done(record.sound)
    if done >= record.comparison.most_chunks:
        return True
    request = record.comparison.request
    passed = [look for look in looks_of(request.chunks) if look <= done]
    if not passed:
        return False
    levels = [
        {number: value for number, value in by_chunk.items() if number < passed[-1]}
        for level in record.levels
        if not math.isnan(sum((by_chunk := divergence_by_chunk(level.chunks)).values()))
    ]
    return bool(levels) and is_settled(levels, error_of(request))


def _next_turn(record: ComparisonRecord) -> tuple[list[ComparedModel], int]:
    """Who is evaluated next, the base first, and up to which chunk: those that are behind the
    others catch up. One chunk, in which a child was stopped, is no reason to do so."""
    base, *others = record.sound
    reached = _done(others) + 1
    behind = [row for row in others if _done([row]) <= reached]
    ahead = [row for row in others if row not in behind]
    return [base, *behind], _done(ahead) if ahead else record.comparison.most_chunks


def _done(rows: Sequence[ComparedModel]) -> int:
    """How many chunks, from the first, all of them have."""
    return min(next(n for n in range(len(row.chunks) + 1) if n not in row.chunks) for row in rows)
