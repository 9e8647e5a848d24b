"""Models that answer what a test scripts, in this very process: no child, no waiting."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

from desktop.domain.answer import Answer
from desktop.domain.conversation import StopReason
from desktop.domain.errors import EngineDied, QuernError
from desktop.domain.model import LoadedModel, MemoryEstimate, ModelInfo
from desktop.domain.next_token import AnswerToken, Candidate, NextToken, SamplerStage
from desktop.engine.protocol import HelloReply
from desktop.engine.token_messages import AnswerSplit, SplitAnswer, TokenExplained

WORDS: list[str] = []  # the vocabulary: an id is the place of a word


_LOCK = threading.Lock()


def word_id(word: str) -> int:
    with _LOCK:
        if word not in WORDS:
            WORDS.append(word)
        return WORDS.index(word)


def info(path: Path, **changes) -> ModelInfo:
    made = ModelInfo(
        path=path, file_size=1_000_000, architecture="llama", name=path.stem, level=path.stem,
        parameters=5_000_000, bits_per_weight=4.5, context_length=2048, embedding_length=256,
        block_count=6, head_count=4, head_count_kv=4, vocabulary_size=2048, tokenizer="gpt2",
        license="", description="", chat_template=None,
    )  # fmt: skip
    return replace(made, **changes)


@dataclass
class Script:
    """What one model does: `words` are its tokens; `chances` what it gives a word before any
    sampler; `problem` is raised when it loads (or, with `late`, after its words)."""

    words: Sequence[str] = ()
    chances: dict[str, float] = field(default_factory=dict)
    problem: QuernError | None = None
    late: bool = False
    endless: bool = False
    tokenizer: str = "gpt2"
    reasoning: int = 0  # how many of the words are reasoning
    switches: tuple[str, ...] = ()  # of the chat template


class ScriptedModels:
    """In place of AnsweringModels. `log` lists what was done: ("load" | "answer" | "split" |
    "explain" | "leave", stem of the file)."""

    def __init__(self, **scripts: Script) -> None:
        self.scripts = scripts
        self.log: list[tuple[str, str]] = []
        self.asked: list = []
        self.samplers: list = []
        self.configs: list = []
        self.arguments: list = []
        self.reached = threading.Semaphore(0)  # once for each endless model that waits
        self._open = 0
        self.most_open = 0

    @contextmanager
    def opened(self, path, config, control, on_progress=None):
        control.check()
        script = self.scripts[path.stem]
        self.log.append(("load", path.stem))
        self.configs.append(config)
        if script.problem is not None and not script.late:
            raise script.problem
        with _LOCK:
            self._open += 1
            self.most_open = max(self.most_open, self._open)
        try:
            yield _Model(self, path, script, config)
        finally:
            with _LOCK:
                self._open -= 1
            self.log.append(("leave", path.stem))


class _Model:
    def __init__(self, models: ScriptedModels, path: Path, script: Script, config) -> None:
        self.alive = True
        self._models, self._path, self._script = models, path, script
        estimate = MemoryEstimate(1, 1, 1, 1, 2048, 10)
        self.loaded = LoadedModel(
            info(path, tokenizer=script.tokenizer),
            config,
            estimate,
            template_arguments=script.switches,
        )

    def answer(self, turns, sampler, control, *, on_text=None, template_arguments=None) -> Answer:
        script, models = self._script, self._models
        models.log.append(("answer", self._path.stem))
        models.asked.append(tuple(turns))
        models.samplers.append(sampler)
        models.arguments.append(template_arguments)
        for number, word in enumerate(script.words):
            if on_text is not None:
                on_text(word, number < script.reasoning)
        if script.endless:
            ended = threading.Event()
            with control.stopping(ended.set):
                models.reached.release()
                assert ended.wait(30)
            control.check()
        if script.problem is not None:
            self.alive = not isinstance(script.problem, EngineDied)
            raise script.problem
        thought, said = script.words[: script.reasoning], script.words[script.reasoning :]
        return Answer(
            text="".join(said), reasoning="".join(thought), stop_reason=StopReason.END_OF_TURN,
            seed=sampler.seed, prompt_tokens=5, completion_tokens=len(script.words), ttft_ms=4.0,
            tokens_per_second=20.0, seconds=1.5,
        )  # fmt: skip

    def call(self, make, wanted, control, on_event=None):
        control.check()
        request, script = make(1), self._script
        if isinstance(request, SplitAnswer):
            self._models.log.append(("split", self._path.stem))
            assert request.messages[-1].content == "".join(script.words[script.reasoning :])
            tokens = tuple(AnswerToken(word_id(word), word) for word in script.words)
            return AnswerSplit(id=1, tokens=tokens)
        self._models.log.append(("explain", self._path.stem))
        self._models.arguments.append(request.template_arguments)
        chances = {word_id(word): chance for word, chance in script.chances.items()}
        shown = dict(sorted(chances.items(), key=lambda one: -one[1])[: request.count])
        shown |= {number: chances[number] for number in request.wanted if number in chances}
        candidates = tuple(Candidate(number, WORDS[number], p) for number, p in shown.items())
        chosen = None
        if request.index < len(script.words):
            word = script.words[request.index]
            chosen = AnswerToken(word_id(word), word, script.chances.get(word))
        stage = SamplerStage("model", 2048, candidates)
        return TokenExplained(id=1, token=NextToken(request.index, chosen, (stage,)))


class FakeInspector:
    """Estimates that a model takes `each` bytes of `available`; unknown for the stems in `bad`."""

    def __init__(self, each: int = 10, available: int = 100, bad: Sequence[str] = ()) -> None:
        self._each, self._available, self._bad = each, available, bad

    def estimate(self, path, config) -> MemoryEstimate:
        if path.stem in self._bad:
            raise EngineDied("It made llama.cpp stop.")
        return MemoryEstimate(self._each, 0, 0, 0, config.context or 2048, self._available)

    def inspect(self, path) -> ModelInfo:
        return info(path)

    def machine(self) -> HelloReply:
        return HelloReply(
            id=1, protocol=1, engine="fake", build="fake", devices=(), physical_cores=8
        )
