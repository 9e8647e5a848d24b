"""The job that loads a model as for a conversation and times it once.

A process of its own for every run: then its peak memory is that of this model alone, and models can
take turns without being in memory together.
"""

from __future__ import annotations

from contextlib import closing
from statistics import median

from desktop.domain.errors import InvalidInput
from desktop.domain.model import LoadConfig
from desktop.engine import graphics, model
from desktop.engine.evaluation_messages import MeasureSpeed, SpeedMeasured
from desktop.engine.gguf_header import loadable, read_header
from desktop.engine.measure import WARM_UP_TOKENS, time_once
from desktop.engine.memory import MemoryEstimator, check_fits
from desktop.engine.native import CancelFlag, LlamaLog
from desktop.engine.process_memory import peak_memory

_ENOUGH_SECONDS = 0.4  # a model so small that it takes less is timed several times


def measure_speed(message: MeasureSpeed, log: LlamaLog, flag: CancelFlag) -> SpeedMeasured:
    """Time reading a prompt and writing tokens, with the context a conversation gets.

    Raises: Cancelled, InvalidInput, ModelFileInvalid, ModelFileMissing, ModelTooBig,
        ModelLoadFailed, EvaluationFailed.
    """
    if message.prompt_tokens < 1 or message.tokens < 1:
        raise InvalidInput("There must be something to measure: counts start at 1.")
    info = loadable(read_header(message.model, log))
    config = model.resolve(LoadConfig(threads=message.threads), info.context_length)
    with closing(MemoryEstimator(log)) as estimator:
        estimate = estimator.estimate(info, config)
        check_fits(estimator, info, config, estimate)
        config = graphics.place(config, info, estimate, graphics.allowed_devices())
        mapped = not estimator.repacks(info, config)
    with (
        closing(model.Weights(message.model, config, log, mapped=mapped, flag=flag)) as weights,
        closing(model.Context(weights, config, log, flag)) as context,
    ):
        time_once(context, WARM_UP_TOKENS, 1, flag)
        passes = [time_once(context, message.prompt_tokens, message.tokens, flag)]
        while sum(map(sum, passes)) < _ENOUGH_SECONDS:
            passes.append(time_once(context, message.prompt_tokens, message.tokens, flag))
        return SpeedMeasured(
            id=message.id,
            threads=config.threads,
            prompt_seconds=median(read for read, _ in passes),
            seconds=median(written for _, written in passes),
            peak_memory=peak_memory(),
        )
