"""Answering a conversation: the loop around llama_decode."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from time import perf_counter

import llama_cpp.llama_cpp as llama
import numpy as np

from desktop.domain.conversation import Role, StopReason
from desktop.domain.errors import Cancelled, EvaluationFailed, InvalidInput
from desktop.engine.answer_stream import AnswerStream
from desktop.engine.chat_model import Aborted, ChatModel, evaluation_failed
from desktop.engine.grammar import make_grammar
from desktop.engine.model import ABORTED, DECODED, NO_SLOT, token_array
from desktop.engine.native import CancelFlag, LlamaLog
from desktop.engine.prompt_cache import Prompt
from desktop.engine.prompt_text import text_with_answer, without_oldest
from desktop.engine.protocol import (
    ChatTurn,
    ContextShifted,
    ContextTrimmed,
    Event,
    Generate,
    Generated,
    PromptProgress,
)
from desktop.engine.reasoning import ReasoningSplitter, open_at_end
from desktop.engine.sampling import Sampler, choose_seed, last_logits
from desktop.engine.token_record import WrittenAnswer, shared
from desktop.engine.tokens import Detokenizer


class Generation:
    """One answer, from request to `Generated`. Use once."""

    def __init__(
        self,
        model: ChatModel,
        request: Generate,
        send: Callable[[Event], None],
        flag: CancelFlag,
        log: LlamaLog,
    ) -> None:
        self._model = model
        self._request = request
        self._send = send
        self._flag = flag
        self._log = log
        self._seed = choose_seed(request.sampler)
        self._dropped = 0
        self._shifted = 0
        self._cached = 0
        self._python_seconds = 0.0

    def run(self) -> Generated:
        """Answer. Raises: QuernError; Cancelled only before the prompt is read."""
        started = perf_counter()
        model, settings = self._model, self._request.sampler
        # First of all: a faulty grammar must not cost an evaluation.
        grammar = make_grammar(settings, model.vocabulary, self._log)
        sampler = Sampler(settings, self._seed, model.vocabulary, model.context.size, grammar)
        try:
            prompt = self._fit()
            stream = AnswerStream(
                self._request.id,
                self._send,
                Detokenizer(model.vocabulary),
                self._splitter(prompt),
                (*settings.stop, *model.template.stop),
                started,
                lambda: len(model.cache.tokens),
            )
            try:
                reason = self._answer(prompt, sampler, stream)
            finally:
                stream.finish()
        finally:
            sampler.close()
        self._remember(stream, prompt)
        self._record(stream, prompt)
        count = len(stream.tokens)
        return Generated(
            id=self._request.id,
            stop_reason=reason,
            seed=self._seed,
            prompt_tokens=len(prompt.tokens),
            cached_tokens=self._cached,
            completion_tokens=count,
            ttft_ms=stream.ttft_ms,
            tokens_per_second=stream.tokens_per_second,
            context_used=len(model.cache.tokens),
            dropped_messages=self._dropped,
            shifted_tokens=self._shifted,
            python_us_per_token=self._python_seconds * 1e6 / max(count, 1),
        )

    def _answer(self, prompt: Prompt, sampler: Sampler, stream: AnswerStream) -> StopReason:
        """Read the prompt, then generate. Raises: EvaluationFailed."""
        try:
            self._read_prompt(prompt)
            self._model.record.begin(prompt.tokens)
            sampler.accept_prompt(prompt.tokens)
            return self._loop(sampler, stream, prompt)
        except Aborted:
            return StopReason.CANCELLED

    # --- the prompt -------------------------------------------------------------------------

    def _fit(self) -> Prompt:
        """The prompt of the conversation, cut so that it fits."""
        request, model = self._request, self._model
        if not request.messages:
            raise InvalidInput("There is no message to answer.")
        fitted = model.window.fit(
            request.messages,
            lambda messages: model.cache.tokenize(self._text(messages), self._check_cancelled),
            request.sampler.max_tokens,
        )
        if fitted.dropped:
            self._dropped = fitted.dropped
            self._send(ContextTrimmed(id=request.id, dropped_messages=fitted.dropped))
        return fitted.prompt

    def _text(self, messages: Sequence[ChatTurn]) -> str:
        """The rendered prompt; when an answer is continued, with what there is of it at the end.

        Raises: ChatTemplateBroken, InvalidInput.
        """
        model, arguments = self._model, self._request.template_arguments
        if self._request.continue_answer:
            return text_with_answer(model.template, model.vocabulary, messages, arguments)
        return model.template.render(messages, arguments)

    def _check_cancelled(self) -> None:
        if self._flag.is_set():
            raise Cancelled("The answer was cancelled.")

    def _splitter(self, prompt: Prompt) -> ReasoningSplitter:
        inside = open_at_end(prompt.text)
        partial = self._request.messages[-1] if self._request.continue_answer else None
        if partial is None:
            return ReasoningSplitter(inside)
        if partial.content:
            return ReasoningSplitter(answering=True)
        if partial.reasoning:
            return ReasoningSplitter(self._model.template.reasoning, continued=True)
        return ReasoningSplitter(inside)

    def _read_prompt(self, prompt: Prompt) -> None:
        """Evaluate what is not cached, in chunks that can be cancelled between and within."""
        context, cache = self._model.context, self._model.cache
        cached = self._cached = self._model.reuse(prompt.tokens)
        total = len(prompt.tokens)
        self._send(PromptProgress(id=self._request.id, done=cached, total=total, cached=cached))
        for start in range(cached, total, context.batch):
            chunk = prompt.tokens[start : start + context.batch]
            self._model.evaluate(chunk, self._flag)
            done = start + len(chunk)
            self._send(PromptProgress(id=self._request.id, done=done, total=total, cached=cached))
        cache.remember(prompt)
        logits = last_logits(context.handle, self._model.vocabulary.size)
        if not np.isfinite(logits.max()):
            raise EvaluationFailed(
                "The model produces no usable numbers.",
                "Its file is damaged or was converted wrongly; use another one.",
            )

    # --- the answer -------------------------------------------------------------------------

    def _loop(self, sampler: Sampler, stream: AnswerStream, prompt: Prompt) -> StopReason:
        """Choose and evaluate tokens until something ends the answer.

        Raises: Aborted, EvaluationFailed.
        """
        context, cache = self._model.context, self._model.cache
        handle, size, tokens, starts = context.handle, context.size, cache.tokens, cache.starts
        sample, feed, cancelled = sampler.bind(handle), stream.feed, self._flag.is_set
        decode, clock = llama.llama_decode, perf_counter
        record = self._model.record
        keep, chosen = record.keeper(handle), record.tokens
        ends = self._model.vocabulary.end_of_generation
        limit, answer = self._request.sampler.max_tokens, stream.tokens
        one, batch = token_array()
        native = 0.0
        begun = before = clock()
        try:
            token = sample()
            keep()  # a copy that C makes, not Python
            now = clock()
            while token is not None and token not in ends:
                native += now - before
                chosen.append(token)
                if feed(token, now):
                    return StopReason.STOP_STRING
                if len(answer) == limit:
                    return StopReason.MAX_TOKENS
                if cancelled():
                    return StopReason.CANCELLED
                if len(tokens) >= size:
                    self._shift(prompt)
                one[0] = token
                before = clock()
                result = decode(handle, batch)
                if result == DECODED:
                    starts.append(len(tokens))
                    tokens.append(token)
                else:
                    self._recover(result, token, prompt)
                token = sample()
                keep()
                now = clock()
            native += now - before
            return StopReason.END_OF_TURN
        finally:
            self._python_seconds = max(clock() - begun - native, 0.0)

    def _recover(self, result: int, token: int, prompt: Prompt) -> None:
        """Go on after `token` could not be evaluated. Raises: Aborted, EvaluationFailed."""
        self._model.undo()
        if result == ABORTED:
            raise Aborted
        if result != NO_SLOT:
            raise evaluation_failed(result)
        self._shift(prompt)
        self._model.evaluate([token], self._flag)

    def _shift(self, prompt: Prompt) -> None:
        """Make room in a full context: let go of half of what follows the system prompt."""
        keep = self._kept(prompt)
        dropped = max((len(self._model.cache.tokens) - keep) // 2, 1)
        self._shifted += dropped
        self._send(ContextShifted(id=self._request.id, dropped_tokens=dropped))
        self._model.let_go(keep, keep + dropped, self._flag)

    def _kept(self, prompt: Prompt) -> int:
        """How many tokens at the beginning must survive a shift: the system prompt's."""
        messages = self._request.messages
        head = [message for message in messages if message.role is Role.SYSTEM]
        vocabulary = self._model.vocabulary
        keep = int(vocabulary.adds_bos)
        if head:
            other = ChatTurn(role=Role.USER, content="?")
            text = self._model.template.render((*head, other), self._request.template_arguments)
            keep = shared(vocabulary.tokenize_prompt(text), prompt.tokens)
        return min(keep, self._model.context.size // 2)

    def _remember(self, stream: AnswerStream, prompt: Prompt) -> None:
        """Note which of the cached tokens the answer's text stands for."""
        model = self._model
        if self._shifted:
            return
        tokens = model.cache.tokens[len(prompt.tokens) :]
        answer = stream.text
        pieces = list(map(model.vocabulary.piece, tokens))
        while pieces:
            text = b"".join(pieces).decode("utf-8", "replace")
            if answer.startswith(text):
                model.cache.remember_answer(model.vocabulary.protect(text), len(pieces))
                return
            pieces.pop()

    def _record(self, stream: AnswerStream, prompt: Prompt) -> None:
        """Note of which answer the tokens just recorded are."""
        if not stream.tokens:
            return
        request, model = self._request, self._model
        splitter = self._splitter(prompt)
        parts = splitter.feed(stream.text) + splitter.finish()
        content = "".join(text for text, reasoning in parts if not reasoning)
        thoughts = "".join(text for text, reasoning in parts if reasoning)
        messages, start = request.messages, len(prompt.tokens)
        if request.continue_answer:
            *earlier, partial = messages
            messages = tuple(earlier)
            content, thoughts = partial.content + content, partial.reasoning + thoughts
            kept = without_oldest(messages, self._dropped)
            before = model.template.render(kept, request.template_arguments)
            start = len(model.cache.tokenize(before).tokens)
        answer = ChatTurn(Role.ASSISTANT, content, thoughts)
        model.record.answer = WrittenAnswer((*messages, answer), request.template_arguments, start)
