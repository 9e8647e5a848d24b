"""The models that take part in an evaluation: all in memory at once where they fit, else one at a
time.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass, field, replace
from pathlib import Path

import llama_cpp.llama_cpp as llama

from desktop.domain.errors import InvalidInput
from desktop.domain.model import LoadConfig
from desktop.engine import model
from desktop.engine.evaluation import ChunkContext, first_scored
from desktop.engine.gguf_header import loadable, read_header
from desktop.engine.memory import MemoryEstimator, available_memory, check_fits
from desktop.engine.native import CancelFlag, LlamaLog
from desktop.engine.tokens import Vocabulary

LONGEST_BLOCK = 8  # chunks


@dataclass
class _Participant:
    """One model; what `context` needs stays open between chunks, unless others need the memory."""

    path: Path
    flash_attention: bool = True
    needs: int = 0  # bytes
    mapped: bool = True
    config: LoadConfig = field(default_factory=LoadConfig)
    context: ChunkContext | None = None


class Participants:
    """Opens models when they are needed.

    Args:
        noise_floor: the first takes part once more, computed without flash attention.
        size: tokens of a chunk.
    """

    def __init__(
        self,
        paths: Sequence[Path],
        size: int,
        threads: int,
        log: LlamaLog,
        flag: CancelFlag,
        *,
        noise_floor: bool,
    ) -> None:
        self._size = size
        self._log = log
        self._flag = flag
        self._all = [_Participant(path) for path in paths]
        if noise_floor:
            self._all.append(_Participant(paths[0], flash_attention=False))
        # On the processor, where the same numbers come out on every machine.
        self._config = LoadConfig(context=size, batch=size, threads=threads, gpu_layers=0)
        self._weights: dict[Path, model.Weights] = {}
        self._fingerprint = b""
        self._together = False
        self.names = [participant.path.name for participant in self._all]
        self.threads = 0

    def measure(self, index: int) -> None:
        """Find out what one needs. All must be asked before the first is opened.

        Raises: ModelFileInvalid, ModelFileMissing, ModelTooBig, ModelLoadFailed, InvalidInput.
        """
        participant = self._all[index]
        info = loadable(read_header(participant.path, self._log))
        config = model.resolve(self._config, info.context_length)
        with closing(MemoryEstimator(self._log)) as estimator:
            estimate = estimator.estimate(info, config)
            logits = 4 * (self._size - first_scored(self._size)) * info.vocabulary_size
            estimate = replace(estimate, compute=estimate.compute + logits)
            check_fits(estimator, info, config, estimate)
            participant.mapped = not estimator.repacks(info, config)
        # The first has its weights in memory already when it takes part once more.
        again = participant.path == self._all[0].path and index > 0
        participant.needs = estimate.total - (estimate.weights if again else 0)
        participant.config = config
        self.threads = config.threads

    def plan(self, indices: Sequence[int], block_bytes: int) -> int:
        """How many chunks one model is to evaluate before the next: 1 when all fit into memory
        together.

        Args:
            indices: those that take part.
            block_bytes: what must be kept for each chunk.
        """
        needs = [self._all[index].needs for index in indices]
        available = available_memory(self._config)
        self._together = sum(needs) + block_bytes <= available
        if self._together:
            return 1
        return max(1, min((available - max(needs)) // max(block_bytes, 1), LONGEST_BLOCK))

    def vocabulary(self) -> Vocabulary:
        """Of the first, which is opened. Valid until `close`, or until another is opened."""
        return Vocabulary(self._opened(self._all[0]).vocabulary_handle)

    def context(self, index: int) -> ChunkContext:
        """Open one, closing the others when they do not fit beside it.

        Raises: ModelLoadFailed, Cancelled, InvalidInput when its vocabulary is not the first's.
        """
        participant = self._all[index]
        if participant.context is None:
            if not self._together:
                self._close_but(participant.path)
            weights = self._opened(participant)
            participant.context = ChunkContext(
                weights,
                self._size,
                participant.config.threads,
                self._log,
                self._flag,
                first=first_scored(self._size),
                flash_attention=participant.flash_attention,
            )
        return participant.context

    def drop(self, index: int) -> None:
        """Free what one has that takes no part any more."""
        participant = self._all[index]
        self._close_context(participant)
        if all(other.context is None for other in self._all if other.path == participant.path):
            weights = self._weights.pop(participant.path, None)
            if weights is not None:
                weights.close()

    def close(self) -> None:
        self._close_but(None)

    def _close_but(self, path: Path | None) -> None:
        for index, participant in enumerate(self._all):
            if participant.path != path:
                self.drop(index)

    def _opened(self, participant: _Participant) -> model.Weights:
        path = participant.path
        weights = self._weights.get(path)
        if weights is None:
            weights = model.Weights(
                path, participant.config, self._log, mapped=participant.mapped, flag=self._flag
            )
            self._weights[path] = weights
            self._check_vocabulary(path, weights)
        return weights

    def _check_vocabulary(self, path: Path, weights: model.Weights) -> None:
        """Raises: InvalidInput."""
        handle = weights.vocabulary_handle
        size = int(llama.llama_vocab_n_tokens(handle))
        digest = hashlib.sha256()
        for token in range(size):
            digest.update(llama.llama_vocab_get_text(handle, token) + b"\0")
        fingerprint = digest.digest()
        self._fingerprint = self._fingerprint or fingerprint
        if fingerprint != self._fingerprint:
            raise InvalidInput(
                f"“{path.name}” has another vocabulary than “{self.names[0]}”, so that their "
                "predictions cannot be compared.",
                "Compare levels of one and the same model.",
            )

    @staticmethod
    def _close_context(participant: _Participant) -> None:
        if participant.context is not None:
            participant.context.close()
            participant.context = None
