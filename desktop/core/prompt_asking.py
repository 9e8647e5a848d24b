"""Asking a model what a prompt says."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

from desktop.core.answering import AnsweringModel
from desktop.core.job_control import JobControl
from desktop.core.turns import system_turns
from desktop.domain.answer import Answer
from desktop.domain.conversation import Role
from desktop.domain.errors import InvalidInput
from desktop.domain.prompt import FilledPrompt, PromptContent
from desktop.domain.prompt_template import fields_of, fill
from desktop.domain.sampling import SamplerSettings
from desktop.engine.protocol import ChatTurn

LONGEST_ANSWER = 2048  # tokens, where a prompt sets no limit: a small model may never end
FIRST_SEED = 1


def turns_of(filled: FilledPrompt) -> tuple[ChatTurn, ...]:
    """System prompt, examples and message, as the chat template gets them."""
    turns = list(system_turns(filled.system_prompt))
    for example in filled.examples:
        turns += [
            ChatTurn(Role.USER, example.user),
            ChatTurn(Role.ASSISTANT, example.assistant),
        ]
    return (*turns, ChatTurn(Role.USER, filled.text))


def fill_known(content: PromptContent, values: Mapping[str, str], version_id: int) -> FilledPrompt:
    """The prompt with those of `values` put in that it has a place for: another version, or the
    next prompt of a chain, may have others.

    Raises: InvalidInput naming every value that is missing or cannot be used.
    """
    names = {known.name for known in fields_of(content)}
    there = {name: value for name, value in values.items() if name in names}
    return fill(content, there, version_id)


def ask(
    model: AnsweringModel,
    filled: FilledPrompt,
    change: Callable[[SamplerSettings], SamplerSettings],
    control: JobControl,
) -> Answer:
    """The answer to a prompt, with its settings as `change` makes them.

    Raises: InvalidInput when it asks nothing; Cancelled, the QuernError the engine answered with,
        EngineDied.
    """
    if not filled.text.strip():
        raise InvalidInput(
            "The prompt asks nothing: it is a system prompt only.", "Give it a text."
        )
    sampler = change(filled.sampler or SamplerSettings())
    if not sampler.max_tokens:
        sampler = replace(sampler, max_tokens=LONGEST_ANSWER)
    return model.answer(turns_of(filled), sampler, control)


def likeliest(sampler: SamplerSettings) -> SamplerSettings:
    """The same answer each time; grammar and schema stay."""
    return replace(sampler, temperature=0.0, mirostat=0, seed=FIRST_SEED)


def drawn(sampler: SamplerSettings, sample: int) -> SamplerSettings:
    """One of several answers: the same `sample` (from 0) gives the same one."""
    return replace(sampler, seed=FIRST_SEED + sample)
