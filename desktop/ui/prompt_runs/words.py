"""Cases and runs of prompts in plain words."""

from __future__ import annotations

from datetime import date

from PySide6.QtCore import QCoreApplication

from desktop.core.prompt_run_report import Cell
from desktop.domain.answer import Answer
from desktop.domain.conversation import StopReason
from desktop.domain.job import JobState
from desktop.domain.matching import Expectation, MatchRule
from desktop.domain.prompt_case import PromptCase
from desktop.domain.prompt_run import ChainRun, PromptRun
from desktop.ui.compare.words import state_words
from desktop.ui.formats import amount, decimal, fill, integer, time_ago
from desktop.ui.prompts.words import version_name


def rule_names() -> dict[MatchRule, str]:
    """How an answer is judged, as a person chooses it."""
    return {
        MatchRule.CONTAINS: _tr("It contains"),
        MatchRule.EXACT: _tr("It is exactly"),
        MatchRule.NUMBER: _tr("Its last number is"),
        MatchRule.CHOICE: _tr("It chooses"),
        MatchRule.REGEX: _tr("It matches the pattern"),
        MatchRule.ROUGE: _tr("It reads like (ROUGE-L)"),
        MatchRule.BLEU: _tr("It reads like (BLEU)"),
    }


def rule_hint(rule: MatchRule) -> str:
    """What a rule looks at, and what it overlooks."""
    return {
        MatchRule.CONTAINS: _tr("Found anywhere in the answer; case does not count."),
        MatchRule.EXACT: _tr("The whole answer; case, spaces around and a last full stop do not"
                             " count."),
        MatchRule.NUMBER: _tr("However it is written: 1,000 and 1000.0 are the same."),
        MatchRule.CHOICE: _tr("The letter or word of a multiple-choice question."),
        MatchRule.REGEX: _tr("A regular expression, found anywhere in the answer."),
        MatchRule.ROUGE: _tr("Words in common, in the same order; 1 is the same text."),
        MatchRule.BLEU: _tr("Runs of one to four words in common; 1 is the same text."),
    }[rule]  # fmt: skip


def expected(wanted: Expectation | None) -> str:
    """What is expected of an answer, in a line."""
    if wanted is None:
        return _tr("Nothing is expected; the answer is only looked at.")
    text = " ".join(wanted.text.split())
    said = f"{rule_names()[wanted.rule]} “{text}”"
    if wanted.graded:
        said += fill(_tr(", at least %1"), decimal(wanted.threshold, 2))
    return said


def values_line(case: PromptCase) -> str:
    """What goes into the placeholders, in a line."""
    return " · ".join(f"{name}: {' '.join(value.split())}" for name, value in case.values.items())


def verdict(cell: Cell) -> str:
    """What became of a cell, in a word or two."""
    if not cell.results:
        return _tr("Not asked yet")
    if cell.answer is None:
        return _tr("No answer")
    if cell.passed is None:
        return _tr("Answered")
    return _tr("Passed") if cell.passed else _tr("Failed")


def agreement(cell: Cell) -> str:
    """How many of several answers won the vote, or ""."""
    if cell.vote is None or len(cell.results) < 2:
        return ""
    return fill(_tr("%1 of %2 agree"), integer(cell.vote.votes), integer(cell.vote.of))


def figures(cell: Cell) -> str:
    """Tokens and time of a cell."""
    return f"{tokens(cell.tokens)} · {seconds(cell.seconds)}" if cell.vote else ""


def shortened(name: str, most: int) -> str:
    """A long name without its middle: what tells models apart stands at both ends."""
    if len(name) <= most:
        return name
    half = (most - 1) // 2
    return f"{name[:half]}…{name[-half:]}"


def answer_figures(answer: Answer) -> str:
    """What an answer took, and whether it was cut off."""
    parts = [tokens(answer.completion_tokens), seconds(answer.seconds)]
    if answer.stop_reason is StopReason.MAX_TOKENS:
        parts.append(_tr("cut off at the longest length"))
    return " · ".join(parts)


def tokens(number: int) -> str:
    """How long an answer is."""
    return amount(number, _tr("1 token"), _tr("%1 tokens"))


def seconds(value: float) -> str:
    """How long it took."""
    return fill(_tr("%1 s"), decimal(value, 1 if value >= 1 else 2))


def run_line(run: PromptRun, today: date) -> str:
    """A run among others: when, which versions, how many cases, how it ended."""
    request = run.request
    versions = ", ".join(version_name(version.number) for version in request.versions)
    cases = amount(len(request.cases), _tr("1 case"), _tr("%1 cases"))
    models = amount(len(request.models), request.models[0].stem, _tr("%1 models"))
    parts = [time_ago(run.created_at, today), versions, cases, models]
    if request.samples > 1:
        parts.append(fill(_tr("%1 answers each"), integer(request.samples)))
    if run.state is not JobState.DONE:
        parts.append(state_words(run.state))
    return " · ".join(parts)


def chain_line(run: ChainRun, today: date) -> str:
    """A run of a chain among others."""
    steps = fill(_tr("%1 of %2 steps"), integer(len(run.steps)), integer(len(run.titles)))
    parts = [time_ago(run.created_at, today), run.request.model.stem, steps]
    if run.state is not JobState.DONE:
        parts.append(state_words(run.state))
    return " · ".join(parts)


def _tr(text: str) -> str:
    return QCoreApplication.translate("PromptRuns", text)
