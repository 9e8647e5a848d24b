"""Models that stay loaded between questions."""

from __future__ import annotations

from pathlib import Path

import pytest

from desktop.core.answering import AnsweringModels
from desktop.core.job_control import JobControl
from desktop.core.resident_models import ResidentModels
from desktop.domain.conversation import Role
from desktop.domain.errors import Cancelled, EngineDied, ModelTooBig
from desktop.domain.model import LoadConfig
from desktop.domain.sampling import SamplerSettings
from desktop.engine.protocol import ChatTurn
from tests.helpers.scripted_models import Script, ScriptedModels

ONE, TWO = Path("one.gguf"), Path("two.gguf")


def use(resident: ResidentModels, path: Path, *, alone: bool = False) -> None:
    with resident.using(path, LoadConfig(), JobControl(), alone=alone) as model:
        assert model.loaded.info.path == path


def test_a_model_is_loaded_once() -> None:
    models = ScriptedModels(one=Script(), two=Script())
    resident = ResidentModels(models)
    for path in (ONE, TWO, ONE, TWO):
        use(resident, path)
    assert models.log == [("load", "one"), ("load", "two")]
    assert resident.loaded == 2
    resident.release()
    assert sorted(models.log[2:]) == [("leave", "one"), ("leave", "two")]
    assert resident.loaded == 0
    use(resident, ONE)  # it comes back when asked
    assert models.log[-1] == ("load", "one")
    resident.release()


def test_alone_the_others_leave_first() -> None:
    models = ScriptedModels(one=Script(), two=Script())
    resident = ResidentModels(models)
    use(resident, ONE, alone=True)
    use(resident, ONE, alone=True)
    use(resident, TWO, alone=True)
    assert models.log == [("load", "one"), ("leave", "one"), ("load", "two")]
    assert models.most_open == 1
    resident.release()


def test_a_model_that_cannot_be_loaded_is_tried_again() -> None:
    models = ScriptedModels(one=Script(problem=ModelTooBig("Too big.")))
    resident = ResidentModels(models)
    with pytest.raises(ModelTooBig):
        use(resident, ONE)
    assert resident.loaded == 0
    models.scripts["one"] = Script()
    use(resident, ONE)
    assert resident.loaded == 1
    resident.release()


def test_what_is_cancelled_is_not_loaded() -> None:
    models = ScriptedModels(one=Script())
    control = JobControl()
    control.cancel()
    with (
        pytest.raises(Cancelled),
        ResidentModels(models).using(ONE, LoadConfig(), control, alone=False),
    ):
        pass
    assert models.log == []


def test_a_child_that_died_is_replaced(make_engine) -> None:
    resident, control = ResidentModels(AnsweringModels(make_engine)), JobControl()

    def ask(text: str) -> str:
        with resident.using(ONE, LoadConfig(), control, alone=False) as model:
            return model.answer(
                [ChatTurn(Role.USER, text)], SamplerSettings(seed=1), control
            ).text.strip()

    with pytest.raises(EngineDied):
        ask("crash now")
    assert ask("say hello") == "hello"
    resident.release()
