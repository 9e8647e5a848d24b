"""The job that computes an importance matrix."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import numpy as np

from desktop.domain.errors import EnvironmentFault, InvalidInput
from desktop.domain.model import CONTEXT_STEP, LoadConfig, ModelInfo
from desktop.engine import model
from desktop.engine.evaluation import ChunkContext, Perplexity, split_chunks
from desktop.engine.gate import Gate
from desktop.engine.gguf_header import loadable, parts_of, read_header
from desktop.engine.imatrix_file import Entry, ImportanceMatrix, write_imatrix
from desktop.engine.importance import ImportanceCollector
from desktop.engine.job_messages import ComputeImatrix, ImatrixComputed, ImatrixProgress
from desktop.engine.memory import MemoryEstimator, check_fits
from desktop.engine.native import CancelFlag, LlamaLog
from desktop.engine.part_file import check_destination, part_file
from desktop.engine.process_memory import peak_memory
from desktop.engine.protocol import Event
from desktop.engine.tokens import Vocabulary

LONGEST_CHUNK = 8192
OWN_WORDS = "conversations"  # what a matrix names as its text when that lies in no file


def compute_imatrix(
    message: ComputeImatrix,
    send: Callable[[Event], None],
    log: LlamaLog,
    flag: CancelFlag,
    gate: Gate,
    unfinished: set[Path],
) -> ImatrixComputed:
    """Evaluate the texts chunk by chunk, waiting at `gate` before each, and write what was seen.

    Raises: InvalidInput, ModelFileInvalid, ModelFileMissing, ModelTooBig, ModelLoadFailed,
        EvaluationFailed, EnvironmentFault, DiskFull, Cancelled.
    """
    request = message.request
    if not CONTEXT_STEP <= request.context <= LONGEST_CHUNK or request.context % CONTEXT_STEP:
        raise InvalidInput(
            f"A chunk has {request.context} tokens, but must have a multiple of {CONTEXT_STEP} "
            f"up to {LONGEST_CHUNK:,}."
        )
    check_destination(request.destination, [*parts_of(request.model), *request.texts])
    text = _read(request.texts, message.words)
    info = loadable(read_header(request.model, log))
    config = model.resolve(
        LoadConfig(
            context=request.context, batch=request.context, threads=request.threads, gpu_layers=0
        ),
        info.context_length,
    )
    _check_memory(info, config, log)
    collector, perplexity = ImportanceCollector(flag), Perplexity()
    with closing(model.Weights(request.model, config, log, flag=flag)) as weights:
        vocabulary = Vocabulary(weights.vocabulary_handle)
        chunks = split_chunks(vocabulary, text, request.context, request.chunks)
        with closing(
            ChunkContext(weights, request.context, config.threads, log, flag, watcher=collector)
        ) as context:
            for done, chunk in enumerate(chunks):
                send(_progress(message.id, done, len(chunks), perplexity))
                gate.wait()
                perplexity.add(chunk, context.evaluate(chunk))
            send(_progress(message.id, len(chunks), len(chunks), perplexity))
    entries = collector.entries()
    with part_file(request.destination, unfinished) as part:
        names = [path.name for path in request.texts] + [OWN_WORDS] * bool(message.words)
        write_imatrix(part, ImportanceMatrix(entries, tuple(names), len(chunks), request.context))
    return ImatrixComputed(
        id=message.id,
        entries=len(entries),
        chunks=len(chunks),
        perplexity=perplexity.value,
        perplexity_error=perplexity.error,
        uncovered=tuple(_uncovered(entries)),
    )


def _read(paths: tuple[Path, ...], words: str) -> str:
    """The texts, one after the other, then `words`. Raises: InvalidInput, EnvironmentFault."""
    texts = []
    for path in paths:
        try:
            texts.append(path.read_text(encoding="utf-8-sig"))
        except UnicodeDecodeError as error:
            raise InvalidInput(
                f"“{path.name}” is not text in UTF-8.", "Choose a plain text file."
            ) from error
        except OSError as error:
            raise EnvironmentFault(
                f"“{path.name}” cannot be read: {error.strerror or error}.",
                "Check the path and the rights to read it.",
            ) from error
    return "\n".join([*texts, *([words] if words else [])])


def _check_memory(info: ModelInfo, config: LoadConfig, log: LlamaLog) -> None:
    """Raises: ModelTooBig, ModelLoadFailed."""
    with closing(MemoryEstimator(log)) as estimator:
        estimate = estimator.estimate(info, config)
        logits = 4 * config.context * info.vocabulary_size
        check_fits(estimator, info, config, replace(estimate, compute=estimate.compute + logits))


def _progress(number: int, done: int, total: int, perplexity: Perplexity) -> ImatrixProgress:
    return ImatrixProgress(
        id=number, done=done, total=total, perplexity=perplexity.value, memory=peak_memory()
    )


def _uncovered(entries: dict[str, Entry]) -> list[str]:
    """Experts that saw no token, which are then weighed as if all columns mattered alike."""
    return [
        f"{name}: {unseen} of {len(entry.counts)}"
        for name, entry in sorted(entries.items())
        if (unseen := int(np.count_nonzero(entry.counts == 0)))
    ]
