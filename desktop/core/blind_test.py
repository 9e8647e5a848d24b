"""Blind tests: preparing rounds, keeping votes.

Both answers of a round are made one after the other, in an order that has nothing to do with the
one they are shown in, so that neither waiting nor speed tells which level is which.
"""

from __future__ import annotations

import builtins
import random
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

from desktop.core.job_control import JobControl
from desktop.core.level_names import level_name
from desktop.core.model_inspector import ModelInspector
from desktop.core.resident_models import ResidentModels
from desktop.core.side_by_side_plan import arguments_of, plan_for, turns_of
from desktop.domain.blind_test import (
    FEWEST_LEVELS,
    MOST_LEVELS,
    BlindLevel,
    BlindRequest,
    BlindTest,
    Round,
    Vote,
    next_pair,
    next_prompt,
)
from desktop.domain.errors import (
    ChatTemplateBroken,
    EngineDied,
    InvalidInput,
    ModelFileInvalid,
    ModelFileMissing,
    ModelLoadFailed,
    ModelTooBig,
    QuernError,
)
from desktop.domain.model import LoadConfig
from desktop.domain.paths import resource_path
from desktop.domain.sampling import MAX_SEED, SamplerSettings
from desktop.domain.side_by_side import Plan, Question
from desktop.storage.votes import StoredVotes

# What is wrong with a level, not with the prompt: the test goes on without it.
_UNUSABLE = (
    ChatTemplateBroken,
    EngineDied,
    ModelFileInvalid,
    ModelFileMissing,
    ModelLoadFailed,
    ModelTooBig,
)

OnProgress = Callable[[float], None]
OnLeftOut = Callable[[BlindLevel, QuernError], None]


def our_prompts() -> tuple[str, ...]:
    """The prompts Quern ships with."""
    return prompts_of(resource_path("texts", "blind_prompts.txt").read_text(encoding="utf-8"))


def prompts_of(text: str) -> tuple[str, ...]:
    """The prompts in a text, one a line; empty lines and repetitions do not count."""
    lines = (line.strip() for line in text.splitlines())
    return tuple(dict.fromkeys(line for line in lines if line))


class BlindTests:
    """Blocking calls, from any thread; one round is prepared at a time.

    Args:
        chance: draws pairs, prompts, seeds and orders. Nobody must be able to foresee it.
    """

    def __init__(
        self,
        store: StoredVotes,
        resident: ResidentModels,
        inspector: ModelInspector,
        chance: random.Random | None = None,
    ) -> None:
        self._store = store
        self._resident = resident
        self._inspector = inspector
        self._chance = chance or random.SystemRandom()
        self._plans: dict[int, Plan] = {}  # by test; made while none of its models is loaded
        self._left_out: dict[int, set[int]] = {}  # levels that cannot be asked, by test

    def take_up(self) -> None:
        """Forget what was being prepared when Quern ended. Raises: StorageFault."""
        self._store.take_up()

    def list(self) -> builtins.list[BlindTest]:
        """All there are, newest first. Raises: StorageFault."""
        return self._store.list()

    def get(self, number: int) -> BlindTest:
        """Raises: InvalidInput, StorageFault."""
        return self._store.get(number)

    def remove(self, number: int) -> None:
        """Forget a test and its votes. Raises: StorageFault."""
        self._store.remove(number)

    def create(
        self,
        paths: Sequence[Path],
        prompts: Sequence[str],
        sampler: SamplerSettings,
        system_prompt: str = "",
        config: LoadConfig | None = None,
    ) -> BlindTest:
        """A new test.

        Raises: InvalidInput when there is nothing to ask or to compare; ModelFileInvalid,
            ModelFileMissing; StorageFault.
        """
        if not FEWEST_LEVELS <= len(set(paths)) == len(paths) <= MOST_LEVELS:
            raise InvalidInput(
                f"{FEWEST_LEVELS} to {MOST_LEVELS} different files can take part.",
                "Choose some more, or some less.",
            )
        if not prompts:
            raise InvalidInput("There is no prompt.", "Write at least one, or use Quern's own.")
        levels: list[BlindLevel] = []
        for path in paths:
            info = self._inspector.inspect(path)
            name = level_name(info.level, path, [level.name for level in levels])
            levels.append(BlindLevel(path, name, info.file_size))
        return self._store.add(
            BlindRequest(
                tuple(levels),
                tuple(prompts),
                replace(sampler, seed=None),
                system_prompt,
                config or LoadConfig(),
            )
        )

    def prepare(
        self,
        number: int,
        control: JobControl,
        on_progress: OnProgress,
        on_left_out: OnLeftOut,
    ) -> Round:
        """The next round, with both answers; if they are the same, it is a tie already.

        Args:
            on_progress: gets 0 to 1; tells nothing about the levels. On any thread.
            on_left_out: a level that cannot be asked, and why; the test goes on without it.

        Raises: Cancelled; InvalidInput when all prompts were used up, or fewer than two levels can
            be asked; what is wrong with a prompt; StorageFault. The round is forgotten then.
        """
        while True:
            test = self._store.get(number)
            try:
                return self._round(test, control, on_progress)
            except _LevelFails as failure:
                self._left_out.setdefault(number, set()).add(failure.number)
                on_left_out(test.levels[failure.number], failure.error)

    def vote(self, round_number: int, vote: Vote) -> Round:
        """Keep a vote. Raises: InvalidInput, StorageFault."""
        return self._store.put_vote(round_number, vote)

    def release(self) -> None:
        """The models leave, each as soon as its answer is done."""
        self._resident.release()
        self._plans.clear()
        self._left_out.clear()

    # --- inside -----------------------------------------------------------------------------

    def _round(self, test: BlindTest, control: JobControl, on_progress: OnProgress) -> Round:
        drawn = self._draw(test)
        try:
            answers = self._answers(test, drawn, control, on_progress)
        except BaseException:
            self._store.remove_round(drawn.id)
            raise
        done = self._store.put_answers(drawn.id, answers)
        if answers[0].strip() == answers[1].strip():
            done = self._store.put_vote(done.id, Vote.TIE, automatic=True)
        return done

    def _draw(self, test: BlindTest) -> Round:
        """Commit to a pair, a prompt and an order. Raises: InvalidInput, StorageFault."""
        pair = next_pair(test, self._left_out.get(test.id, ()), self._chance)
        if pair is None:
            raise InvalidInput(
                "Fewer than two levels can be asked.",
                "Close other programs, or begin a new test with files that fit.",
            )
        prompt = next_prompt(test, pair, self._chance)
        if prompt is None:
            raise InvalidInput(
                "All prompts were used, and at temperature 0 the answers would be the same.",
                "Begin a new test with more prompts, or with a higher temperature.",
            )
        first, second = self._chance.sample(pair, 2)
        return self._store.add_round(
            test.id, prompt, self._chance.randint(0, MAX_SEED), first, second
        )

    def _answers(
        self, test: BlindTest, drawn: Round, control: JobControl, on_progress: OnProgress
    ) -> tuple[str, str]:
        plan = self._plan(test)
        sampler = replace(test.request.sampler, seed=drawn.seed)
        # Nobody reads the thoughts, and waiting for them doubles the time of a round.
        question = Question(
            drawn.prompt, sampler, test.request.system_prompt, plan.config, thinking=False
        )
        answers: dict[int, str] = {}
        for number in self._chance.sample((drawn.first, drawn.second), 2):
            steps = _Steps(on_progress, len(answers), sampler.max_tokens)
            try:
                with self._resident.using(
                    test.levels[number].path, plan.config, control, alone=not plan.at_once
                ) as model:
                    answer = model.answer(
                        turns_of(question),
                        sampler,
                        control,
                        on_text=steps.count,
                        template_arguments=arguments_of(question, model.loaded),
                    )
            except _UNUSABLE as error:
                raise _LevelFails(number, error) from error
            answers[number] = answer.text
        if not any(answer.strip() for answer in answers.values()):
            raise InvalidInput(
                "Neither level answered before its tokens were used up.",
                "Begin a new test that allows longer answers.",
            )
        on_progress(1.0)
        return answers[drawn.first], answers[drawn.second]

    def _plan(self, test: BlindTest) -> Plan:
        """Whether memory holds all levels of a test, and the context all of them have."""
        if test.id not in self._plans:
            self._resident.release()
            asked = Question("", test.request.sampler, config=test.request.config)
            plan = plan_for(self._inspector, [level.path for level in test.levels], asked)
            # They answer one after the other whether all are in memory or not.
            config = replace(plan.config, threads=test.request.config.threads)
            self._plans[test.id] = replace(plan, config=config)
        return self._plans[test.id]


class _LevelFails(Exception):
    """A level of a test cannot be asked."""

    def __init__(self, number: int, error: QuernError) -> None:
        super().__init__(error.message)
        self.number = number
        self.error = error


class _Steps:
    """Turns pieces of the first or second answer into the progress of both."""

    def __init__(self, on_progress: OnProgress, before: int, most: int) -> None:
        """`most` is how many tokens the answer may have, 0 when nobody knows."""
        self._on_progress = on_progress
        self._before = before
        self._most = most
        self._pieces = 0
        on_progress(before / 2)

    def count(self, _text: str, _reasoning: bool) -> None:
        self._pieces += 1
        if self._most:
            self._on_progress((self._before + min(1.0, self._pieces / self._most)) / 2)
