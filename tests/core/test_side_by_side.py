"""One question to several models, and where their answers part."""

from __future__ import annotations

import threading
from dataclasses import replace
from pathlib import Path

import pytest

from desktop.core.answering import AnsweringModels
from desktop.core.job_control import JobControl, JobRunner
from desktop.core.model_inspector import ModelInspector
from desktop.core.resident_models import ResidentModels
from desktop.core.side_by_side import Listener, SideBySideRun, explain
from desktop.domain.conversation import Role
from desktop.domain.errors import EngineDied, InvalidInput, ModelTooBig
from desktop.domain.model import LoadConfig
from desktop.domain.paths import starter_model_path
from desktop.domain.quantization import QuantizeRequest
from desktop.domain.sampling import SamplerSettings
from desktop.domain.side_by_side import Column, Plan, Question, Stage, token_spans
from desktop.engine.client import Engine
from desktop.engine.job_messages import Quantize, Quantized
from desktop.engine.protocol import ChatTurn
from tests.helpers.scripted_models import FakeInspector, Script, ScriptedModels

PATHS = [Path("base.gguf"), Path("low.gguf"), Path("lower.gguf")]
QUESTION = Question("Why?", SamplerSettings(seed=7), "Be short.", LoadConfig(context=1024))

BASE = Script(["It", " is", " so", "."], {" is": 0.9, " was": 0.08, " so": 0.7, " thus": 0.2})
SAME = Script(["It", " is", " so", "."], {})
LOW = Script(["It", " is", " thus", "."], {" thus": 0.5, " so": 0.4})
LOWER = Script(["It", " was"], {" was": 0.6, " is": 0.3})


class Heard:
    def __init__(self) -> None:
        self.plan: Plan | None = None
        self.columns: dict[int, Column] = {}
        self.stages: dict[int, list[Stage]] = {}
        self.texts: dict[int, str] = {}
        self._lock = threading.Lock()

    def listener(self) -> Listener:
        return Listener(self.planned, self.changed, self.text_came)

    def planned(self, plan: Plan) -> None:
        self.plan = plan

    def changed(self, number: int, column: Column) -> None:
        with self._lock:
            self.columns[number] = column
            stages = self.stages.setdefault(number, [])
            if not stages or stages[-1] is not column.stage:
                stages.append(column.stage)

    def text_came(self, number: int, text: str, reasoning: bool) -> None:
        self.texts[number] = self.texts.get(number, "") + text


def run(models: ScriptedModels, inspector=None, paths=PATHS, question=QUESTION) -> Heard:
    heard = Heard()
    resident = ResidentModels(models)
    SideBySideRun(resident, inspector or FakeInspector(), paths, question, heard.listener()).do()
    resident.release()
    return heard


@pytest.mark.parametrize("available", [100, 25])
def test_each_answers_and_says_where_it_parts(available: int) -> None:
    models = ScriptedModels(base=BASE, low=LOW, lower=LOWER)
    heard = run(models, FakeInspector(available=available))
    base, low, lower = (heard.columns[number] for number in range(3))
    assert heard.stages[1] == [Stage.WAITING, Stage.LOADING, Stage.ANSWERING, Stage.DONE]
    assert (base.text, low.text, lower.text) == ("It is so.", "It is thus.", "It was")
    assert heard.texts == {0: base.text, 1: low.text, 2: lower.text}
    assert base.reference and base.parting is None
    assert low.parting and lower.parting
    assert (low.parting.index, low.parting.own.text, low.parting.other.text) == (2, " thus", " so")
    assert (low.parting.own_here, low.parting.other_here) == (0.5, 0.4)
    assert (low.parting.own_there, low.parting.other_there) == (0.2, 0.7)
    assert (lower.parting.index, lower.parting.own_here, lower.parting.own_there) == (1, 0.6, 0.08)
    assert base.answer and base.answer.tokens_per_second == 20


def test_all_get_the_same_question_seed_and_context() -> None:
    models = ScriptedModels(base=BASE, low=LOW, lower=LOWER)
    run(models)
    turns = (ChatTurn(Role.SYSTEM, "Be short."), ChatTurn(Role.USER, "Why?"))
    assert models.asked == [turns] * 3
    assert models.samplers == [QUESTION.sampler] * 3
    assert len(set(models.configs)) == 1 and models.configs[0].context == 1024


def test_all_at_once_when_memory_allows_it_with_a_fair_share_of_threads() -> None:
    models = ScriptedModels(base=BASE, low=LOW, lower=LOWER)
    heard = run(models, FakeInspector(each=10, available=30))
    assert heard.plan == Plan(True, LoadConfig(context=1024, threads=2))  # of 8 cores
    assert models.most_open == 3


def test_else_one_after_the_other_and_never_two_in_memory() -> None:
    models = ScriptedModels(base=BASE, low=LOW, lower=LOWER)
    heard = run(models, FakeInspector(each=10, available=29))
    assert heard.plan == Plan(False, LoadConfig(context=1024, threads=7))
    assert models.most_open == 1
    # Each is loaded once, and the reference once more, to be asked about the others' tokens.
    assert [name for what, name in models.log if what == "load"] == ["base", "low", "lower", "base"]


def test_the_same_answer_is_said_to_be_the_same() -> None:
    heard = run(ScriptedModels(base=BASE, low=SAME), paths=PATHS[:2])
    assert heard.columns[1].same and heard.columns[1].parting is None
    assert not heard.columns[0].same


def test_an_answer_that_only_ends_earlier_parts_at_its_end() -> None:
    short = Script(["It", " is"], {" so": 0.25})
    heard = run(ScriptedModels(base=BASE, low=short), paths=PATHS[:2])
    parting = heard.columns[1].parting
    assert parting and parting.index == 2
    assert parting.own is None and parting.other and parting.other.text == " so"
    assert (parting.own_here, parting.other_here, parting.other_there) == (None, 0.25, 0.7)


def test_models_think_unless_they_are_not_to() -> None:
    thinks = Script(["It"], {"It": 0.9}, switches=("enable_thinking", "tools"))
    plain = Script(["So"], {"So": 0.9})
    models = ScriptedModels(base=thinks, low=plain)
    run(models, paths=PATHS[:2])
    assert all(arguments == {} for arguments in models.arguments)
    models = ScriptedModels(base=thinks, low=plain)
    run(models, FakeInspector(available=10), PATHS[:2], replace(QUESTION, thinking=False))
    # Each answers, is asked about its own token; then the first about the other's.
    off = {"enable_thinking": False}
    assert models.arguments == [off, {}, {}, off]


@pytest.mark.parametrize("available", [100, 25])
def test_a_column_that_fails_says_so_and_the_others_go_on(available: int) -> None:
    models = ScriptedModels(
        base=Script(problem=ModelTooBig("Too big.", "Take another.")), low=BASE, lower=LOWER
    )
    heard = run(models, FakeInspector(available=available, bad=["base"]))
    base, low, lower = (heard.columns[number] for number in range(3))
    assert (base.stage, base.problem, base.advice) == (Stage.FAILED, "Too big.", "Take another.")
    assert low.reference and lower.parting is not None  # the first that answered stands in


def test_a_child_that_dies_in_the_middle_keeps_what_it_wrote() -> None:
    died = Script(["It", " is"], problem=EngineDied("It ended."), late=True)
    heard = run(ScriptedModels(base=BASE, low=died), paths=PATHS[:2])
    assert (heard.columns[1].stage, heard.columns[1].text) == (Stage.FAILED, "It is")
    assert heard.columns[1].parting is None
    assert heard.columns[0].stage is Stage.DONE


def test_tokens_of_another_vocabulary_are_not_compared() -> None:
    other = Script(["It", " was"], tokenizer="llama")
    heard = run(ScriptedModels(base=BASE, low=other), paths=PATHS[:2])
    assert heard.columns[1].stage is Stage.DONE and heard.columns[1].text == "It was"
    assert "cannot be compared" in heard.columns[1].problem
    assert heard.columns[1].parting is None and not heard.columns[1].same


def test_reasoning_is_kept_apart_and_compared_too() -> None:
    one = Script(["hm", " yes", "So"], reasoning=2)
    two = Script(["hm", " no", "So"], reasoning=2)
    heard = run(ScriptedModels(base=one, low=two), paths=PATHS[:2])
    assert (heard.columns[0].reasoning, heard.columns[0].text) == ("hm yes", "So")
    assert heard.columns[1].parting and heard.columns[1].parting.index == 1


@pytest.mark.parametrize("available", [100, 15])
def test_stopping_keeps_and_compares_what_there_is(available: int) -> None:
    models = ScriptedModels(
        base=Script(["It", " is"], endless=True), low=Script(["It", " was"], endless=True)
    )
    heard, resident = Heard(), ResidentModels(models)
    going = SideBySideRun(
        resident, FakeInspector(available=available), PATHS[:2], QUESTION, heard.listener()
    )
    thread = threading.Thread(target=going.do)
    thread.start()
    for _ in range(2 if available == 100 else 1):
        assert models.reached.acquire(timeout=30)
    going.stop()
    thread.join(30)
    assert not thread.is_alive()
    assert heard.columns[0].stage is heard.columns[1].stage is Stage.STOPPED
    assert heard.columns[0].text == "It is"
    if available == 100:
        assert heard.columns[1].parting and heard.columns[1].parting.index == 1
    else:
        assert heard.columns[1].text == ""  # its turn never came
        assert ("load", "low") not in models.log
    resident.release()


def test_quitting_leaves_the_comparing_out() -> None:
    models = ScriptedModels(base=Script(["It"], endless=True), low=LOW)
    heard, resident = Heard(), ResidentModels(models)
    going = SideBySideRun(
        resident, FakeInspector(available=15), PATHS[:2], QUESTION, heard.listener()
    )
    thread = threading.Thread(target=going.do)
    thread.start()
    assert models.reached.acquire(timeout=30)
    going.quit()
    thread.join(30)
    assert not [what for what, _ in models.log if what in ("split", "explain")]
    resident.release()


def test_a_bug_in_a_column_is_not_hidden() -> None:
    models = ScriptedModels(base=BASE, low=Script(problem=ValueError("a bug")))
    with pytest.raises(ValueError, match="a bug"):
        run(models, paths=PATHS[:2])


def test_a_token_can_be_asked_about_when_the_models_have_left() -> None:
    models = ScriptedModels(base=BASE, low=LOW)
    heard, resident = Heard(), ResidentModels(models)
    SideBySideRun(resident, FakeInspector(), PATHS[:2], QUESTION, heard.listener()).do()
    resident.release()
    assert heard.plan
    token = explain(resident, heard.columns[1], QUESTION, heard.plan, 2, JobControl())
    assert token.chosen and token.chosen.text == " thus"
    assert [one.text for one in token.stages[0].candidates] == [" thus", " so"]
    resident.release()


@pytest.mark.parametrize(
    "paths", [PATHS[:1], [PATHS[0], PATHS[0]], [Path(f"{n}.gguf") for n in range(5)]]
)
def test_two_to_four_different_files_take_part(paths) -> None:
    with pytest.raises(InvalidInput):
        run(ScriptedModels(), paths=paths)


def test_there_must_be_a_question() -> None:
    with pytest.raises(InvalidInput):
        run(ScriptedModels(), question=Question("  \n", QUESTION.sampler))


@pytest.mark.engine
def test_two_real_levels_part_and_can_be_asked_about_it(tmp_path: Path) -> None:
    low = tmp_path / "starter-Q2_K.gguf"
    request = QuantizeRequest(starter_model_path(), low, "Q2_K")
    JobRunner(Engine).run(lambda n: Quantize(id=n, request=request), Quantized, JobControl())
    resident, inspector = ResidentModels(AnsweringModels(Engine)), ModelInspector(Engine)
    sampler = SamplerSettings(temperature=0.0, seed=1, max_tokens=40)
    question, heard = Question("Tell me about bees.", sampler), Heard()
    paths = [starter_model_path(), low]
    try:
        SideBySideRun(resident, inspector, paths, question, heard.listener()).do()
        base, lower = heard.columns[0], heard.columns[1]
        assert base.stage is lower.stage is Stage.DONE
        assert base.text == heard.texts[0] and base.tokens and lower.tokens
        spans = token_spans(base.tokens, base.shown)
        assert "".join(base.shown[start:end] for start, end in spans) == base.shown
        parting = lower.parting
        assert parting and parting.own and parting.other
        # Greedy: each took what it thought likelier.
        assert parting.own_here and parting.other_here and parting.own_here > parting.other_here
        assert parting.own_there and parting.other_there and parting.own_there < parting.other_there
        assert heard.plan
        resident.release()  # and comes back
        token = explain(resident, lower, question, heard.plan, parting.index, JobControl())
        assert token.chosen and token.chosen.id == parting.own.id
        assert token.stages[0].candidates[0].id == parting.own.id
    finally:
        resident.release()
        inspector.close()
