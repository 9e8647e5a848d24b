"""The Models page with controllers that only note what they are asked."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path
from types import SimpleNamespace

import pytest
from PySide6.QtCore import QObject, QUrl, Signal
from PySide6.QtGui import QDesktopServices

from desktop.core.settings import Settings
from desktop.domain.download import DownloadState
from desktop.domain.errors import (
    AccessDenied,
    Cancelled,
    EnvironmentFault,
    InvalidInput,
    NoNetwork,
    QuernError,
)
from desktop.domain.hub import Gate, RemoteFile, RepositoryKind
from desktop.domain.library import ModelDefaults, VerifyOutcome, VerifyResult
from desktop.domain.model import LoadConfig, MemoryEstimate
from desktop.domain.sampling import BUILT_IN_PRESETS
from desktop.ui.hub.hub_pane import HubPane
from desktop.ui.pages.hub_binding import held
from desktop.ui.pages.models_binding import ModelsBinding
from desktop.ui.pages.models_body import HERE, ModelsBody
from desktop.ui.pages.models_page import ModelsPage
from tests.helpers.models_page_data import (
    GB,
    GIB,
    download,
    downloads,
    fits,
    library,
    recommendations,
    repository,
    results,
)

QWEN = library()[1]
LEVEL = "Qwen_Qwen3-4B-Q4_K_M"


class Asked(QObject):
    """Notes the calls of every method it does not have."""

    def __init__(self) -> None:
        super().__init__()
        self.asked: list[tuple[object, ...]] = []

    def __getattr__(self, name: str):
        if name.startswith("_"):
            raise AttributeError(name)
        return lambda *values: self.asked.append((name, *values))


class Library(Asked):
    added = Signal(object, object)
    listed = Signal(object)
    folders_changed = Signal(object)
    verifying = Signal(object, float)
    verified = Signal(object, object)
    verify_failed = Signal(object, object)
    described = Signal(object)
    describe_failed = Signal(object, object)
    estimated = Signal(object, object)
    defaults_known = Signal(object, object)


class Hub(Asked):
    found = Signal(object, object)
    search_failed = Signal(object)
    opened = Signal(object)
    open_failed = Signal(str, object)
    fits_known = Signal(str, str, object)
    fit_failed = Signal(str, str, object)
    token_changed = Signal(bool)
    has_token = False
    recommendations = SimpleNamespace(models=recommendations(), made_on=date(2026, 6, 1))

    def attempt(self, _question, action) -> None:
        try:
            action()
        except QuernError as error:
            self.asked.append(("failed", error))

    def download_request(self, repository, model):
        if model is None and not repository.checkpoint:
            raise InvalidInput("Nothing to convert.")
        return (repository.summary.id, model and model.name)


class Downloads(Asked):
    listed = Signal(object)
    changed = Signal(object)


class Models(Asked):
    loaded = Signal(object)
    unloaded = Signal()
    rested = Signal()
    current = None
    resting = False


class SettingsOf(Asked):
    changed = Signal(object)
    presets_changed = Signal(object)
    current = Settings(threads=3, hub_endpoint="https://mirror.example.org/")


class Page:
    def __init__(self, icons) -> None:
        self.library, self.hub, self.downloads = Library(), Hub(), Downloads()
        self.models, self.settings = Models(), SettingsOf()
        self.page = ModelsPage(icons)
        self.binding = ModelsBinding(
            self.page, self.library, self.hub, self.downloads, self.models, self.settings,
            lambda: 16 * GIB,
        )  # fmt: skip

    @property
    def body(self) -> ModelsBody:
        return self.page.body

    def open_repository(self, shown=None) -> None:
        self.body.hub.open((shown or repository()).summary.id)
        self.hub.opened.emit(shown or repository())


@pytest.fixture
def unmade(icons, theme, qtbot) -> Page:
    made = Page(icons)
    qtbot.addWidget(made.page)
    return made


@pytest.fixture
def made(unmade) -> Page:
    unmade.page.resize(900, 700)
    unmade.page.show()
    assert unmade.page.body.hub  # made now, so that tests count what they ask
    unmade.library.listed.emit(library())
    return unmade


def test_nothing_is_made_or_asked_before_it_is_shown(unmade, qtbot):
    assert not unmade.page.exists
    assert not unmade.library.asked
    assert not unmade.downloads.asked
    unmade.page.show()
    assert not unmade.page.exists  # the window goes on meanwhile
    qtbot.waitUntil(lambda: unmade.page.exists)
    assert ("refresh",) in unmade.library.asked
    assert ("folders",) in unmade.library.asked
    assert ("refresh",) in unmade.downloads.asked
    assert ("list_presets",) in unmade.settings.asked
    assert not unmade.page.body.findChildren(HubPane)
    unmade.body.find_models()
    qtbot.waitUntil(lambda: bool(unmade.body.findChildren(HubPane)))
    assert not unmade.hub.asked  # the network only when the person asks


def test_a_chosen_model_is_looked_at(made):
    panel = made.body.library.panel
    made.body.library.choose(QWEN.path)
    assert made.library.asked[-2:] == [("describe", QWEN.path), ("defaults", QWEN.path)]
    made.library.described.emit(library()[0].info)  # of another one
    assert not panel.facts.isVisible()
    made.library.described.emit(QWEN.info)
    assert panel.facts.isVisible()
    assert made.library.asked[-1] == ("estimate", QWEN.path, LoadConfig(context=4096, threads=3))
    estimate = MemoryEstimate(GB, GB, GB, 0, 4096, 5 * GB)
    made.library.estimated.emit(QWEN.path, estimate)
    assert panel.memory.verdict() == "Fits, with 2.0 GB to spare."
    made.library.estimated.emit(Path("/other.gguf"), replace(estimate, available=GB))
    assert panel.memory.verdict() == "Fits, with 2.0 GB to spare."


def test_what_was_added_is_chosen_when_it_is_listed(made, qtbot):
    notices = []
    made.binding.noticed.connect(notices.append)
    pane = made.body.library
    pane.filter.setText("nothing is called so")
    qtbot.waitUntil(lambda: not pane.model.shown())
    pane.file_added.emit(QWEN.path)
    made.library.added.emit(QWEN.path, QWEN)
    made.library.listed.emit(library())
    assert pane.panel.path == QWEN.path and pane.panel.isVisible()
    assert pane.filter.text() == "" and not notices


def test_what_is_listed_already_is_chosen_and_said(made):
    notices = []
    made.binding.noticed.connect(notices.append)
    again = Path("/elsewhere/again.gguf")
    made.library.added.emit(again, QWEN)  # by another window
    assert not notices
    made.body.library.file_added.emit(again)
    made.library.added.emit(again, QWEN)
    made.library.listed.emit(library())
    assert made.body.library.panel.path == QWEN.path
    (notice,) = notices
    assert notice.text == (
        f"“again.gguf” is listed already: its content is that of “{QWEN.title}”."
    )


def test_what_turns_out_to_be_listed_already_is_chosen_and_said(made):
    notices = []
    made.binding.noticed.connect(notices.append)
    again = replace(QWEN, path=Path("/elsewhere/again.gguf"))
    made.body.library.file_added.emit(again.path)
    made.library.added.emit(again.path, again)
    made.library.listed.emit([*library(), again])
    assert made.body.library.panel.path == again.path
    merged = replace(QWEN, copies=(again.path,))
    entries = [merged if entry.path == QWEN.path else entry for entry in library()]
    for _ in range(2):
        made.library.listed.emit(entries)
    assert made.body.library.panel.path == QWEN.path
    assert len(notices) == 1


def test_defaults_come_and_go(made):
    section = made.body.library.panel.defaults
    made.settings.presets_changed.emit(list(BUILT_IN_PRESETS))
    made.body.library.choose(QWEN.path)
    known = ModelDefaults(sampler=BUILT_IN_PRESETS[0].settings, system_prompt="Short.")
    made.library.defaults_known.emit(QWEN.path, known)
    assert section._prompt.toPlainText() == "Short."
    assert section._sampler.currentText() == BUILT_IN_PRESETS[0].name
    section.reset_button.click()
    assert made.library.asked[-1] == ("set_defaults", QWEN.path, ModelDefaults())


def test_changed_settings_are_what_is_usual(made):
    made.settings.changed.emit(Settings(threads=7))
    made.body.library.choose(QWEN.path)
    made.library.described.emit(QWEN.info)
    assert made.library.asked[-1][2].threads == 7


def test_verifying_from_start_to_end(made):
    panel = made.body.library.panel
    made.body.library.choose(QWEN.path)
    panel.verify_button.click()
    assert made.library.asked[-1] == ("verify", QWEN.path)
    made.library.verifying.emit(QWEN.path, 0.5)
    assert panel.verifying.text() == "Reading the file, 50 %"
    panel.verifying.cancel_button.click()
    assert made.library.asked[-1] == ("cancel_verify",)
    made.library.verify_failed.emit(QWEN.path, Cancelled("Cancelled."))
    assert not panel.verifying.isVisible()
    made.library.verify_failed.emit(QWEN.path, EnvironmentFault("The disk is gone."))
    assert panel.verifying.text() == "The disk is gone."
    made.library.verified.emit(QWEN.path, VerifyResult(VerifyOutcome.FIRST_MEASURED, "a"))
    assert "noted now" in panel.verifying.text()
    before = panel.verifying.text()
    for signal in (made.library.verified, made.library.verify_failed, made.library.verifying):
        value = 0.1 if signal == made.library.verifying else EnvironmentFault("x")
        if signal == made.library.verified:
            value = VerifyResult(VerifyOutcome.MATCHES, "a")
        signal.emit(Path("/other.gguf"), value)
    assert panel.verifying.text() == before


def test_what_cannot_be_read_is_said(made):
    made.body.library.choose(QWEN.path)
    made.library.describe_failed.emit(QWEN.path, EnvironmentFault("It is cut off.", "Copy it."))
    assert made.body.library.panel._problem.text() == "It is cut off. Copy it."


def test_the_list_tells_what_a_person_does(made, monkeypatch, qtbot):
    pane, path = made.body.library, QWEN.path
    opened = []
    monkeypatch.setattr(QDesktopServices, "openUrl", opened.append)
    pane.choose(path)
    pane.panel.show_requested.emit(path)
    assert opened == [QUrl.fromLocalFile("/models")]
    for signal, name in (
        (pane.file_added, "add_file"),
        (pane.folder_added, "add_folder"),
        (pane.folder_removed, "remove_folder"),
        (pane.panel.bin_requested, "bin"),
        (pane.panel.take_off_requested, "take_off"),
    ):
        signal.emit(path)
        assert made.library.asked[-1] == (name, path)
    with qtbot.waitSignal(made.binding.chat_requested) as told:
        pane.panel.chat_button.click()
    assert told.args == [path]
    made.library.folders_changed.emit([Path("/m")])
    assert pane._folders_fold.isVisible()


def test_what_is_loaded_is_marked(made):
    marked = []
    made.body.library.model.set_loaded = marked.append
    made.models.loaded.emit(SimpleNamespace(info=QWEN.info))
    made.models.unloaded.emit()
    made.models.loaded.emit(SimpleNamespace(info=QWEN.info))
    made.models.rested.emit()
    assert marked == [[QWEN.path], [], [QWEN.path], []]


@pytest.mark.parametrize("resting", [False, True])
def test_what_was_loaded_before_is_marked_too_unless_it_rests(unmade, resting):
    unmade.models.current = SimpleNamespace(info=QWEN.info)
    unmade.models.resting = resting
    unmade.page.show()
    assert unmade.body.library.model._loaded == (set() if resting else {QWEN.path})


def test_whoever_is_quick_is_not_shown_the_hub_after_leaving_it(unmade, qtbot):
    unmade.page.show()
    told = []
    unmade.page.when_made(told.append)
    assert not told
    qtbot.waitUntil(lambda: told == [unmade.page.body])
    unmade.body.find_models()
    unmade.body.views.choose(HERE)
    assert unmade.body.hub.isHidden()
    unmade.body.find_models()
    assert not unmade.body.hub.isHidden()


# --- the hub ---------------------------------------------------------------------------------


def test_searching(made):
    made.body.find_models()
    made.body.hub.search.search()
    query = made.body.hub.search.query()
    assert made.hub.asked == [("search", query)]
    made.hub.found.emit(query, results())
    assert made.body.hub.model.rowCount() == 6
    made.body.hub.search.search()
    made.hub.search_failed.emit(NoNetwork("Quern cannot reach the hub.", "Check the network."))
    assert made.body.hub.offline.text() == "Quern cannot reach the hub. Check the network."
    assert not made.body.hub.offline._rest.isHidden()


def test_a_repository_with_its_fits(made):
    made.body.find_models()
    made.open_repository()
    panel = made.body.hub.panel
    assert made.hub.asked == [("open", panel.repository_id)]
    made.hub.fits_known.emit(panel.repository_id, LEVEL, fits(2 * GB))
    assert panel._rows[LEVEL].verdict() == "Fits with 8k context"
    made.hub.fits_known.emit("another/one", LEVEL, fits(20 * GB))
    assert panel._rows[LEVEL].verdict() == "Fits with 8k context"
    made.hub.fit_failed.emit(panel.repository_id, LEVEL, NoNetwork("No network.", "Wait."))
    assert panel._rows[LEVEL].verdict() == "No network."
    made.hub.opened.emit(repository(summary=results()[0]))  # overtaken
    assert panel._repository == repository()


def test_downloading(made):
    made.open_repository()
    panel = made.body.hub.panel
    panel._rows[LEVEL].button.click()
    assert made.downloads.asked[-1] == ("start", (panel.repository_id, LEVEL))
    made.downloads.listed.emit(downloads()[:1])
    assert panel._rows[LEVEL].state() == "41 %"
    assert made.body.downloads.isVisible()
    made.downloads.changed.emit(download(1, DownloadState.PAUSED, received=1_900_000_000))
    assert panel._rows[LEVEL].state() == "Paused at 76 %"
    assert "Paused" in made.body.downloads.row(1).text()
    made.downloads.listed.emit([])
    assert panel._rows[LEVEL].state() == ""


def test_a_refreshed_library_takes_no_download_back_to_its_beginning(made):
    made.open_repository()
    waiting = download(1, DownloadState.QUEUED)
    made.downloads.listed.emit([waiting])
    made.downloads.changed.emit(replace(waiting, state=DownloadState.PAUSED, received=GB))
    row = made.body.hub.panel._rows[LEVEL]
    assert row.state() == "Paused at 40 %"
    made.library.listed.emit([])
    assert row.state() == "Paused at 40 %"


def test_a_token_has_an_open_gated_repository_asked_for_again(made):
    gated = repository()
    gated = replace(gated, summary=replace(gated.summary, gate=Gate.GATED))
    made.open_repository(gated)
    made.hub.asked.clear()
    made.hub.token_changed.emit(True)
    assert ("open", gated.summary.id) in made.hub.asked


def test_what_cannot_be_downloaded_is_said(made):
    made.open_repository()
    made.body.hub.panel.download_requested.emit(repository(), None)
    name, error = made.hub.asked[-1]
    assert name == "failed"
    assert str(error) == "Nothing to convert."


def test_what_is_here_already(made, tmp_path):
    made.open_repository()
    rows = made.body.hub.panel._rows
    first = repository().models[1].files[0]
    same = replace(QWEN, path=Path("/elsewhere") / first.path, size=repository().models[1].size)
    made.library.listed.emit([*library(), same])
    assert rows[LEVEL].state() == "On this computer"
    made.library.listed.emit(library())
    assert rows[LEVEL].state() == ""
    gone = download(1, DownloadState.DONE, path=tmp_path / "deleted since.gguf")
    made.downloads.listed.emit([gone])
    assert rows[LEVEL].button.text() == "Download"
    gone.path.write_bytes(b"GGUF")
    made.downloads.listed.emit([gone])
    assert rows[LEVEL].state() == "On this computer"


def test_what_is_held_is_known_by_content_or_by_name_and_size():
    model = repository().models[1]
    digest = replace(QWEN, sha256=model.files[0].sha256)
    assert held([model], [digest]) == {LEVEL: QWEN.path}
    split = repository().models[4]
    part = replace(QWEN, sha256=split.files[0].sha256)
    assert held([split], [part]) == {}  # the first part alone is not the model
    named = replace(QWEN, path=Path("/m") / split.files[0].path, size=split.size)
    assert held([split], [named]) == {split.name: named.path}
    assert held([split], [replace(named, missing=True)]) == {}
    assert held([model], library()) == {}


def test_a_checkpoint_on_its_way_and_here(made, qtbot, tmp_path):
    files = (RemoteFile("model.safetensors", 2_497_281_120),)
    summary = replace(repository().summary, kind=RepositoryKind.CONVERTIBLE)
    made.open_repository(repository(summary=summary, models=(), checkpoint=files))
    going = download(1, DownloadState.RUNNING, received=1_248_640_560)
    going = replace(going, request=replace(going.request, name="Qwen3", files=files))
    made.downloads.changed.emit(going)
    row = made.body.hub.panel._rows[""]
    assert row.state() == "50 %"
    weights = tmp_path / "model.safetensors"
    weights.touch()
    here = replace(going, state=DownloadState.DONE, path=weights)
    made.downloads.changed.emit(here)
    with qtbot.waitSignal(made.binding.quantize_requested) as told:
        row.button.click()
    assert told.args == [here.request.folder]


def test_a_token_opens_what_was_denied(made):
    made.body.find_models()
    panel = made.body.hub.panel
    made.body.hub.open("google/gemma")
    made.hub.open_failed.emit("another/one", AccessDenied("Not this one."))
    assert not panel._problem.isVisible()
    made.hub.open_failed.emit("google/gemma", AccessDenied("It is gated.", "Accept its terms."))
    assert panel._problem.text() == "It is gated. Accept its terms."
    panel.gate.token.field.setText("hf_x")
    panel.gate.token.button.click()
    assert made.hub.asked[-1] == ("set_token", "hf_x")
    made.hub.token_changed.emit(True)
    assert made.hub.asked[-1] == ("open", "google/gemma")
    made.hub.token_changed.emit(False)
    assert made.hub.asked[-1] == ("open", "google/gemma")


def test_pages_and_links_are_asked_to_be_opened(made, qtbot):
    made.open_repository()
    with qtbot.waitSignal(made.binding.link_activated) as told:
        made.body.hub.panel.page_requested.emit("a/b")
    assert told.args == ["https://mirror.example.org/a/b"]
    with qtbot.waitSignal(made.binding.link_activated) as told:
        made.body.hub.panel.link_activated.emit("https://example.org")
    assert told.args == ["https://example.org"]


def test_recommendations_stand_there_from_the_beginning(made):
    assert len(made.body.hub.recommendations.cards()) == len(recommendations())


# --- downloads -------------------------------------------------------------------------------


def test_downloads_tell_what_a_person_does(made, qtbot, monkeypatch):
    opened = []
    monkeypatch.setattr(QDesktopServices, "openUrl", opened.append)
    made.downloads.listed.emit(downloads())
    panel = made.body.downloads
    for number, button, asked in (
        (1, "pause", "pause"), (4, "resume", "resume"), (6, "retry", "resume"),
        (1, "cancel", "cancel"), (7, "forget", "forget"),
    ):  # fmt: skip
        getattr(panel.row(number), f"{button}_button").click()
        assert made.downloads.asked[-1] == (asked, number)
    with qtbot.waitSignal(made.binding.chat_requested) as told:
        panel.row(7).chat_button.click()
    assert told.args == [Path("/models/x.gguf")]
    panel.row(7).show_button.click()
    assert opened == [QUrl.fromLocalFile("/models")]
    with qtbot.waitSignal(made.binding.quantize_requested) as told:
        panel.row(7).convert_button.click()
    assert told.args == [panel.row(7).download.request.folder]


def test_checkpoints_are_looked_for_among_what_can_be_converted(made):
    made.body.find_checkpoints()
    assert made.body.hub.search.query().kind is RepositoryKind.CONVERTIBLE
    assert made.body.hub.isVisible()


def test_the_switch_and_the_empty_list_lead_to_the_hub(made):
    made.body.views.choose(1)
    assert made.body.hub.isVisible()
    made.body.views.choose(HERE)
    assert made.body.library.isVisible()
    made.library.listed.emit([])
    made.body.library.empty.button.click()
    assert made.body.hub.isVisible()


def test_panes_are_those_of_what_is_shown(made):
    body = made.body
    assert made.page.panes() == [*body.library.panes(), body.downloads]
    body.find_models()
    assert made.page.panes() == [*body.hub.panes(), body.downloads]
