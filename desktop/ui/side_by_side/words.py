"""Columns, tokens and partings in plain words."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication

from desktop.domain.next_token import AnswerToken
from desktop.domain.side_by_side import Column, Parting, Plan, Question, Stage
from desktop.ui.formats import amount, data_size, decimal, fill, integer
from desktop.ui.next_token.words import percent, visible


def parting_sentence(parting: Parting, reference: str) -> str:
    """Where a column parts from `reference`, and what both models think of both tokens."""
    place = integer(parting.index + 1)
    if parting.own is None:
        head = fill(_tr("Parts from %1 at token %2: it ends here."), reference, place)
    elif parting.other is None:
        text = _tr("Parts from %1 at token %2: it goes on where the other ends.")
        head = fill(text, reference, place)
    else:
        head = fill(_tr("Parts from %1 at token %2."), reference, place)
    lines = [head]
    for token, here, there in (
        (parting.own, parting.own_here, parting.own_there),
        (parting.other, parting.other_here, parting.other_there),
    ):
        if token is not None and here is not None and there is not None:
            text = _tr("“%1”: %2 here, %3 by %4")
            values = (visible(token.text), percent(here), percent(there), reference)
            lines.append(fill(text, *values))
    return "\n".join(lines)


def state_sentence(column: Column, *, comparable: bool) -> str:
    """How far a column is; once it is done, how fast it was if that can be compared."""
    words = {
        Stage.WAITING: _tr("Waits for its turn"),
        Stage.LOADING: _tr("Loads…"),
        Stage.ANSWERING: _tr("Answers…"),
        Stage.STOPPED: _tr("Stopped"),
        Stage.FAILED: _tr("No answer"),
        Stage.DONE: "",
    }
    parts = [words[column.stage]]
    if column.answer is not None:
        tokens = column.answer.completion_tokens
        parts.append(amount(tokens, _tr("1 token"), _tr("%1 tokens")))
        speed = decimal(column.answer.tokens_per_second, 1)
        text = _tr("%1 tokens a second") if comparable else _tr("%1 tokens a second, shared")
        parts.append(fill(text, speed))
    return " · ".join(part for part in parts if part)


def title_of(column: Column) -> str:
    """What a column is called: its level, or its file while that is not known."""
    return column.info.level if column.info is not None else column.path.stem


def size_of(column: Column) -> str:
    """File and bytes."""
    if column.info is None:
        return column.path.name
    return f"{data_size(column.info.file_size)} · {column.path.name}"


def how(question: Question, plan: Plan) -> str:
    """With what everybody answers."""
    settings = fill(
        _tr("Seed %1 · temperature %2 · context %3."),
        question.sampler.seed,
        decimal(question.sampler.temperature, 2),
        integer(plan.config.context),
    )
    threads = amount(plan.config.threads, _tr("1 thread"), _tr("%1 threads"))
    if plan.at_once:
        text = _tr("All answer at the same time, each with %1: speeds cannot be compared.")
    else:
        text = _tr("One after the other, as memory does not hold all at once, each with %1.")
    return f"{settings} {fill(text, threads)}"


def place_of(index: int, count: int, token: AnswerToken | None) -> str:
    """Which token is looked at."""
    if token is None:
        return _tr("The end of the answer")
    text = _tr("Token %1 of %2: “%3”")
    return fill(text, integer(index + 1), integer(count), visible(token.text))


def _tr(text: str) -> str:
    return QCoreApplication.translate("SideBySide", text)
