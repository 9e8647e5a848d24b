"""The Models page with its real controllers, a hub on loopback and a scripted engine."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace

import pytest

from desktop.controllers.downloads import DownloadsController
from desktop.controllers.hub import HubController
from desktop.controllers.library import LibraryController
from desktop.controllers.models import ModelController
from desktop.controllers.settings import SettingsController
from desktop.controllers.tasks import Tasks
from desktop.core.device_probe import DeviceProber
from desktop.core.downloads import Downloads
from desktop.core.hub_access import HubAccess
from desktop.core.model_hub import ModelHub
from desktop.core.model_inspector import ModelInspector
from desktop.core.model_library import ModelLibrary
from desktop.core.settings import SettingsStore
from desktop.domain.model import LoadConfig
from desktop.domain.paths import Home, OtherPrograms
from desktop.engine.client import Engine
from desktop.storage.database import Database
from desktop.storage.downloads import StoredDownloads
from desktop.storage.model_facts import ModelFacts
from desktop.storage.models import KnownModels
from desktop.storage.presets import SamplerPresets
from desktop.ui.pages.models_binding import ModelsBinding
from desktop.ui.pages.models_body import HERE
from desktop.ui.pages.models_page import ModelsPage
from tests.helpers.fake_hub import FakeHub, FakeRepository
from tests.helpers.fake_worker import COMMAND
from tests.helpers.gguf_bytes import LevelFile

LEVELS = ("Q4_0", "Q8_0")
WHEAT = FakeRepository(
    "mill/wheat", {f"wheat-{level}.gguf": LevelFile(level).content() for level in LEVELS}
)


@pytest.fixture
def controllers(qtbot, tmp_path: Path):
    """Everything below the page, closed in the order the application closes it."""
    home = Home(tmp_path)
    starter = tmp_path / "starter.gguf"
    starter.write_bytes(b"GGUF")
    database = Database(tmp_path / "quern.db")
    database.open()
    tasks = Tasks()
    inspector = ModelInspector(lambda: Engine(COMMAND))
    with FakeHub(WHEAT) as fake:
        settings = SettingsStore(tmp_path / "settings.json")
        settings.update(hub_endpoint=fake.endpoint)
        tokens = SimpleNamespace(get=lambda _endpoint: "")
        access = HubAccess(settings, tokens)
        model_library = ModelLibrary(
            KnownModels(database), ModelFacts(database), home, OtherPrograms(), starter,
            inspector.inspect,
        )  # fmt: skip
        model_hub = ModelHub(access.connection, inspector, home, LoadConfig)
        made = SimpleNamespace(
            library=LibraryController(model_library, inspector, tasks),
            hub=HubController(model_hub, access, tasks),
            downloads=DownloadsController(
                lambda report: Downloads(
                    StoredDownloads(database), access.connection, lambda: 2, report
                ),
                tasks,
            ),
            models=ModelController(
                model_library, lambda on_state: Engine(COMMAND, on_state=on_state), LoadConfig,
                lambda: 0.0, tasks,
            ),
            settings=SettingsController(
                settings, SamplerPresets(database), inspector, lambda: Engine(COMMAND),
                lambda: DeviceProber(lambda _names: Engine(COMMAND), Path("model.gguf")), tasks,
            ),
        )  # fmt: skip
        yield made
        for controller in (made.hub, made.downloads, made.library):
            controller.close()
        tasks.close()
        made.models.close()
        model_hub.close()
        inspector.close()
        database.close()


def test_from_a_search_to_a_model_that_is_here_and_verified(controllers, icons, qtbot):
    page = ModelsPage(icons)
    qtbot.addWidget(page)
    binding = ModelsBinding(
        page, controllers.library, controllers.hub, controllers.downloads, controllers.models,
        controllers.settings, lambda: 8 << 30,
    )  # fmt: skip
    chats: list[Path] = []
    binding.chat_requested.connect(chats.append)
    controllers.downloads.finished.connect(lambda _: controllers.library.refresh())
    page.resize(900, 700)
    page.show()
    body = page.body
    body.find_models()
    assert body.hub.recommendations.cards()

    body.hub.search.field.setText("wheat")
    body.hub.search.button.click()
    qtbot.waitUntil(lambda: body.hub.model.rowCount() == 1)
    body.hub.list.setCurrentIndex(body.hub.model.index(0))
    names = {"wheat-Q4_0", "wheat-Q8_0"}
    qtbot.waitUntil(lambda: set(body.hub.panel._rows) == names)
    rows = body.hub.panel._rows
    qtbot.waitUntil(lambda: rows["wheat-Q8_0"].verdict().startswith("Fits"))

    rows["wheat-Q4_0"].button.click()
    qtbot.waitUntil(lambda: rows["wheat-Q4_0"].state() == "On this computer")
    assert rows["wheat-Q8_0"].button.text() == "Download"
    rows["wheat-Q4_0"].button.click()
    assert [path.name for path in chats] == ["wheat-Q4_0.gguf"]
    path = chats[0]
    assert path.read_bytes() == WHEAT.files["wheat-Q4_0.gguf"]

    body.views.choose(HERE)
    qtbot.waitUntil(lambda: body.library.model.has(path))
    body.library.choose(path)
    panel = body.library.panel
    qtbot.waitUntil(lambda: panel.memory.verdict().startswith("Fits"))
    panel.verify_button.click()
    qtbot.waitUntil(lambda: "file" in panel.verifying.text().lower()
                    and not panel.verifying.cancel_button.isVisible())  # fmt: skip
    panel.defaults._prompt.setPlainText("Answer in verse.")
    with qtbot.waitSignal(controllers.library.defaults_known) as known:
        panel.defaults.flush()
    assert known.args[1].system_prompt == "Answer in verse."
