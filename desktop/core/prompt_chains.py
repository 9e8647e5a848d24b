"""Chains: prompts of which each gets the answer to the one before in a placeholder."""

from __future__ import annotations

import builtins
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from desktop.core.answering import AnsweringModel, AnsweringModels
from desktop.core.job_control import JobControl, Report
from desktop.core.prompt_asking import ask, fill_known
from desktop.core.prompt_library import PromptLibrary
from desktop.core.run_state import state_kept
from desktop.domain.errors import Cancelled, InvalidInput, QuernError
from desktop.domain.job import JobProgress, JobState
from desktop.domain.model import LoadConfig
from desktop.domain.prompt import FieldKind, FilledPrompt, Prompt, PromptField
from desktop.domain.prompt_run import ChainRequest, ChainRun, ChainStepResult
from desktop.domain.prompt_template import fields_of
from desktop.storage.prompt_chains import StoredPromptChains

OnChain = Callable[[ChainRun], None]


@dataclass(frozen=True, slots=True)
class ChainStep:
    """A prompt of a chain. `gets` is the placeholder that the answer before goes into, or ""."""

    prompt: Prompt
    gets: str = ""


class PromptChains:
    """Blocking calls, from any thread.

    Args:
        config: how models are loaded, as it is when a chain is run.
    """

    def __init__(
        self,
        store: StoredPromptChains,
        library: PromptLibrary,
        models: AnsweringModels,
        config: Callable[[], LoadConfig],
    ) -> None:
        self._store = store
        self._library = library
        self._models = models
        self._config = config

    def steps(self, prompt_id: int) -> tuple[ChainStep, ...]:
        """The chain that begins with a prompt; of one without a next prompt that one alone.

        Raises: InvalidInput when it never ends, a prompt of it is missing, or one has no such
            placeholder; StorageFault.
        """
        prompt = self._library.get(prompt_id)
        steps = [ChainStep(prompt)]
        while (link := prompt.content.then) is not None:
            following = self._library.by_key(link.prompt)
            if following is None:
                raise InvalidInput(
                    f"After “{prompt.title}” the chain goes on with a prompt that is not there "
                    f"(“{link.prompt}”).",
                    "Choose another next prompt for it.",
                )
            if any(step.prompt.key == following.key for step in steps):
                raise InvalidInput(
                    f"The chain never ends: “{prompt.title}” leads back to “{following.title}”.",
                    "Take the next prompt away from one of them.",
                )
            if link.field not in [known.name for known in fields_of(following.content)]:
                raise InvalidInput(
                    f"“{following.title}” has no placeholder “{link.field}” for the answer to "
                    f"“{prompt.title}”.",
                    "Choose another placeholder for it.",
                )
            prompt = following
            steps.append(ChainStep(prompt, link.field))
        return tuple(steps)

    def list(self, prompt_id: int) -> builtins.list[ChainRun]:
        """Runs of the chain that begins with a prompt, newest first. Raises: StorageFault."""
        return self._store.list(prompt_id)

    def remove(self, number: int) -> None:
        """Forget a run. Raises: StorageFault."""
        self._store.remove(number)

    def take_up(self) -> None:
        """What ran in a Quern that has ended is INTERRUPTED now. Raises: StorageFault."""
        self._store.take_up()

    def run(
        self,
        request: ChainRequest,
        control: JobControl,
        report: Report,
        on_change: OnChain,
    ) -> ChainRun:
        """Ask all prompts of a chain, one after the other; what is done stays, whatever ends it.

        Args:
            on_change: gets the run when it begins and after each step.

        Raises: InvalidInput when the chain cannot be run; Cancelled; what went wrong with model or
            step, which the run says, too; StorageFault.
        """
        steps = self.steps(request.prompt_id)
        _check_values(steps, request.values)
        titles = tuple(step.prompt.title for step in steps)
        going = _Going(self._store, self._store.add(request, titles), on_change)
        with self._store.claimed(going.run.id), state_kept(going.set_state, control):
            report(JobProgress(0.0, f"{request.model.stem}: loading"))
            with self._models.opened(request.model, self._config(), control) as model:
                for number, step in enumerate(steps):
                    report(JobProgress(number / len(steps), step.prompt.title))
                    going.take(step, model, control)
            report(JobProgress(1.0, ""))
        return going.run


class _Going:
    """A chain that goes on: what becomes of it is stored and told."""

    def __init__(self, store: StoredPromptChains, run: ChainRun, on_change: OnChain) -> None:
        self._store = store
        self._on_change = on_change
        self._values = dict(run.request.values)
        self.run = run

    def take(self, step: ChainStep, model: AnsweringModel, control: JobControl) -> None:
        """Ask a prompt with the answer before. Raises: as AnsweringModel.answer, InvalidInput."""
        if step.gets:
            self._values[step.gets] = self._last_answer()
        filled = fill_known(step.prompt.content, self._values, step.prompt.version_id)
        try:
            answer = ask(model, filled, lambda sampler: sampler, control)
        except Cancelled:
            raise
        except QuernError as error:
            self._put(_result(step, filled, problem=str(error)))
            raise
        self._put(replace(_result(step, filled), answer=answer))

    def set_state(self, state: JobState, problem: str = "", advice: str = "") -> None:
        self.run = replace(self.run, state=state, problem=problem, advice=advice)
        self._store.update(self.run)
        self._on_change(self.run)

    def _last_answer(self) -> str:
        answer = self.run.steps[-1].answer
        text = answer.text.strip() if answer is not None else ""
        if not text:
            raise InvalidInput(
                f"“{self.run.steps[-1].title}” was answered with nothing, so that the chain cannot "
                "go on.",
                "Try again, or try another model.",
            )
        return text

    def _put(self, step: ChainStepResult) -> None:
        self._store.put_step(self.run.id, len(self.run.steps), step)
        self.run = replace(self.run, steps=(*self.run.steps, step))
        self._on_change(self.run)


def asked_for(steps: Sequence[ChainStep]) -> tuple[PromptField, ...]:
    """The placeholders of a chain that a person fills in, each once. What an answer goes into is
    not asked for, and stays for the prompts after it."""
    fields: dict[str, PromptField] = {}
    answered: set[str] = set()
    for step in steps:
        answered.add(step.gets)
        for known in fields_of(step.prompt.content):
            if known.name not in answered:
                fields.setdefault(known.name, known)
    return tuple(fields.values())


def _check_values(steps: Sequence[ChainStep], values: Mapping[str, str]) -> None:
    """Say what is missing before anything is asked. Raises: InvalidInput."""
    known_values = dict(values)
    for step in steps:
        for known in fields_of(step.prompt.content):
            if known.name == step.gets:
                known_values[known.name] = _stand_in(known)
        try:
            fill_known(step.prompt.content, known_values, step.prompt.version_id)
        except InvalidInput as error:
            raise InvalidInput(error.message, "Fill in what the chain asks for.") from error


def _stand_in(known: PromptField) -> str:
    """What might be answered."""
    if known.kind is FieldKind.CHOICE and known.choices:
        return known.choices[0]
    return "0"


def _result(step: ChainStep, filled: FilledPrompt, problem: str = "") -> ChainStepResult:
    return ChainStepResult(
        title=step.prompt.title,
        version_id=step.prompt.version_id,
        text=filled.text,
        system_prompt=filled.system_prompt,
        answer=None,
        problem=problem,
    )
