"""Preparing rounds and keeping votes."""

from __future__ import annotations

import random
import threading
from pathlib import Path

import pytest

from desktop.core.answering import AnsweringModels
from desktop.core.blind_test import BlindTests, our_prompts, prompts_of
from desktop.core.job_control import JobControl
from desktop.core.model_inspector import ModelInspector
from desktop.core.resident_models import ResidentModels
from desktop.domain.blind_test import BlindTest, Round, Vote
from desktop.domain.conversation import Role
from desktop.domain.errors import Cancelled, ContextTooSmall, InvalidInput, ModelTooBig
from desktop.domain.model import LoadConfig
from desktop.domain.sampling import SamplerSettings
from desktop.engine.protocol import ChatTurn
from desktop.storage.votes import StoredVotes
from tests.helpers.scripted_models import FakeInspector, Script, ScriptedModels

PATHS = [Path("one.gguf"), Path("two.gguf"), Path("three.gguf")]
SAMPLER = SamplerSettings(max_tokens=4, seed=5)


class Bench:
    """A store, scripted models, and what was told."""

    def __init__(self, database, available: int = 100, seed: int = 1, **scripts: Script) -> None:
        self.models = ScriptedModels(**scripts)
        self.store = StoredVotes(database)
        self.tests = BlindTests(
            self.store,
            ResidentModels(self.models),
            FakeInspector(available=available),
            random.Random(seed),
        )
        self.progress: list[float] = []
        self.left_out: list[str] = []

    def create(self, paths=PATHS[:2], prompts=("p", "q"), sampler=SAMPLER) -> BlindTest:
        return self.tests.create(paths, prompts, sampler, "Be kind.")

    def prepare(self, test: BlindTest, control: JobControl | None = None) -> Round:
        return self.tests.prepare(
            test.id,
            control or JobControl(),
            self.progress.append,
            lambda level, error: self.left_out.append(f"{level.name}: {error.message}"),
        )


@pytest.fixture
def bench(database):
    made: list[Bench] = []

    def make(**options) -> Bench:
        made.append(Bench(database, **options))
        return made[-1]

    yield make
    for one in made:
        one.tests.release()


TWO = {"one": Script(["I", " am", " one"]), "two": Script(["I", " am", " two"])}


def test_a_round_has_both_answers_in_the_order_that_was_drawn(bench) -> None:
    here = bench(**TWO)
    test = here.create()
    orders = set()
    for _ in range(12):
        one = here.prepare(test)
        orders.add((one.first, one.second))
        assert one.answers == tuple(("I am one", "I am two")[n] for n in (one.first, one.second))
        assert one.waits and one == here.store.get(test.id).rounds[-1]
    assert orders == {(0, 1), (1, 0)}


def test_the_order_of_answering_tells_nothing_about_that_of_showing(bench) -> None:
    here = bench(**TWO)
    test = here.create()
    agree = []
    for _ in range(24):
        before = len(here.models.log)
        one = here.prepare(test)
        asked = [name for what, name in here.models.log[before:] if what == "answer"]
        agree.append(asked[0] == ("one", "two")[one.first])
    assert 4 < sum(agree) < 20


def test_the_order_is_committed_before_anybody_answers(bench, monkeypatch) -> None:
    here = bench(**TWO)
    test = here.create()
    seen = []

    def look(*_args):
        seen.append(here.store.get(test.id).rounds[-1])

    here.progress = type("Looks", (list,), {"append": look})()
    done = here.prepare(test)
    assert seen and {(one.id, one.first, one.second, one.answers) for one in seen} == {
        (done.id, done.first, done.second, None)
    }


def test_both_are_asked_the_same_with_the_same_seed(bench) -> None:
    here = bench(**TWO)
    one = here.prepare(here.create())
    turns = (ChatTurn(Role.SYSTEM, "Be kind."), ChatTurn(Role.USER, one.prompt))
    assert here.models.asked == [turns, turns]
    assert [sampler.seed for sampler in here.models.samplers] == [one.seed] * 2
    assert len(set(here.models.configs)) == 1


def test_the_same_answers_are_a_tie_without_a_vote(bench) -> None:
    here = bench(one=Script(["Yes", "."]), two=Script(["Yes", ".", "\n"]))
    one = here.prepare(here.create())
    assert one.vote is Vote.TIE and one.automatic and not one.waits


def test_models_stay_in_memory_when_it_holds_all_of_them(bench) -> None:
    here = bench(**TWO)
    test = here.create()
    for _ in range(3):
        here.prepare(test)
    assert [what for what, _ in here.models.log].count("load") == 2
    # One answers at a time, with all threads.
    assert {config.threads for config in here.models.configs} == {LoadConfig().threads}


def test_else_one_leaves_before_the_next_comes(bench) -> None:
    here = bench(available=15, **TWO)
    test = here.create()
    here.prepare(test)
    here.prepare(test)
    assert here.models.most_open == 1


def test_a_level_that_cannot_be_asked_is_left_out_and_that_is_said(bench) -> None:
    here = bench(three=Script(problem=ModelTooBig("Too big.")), **TWO)
    test = here.create(PATHS)
    rounds = [here.prepare(test) for _ in range(8)]
    assert here.left_out == ["three: Too big."]
    assert {one.pair for one in rounds} == {(0, 1)}
    assert len(here.store.get(test.id).rounds) == 8  # nothing is left of what failed


def test_with_fewer_than_two_there_is_nothing_to_compare(bench) -> None:
    here = bench(one=TWO["one"], two=Script(problem=ModelTooBig("Too big.")))
    test = here.create()
    with pytest.raises(InvalidInput, match="Fewer than two"):
        here.prepare(test)
    assert here.left_out == ["two: Too big."]
    here.tests.release()  # the next time everything is tried again
    here.models.scripts["two"] = TWO["two"]
    assert here.prepare(test).waits


def test_what_is_wrong_with_a_prompt_is_not_the_levels_fault(bench) -> None:
    too_long = ContextTooSmall("It does not fit.")
    here = bench(one=Script(problem=too_long, late=True), two=Script(problem=too_long, late=True))
    test = here.create()
    with pytest.raises(ContextTooSmall):
        here.prepare(test)
    assert not here.left_out and not here.store.get(test.id).rounds


def test_levels_do_not_think_where_they_can_do_without(bench) -> None:
    thinks = Script(["a"], switches=("thinking",))
    here = bench(one=thinks, two=Script(["b"], switches=("thinking",)))
    here.prepare(here.create())
    assert here.models.arguments == [{"thinking": False}] * 2


def test_two_that_only_thought_are_no_tie(bench) -> None:
    silent = Script(["hm"], reasoning=1)
    here = bench(one=silent, two=silent)
    test = here.create()
    with pytest.raises(InvalidInput, match="Neither level answered"):
        here.prepare(test)
    assert not here.store.get(test.id).rounds


def test_cancelling_forgets_the_round(bench) -> None:
    here = bench(one=Script(["a"], endless=True), two=Script(["b"], endless=True))
    test, control, met = here.create(), JobControl(), []

    def work() -> None:
        try:
            here.prepare(test, control)
        except Cancelled:
            met.append(True)

    thread = threading.Thread(target=work)
    thread.start()
    assert here.models.reached.acquire(timeout=30)
    assert len(here.store.get(test.id).rounds) == 1
    control.cancel()
    thread.join(30)
    assert met and not here.store.get(test.id).rounds


def test_at_temperature_0_prompts_are_used_up(bench) -> None:
    here = bench(**TWO)
    test = here.create(sampler=SamplerSettings(temperature=0.0))
    assert {here.prepare(test).prompt for _ in range(2)} == {"p", "q"}
    with pytest.raises(InvalidInput, match="All prompts were used"):
        here.prepare(test)


def test_progress_goes_up_and_ends_at_1(bench) -> None:
    here = bench(**TWO)
    here.prepare(here.create())
    # Three pieces of the four that each may have.
    first = [0.0, 0.125, 0.25, 0.375]
    assert here.progress == [*first, *(0.5 + one for one in first), 1.0]


def test_a_vote_is_kept(bench) -> None:
    here = bench(**TWO)
    test = here.create()
    one = here.prepare(test)
    assert here.tests.vote(one.id, Vote.SECOND).vote is Vote.SECOND
    ranking = here.tests.get(test.id).ranking()
    assert ranking.standings[0].number == one.second


def test_levels_of_the_same_name_are_told_apart(bench) -> None:
    here = bench(**TWO)
    made = here.tests.create([Path("a/one.gguf"), Path("b/one.gguf")], ["p"], SAMPLER)
    assert [level.name for level in made.levels] == ["one", "one (one)"]
    assert made.request.sampler.seed is None


@pytest.mark.parametrize(
    ("paths", "prompts"), [(PATHS[:1], "p"), (PATHS[:1] * 2, "p"), (PATHS, "")]
)
def test_there_must_be_something_to_compare_and_to_ask(bench, paths, prompts) -> None:
    with pytest.raises(InvalidInput):
        bench().create(paths, prompts)


def test_our_prompts_are_many_and_different() -> None:
    prompts = our_prompts()
    assert len(prompts) == 24 and all(len(prompt) < 250 for prompt in prompts)


def test_prompts_stand_one_a_line() -> None:
    assert prompts_of("\n Why? \n\nHow?\nWhy?\n") == ("Why?", "How?")


def test_children_are_asked_and_leave(database, make_engine) -> None:
    engines = []

    def make():
        engines.append(make_engine())
        return engines[-1]

    inspector = ModelInspector(make)
    tests = BlindTests(StoredVotes(database), ResidentModels(AnsweringModels(make)), inspector)
    test = tests.create(PATHS[:2], ["say hello"], SAMPLER)
    one = tests.prepare(test.id, JobControl(), lambda _: None, lambda *_: None)
    assert one.answers == ("hello ", "hello ") and one.automatic
    tests.release()
    assert [engine.process_id is None for engine in engines] == [False, True, True]
    inspector.close()
