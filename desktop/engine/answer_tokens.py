"""Looking at an answer token by token, and at how each of them is chosen."""

from __future__ import annotations

import copy
from collections import OrderedDict
from collections.abc import Sequence

from desktop.domain.conversation import Role
from desktop.domain.errors import Cancelled, InvalidInput
from desktop.domain.next_token import AnswerToken, NextToken
from desktop.engine.chat_model import ChatModel
from desktop.engine.native import CancelFlag
from desktop.engine.next_token import Choice, Explainer, shown_piece, softmax
from desktop.engine.prompt_cache import Prompt
from desktop.engine.prompt_text import text_with_answer, without_oldest
from desktop.engine.protocol import ChatTurn, Reply
from desktop.engine.sampling import Logits
from desktop.engine.second_context import MakeContext, SecondContext
from desktop.engine.token_messages import (
    AnswerSplit,
    ExplainToken,
    SplitAnswer,
    TokenExplained,
    TokenRequest,
)

KEPT_BYTES = 16 << 20  # of logits that were evaluated again


class AnswerTokens:
    """Looks at the tokens of answers of one loaded model.

    What is not in the model's record is evaluated again, in a second context: what the first holds
    stays as it is, so that the next answer is the same as if nobody had looked.
    """

    def __init__(self, model: ChatModel, make_context: MakeContext, flag: CancelFlag) -> None:
        self._model = model
        self._flag = flag
        self._second = SecondContext(model, make_context, flag)
        self._explainer = Explainer(model.vocabulary, model.context.size)
        # By the number of tokens before: those tokens, and what follows them.
        self._evaluated: OrderedDict[int, tuple[list[int], Logits]] = OrderedDict()
        self._most = max(KEPT_BYTES // (4 * model.vocabulary.size), 1)

    def handle(self, request: TokenRequest) -> Reply:
        """Raises: Cancelled, InvalidInput, ChatTemplateBroken, ContextTooSmall, ModelLoadFailed,
        EvaluationFailed."""
        if isinstance(request, SplitAnswer):
            return self._split(request)
        return self._explain(request)

    def close(self) -> None:
        """Give back the memory of the second context; it comes again when it is needed."""
        self._second.close()

    def _split(self, request: SplitAnswer) -> AnswerSplit:
        tokens, start = self._tokens(request.messages, request.template_arguments)
        shared = self._model.record.shared(tokens)
        answer = []
        for at in range(start, len(tokens)):
            self._check_cancelled()
            answer.append(self._token(tokens, at, shared))
        return AnswerSplit(id=request.id, tokens=tuple(answer))

    def _explain(self, request: ExplainToken) -> TokenExplained:
        tokens, start = self._tokens(request.messages, request.template_arguments)
        at = start + request.index
        if not start <= at <= len(tokens):
            raise InvalidInput(
                f"The answer has {len(tokens) - start:,} tokens; there is no token "
                f"{request.index:,}."
            )
        shared = self._model.record.shared(tokens)
        logits = self._kept(tokens, at, shared)
        if logits is None:
            logits = self._evaluate(tokens[:at])
        wanted = list(request.wanted)
        if at < len(tokens):
            wanted.append(tokens[at])
        stages = self._explainer.stages(
            Choice(logits, tokens[:at]), request.sampler, request.count, wanted
        )
        chosen = self._token(tokens, at, shared) if at < len(tokens) else None
        token = NextToken(index=request.index, chosen=chosen, stages=stages)
        return TokenExplained(id=request.id, token=token)

    # --- which tokens -------------------------------------------------------------------------

    def _tokens(
        self, messages: Sequence[ChatTurn], arguments: dict[str, bool]
    ) -> tuple[list[int], int]:
        """Tokens of prompt and answer, and where the answer starts."""
        if len(messages) < 2 or messages[-1].role is not Role.ASSISTANT:
            raise InvalidInput("There is no answer to look at.")
        model, record = self._model, self._model.record
        written = record.answer
        if written is not None and written.is_of(messages, arguments):
            return record.tokens, written.start
        # A copy, because a window remembers what it left out of the conversation it saw last.
        fitted = copy.copy(model.window).fit(
            messages[:-1], lambda some: self._tokenize(model.template.render(some, arguments)), 0
        )
        base = fitted.prompt
        kept = without_oldest(messages, fitted.dropped)
        text = text_with_answer(model.template, model.vocabulary, kept, arguments)
        whole = self._tokenize(text)
        start = _tokens_up_to(whole, len(base.text))
        if start is not None:  # the prompt cache knows the answer's own tokens
            return whole.tokens, start
        answer = model.vocabulary.tokenize_prompt(
            text[len(base.text) :], at_start=False, go_on=self._check_cancelled
        )
        return base.tokens + answer, len(base.tokens)

    def _tokenize(self, text: str) -> Prompt:
        return self._model.cache.tokenize(text, self._check_cancelled)

    def _token(self, tokens: list[int], at: int, shared: int) -> AnswerToken:
        token = tokens[at]
        logits = self._kept(tokens, at, shared)
        probability = None if logits is None else float(softmax(logits)[token])
        return AnswerToken(token, shown_piece(self._model.vocabulary, token), probability)

    def _check_cancelled(self) -> None:
        if self._flag.is_set():
            raise Cancelled("It was cancelled.")

    # --- logits -------------------------------------------------------------------------------

    def _kept(self, tokens: list[int], at: int, shared: int) -> Logits | None:
        """What `tokens[at]` is chosen from, if that is known; `shared` of `tokens` are recorded."""
        logits = self._model.record.logits(at) if at <= shared else None
        if logits is None and at in self._evaluated:
            before, logits = self._evaluated[at]
            return logits if before == tokens[:at] else None
        return logits

    def _evaluate(self, before: list[int]) -> Logits:
        """What follows `before`. Raises: Cancelled, ContextTooSmall, EvaluationFailed."""
        logits = self._second.logits(before)
        self._evaluated[len(before)] = before, logits
        while len(self._evaluated) > self._most:
            self._evaluated.popitem(last=False)
        return logits


def _tokens_up_to(prompt: Prompt, characters: int) -> int | None:
    """How many tokens the first `characters` of a prompt are, or None when no segment ends there
    and another begins."""
    tokens = 0
    for text, count in prompt.segments:
        if characters == 0:
            return tokens
        characters -= len(text)
        tokens += count
    return None
