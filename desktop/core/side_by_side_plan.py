"""How several models are asked the same: the question as each gets it, and the room for all."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from desktop.core.model_inspector import ModelInspector
from desktop.core.turns import system_turns
from desktop.domain.conversation import Role
from desktop.domain.errors import QuernError
from desktop.domain.model import LoadedModel
from desktop.domain.sampling import MAX_SEED, SamplerSettings
from desktop.domain.side_by_side import Plan, Question
from desktop.engine.protocol import ChatTurn

_THINKING = ("enable_thinking", "thinking")  # what chat templates call the switch


def with_seed(sampler: SamplerSettings) -> SamplerSettings:
    """`sampler` with a seed thrown now, where it has none."""
    return (
        sampler
        if sampler.seed is not None
        else replace(sampler, seed=secrets.randbelow(MAX_SEED + 1))
    )


def turns_of(question: Question) -> tuple[ChatTurn, ...]:
    """A question as the chat template gets it."""
    return (*system_turns(question.system_prompt), ChatTurn(Role.USER, question.prompt))


def arguments_of(question: Question, loaded: LoadedModel) -> dict[str, bool]:
    """The switches of a model's chat template, where they must not stand as they are by default."""
    if question.thinking:
        return {}
    return {name: False for name in _THINKING if name in loaded.template_arguments}


def plan_for(inspector: ModelInspector, paths: Sequence[Path], question: Question) -> Plan:
    """How these models can be asked: at once if memory holds them all, and in the context that all
    of them have. Raises: EngineDied, EngineFault."""
    config, estimates = question.config, []
    for path in paths:
        try:
            estimates.append(inspector.estimate(path, config))
        except QuernError:  # what is wrong with it, its column will say
            continue
    needed = sum(one.total for one in estimates)
    at_once = len(estimates) > 1 and needed <= min(one.available for one in estimates)
    context = min((one.context for one in estimates), default=config.context)
    threads = config.threads or max(1, inspector.machine().physical_cores - 1)
    if at_once:
        threads = max(1, (config.threads or threads + 1) // len(estimates))
    return Plan(at_once, replace(config, context=context, threads=threads))
