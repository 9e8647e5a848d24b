"""An engine child without llama.cpp: speaks the real protocol, says what the test scripts.

The newest message of the person is the script:
    "say TEXT"      streams TEXT word by word
    "think A|B"     streams A as reasoning, then B
    "slow N"        streams N words, one each 20 ms, until cancelled
    "crash TEXT"    streams TEXT, then aborts as ggml does
    "deaf"          streams one word and ignores Cancel
    "fail"          ends with a Failed
    "form"          refuses the grammar
    "trim N"        says that N messages were dropped, then "ok"
    "shift N M …"   lets go of N, then of M tokens while it answers
    "bug"           meets a bug of its own
    "garbage"       writes a line that is no protocol message
The tokens of an answer are its words. Each was chosen from VOCABULARY candidates, itself the
likeliest; the next is half as likely, and so on.
Jobs whose source is called "slow" go on until cancelled, "bad" fails and "kill" kills the child in
the middle of it; others write a little file. While a job is paused it tells nothing.
Anything else is echoed. Loading a path whose name holds "bad" fails, "big" does not fit, "kill"
kills the child.
"""

from __future__ import annotations

import os
import queue
import re
import signal
import sys
import threading
import time
from dataclasses import replace
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from desktop.domain.conversation import StopReason
from desktop.domain.model import Device, LoadedModel, MemoryEstimate, ModelInfo, ThreadSpeed
from desktop.domain.next_token import AnswerToken, Candidate, NextToken, SamplerStage
from desktop.domain.quantization import Fallback, LevelEstimate, part_path
from desktop.engine import job_messages as j
from desktop.engine import protocol as p
from desktop.engine import token_messages as t
from desktop.engine import wire

VOCABULARY = 2048
MEMORY = 80_000_000  # that jobs say they take

NAMES = {"quern-starter-f16": "Quern Starter"}
COMMAND = (sys.executable, str(Path(__file__).resolve()))


def model_info(path: Path) -> ModelInfo:
    return ModelInfo(
        path=path, file_size=1000, architecture="llama", name=NAMES.get(path.stem, path.stem), level="F16",
        parameters=5_000_000, bits_per_weight=16.0, context_length=2048, embedding_length=256,
        block_count=6, head_count=4, head_count_kv=4, vocabulary_size=2048, tokenizer="gpt2",
        license="mit", description="", chat_template=None,
    )  # fmt: skip


FAILURES = {
    "fail": (p.ErrorCode.EVALUATION_FAILED, "The model failed."),
    "form": (p.ErrorCode.CONSTRAINT_INVALID, "The grammar cannot be used."),
    "bug": (p.ErrorCode.BUG, "Oh.", "in bug, line 7"),
}


def answer_tokens(messages: tuple[p.ChatTurn, ...]) -> tuple[AnswerToken, ...]:
    words = re.findall(r"\S+|\s+", messages[-1].content)
    return tuple(AnswerToken(100 + n, word, 0.5) for n, word in enumerate(words))


def stage(
    name: str, chosen: AnswerToken | None, before: int, remaining: int, count: int
) -> SamplerStage:
    """`remaining` of `before` candidates."""
    total = 1 - 0.5**remaining
    texts = [chosen.text if chosen else "<end>", *(f" word{n}" for n in range(1, remaining))]
    ids = [chosen.id if chosen else 2, *range(3, 2 + remaining)]
    return SamplerStage(
        name=name,
        remaining=remaining,
        candidates=tuple(
            Candidate(ids[n], texts[n], 0.5 ** (n + 1) / total)
            for n in range(min(count, remaining))
        ),
        cut=0.5**remaining if remaining < before else None,
    )


class FakeWorker:
    def __init__(self) -> None:
        self.out = os.fdopen(os.dup(1), "wb", buffering=0)
        self.requests: queue.Queue = queue.Queue()
        self.cancelled: set[int] = set()
        self.paused: set[int] = set()
        self.load_failed = False
        self.dropped = 0

    def send(self, message) -> None:
        self.out.write(wire.encode(message))

    def read(self) -> None:
        for line in sys.stdin.buffer:
            message = wire.decode(line)
            match message:
                case p.Cancel(target=target):
                    self.cancelled.add(target)
                case p.Pause(target=target):
                    self.paused.add(target)
                case p.Resume(target=target):
                    self.paused.discard(target)
                case p.Quit():
                    break
                case _:
                    self.requests.put(message)
        os._exit(0)  # at once: Python would wait a second for this thread's stdin

    def run(self) -> None:
        threading.Thread(target=self.read, daemon=True).start()
        while True:
            request = self.requests.get()
            getattr(self, type(request).__name__.lower())(request)

    def hello(self, request: p.Hello) -> None:
        cpu = Device(name="CPU", description="Fake", kind="cpu", memory_free=1, memory_total=2)
        self.send(p.HelloReply(
            id=request.id, protocol=p.PROTOCOL_VERSION, engine="fake", build="fake",
            devices=(cpu,), physical_cores=2,
        ))  # fmt: skip

    def inspect(self, request: p.Inspect) -> None:
        if "bad" in request.path.name:
            self.fail(request, p.ErrorCode.MODEL_FILE_INVALID, "The file is not a GGUF model.")
        else:
            self.send(p.Inspected(id=request.id, info=model_info(request.path)))

    def estimate(self, request: p.Estimate) -> None:
        context = request.config.context or 2048
        self.send(p.Estimated(id=request.id, estimate=MemoryEstimate(
            weights=10**9, kv_cache=context * 1000, compute=10**6, overhead=10**6,
            context=context, available=2 * 10**9,
        )))  # fmt: skip

    def load(self, request: p.Load) -> None:
        self.load_failed = True
        if "kill" in request.path.name:
            os.kill(os.getpid(), signal.SIGKILL)
        if "bad" in request.path.name:
            self.fail(request, p.ErrorCode.MODEL_FILE_INVALID, "The file is damaged.")
            return
        if "big" in request.path.name and not request.allow_overcommit:
            self.fail(request, p.ErrorCode.MODEL_TOO_BIG, "Too big by 3 GB.")
            return
        for step in range(4):
            if request.id in self.cancelled:
                self.fail(request, p.ErrorCode.CANCELLED, "Cancelled.")
                return
            self.send(p.LoadProgress(id=request.id, fraction=step / 4))
            if "slow" in request.path.name:
                time.sleep(0.1)
        self.load_failed = False
        estimate = MemoryEstimate(
            weights=1, kv_cache=1, compute=1, overhead=1, context=2048, available=10
        )
        self.send(p.Loaded(id=request.id, model=LoadedModel(
            info=model_info(request.path), estimate=estimate,
            config=replace(request.config, context=request.config.context or 2048),
            template_arguments=("enable_thinking",),
        )))  # fmt: skip

    def unload(self, request: p.Unload) -> None:
        self.send(p.Unloaded(id=request.id))

    def tokenize(self, request: p.Tokenize) -> None:
        tokens = tuple(range(len(request.text.split())))  # a word is a token
        self.send(p.Tokenized(id=request.id, tokens=tokens))

    def measure(self, request: p.Measure) -> None:
        total = len(request.threads)
        for done in range(1, total + 1):
            self.send(p.MeasureProgress(id=request.id, done=done, total=total))
        self.send(p.Measured(id=request.id, speeds=tuple(
            ThreadSpeed(threads=n, prompt_tokens_per_second=100.0 * n, tokens_per_second=10.0 * n)
            for n in request.threads
        )))  # fmt: skip

    def dryrun(self, request: j.DryRun) -> None:
        if self.goes_wrong(request, request.source, None):
            return
        self.send(j.DryRunDone(id=request.id, estimates=tuple(
            LevelEstimate(
                level, 1000 * (number + 1), 4.5, needs_imatrix=level.startswith("IQ2"),
                fallback_tensors=(Fallback("blk.0.ffn_down.weight", "Q5_0"),) * (level == "Q4_0"),
                dominated_by="Q4_K_M is smaller and more exact." if level == "Q4_1" else "",
            )
            for number, level in enumerate(request.levels)
        )))  # fmt: skip

    def quantize(self, request: j.Quantize) -> None:
        job = request.request
        if request.keep and job.destination.exists():
            self.send(j.Quantized(id=request.id, size=4, seconds=0.0, kept=True))
            return

        def tell(step: int) -> None:
            self.send(j.QuantizeProgress(
                id=request.id, done=step, total=4, tensor=f"blk.{step}", number=step, count=4,
                old_type="F16", new_type="Q4_K", memory=MEMORY,
            ))  # fmt: skip

        if self.works(request, job.source, job.destination, tell):
            self.send(j.Quantized(id=request.id, size=4, seconds=0.5))

    def computeimatrix(self, request: j.ComputeImatrix) -> None:
        job = request.request

        def tell(step: int) -> None:
            self.send(
                j.ImatrixProgress(id=request.id, done=step, total=4, perplexity=8.0, memory=MEMORY)
            )

        if self.works(request, job.model, job.destination, tell):
            self.send(j.ImatrixComputed(
                id=request.id, entries=14, chunks=4, perplexity=8.0, perplexity_error=0.25,
                uncovered=("blk.0.x: 1 of 8",) * ("experts" in job.model.name),
            ))  # fmt: skip

    def convert(self, request: j.Convert) -> None:
        job = request.request

        def tell(step: int) -> None:
            self.send(
                j.ConvertProgress(
                    id=request.id, done=step, total=4, tensor=f"blk.{step}", memory=MEMORY
                )
            )

        if self.works(request, job.source, job.destination, tell):
            self.send(j.Converted(id=request.id, size=4, seconds=0.5, notes=("A note.",)))

    def works(self, request: p.Request, source: Path, destination: Path, tell) -> bool:
        """Write the file of a job, telling how far it is. False when it ended otherwise."""
        if self.goes_wrong(request, source, destination):
            return False
        for step in range(5):
            while self.holds(request, source):
                if request.id not in self.paused:
                    tell(step)
                time.sleep(0.01)
            if request.id in self.cancelled:
                self.fail(request, p.ErrorCode.CANCELLED, "It was cancelled.")
                return False
            tell(step)
        destination.write_bytes(b"made")
        return True

    def holds(self, request: p.Request, source: Path) -> bool:
        waits = "slow" in source.name or request.id in self.paused
        return waits and request.id not in self.cancelled

    def goes_wrong(self, request: p.Request, source: Path, destination: Path | None) -> bool:
        if "kill" in source.name:
            if destination is not None:
                part_path(destination).write_bytes(b"half")
            os.kill(os.getpid(), signal.SIGKILL)
        if "bad" in source.name:
            self.fail(request, p.ErrorCode.MODEL_FILE_INVALID, "The file is damaged.")
        return "bad" in source.name

    def generate(self, request: p.Generate) -> None:
        if self.load_failed:
            self.fail(request, p.ErrorCode.INVALID_INPUT, "No model is loaded.")
            return
        self.dropped = 0
        users = [turn.content for turn in request.messages if turn.role == "user"]
        verb, _, rest = (users[-1] if users else "").partition(" ")
        self.send(p.PromptProgress(id=request.id, done=10, total=10, cached=4))
        match verb:
            case "say":
                self.stream(request, rest)
            case "think":
                reasoning, _, answer = rest.partition("|")
                self.chunk(request, reasoning, reasoning=True)
                self.stream(request, answer)
            case "slow":
                self.stream(request, "word " * int(rest), pause=0.02)
            case "crash":
                self.chunk(request, rest)
                sys.stderr.write("fake.cpp:1: GGML_ASSERT(false) failed\n")
                sys.stderr.flush()
                os.abort()
            case "deaf":
                self.chunk(request, "word")
                time.sleep(60)
            case "form" | "fail" | "bug":
                self.fail(request, *FAILURES[verb])
            case "trim" | "shift":
                self.let_go(request, verb, [int(count) for count in rest.split()])
                self.stream(request, "ok")
            case "garbage":
                self.out.write(b'{"type": "Hello", "id": "secret words"}\n')
            case _:
                self.stream(request, f"You said: {users[-1] if users else ''}")

    def let_go(self, request: p.Generate, verb: str, counts: list[int]) -> None:
        for count in counts:
            if verb == "trim":
                self.dropped = count
                self.send(p.ContextTrimmed(id=request.id, dropped_messages=count))
            else:
                self.chunk(request, "word ")
                self.send(p.ContextShifted(id=request.id, dropped_tokens=count))

    def splitanswer(self, request: t.SplitAnswer) -> None:
        self.send(t.AnswerSplit(id=request.id, tokens=answer_tokens(request.messages)))

    def explaintoken(self, request: t.ExplainToken) -> None:
        tokens = answer_tokens(request.messages)
        if not 0 <= request.index <= len(tokens):
            self.fail(request, p.ErrorCode.INVALID_INPUT, "There is no such token.")
            return
        chosen = tokens[request.index] if request.index < len(tokens) else None
        settings = request.sampler
        stages = [stage("model", chosen, VOCABULARY, VOCABULARY, request.count)]
        if settings.top_k:
            stages.append(stage("top_k", chosen, VOCABULARY, settings.top_k, request.count))
        if settings.temperature == 0:
            before = stages[-1].remaining
            stages.append(stage("temperature", chosen, before, 1, request.count))
        token = NextToken(index=request.index, chosen=chosen, stages=tuple(stages))
        self.send(t.TokenExplained(id=request.id, token=token))

    def stream(self, request: p.Generate, text: str, pause: float = 0.0) -> None:
        for word in text.split(" "):
            if request.id in self.cancelled:
                self.done(request, StopReason.CANCELLED)
                return
            if word:
                self.chunk(request, word + " ")
            time.sleep(pause)
        self.done(request, StopReason.END_OF_TURN)

    def chunk(self, request: p.Generate, text: str, *, reasoning: bool = False) -> None:
        self.send(p.TextChunk(
            id=request.id, text=text, reasoning=reasoning, completion_tokens=1,
            tokens_per_second=10.0, ttft_ms=5.0, context_used=20,
        ))  # fmt: skip

    def done(self, request: p.Generate, reason: StopReason) -> None:
        seed = request.sampler.seed
        self.send(p.Generated(
            id=request.id, stop_reason=reason, seed=1234 if seed is None else seed,
            prompt_tokens=10, cached_tokens=4, completion_tokens=3, ttft_ms=5.0,
            tokens_per_second=10.0, context_used=20, dropped_messages=self.dropped,
        ))  # fmt: skip

    def fail(self, request: p.Request, code: p.ErrorCode, message: str, details: str = "") -> None:
        advice = "Try another."
        self.send(
            p.Failed(id=request.id, code=code, message=message, advice=advice, details=details)
        )


if __name__ == "__main__":
    FakeWorker().run()
