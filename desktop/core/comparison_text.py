"""How many chunks a text gives with a model's vocabulary."""

from __future__ import annotations

import contextlib
from pathlib import Path

from desktop.core.job_control import JobControl, JobRunner
from desktop.domain.errors import Cancelled
from desktop.domain.evaluation import CHUNK
from desktop.engine.evaluation_messages import Evaluated, EvaluateModels, EvaluationBegun
from desktop.engine.protocol import Event


def count_chunks(runner: JobRunner, model: Path, text: str) -> int:
    """Blocking: the model is opened, and nothing computed.

    Raises: InvalidInput when the text is too short for any; what is wrong with the model.
    """
    control = JobControl()
    chunks = 0

    def on_event(event: Event) -> None:
        nonlocal chunks
        if isinstance(event, EvaluationBegun):
            chunks = event.chunks
            control.cancel()

    with contextlib.suppress(Cancelled):  # by us, who know what we want to know
        runner.run(
            lambda number: EvaluateModels(
                id=number, models=(model,), text=text, context=CHUNK, end=1
            ),
            Evaluated,
            control,
            on_event,
        )
    return chunks
