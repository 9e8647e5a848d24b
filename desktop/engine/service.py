"""What the engine child does for each kind of request."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from importlib.metadata import version
from pathlib import Path
from time import perf_counter

import llama_cpp.llama_cpp as llama
import psutil

from desktop.domain.errors import Cancelled, InvalidInput, ModelLoadFailed
from desktop.domain.model import LoadConfig, LoadedModel, MemoryEstimate
from desktop.engine import graphics, measure, model
from desktop.engine.answer_tokens import AnswerTokens
from desktop.engine.backends import load_backends
from desktop.engine.chat_model import ChatModel
from desktop.engine.chat_template import ChatTemplate
from desktop.engine.context_window import ContextWindow
from desktop.engine.gate import Gate
from desktop.engine.generation import Generation
from desktop.engine.gguf_header import loadable, read_header
from desktop.engine.job_messages import Job
from desktop.engine.memory import MemoryEstimator, check_fits
from desktop.engine.native import CancelFlag, LlamaLog, devices
from desktop.engine.prompt_cache import PromptCache
from desktop.engine.protocol import (
    PROTOCOL_VERSION,
    Estimate,
    Estimated,
    Event,
    Generate,
    Generated,
    Hello,
    HelloReply,
    Inspect,
    Inspected,
    Load,
    Loaded,
    LoadProgress,
    Measure,
    Measured,
    Reply,
    Request,
    Tokenize,
    Tokenized,
    Unload,
    Unloaded,
)
from desktop.engine.token_messages import TokenRequest
from desktop.engine.token_record import TokenRecord
from desktop.engine.tokens import Vocabulary

PROGRESS_SECONDS = 0.03


class Service:
    """Owns llama.cpp and the model that is loaded. All of it runs on one thread.

    Args:
        flag: raised while a running request is being cancelled.
        gate: shut while a running job is paused.
        send: takes the progress events of requests.
        unfinished: holds the files a job is writing, for whoever ends the process.
    """

    def __init__(
        self, flag: CancelFlag, gate: Gate, send: Callable[[Event], None], unfinished: set[Path]
    ) -> None:
        self._flag = flag
        self._gate = gate
        self._send = send
        self._unfinished = unfinished
        self._log = LlamaLog()
        self._cpu_variant = load_backends(self._log)
        self._estimator = MemoryEstimator(self._log, answers=True)
        self._weights: model.Weights | None = None
        self._chat: ChatModel | None = None
        self._answer_tokens: AnswerTokens | None = None

    def handle(self, request: Request) -> Reply:
        """Do what is asked; returns the terminal event. Raises: QuernError."""
        if isinstance(request, TokenRequest):
            return self._looking().handle(request)
        return self._job(request) if isinstance(request, Job) else self._do(request)

    def _do(self, request: Request) -> Reply:
        match request:
            case Hello():
                return self._hello(request)
            case Inspect():
                return Inspected(id=request.id, info=read_header(request.path, self._log))
            case Estimate():
                return self._estimate(request)
            case Load():
                return self._load(request)
            case Unload():
                self._unload()
                return Unloaded(id=request.id)
            case Tokenize():
                return self._tokenize(request)
            case Generate():
                return self._generate(request)
            case Measure():
                return self._measure(request)
            case _:
                raise InvalidInput("The engine does not know this request.")

    def _hello(self, request: Hello) -> HelloReply:
        return HelloReply(
            id=request.id,
            protocol=PROTOCOL_VERSION,
            engine=version("llama-cpp-python"),
            build=llama.llama_version().decode(),
            devices=devices(),
            physical_cores=model.physical_cores(),
            cpu_variant=self._cpu_variant,
        )

    def _estimate(self, request: Estimate) -> Estimated:
        info = loadable(read_header(request.path, self._log))
        config = model.resolve(request.config, info.context_length)
        estimate = self._estimator.estimate(info, config)
        self._check_cancelled()
        return Estimated(id=request.id, estimate=estimate)

    def _load(self, request: Load) -> Loaded:
        self._unload()
        info = loadable(read_header(request.path, self._log))
        config = model.resolve(request.config, info.context_length)
        estimate = self._estimator.estimate(info, config)
        if not request.allow_overcommit:
            check_fits(self._estimator, info, config, estimate)
        mapped = not self._estimator.repacks(info, config)
        self._estimator.close()
        self._check_cancelled()
        config = graphics.place(config, info, estimate, graphics.allowed_devices())
        config, weights, context = self._fill(request, config, mapped=mapped)
        self._weights = weights
        vocabulary = Vocabulary(weights.vocabulary_handle, info.chat_template or "")
        template = ChatTemplate(info.chat_template, vocabulary)
        self._chat = ChatModel(
            context,
            vocabulary,
            template,
            PromptCache(vocabulary),
            ContextWindow(context.size),
            TokenRecord(vocabulary.size),
        )
        self._answer_tokens = AnswerTokens(
            self._chat, partial(self._second_context, weights, config, estimate), self._flag
        )
        try:
            self._check_cancelled()
        except Cancelled:
            self._unload()
            raise
        return Loaded(
            id=request.id,
            model=LoadedModel(
                info=replace(info, tensors=()),
                config=config,
                estimate=estimate,
                template_arguments=template.arguments,
            ),
        )

    def _fill(
        self, request: Load, config: LoadConfig, *, mapped: bool
    ) -> tuple[LoadConfig, model.Weights, model.Context]:
        """Load the weights and make a context. When graphics memory does not suffice after all,
        fewer layers are put there. Raises: ModelLoadFailed, Cancelled."""
        while True:
            try:
                weights = model.Weights(
                    request.path,
                    config,
                    self._log,
                    mapped=mapped,
                    on_progress=self._load_progress(request.id),
                    flag=self._flag,
                )
                try:
                    return config, weights, model.Context(weights, config, self._log, self._flag)
                except BaseException:
                    weights.close()
                    raise
            except ModelLoadFailed:
                if config.gpu_layers <= 0:
                    raise
                config = replace(config, gpu_layers=config.gpu_layers // 2)

    def _second_context(
        self, weights: model.Weights, config: LoadConfig, estimate: MemoryEstimate, size: int
    ) -> model.Context:
        """A context of `size` tokens beside the loaded one. Raises: ModelLoadFailed."""
        needed = 2 * estimate.kv_cache * size // estimate.context + estimate.compute
        if needed > psutil.virtual_memory().available:
            raise ModelLoadFailed(
                f"To evaluate this again, {needed / 1e6:,.0f} MB more memory would be needed.",
                "Close other programs, or load the model with a smaller context.",
            )
        resized = model.resolve(replace(config, context=size), 0)
        return model.Context(weights, resized, self._log, self._flag)

    def _load_progress(self, request_id: int) -> Callable[[float], None]:
        last = 0.0

        def report(fraction: float) -> None:
            nonlocal last
            now = perf_counter()
            if now - last >= PROGRESS_SECONDS or fraction >= 1.0:
                last = now
                self._send(LoadProgress(id=request_id, fraction=fraction))

        return report

    def _unload(self) -> None:
        self._estimator.close()
        if self._answer_tokens is not None:
            self._answer_tokens.close()
            self._answer_tokens = None
        if self._chat is not None:
            self._chat.context.close()
            self._chat = None
        if self._weights is not None:
            self._weights.close()
            self._weights = None

    def _tokenize(self, request: Tokenize) -> Tokenized:
        tokens = self._loaded().vocabulary.tokenize(request.text)
        return Tokenized(id=request.id, tokens=tuple(tokens))

    def _generate(self, request: Generate) -> Generated:
        chat = self._loaded()
        self._looking().close()
        return Generation(chat, request, self._send, self._flag, self._log).run()

    def _measure(self, request: Measure) -> Measured:
        self._looking().close()
        speeds = measure.measure(self._loaded(), request, self._send, self._flag)
        return Measured(id=request.id, speeds=speeds)

    def _job(self, job: Job) -> Reply:
        from desktop.engine.jobs import Jobs  # numpy and all: not for a child that chats

        return Jobs(self._log, self._flag, self._gate, self._send, self._unfinished).handle(job)

    def _loaded(self) -> ChatModel:
        if self._chat is None:
            raise InvalidInput("No model is loaded.", "Load a model first.")
        return self._chat

    def _looking(self) -> AnswerTokens:
        self._loaded()
        assert self._answer_tokens is not None, "made with the model"
        return self._answer_tokens

    def _check_cancelled(self) -> None:
        if self._flag.is_set():
            raise Cancelled("It was cancelled.")
