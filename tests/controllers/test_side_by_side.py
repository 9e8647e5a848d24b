"""The controller with the real core and scripted models."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace

import pytest

from desktop.controllers.side_by_side import SideBySideController
from desktop.core.answering import AnsweringModels
from desktop.domain.errors import InvalidInput
from desktop.domain.model import LoadConfig
from desktop.domain.sampling import SamplerSettings
from desktop.domain.side_by_side import Stage
from desktop.engine.client import Engine
from tests.helpers.fake_worker import COMMAND
from tests.helpers.scripted_models import FakeInspector, Script, ScriptedModels

PATHS = [Path("base.gguf"), Path("low.gguf")]
SAMPLER = SamplerSettings(seed=7)
SCRIPTS = {
    "base": Script(["It", " is"], {" is": 0.9, " was": 0.1}),
    "low": Script(["It", " was"], {" is": 0.3, " was": 0.6}),
}


@pytest.fixture
def make(tasks, qtbot):
    made = []

    def build(models=None, rest_after: float = 0.0, **scripts: Script) -> SimpleNamespace:
        models = models or ScriptedModels(**(scripts or SCRIPTS))
        controller = SideBySideController(
            models, FakeInspector(), tasks, lambda: LoadConfig(context=512), lambda: rest_after
        )
        here = SimpleNamespace(
            controller=controller, models=models, columns={}, texts=[], failures=[], plans=[]
        )
        controller.changed.connect(
            lambda run, place, column: here.columns.__setitem__((run, place), column)
        )
        controller.text_came.connect(lambda *told: here.texts.append(told))
        controller.planned.connect(lambda *told: here.plans.append(told))
        controller.failed.connect(here.failures.append)
        made.append(controller)
        return here

    yield build
    for controller in made:
        controller.close()


def run(here: SimpleNamespace, qtbot, sampler=SAMPLER) -> int:
    with qtbot.waitSignal(here.controller.ended) as ended:
        number = here.controller.start(PATHS, "Why?", "", sampler, thinking=True)
        assert here.controller.busy
    assert ended.args == [number] and not here.controller.busy
    return number


def test_a_run_is_told_from_beginning_to_end(make, qtbot) -> None:
    here = make()
    number = run(here, qtbot)
    low = here.columns[number, 1]
    assert low.stage is Stage.DONE and low.parting and low.parting.other_there == 0.9
    assert (number, 1, " was", False) in here.texts
    assert not here.failures


def test_the_question_is_told_with_its_seed_and_config(make, qtbot) -> None:
    here = make()
    run(here, qtbot, SamplerSettings())
    _, question, plan = here.plans[0]
    assert question.sampler.seed is not None and question.prompt == "Why?"
    assert plan.at_once and plan.config.context == 512


def test_any_token_can_be_asked_about(make, qtbot) -> None:
    here = make()
    number = run(here, qtbot)
    with qtbot.waitSignal(here.controller.explained) as told:
        here.controller.explain(number, 0, 1)
    assert told.args[:2] == [number, 0]
    assert [one.text for one in told.args[2].stages[0].candidates] == [" is", " was"]


def test_of_many_questions_the_newest_is_answered(make, qtbot) -> None:
    here = make()
    number = run(here, qtbot)
    told = []
    here.controller.explained.connect(lambda *one: told.append(one[1:]))
    for index in (0, 1, 0, 1):
        here.controller.explain(number, 1, index)
    qtbot.waitUntil(lambda: bool(told) and told[-1][1].index == 1)
    qtbot.waitUntil(lambda: here.controller._explaining is None)
    assert len(told) == 2  # the first, and the last of those that waited


def test_models_leave_when_nobody_looks_and_come_back_when_asked(make, qtbot) -> None:
    here = make()
    number = run(here, qtbot)
    here.controller.release()
    qtbot.waitUntil(lambda: [what for what, _ in here.models.log].count("leave") == 2)
    with qtbot.waitSignal(here.controller.explained):
        here.controller.explain(number, 0, 0)
    assert here.models.log[-2:] == [("load", "base"), ("explain", "base")]


def test_models_leave_after_the_time_of_the_settings(make, qtbot) -> None:
    here = make(rest_after=0.05)
    run(here, qtbot)
    qtbot.waitUntil(lambda: [what for what, _ in here.models.log].count("leave") == 2)


def test_leaving_during_a_run_lets_it_end_first(make, qtbot) -> None:
    here = make()
    with qtbot.waitSignal(here.controller.ended):
        number = here.controller.start(PATHS, "Why?", "", SAMPLER, thinking=True)
        here.controller.release()
    assert here.columns[number, 1].stage is Stage.DONE
    qtbot.waitUntil(lambda: [what for what, _ in here.models.log].count("leave") == 2)


def test_a_run_can_be_stopped(make, qtbot) -> None:
    here = make(base=Script(["It"], endless=True), low=Script(["It"], endless=True))
    number = here.controller.start(PATHS, "Why?", "", SAMPLER, thinking=True)
    for _ in PATHS:
        assert here.models.reached.acquire(timeout=30)
    here.controller.stop(number + 1)  # not this one
    with qtbot.waitSignal(here.controller.ended):
        here.controller.stop(number)
    assert here.columns[number, 0].stage is Stage.STOPPED


def test_a_new_run_ends_the_one_before(make, qtbot) -> None:
    here = make(base=Script(["It"], endless=True), low=Script(["It"], endless=True))
    ended = []
    here.controller.ended.connect(ended.append)
    first = here.controller.start(PATHS, "Why?", "", SAMPLER, thinking=True)
    assert here.models.reached.acquire(timeout=30)
    here.models.scripts = SCRIPTS
    second = here.controller.start(PATHS, "How?", "", SAMPLER, thinking=True)
    qtbot.waitUntil(lambda: ended == [first, second])
    assert here.columns[second, 0].text == "It is"


def test_what_cannot_be_asked_is_refused(make, qtbot) -> None:
    here = make()
    assert here.controller.start(PATHS[:1], "Why?", "", SAMPLER, thinking=True) == 0
    assert isinstance(here.failures[0], InvalidInput) and not here.controller.busy


def test_no_token_is_explained_while_models_answer(make, qtbot) -> None:
    here = make(base=Script(["It"], endless=True), low=Script(["It"], endless=True))
    number = here.controller.start(PATHS, "Why?", "", SAMPLER, thinking=True)
    assert here.models.reached.acquire(timeout=30)
    with qtbot.waitSignal(here.controller.unexplained):
        here.controller.explain(number, 0, 0)
    with qtbot.waitSignal(here.controller.ended):
        here.controller.stop(number)


def test_why_a_token_cannot_be_explained_is_said(make, qtbot) -> None:
    here = make()
    number = run(here, qtbot)
    here.controller.release()
    qtbot.waitUntil(lambda: [what for what, _ in here.models.log].count("leave") == 2)
    here.models.scripts = {"base": Script(problem=InvalidInput("It is gone."))}
    with qtbot.waitSignal(here.controller.unexplained) as told:
        here.controller.explain(number, 0, 0)
    assert told.args[0] == number and told.args[2].message == "It is gone."


def test_closing_ends_everything(make, qtbot) -> None:
    engines = []

    def engine() -> Engine:
        engines.append(Engine(COMMAND))
        return engines[-1]

    here = make(models=AnsweringModels(engine))
    here.controller.start(PATHS, "slow 100000", "", SAMPLER, thinking=True)
    qtbot.waitUntil(lambda: len(here.texts) > 3)
    here.controller.close()
    assert len(engines) == 2 and all(one.process_id is None for one in engines)
