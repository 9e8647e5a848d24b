"""The controller with the real core, a database and scripted models."""

from __future__ import annotations

import json
from pathlib import Path
from types import SimpleNamespace

import pytest

from desktop.controllers.blind_test import MOST_TIES, BlindTestController
from desktop.domain.blind_test import BlindLevel, BlindRequest, BlindTest, Vote
from desktop.domain.errors import InvalidInput, ModelTooBig
from desktop.domain.model import LoadConfig
from desktop.domain.sampling import SamplerSettings
from desktop.storage.votes import StoredVotes
from tests.helpers.scripted_models import FakeInspector, Script, ScriptedModels

PATHS = [Path("one.gguf"), Path("two.gguf")]
SCRIPTS = {"one": Script(["I", " am", " one"]), "two": Script(["I", " am", " two"])}


@pytest.fixture
def make(database, tasks, qtbot):
    made = []

    def build(**scripts: Script) -> SimpleNamespace:
        models = ScriptedModels(**(scripts or SCRIPTS))
        store = StoredVotes(database)
        controller = BlindTestController(
            store, models, FakeInspector(), tasks, lambda: LoadConfig(context=512)
        )
        here = SimpleNamespace(
            controller=controller, models=models, store=store, heard=[], failures=[]
        )
        for name in ("prepared", "left_out", "unprepared", "voted", "ended"):
            getattr(controller, name).connect(
                lambda *told, name=name: here.heard.append((name, *told))
            )
        controller.failed.connect(here.failures.append)
        made.append(controller)
        return here

    yield build
    for controller in made:
        controller.close()


def create(here: SimpleNamespace, qtbot, paths=PATHS, prompts=("p", "q")) -> BlindTest:
    with qtbot.waitSignal(here.controller.created) as created:
        here.controller.create(paths, prompts, SamplerSettings(), "")
    return created.args[0]


def next_round(here: SimpleNamespace, sitting: int, qtbot):
    with qtbot.waitSignal(here.controller.prepared) as prepared:
        here.controller.next(sitting)
    assert prepared.args[0] == sitting
    return prepared.args[1]


def settle(here: SimpleNamespace, qtbot) -> None:
    qtbot.waitUntil(lambda: here.controller._thread is None)


def test_rounds_are_prepared_voted_on_and_counted(make, qtbot) -> None:
    here = make()
    test = create(here, qtbot)
    sitting = here.controller.sit(test)
    shown = next_round(here, sitting, qtbot)
    with qtbot.waitSignal(here.controller.voted) as voted:
        here.controller.vote(sitting, shown.id, Vote.SECOND)
    number, changed, done = voted.args
    assert (number, done.id, done.vote) == (sitting, shown.id, Vote.SECOND)
    assert changed.ranking().standings[0].number == shown.second
    assert next_round(here, sitting, qtbot).id != shown.id


def test_the_next_round_is_prepared_while_one_is_read(make, qtbot) -> None:
    here = make()
    sitting = here.controller.sit(create(here, qtbot))
    next_round(here, sitting, qtbot)
    settle(here, qtbot)
    log = len(here.models.log)
    assert [what for what, _ in here.models.log].count("answer") == 4
    prepared = []
    here.controller.prepared.connect(lambda *told: prepared.append(told))
    here.controller.next(sitting)
    assert prepared  # at once
    settle(here, qtbot)
    assert [what for what, _ in here.models.log[log:]] == ["answer", "answer"]


def test_what_is_prepared_stays_for_the_next_time(make, qtbot) -> None:
    here = make()
    test = create(here, qtbot)
    sitting = here.controller.sit(test)
    first = next_round(here, sitting, qtbot)
    settle(here, qtbot)
    here.controller.leave(sitting)
    again = here.controller.sit(here.store.get(test.id))
    log = len(here.models.log)
    assert next_round(here, again, qtbot).id == first.id
    assert not [what for what, _ in here.models.log[log:] if what == "answer"]


def test_the_same_answers_are_ties_and_go_on_by_themselves(make, qtbot) -> None:
    here = make(one=Script(["Yes"]), two=Script(["Yes"]))
    test = create(here, qtbot)
    sitting = here.controller.sit(test)
    with qtbot.waitSignal(here.controller.unprepared) as told:
        here.controller.next(sitting)
    assert isinstance(told.args[1], InvalidInput) and "the same" in told.args[1].message
    qtbot.waitUntil(lambda: [name for name, *_ in here.heard].count("voted") == MOST_TIES)
    assert here.store.get(test.id).ranking().votes == MOST_TIES
    with qtbot.waitSignal(here.controller.unprepared):
        here.controller.next(sitting)  # a person may go on


def test_a_level_that_is_left_out_is_told(make, qtbot) -> None:
    here = make(three=Script(problem=ModelTooBig("Too big.")), **SCRIPTS)
    test = create(here, qtbot, [*PATHS, Path("three.gguf")])
    sitting = here.controller.sit(test)
    shown = []
    while not any(name == "left_out" for name, *_ in here.heard):
        shown.append(next_round(here, sitting, qtbot))
        settle(here, qtbot)
        assert len(shown) < 20
    _, told, level, error = next(one for one in here.heard if one[0] == "left_out")
    assert (told, level.name, error.message) == (sitting, "three", "Too big.")


def test_what_went_wrong_ahead_of_time_is_told_when_it_matters(make, qtbot) -> None:
    here = make()
    sitting = here.controller.sit(create(here, qtbot, prompts=("p",)))
    next_round(here, sitting, qtbot)
    settle(here, qtbot)
    here.models.scripts["one"] = here.models.scripts["two"] = Script(
        problem=ModelTooBig("Too big.")
    )
    here.controller._tests().release()
    next_round(here, sitting, qtbot)  # was ready
    settle(here, qtbot)
    assert not [one for one in here.heard if one[0] == "unprepared"]
    here.controller.next(sitting)
    assert [one[0] for one in here.heard if one[0] == "unprepared"]


def test_another_sitting_ends_the_one_before(make, qtbot) -> None:
    here = make()
    test = create(here, qtbot)
    first = here.controller.sit(test)
    next_round(here, first, qtbot)
    second = here.controller.sit(here.store.get(test.id))
    assert ("ended", first) in here.heard
    here.controller.next(first)  # nobody sits there any more
    here.controller.vote(first, 1, Vote.FIRST)
    next_round(here, second, qtbot)
    assert not here.store.get(test.id).voted


def test_leaving_stops_what_is_being_prepared(make, qtbot) -> None:
    here = make(one=Script(["a"], endless=True), two=Script(["b"], endless=True))
    test = create(here, qtbot)
    sitting = here.controller.sit(test)
    here.controller.next(sitting)
    assert here.models.reached.acquire(timeout=30)
    here.controller.leave(sitting)
    settle(here, qtbot)
    qtbot.waitUntil(lambda: here.models.log[-1][0] == "leave")
    assert not here.store.get(test.id).rounds


def test_tests_are_listed_found_exported_and_removed(make, qtbot, tmp_path: Path) -> None:
    here = make()
    test = create(here, qtbot)
    with qtbot.waitSignal(here.controller.listed) as listed:
        here.controller.refresh()
    assert [one.id for one in listed.args[0]] == [test.id]
    with qtbot.waitSignal(here.controller.found) as found:
        here.controller.look_up(test.id)
    with qtbot.waitSignal(here.controller.exported):
        here.controller.export(found.args[0], tmp_path / "votes.json")
    assert json.loads((tmp_path / "votes.json").read_text(encoding="utf-8"))["votes"] == []
    sitting = here.controller.sit(test)
    with qtbot.waitSignal(here.controller.listed) as listed:
        here.controller.remove(test.id)
    qtbot.waitUntil(lambda: here.store.list() == [])
    here.controller.next(sitting)
    assert here.controller._thread is None


def test_what_cannot_be_tested_is_refused(make, qtbot) -> None:
    here = make()
    with qtbot.waitSignal(here.controller.failed):
        here.controller.create(PATHS[:1], ["p"], SamplerSettings(), "")
    assert isinstance(here.failures[0], InvalidInput)


def test_only_the_first_look_forgets_what_was_being_prepared(make, qtbot) -> None:
    here = make()
    test = here.store.add(
        BlindRequest((BlindLevel(PATHS[0], "one"), BlindLevel(PATHS[1], "two")), ("p",))
    )
    here.store.add_round(test.id, "p", 1, 0, 1)
    rounds = []
    here.controller.listed.connect(lambda tests: rounds.append(len(tests[0].rounds)))
    here.controller.refresh()
    qtbot.waitUntil(lambda: rounds == [0])
    here.store.add_round(test.id, "p", 1, 0, 1)
    here.controller.refresh()
    qtbot.waitUntil(lambda: rounds == [0, 1])
