"""What the answers of a run say: shares, intervals, and what changed against the base."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from desktop.domain.matching import MatchRule
from desktop.domain.needle import NeedleRequest
from desktop.domain.statistics import Interval, mean, mean_interval, share_interval, sign_test
from desktop.domain.task_run import AskedModel, TaskAnswer, TaskRequest, TaskRun

LIKELY = 0.05  # flips that uneven by chance are rarer than this: the level differs


@dataclass(frozen=True, slots=True)
class Flips:
    """Questions that a level answers otherwise than the base: right instead of wrong, or wrong
    instead of right.

    Attributes:
        lost, won: their tasks.
        paired: how many questions both answered.
        p: how likely flips this uneven are if the level is as good as the base (McNemar, exact).
    """

    lost: tuple[int, ...]
    won: tuple[int, ...]
    paired: int
    p: float

    @property
    def differs(self) -> bool:
        """Whether the level is really better or worse, as far as can be told."""
        return self.p < LIKELY


@dataclass(frozen=True, slots=True)
class LevelScore:
    """One model's results.

    Attributes:
        answered: questions with a judgement.
        right: how many passed.
        accuracy: their share, None when nothing was answered.
        bleu, rouge: mean scores of the questions judged so, or None.
        flips: against the base; None of the base, and where nothing was answered by both.
        speed: tokens a second, over all answers; None when unknown.
        seconds: all answers together.
        unjudged: questions whose answer could not be made or judged.
        cut: answers that were as long as they may be.
    """

    model: AskedModel
    answered: int
    right: int
    accuracy: Interval | None
    bleu: Interval | None
    rouge: Interval | None
    flips: Flips | None
    speed: float | None
    seconds: float
    unjudged: int
    cut: int


def scores_of(run: TaskRun) -> tuple[LevelScore, ...]:
    """One for each model, the base first."""
    base = run.models[0]
    return tuple(_score(run, model, base) for model in run.models)


def grid_of(request: NeedleRequest, model: AskedModel) -> tuple[tuple[float | None, ...], ...]:
    """The share of needles found: a row for each depth, a column for each length, ascending; None
    where nothing was judged."""
    found: dict[tuple[int, float], list[bool]] = {}
    for task, cell in enumerate(request.cells):
        answer = model.answers.get(task)
        if answer is not None and not answer.problem:
            found.setdefault((cell.length, cell.depth), []).append(answer.passed)
    return tuple(
        tuple(
            mean(judged) if (judged := found.get((length, depth))) else None
            for length in sorted(set(request.lengths))
        )
        for depth in request.places
    )


def _score(run: TaskRun, model: AskedModel, base: AskedModel) -> LevelScore:
    judged = [answer for answer in model.answers.values() if not answer.problem]
    right = sum(answer.passed for answer in judged)
    flips = flips_between(base, model)
    return LevelScore(
        model=model,
        answered=len(judged),
        right=right,
        accuracy=share_interval(right, len(judged)) if judged else None,
        bleu=_mean_score(run, judged, MatchRule.BLEU),
        rouge=_mean_score(run, judged, MatchRule.ROUGE),
        flips=flips if model.position != base.position and flips.paired else None,
        speed=_speed(judged),
        seconds=sum(answer.seconds for answer in judged),
        unjudged=len(model.answers) - len(judged),
        cut=sum(answer.cut for answer in judged),
    )


def _speed(judged: Iterable[TaskAnswer]) -> float | None:
    timed = [one for one in judged if one.tokens_per_second > 0 and one.completion_tokens > 0]
    seconds = sum(one.completion_tokens / one.tokens_per_second for one in timed)
    return sum(one.completion_tokens for one in timed) / seconds if timed else None


def flips_between(base: AskedModel, level: AskedModel) -> Flips:
    """What changed between two models of a run."""
    pairs = [
        (base.answers[task], answer)
        for task, answer in sorted(level.answers.items())
        if task in base.answers and not answer.problem and not base.answers[task].problem
    ]
    lost = _tasks(pairs, lambda before, after: before.passed and not after.passed)
    won = _tasks(pairs, lambda before, after: after.passed and not before.passed)
    return Flips(lost, won, len(pairs), sign_test(len(lost), len(won)))


def _tasks(
    pairs: Iterable[tuple[TaskAnswer, TaskAnswer]],
    wanted: Callable[[TaskAnswer, TaskAnswer], bool],
) -> tuple[int, ...]:
    return tuple(after.task for before, after in pairs if wanted(before, after))


def _mean_score(run: TaskRun, judged: Iterable[TaskAnswer], rule: MatchRule) -> Interval | None:
    if not isinstance(run.request, TaskRequest):
        return None
    tasks = run.request.set.tasks
    scores = [one.score for one in judged if tasks[one.task].expectation.rule is rule]
    return mean_interval(scores) if scores else None
