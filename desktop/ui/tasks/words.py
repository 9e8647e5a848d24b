"""Task sets and their results in plain words and numbers."""

from __future__ import annotations

from datetime import date

from PySide6.QtCore import QCoreApplication

from desktop.domain.matching import MatchRule
from desktop.domain.statistics import Interval
from desktop.domain.task_run import TaskAnswer, TaskRequest, TaskRun
from desktop.domain.task_scores import LevelScore
from desktop.domain.task_set import KeptTaskSet
from desktop.ui.compare.words import state_words, with_reach
from desktop.ui.formats import amount, days_ago, decimal, fill, time_ago

FAST = 100.0  # tokens a second, of which nobody needs a part


def rule_names() -> dict[MatchRule, str]:
    """What each rule says of an answer; what is expected follows."""
    return {
        MatchRule.CONTAINS: _tr("contains"),
        MatchRule.EXACT: _tr("is exactly"),
        MatchRule.NUMBER: _tr("ends with the number"),
        MatchRule.CHOICE: _tr("chooses"),
        MatchRule.REGEX: _tr("matches the pattern"),
        MatchRule.BLEU: _tr("has a BLEU of at least"),
        MatchRule.ROUGE: _tr("has a ROUGE-L of at least"),
    }


def rule_meanings() -> dict[MatchRule, str]:
    """How each rule judges, in a sentence."""
    return {
        MatchRule.CONTAINS: _tr("The expected text stands anywhere in the answer."),
        MatchRule.EXACT: _tr(
            "The answer is the expected text; case and the last full stop do not count."
        ),
        MatchRule.NUMBER: _tr("The last number of the answer has the expected value."),
        MatchRule.CHOICE: _tr("The answer chooses the expected letter, or word such as yes."),
        MatchRule.REGEX: _tr("The pattern is found anywhere in the answer."),
        MatchRule.BLEU: _tr(
            "Groups of one to four words in common with the expected text, 0 to 1."
        ),
        MatchRule.ROUGE: _tr("Words in common with the expected text, in order, 0 to 1."),
    }


def set_facts(kept: KeptTaskSet, today: date) -> str:
    """What a set is, in a line."""
    parts = [amount(len(kept.set.tasks), _tr("1 question"), _tr("%1 questions"))]
    names = rule_names()
    rules = dict.fromkeys(task.expectation.rule for task in kept.set.tasks)
    parts.append(fill(_tr("right when the answer %1"), ", ".join(map(names.__getitem__, rules))))
    if kept.id is None:
        parts.append(_tr("comes with Quern"))
    else:
        parts.append(fill(_tr("yours, edited %1"), days_ago(kept.edited_at, today)))
    return " · ".join(part for part in parts if part)


def run_title(run: TaskRun) -> str:
    """What was asked."""
    if isinstance(run.request, TaskRequest):
        return run.request.set.name
    return _tr("Needle in a haystack")


def run_line(run: TaskRun, today: date) -> str:
    """The second line of a run in the list."""
    found = sum(answer.passed for model in run.models for answer in model.answers.values())
    judged = sum(not one.problem for model in run.models for one in model.answers.values())
    parts = [
        time_ago(run.created_at, today),
        state_words(run.state),
        ", ".join(model.name for model in run.models),
    ]
    if judged:
        parts.append(fill(_tr("%1 % right"), decimal(100 * found / judged, 0)))
    return " · ".join(parts)


def accuracy(score: LevelScore) -> str:
    """The share of right answers with its interval, which is not even to both sides."""
    if score.accuracy is None:
        return ""
    text = _tr("%1 % (%2 to %3)")
    return fill(text, *(decimal(100 * value, 1) for value in _values(score.accuracy)))


def overlap(interval: Interval | None) -> str:
    """A mean score with its interval."""
    return with_reach(interval, 2)


def speed(value: float | None) -> str:
    """Tokens a second."""
    return "" if value is None else decimal(value, 0 if value >= FAST else 1)


def flip_words(score: LevelScore) -> str:
    """How a level differs from the base, in a sentence."""
    flips = score.flips
    if flips is None:
        return ""
    name = score.model.name
    changed = amount(len(flips.lost) + len(flips.won), _tr("1 answer"), _tr("%1 answers"))
    if not (flips.lost or flips.won):
        return fill(_tr("%1 gets right what the base gets right."), name)
    text = _tr("%1 flips %2: %3 lost, %4 won.")
    said = fill(text, name, changed, len(flips.lost), len(flips.won))
    if flips.differs:
        worse = len(flips.lost) > len(flips.won)
        verdict = _tr("It is really worse") if worse else _tr("It is really better")
        return f"{said} {verdict} (p = {decimal(flips.p, 3)})."
    return f"{said} {fill(_tr('That can be chance (p = %1).'), decimal(flips.p, 2))}"


def answer_words(answer: TaskAnswer | None) -> str:
    """What a model said, or why there is nothing to show."""
    if answer is None:
        return _tr("not asked yet")
    return answer.problem or answer.text or _tr("(an empty answer)")


def in_one_line(text: str) -> str:
    """A text of several lines, where there is room for one."""
    return " ".join(text.split())


def _values(interval: Interval) -> tuple[float, float, float]:
    return interval.value, interval.low, interval.high


def _tr(text: str) -> str:
    return QCoreApplication.translate("Tasks", text)
