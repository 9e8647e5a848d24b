"""Asking a model questions outside a conversation: for task sets, prompt runs and comparisons."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from time import perf_counter

from desktop.core.job_control import JobControl, call_engine
from desktop.domain.answer import Answer
from desktop.domain.model import LoadConfig, LoadedModel
from desktop.domain.sampling import SamplerSettings
from desktop.engine.client import Engine, EventHandler, ReplyT
from desktop.engine.protocol import (
    ChatTurn,
    Event,
    Generate,
    Generated,
    Load,
    Loaded,
    LoadProgress,
    Request,
    TextChunk,
)

OnText = Callable[[str, bool], None]  # new text, and whether it is reasoning


class AnsweringModel:
    """A loaded model. Blocking calls, one at a time."""

    def __init__(self, engine: Engine, loaded: LoadedModel) -> None:
        self._engine = engine
        self.loaded = loaded

    @property
    def alive(self) -> bool:
        """Whether its child is still there."""
        return self._engine.process_id is not None

    def answer(
        self,
        turns: Sequence[ChatTurn],
        sampler: SamplerSettings,
        control: JobControl,
        *,
        on_text: OnText | None = None,
        template_arguments: Mapping[str, bool] | None = None,
    ) -> Answer:
        """Answer `turns`. `on_text` is called on the engine's thread.

        Raises: Cancelled, the QuernError the engine answered with, EngineDied.
        """
        texts: dict[bool, list[str]] = {False: [], True: []}

        def take(event: Event) -> None:
            if isinstance(event, TextChunk):
                texts[event.reasoning].append(event.text)
                if on_text is not None:
                    on_text(event.text, event.reasoning)

        begun = perf_counter()
        reply = self.call(
            lambda number: Generate(
                id=number,
                messages=tuple(turns),
                sampler=sampler,
                template_arguments=dict(template_arguments or {}),
            ),
            Generated,
            control,
            take,
        )
        control.check()  # a cancelled answer ends well, as the part there is
        return Answer(
            text="".join(texts[False]),
            reasoning="".join(texts[True]),
            stop_reason=reply.stop_reason,
            seed=reply.seed,
            prompt_tokens=reply.prompt_tokens,
            completion_tokens=reply.completion_tokens,
            ttft_ms=reply.ttft_ms,
            tokens_per_second=reply.tokens_per_second,
            seconds=perf_counter() - begun,
        )

    def call(
        self,
        make: Callable[[int], Request],
        wanted: type[ReplyT],
        control: JobControl,
        on_event: EventHandler | None = None,
    ) -> ReplyT:
        """Ask the engine anything else about the model. Raises: as `answer`."""
        return call_engine(self._engine, make, wanted, control, on_event)


class AnsweringModels:
    """Loads models, each into a child of its own.

    Args:
        make_engine: builds an engine that is not started.
    """

    def __init__(self, make_engine: Callable[[], Engine]) -> None:
        self._make_engine = make_engine

    @contextmanager
    def opened(
        self,
        path: Path,
        config: LoadConfig,
        control: JobControl,
        on_progress: Callable[[float], None] | None = None,
    ) -> Iterator[AnsweringModel]:
        """A model, loaded until the block ends. `on_progress` gets 0 to 1 while it loads.

        Raises: Cancelled, ModelTooBig and the other QuernErrors of loading, EngineDied.
        """

        def tell(event: Event) -> None:
            if isinstance(event, LoadProgress) and on_progress is not None:
                on_progress(event.fraction)

        control.check()
        engine = self._make_engine()
        engine.start()
        try:
            loaded = call_engine(
                engine,
                lambda number: Load(id=number, path=path, config=config),
                Loaded,
                control,
                tell,
            ).model
            yield AnsweringModel(engine, loaded)
        finally:
            engine.close()
