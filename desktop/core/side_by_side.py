"""One question to several models beside each other, and where their answers part.

Where the inspector's estimates say that all fit into memory, they answer at the same time, each
with a fair share of the threads: their speeds cannot be compared then. Else they answer one after
the other, and each leaves before the next comes.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from desktop.core.job_control import JobControl
from desktop.core.model_inspector import ModelInspector
from desktop.core.resident_models import ResidentModels
from desktop.core.side_by_side_plan import arguments_of, plan_for, turns_of
from desktop.domain.conversation import Role
from desktop.domain.errors import Cancelled, InvalidInput, QuernError
from desktop.domain.next_token import NextToken
from desktop.domain.side_by_side import (
    FEWEST,
    MOST,
    Column,
    Parting,
    Plan,
    Question,
    Stage,
    first_difference,
    same_vocabulary,
    token_spans,
)
from desktop.engine.protocol import ChatTurn
from desktop.engine.token_messages import AnswerSplit, ExplainToken, SplitAnswer, TokenExplained

SHOWN_CANDIDATES = 12


@dataclass(frozen=True, slots=True)
class Listener:
    """Who is told how a run goes, on any thread.

    Attributes:
        planned: how it is done, before anything else.
        changed: number of a column, and how it stands.
        text_came: number of a column, new text, whether it is reasoning.
    """

    planned: Callable[[Plan], None]
    changed: Callable[[int, Column], None]
    text_came: Callable[[int, str, bool], None]


def explain(
    resident: ResidentModels,
    column: Column,
    question: Question,
    plan: Plan,
    index: int,
    control: JobControl,
    wanted: tuple[int, ...] = (),
) -> NextToken:
    """How the token `index` of a column's answer was chosen; the model is loaded again if it left.

    Raises: Cancelled, the QuernErrors of loading and evaluating, EngineDied.
    """
    answer = ChatTurn(Role.ASSISTANT, column.text, column.reasoning)
    with resident.using(column.path, plan.config, control, alone=not plan.at_once) as model:
        return model.call(
            lambda number: ExplainToken(
                id=number,
                messages=(*turns_of(question), answer),
                index=index,
                sampler=question.sampler,
                template_arguments=arguments_of(question, model.loaded),
                count=SHOWN_CANDIDATES,
                wanted=wanted,
            ),
            TokenExplained,
            control,
        ).token


class SideBySideRun:
    """One run. `do` blocks; the other methods may be called from any thread.

    Raises: InvalidInput when there is nothing to ask, or nobody.
    """

    def __init__(
        self,
        resident: ResidentModels,
        inspector: ModelInspector,
        paths: Sequence[Path],
        question: Question,
        listener: Listener,
    ) -> None:
        if not question.prompt.strip():
            raise InvalidInput("There is no question.", "Type what the models are to answer.")
        if not FEWEST <= len(set(paths)) == len(paths) <= MOST:
            raise InvalidInput(
                f"{FEWEST} to {MOST} different files can answer side by side.",
                "Choose some more, or some less.",
            )
        self._resident = resident
        self._inspector = inspector
        self._question = question
        self._listener = listener
        self._plan = Plan(at_once=False, config=question.config)
        self._columns = [Column(path) for path in paths]
        self._controls = [JobControl() for _ in paths]
        self._comparing = JobControl()
        self._bugs: list[Exception] = []

    def do(self) -> None:
        """Ask, and tell where the answers part. What goes wrong with a model is said by its column.

        Raises: EngineFault when no engine can be started at all.
        """
        for number in range(len(self._columns)):
            self._change(number)
        self._resident.release()  # what is loaded still would be taken for memory that is missing
        self._plan = plan_for(
            self._inspector, [column.path for column in self._columns], self._question
        )
        self._listener.planned(self._plan)
        numbers = range(len(self._columns))
        if self._plan.at_once:
            threads = [
                threading.Thread(target=self._answer_beside, args=(number,), daemon=True)
                for number in numbers
            ]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
            for number in numbers:
                self._part(number)
        else:
            for number in numbers:
                self._answer(number)
                self._part(number)  # while the model is there
        self._ask_reference()
        if self._bugs:
            raise self._bugs[0]

    def stop(self) -> None:
        """No more is written; what there is, is compared."""
        for control in self._controls:
            control.cancel()

    def quit(self) -> None:
        """Nothing is wanted any more."""
        self.stop()
        self._comparing.cancel()

    # --- answering --------------------------------------------------------------------------

    def _answer_beside(self, number: int) -> None:
        try:
            self._answer(number)
        except Exception as error:  # noqa: BLE001 - the run raises it when the others are done
            self._bugs.append(error)

    def _answer(self, number: int) -> None:
        try:
            self._ask(number)
        except Cancelled:
            self._change(number, stage=Stage.STOPPED)
        except QuernError as error:
            self._change(number, stage=Stage.FAILED, problem=error.message, advice=error.advice)
        if self._columns[number].stage in (Stage.DONE, Stage.STOPPED):
            self._attempt(number, self._split)

    def _ask(self, number: int) -> None:
        column, control = self._columns[number], self._controls[number]
        control.check()  # else another would leave for nothing
        self._change(number, stage=Stage.LOADING)
        with self._resident.using(
            column.path, self._plan.config, control, alone=not self._plan.at_once
        ) as model:
            self._change(number, stage=Stage.ANSWERING, info=model.loaded.info)

            pieces: dict[bool, list[str]] = {False: [], True: []}

            def take(text: str, reasoning: bool) -> None:
                pieces[reasoning].append(text)
                self._listener.text_came(number, text, reasoning)

            try:
                answer = model.answer(
                    turns_of(self._question),
                    self._question.sampler,
                    control,
                    on_text=take,
                    template_arguments=arguments_of(self._question, model.loaded),
                )
            finally:  # what was written stays, however it ended
                self._columns[number] = replace(
                    self._columns[number],
                    text="".join(pieces[False]),
                    reasoning="".join(pieces[True]),
                )
        self._change(number, stage=Stage.DONE, answer=answer)

    def _split(self, number: int) -> None:
        column = self._columns[number]
        if not column.shown:
            return
        answer = ChatTurn(Role.ASSISTANT, column.text, column.reasoning)
        with self._resident.using(
            column.path, self._plan.config, self._comparing, alone=not self._plan.at_once
        ) as model:
            split = model.call(
                lambda number: SplitAnswer(
                    id=number,
                    messages=(*turns_of(self._question), answer),
                    template_arguments=arguments_of(self._question, model.loaded),
                ),
                AnswerSplit,
                self._comparing,
            )
        spans = token_spans(split.tokens, column.shown)
        self._change(number, tokens=split.tokens, spans=spans)

    # --- comparing --------------------------------------------------------------------------

    @property
    def _reference(self) -> int | None:
        """The first column whose tokens are known."""
        return next((n for n, column in enumerate(self._columns) if column.tokens), None)

    def _part(self, number: int) -> None:
        """Find where a column parts from the reference, and what its own model says to that."""
        there = self._reference
        column = self._columns[number]
        if there is None or not column.tokens:
            return
        if number == there:
            self._change(number, reference=True)
            return
        reference = self._columns[there]
        assert column.info is not None and reference.info is not None
        if not same_vocabulary(column.info, reference.info, column.tokens, reference.tokens):
            self._change(
                number,
                problem="Its vocabulary is another one, so tokens cannot be compared.",
                advice="Compare levels of the same model for that.",
            )
            return
        index = first_difference(column.tokens, reference.tokens)
        if index is None:
            self._change(number, same=True)
            return
        parting = Parting(
            index,
            column.tokens[index] if index < len(column.tokens) else None,
            reference.tokens[index] if index < len(reference.tokens) else None,
        )
        self._change(number, parting=parting)
        self._attempt(number, self._ask_column)

    def _ask_column(self, number: int) -> None:
        """What a column's model gave both tokens."""
        parting = self._columns[number].parting
        assert parting is not None
        own, other = self._probabilities(number, parting)
        self._change(number, parting=replace(parting, own_here=own, other_here=other))

    def _ask_reference(self) -> None:
        """What the reference's model gave both tokens of each parting."""
        there = self._reference
        for number, column in enumerate(self._columns):
            if column.parting is not None and there is not None:
                self._attempt(number, self._ask_there)

    def _ask_there(self, number: int) -> None:
        parting, there = self._columns[number].parting, self._reference
        assert parting is not None and there is not None
        own, other = self._probabilities(there, parting)
        self._change(number, parting=replace(parting, own_there=own, other_there=other))

    def _probabilities(self, number: int, parting: Parting) -> tuple[float | None, float | None]:
        """Of the parting's own and other token, by the model of column `number`."""
        pair = (parting.own, parting.other)
        told = explain(
            self._resident,
            self._columns[number],
            self._question,
            self._plan,
            parting.index,
            self._comparing,
            tuple(token.id for token in pair if token is not None),
        )
        known = {one.id: one.probability for one in told.stages[0].candidates}
        own, other = (None if token is None else known.get(token.id) for token in pair)
        return own, other

    def _attempt(self, number: int, work: Callable[[int], None]) -> None:
        """Learn more about an answer, which is there whether that works or not."""
        try:
            work(number)
        except Cancelled:
            return
        except QuernError as error:
            self._change(number, problem=error.message, advice=error.advice)

    # --- telling ----------------------------------------------------------------------------

    def _change(self, number: int, **values: object) -> None:
        changed = replace(self._columns[number], **values)  # type: ignore[arg-type]
        self._columns[number] = changed
        self._listener.changed(number, changed)
