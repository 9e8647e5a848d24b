from __future__ import annotations

from pathlib import Path

import pytest

from desktop.controllers.chat import ChatController
from desktop.controllers.conversations import ConversationsController
from desktop.controllers.library import LibraryController
from desktop.controllers.models import ModelController
from desktop.controllers.tasks import Tasks
from desktop.core.answer_journal import AnswerJournal
from desktop.core.model_inspector import ModelInspector
from desktop.core.model_library import ModelLibrary
from desktop.domain.model import LoadConfig
from desktop.domain.paths import Home, OtherPrograms
from desktop.domain.sampling import SamplerSettings
from desktop.engine.client import Engine
from desktop.storage.conversations import Conversations
from desktop.storage.database import Database
from desktop.storage.model_facts import ModelFacts
from desktop.storage.models import KnownModels
from tests.helpers.fake_worker import COMMAND


@pytest.fixture
def store(database: Database) -> Conversations:
    return Conversations(database)


@pytest.fixture
def tasks(qtbot):
    tasks = Tasks()
    yield tasks
    tasks.close()


@pytest.fixture
def inspector():
    inspector = ModelInspector(lambda: Engine(COMMAND))
    yield inspector
    inspector.close()


@pytest.fixture
def starter(tmp_path: Path) -> Path:
    path = tmp_path / "starter.gguf"
    path.write_bytes(b"GGUF")
    return path


@pytest.fixture
def known_library(tmp_path, database, inspector, starter) -> ModelLibrary:
    return ModelLibrary(
        KnownModels(database),
        ModelFacts(database),
        Home(tmp_path),
        OtherPrograms(),
        starter,
        inspector.inspect,
    )


@pytest.fixture
def library(known_library, inspector, tasks):
    controller = LibraryController(known_library, inspector, tasks)
    yield controller
    controller.close()


@pytest.fixture
def make_models(known_library, tasks, qtbot):
    """Builds models of windows, and closes them all."""
    made: list[ModelController] = []

    def make(rest_after: float = 0.0) -> ModelController:
        controller = ModelController(
            known_library,
            lambda on_state: Engine(COMMAND, on_state=on_state),
            LoadConfig,
            lambda: rest_after,
            tasks,
        )
        made.append(controller)
        return controller

    yield make
    for controller in made:
        controller.close()


@pytest.fixture
def models(make_models) -> ModelController:
    return make_models()


@pytest.fixture
def journal(store, models):
    journal = AnswerJournal(store, lambda fault: None)
    yield journal
    models.close()
    journal.close()


@pytest.fixture
def chat(store, models, journal, qtbot) -> ChatController:
    sampler = SamplerSettings(seed=3)
    return ChatController(store, models, journal, lambda: sampler, lambda _number: False)


@pytest.fixture
def conversations(store, tasks) -> ConversationsController:
    return ConversationsController(store, tasks)
