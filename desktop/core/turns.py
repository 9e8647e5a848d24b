"""Between a conversation and the engine: messages as it is asked, facts as it answered."""

from __future__ import annotations

from collections.abc import Sequence

from desktop.domain.conversation import AnswerFacts, Message, Role
from desktop.domain.model import LoadedModel
from desktop.domain.sampling import SamplerSettings
from desktop.engine.protocol import ChatTurn, Generated


def system_turns(system_prompt: str) -> tuple[ChatTurn, ...]:
    """What a system prompt puts before everything else: nothing when there are no words in it."""
    return (ChatTurn(Role.SYSTEM, system_prompt),) if system_prompt.strip() else ()


def turns_of(system_prompt: str, path: Sequence[Message]) -> tuple[ChatTurn, ...]:
    """The conversation as the model gets it; answers that never got a word are left out."""
    return (
        *system_turns(system_prompt),
        *(
            ChatTurn(message.role, message.text, message.reasoning)
            for message in path
            if message.text or message.reasoning
        ),
    )


def facts_of(
    reply: Generated,
    model: LoadedModel,
    sampler: SamplerSettings,
    template_arguments: dict[str, bool],
    earlier: AnswerFacts | None = None,
) -> AnswerFacts:
    """How an answer came about. `earlier`: the facts of its first part, when it was continued."""
    return AnswerFacts(
        model_name=model.info.name,
        model_path=str(model.info.path),
        level=model.info.level,
        sampler=sampler,
        seed=reply.seed,
        stop_reason=reply.stop_reason,
        prompt_tokens=reply.prompt_tokens,
        cached_tokens=reply.cached_tokens,
        completion_tokens=reply.completion_tokens + (earlier.completion_tokens if earlier else 0),
        ttft_ms=reply.ttft_ms,
        tokens_per_second=reply.tokens_per_second,
        context=model.config.context,
        context_used=reply.context_used,
        dropped_messages=reply.dropped_messages,
        shifted_tokens=reply.shifted_tokens,
        template_arguments=template_arguments,
    )
