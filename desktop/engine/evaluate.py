"""The job that lets models foresee a text and compares them with a base, chunk by chunk.

No file of logits is written: of the base's predictions only those of the chunks at hand are kept.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import closing
from functools import partial

from desktop.domain.errors import Cancelled, InvalidInput, QuernError
from desktop.domain.evaluation import ChunkScores
from desktop.domain.model import CONTEXT_STEP
from desktop.engine.divergence import BasePredictions, bytes_of, losses_of
from desktop.engine.evaluation import first_scored, scored_targets, split_chunks
from desktop.engine.evaluation_messages import (
    ChunkBegun,
    ChunkScored,
    Evaluated,
    EvaluateModels,
    EvaluationBegun,
    ModelFailed,
)
from desktop.engine.native import CancelFlag, LlamaLog
from desktop.engine.participants import Participants
from desktop.engine.protocol import Event

LONGEST_CHUNK = 8192

Send = Callable[[Event], None]


def evaluate_models(
    message: EvaluateModels, send: Send, log: LlamaLog, flag: CancelFlag
) -> Evaluated:
    """Evaluate every chunk with every model that can be.

    Raises: Cancelled; what is wrong with the first model, or the text: InvalidInput,
        ModelFileInvalid, ModelFileMissing, ModelTooBig, ModelLoadFailed, EvaluationFailed.
    """
    size = message.context
    if not CONTEXT_STEP <= size <= LONGEST_CHUNK or size % CONTEXT_STEP:
        raise InvalidInput(
            f"A chunk has {size} tokens, but must have a multiple of {CONTEXT_STEP} up to "
            f"{LONGEST_CHUNK:,}."
        )
    participants = Participants(
        message.models, size, message.threads, log, flag, noise_floor=message.noise_floor
    )
    with closing(participants):
        _Evaluation(message, send, participants).run()
    return Evaluated(id=message.id)


class _Evaluation:
    """One evaluation, from finding out what fits to the last chunk."""

    def __init__(self, message: EvaluateModels, send: Send, participants: Participants) -> None:
        self._message = message
        self._send = send
        self._participants = participants
        self._failed: set[int] = set()

    def run(self) -> None:
        """Raises: see `evaluate_models`."""
        message, participants = self._message, self._participants
        everyone = range(len(participants.names))
        for index in everyone:
            self._send(ChunkBegun(id=message.id, model=index, chunk=message.first))
            self._or_without_it(index, partial(participants.measure, index))
        self._send(ChunkBegun(id=message.id, model=0, chunk=message.first))
        vocabulary = participants.vocabulary()
        chunks = split_chunks(vocabulary, message.text, message.context, 0)
        self._send(EvaluationBegun(id=message.id, chunks=len(chunks), threads=participants.threads))
        end = min(message.end or len(chunks), len(chunks))
        scored = message.context - first_scored(message.context)
        taking_part = [index for index in everyone if index not in self._failed]
        kept = bytes_of(vocabulary.size, scored) if len(taking_part) > 1 else 0
        step = participants.plan(taking_part, kept)
        for start in range(message.first, end, step):
            block = range(start, min(start + step, end))
            self._block(block, [chunks[number] for number in block])

    def _block(self, numbers: range, chunks: Sequence[list[int]]) -> None:
        """Evaluate some chunks with each model in turn."""
        bases: list[BasePredictions] = []
        for index in range(len(self._participants.names)):
            if index not in self._failed:
                self._or_without_it(index, partial(self._evaluate, index, numbers, chunks, bases))

    def _evaluate(
        self,
        index: int,
        numbers: range,
        chunks: Sequence[list[int]],
        bases: list[BasePredictions],
    ) -> None:
        """Evaluate some chunks with one model. The first fills `bases`, the others use them."""
        number_of_request = self._message.id
        alone = len(self._participants.names) == 1
        for place, (number, tokens) in enumerate(zip(numbers, chunks, strict=True)):
            self._send(ChunkBegun(id=number_of_request, model=index, chunk=number))
            logits = self._participants.context(index).evaluate(tokens)[:-1]
            targets = scored_targets(tokens)
            if alone:
                scores = ChunkScores(tuple(losses_of(logits, targets).tolist()))
            elif index == 0:
                bases.append(BasePredictions(logits, targets))
                scores = bases[-1].scores()
            else:
                scores = bases[place].compare(logits)
            self._send(ChunkScored(id=number_of_request, model=index, chunk=number, scores=scores))

    def _or_without_it(self, index: int, work: Callable[[], None]) -> None:
        """Do some work with one model; if it fails go on without it, unless it is the first."""
        if index in self._failed:
            return
        try:
            work()
        except Cancelled:
            raise
        except QuernError as error:
            if index == 0:
                raise
            self._failed.add(index)
            self._participants.drop(index)
            self._send(
                ModelFailed(
                    id=self._message.id, model=index, message=error.message, advice=error.advice
                )
            )
