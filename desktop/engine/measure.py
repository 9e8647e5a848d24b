"""Speed at several thread counts, measured like llama-bench does: no sampling, no text."""

from __future__ import annotations

from collections.abc import Callable
from statistics import median
from time import perf_counter

from desktop.domain.errors import Cancelled, EvaluationFailed, InvalidInput
from desktop.domain.load_limits import MAX_THREADS
from desktop.domain.model import ThreadSpeed
from desktop.engine.chat_model import ChatModel
from desktop.engine.model import ABORTED, DECODED, Context
from desktop.engine.native import CancelFlag
from desktop.engine.protocol import Event, Measure, MeasureProgress

WARM_UP_TOKENS = 8


def measure(
    model: ChatModel, request: Measure, send: Callable[[Event], None], flag: CancelFlag
) -> tuple[ThreadSpeed, ...]:
    """Read a prompt and generate, at each thread count; medians over the repetitions.

    The repetitions are interleaved, so that a slow moment of the machine does not fall on one
    thread count alone. Empties the KV cache. Raises: Cancelled, InvalidInput, EvaluationFailed.
    """
    context = model.context
    _check(request, context.size)
    threads = context.threads
    model.cache.truncate(0)
    total = len(request.threads) * (request.repetitions + 1)
    reading: dict[int, list[float]] = {count: [] for count in request.threads}
    writing: dict[int, list[float]] = {count: [] for count in request.threads}
    done = 0
    try:
        for repetition in range(request.repetitions + 1):
            for count in request.threads:
                context.set_threads(count)
                if repetition == 0:
                    time_once(context, WARM_UP_TOKENS, 1, flag)
                else:
                    read, written = time_once(context, request.prompt_tokens, request.tokens, flag)
                    reading[count].append(request.prompt_tokens / read)
                    writing[count].append(request.tokens / written)
                done += 1
                send(MeasureProgress(id=request.id, done=done, total=total))
    finally:
        context.set_threads(threads)
        context.clear()
    return tuple(
        ThreadSpeed(count, median(reading[count]), median(writing[count]))
        for count in request.threads
    )


def _check(request: Measure, context_size: int) -> None:
    if not request.threads or not all(1 <= n <= MAX_THREADS for n in request.threads):
        raise InvalidInput(f"Thread counts must lie between 1 and {MAX_THREADS}.")
    if request.prompt_tokens < 1 or request.tokens < 1 or request.repetitions < 1:
        raise InvalidInput("There must be something to measure: counts start at 1.")
    wanted = request.prompt_tokens + request.tokens
    if wanted > context_size:
        raise InvalidInput(
            f"Measuring takes {wanted} tokens, but the context holds {context_size}.",
            "Measure fewer tokens, or load the model with a larger context.",
        )


def time_once(
    context: Context, prompt_tokens: int, tokens: int, flag: CancelFlag
) -> tuple[float, float]:
    """Seconds of reading and of generating, from an empty context.

    Raises: Cancelled, EvaluationFailed.
    """
    context.clear()
    begun = perf_counter()
    for start in range(0, prompt_tokens, context.batch):
        _evaluate(context, min(context.batch, prompt_tokens - start), flag)
    read = perf_counter()
    for _ in range(tokens):
        _evaluate(context, 1, flag)
    written = perf_counter()
    return read - begun, written - read


def _evaluate(context: Context, count: int, flag: CancelFlag) -> None:
    """Evaluate `count` tokens; which ones makes no difference to the time."""
    result = ABORTED if flag.is_set() else context.evaluate([0] * count)
    if result == ABORTED:
        raise Cancelled("Measuring was cancelled.")
    if result != DECODED:
        raise EvaluationFailed(f"llama.cpp could not evaluate the text (code {result}).")
