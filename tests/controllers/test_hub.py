from __future__ import annotations

import threading
from pathlib import Path

import httpx2
import pytest

from desktop.controllers.hub import HubController
from desktop.core.hub_access import HubAccess
from desktop.core.model_hub import ModelHub
from desktop.core.settings import SettingsStore
from desktop.domain.errors import (
    AccessDenied,
    DownloadDamaged,
    HubBusy,
    ModelFileInvalid,
    NotOnHub,
    TokenUnavailable,
)
from desktop.domain.hub import HubQuery
from desktop.domain.model import LoadConfig
from desktop.domain.paths import Home
from desktop.hub import session
from tests.helpers.fake_hub import FakeHub, FakeRepository
from tests.helpers.gguf_bytes import LevelFile

LEVELS = ("Q4_0", "Q8_0", "F16")
WHEAT = FakeRepository(
    "mill/wheat", {f"wheat-{level}.gguf": LevelFile(level).content() for level in LEVELS}
)
RYE = FakeRepository("mill/rye", {"rye-Q8_0.gguf": LevelFile("Q8_0").content()})
NAMES = [f"wheat-{level}" for level in LEVELS]  # from the smallest


class Tokens:
    """Stands for the keyring."""

    def __init__(self) -> None:
        self.kept = ""
        self.broken = False

    def get(self, endpoint: str) -> str:
        return self.kept

    def set(self, endpoint: str, token: str) -> None:
        if self.broken:
            raise TokenUnavailable("No keyring.")
        self.kept = token

    def delete(self, endpoint: str) -> None:
        self.set(endpoint, "")


@pytest.fixture
def hub():
    with FakeHub(WHEAT, RYE) as hub:
        hub.tokens["hf_member"] = set()
        yield hub


@pytest.fixture
def tokens() -> Tokens:
    return Tokens()


@pytest.fixture
def controller(hub, tokens, inspector, tasks, tmp_path: Path):
    settings = SettingsStore(tmp_path / "settings.json")
    settings.update(hub_endpoint=hub.endpoint)
    access = HubAccess(settings, tokens)
    models = ModelHub(access.connection, inspector, Home(tmp_path), LoadConfig)
    controller = HubController(models, access, tasks)
    yield controller
    controller.close()
    tasks.close()
    models.close()


class Heard:
    """What the signals of a controller said, in order."""

    def __init__(self, controller: HubController) -> None:
        self.fits: list[tuple[str, str, object]] = []
        self.failures: list[tuple[str, str, Exception]] = []
        self.tokens: list[bool] = []
        self.failed: list[Exception] = []
        controller.fits_known.connect(lambda *said: self.fits.append(said))
        controller.fit_failed.connect(lambda *said: self.failures.append(said))
        controller.token_changed.connect(self.tokens.append)
        controller.failed.connect(self.failed.append)


@pytest.fixture
def heard(controller) -> Heard:
    return Heard(controller)


def test_a_search_is_answered_with_what_was_asked(controller, qtbot) -> None:
    query = HubQuery("wheat")
    with qtbot.waitSignal(controller.found) as found:
        controller.search(query)
    assert found.args[0] is query
    assert [summary.id for summary in found.args[1]] == [WHEAT.id]


def test_only_the_newest_search_is_answered(controller, qtbot) -> None:
    answers = []
    controller.found.connect(lambda query, found: answers.append(query.text))
    for text in ("w", "wh", "whe"):
        controller.search(HubQuery(text))
    with qtbot.waitSignal(controller.found):
        controller.search(HubQuery("wheat"))
    assert answers == ["wheat"]


def test_a_search_that_fails_is_told(controller, hub, qtbot) -> None:
    hub.misbehave("/api/models", status=429)
    with qtbot.waitSignal(controller.search_failed) as failed:
        controller.search(HubQuery())
    assert isinstance(failed.args[0], HubBusy)


def test_a_repository_is_shown_and_then_what_fits(controller, heard, qtbot) -> None:
    with qtbot.waitSignal(controller.opened) as opened:
        controller.open(WHEAT.id)
    repository = opened.args[0]
    assert heard.fits == []
    qtbot.waitUntil(lambda: len(heard.fits) == 3)
    assert [(of, name) for of, name, _ in heard.fits] == [(WHEAT.id, name) for name in NAMES]
    assert all(fit.available for _, _, fits in heard.fits for fit in fits)
    request = controller.download_request(repository, repository.models[0])
    assert request.name == NAMES[0]


def test_a_repository_that_is_not_there_is_told(controller, qtbot) -> None:
    with qtbot.waitSignal(controller.open_failed) as failed:
        controller.open("mill/oats")
    name, error = failed.args
    assert name == "mill/oats" and isinstance(error, (AccessDenied, NotOnHub))


def test_the_newest_repository_wins(controller, heard, qtbot) -> None:
    opened = []
    controller.opened.connect(lambda repository: opened.append(repository.summary.id))
    controller.open(WHEAT.id)
    controller.open(RYE.id)
    qtbot.waitUntil(lambda: bool(heard.fits))
    assert opened == [RYE.id]
    assert [of for of, _, _ in heard.fits] == [RYE.id]


def test_another_repository_does_not_wait_for_the_first_to_be_worked_out(
    controller, heard, hub, monkeypatch, qtbot
) -> None:
    begun, go_on = threading.Event(), threading.Event()
    really = controller._hub.fits

    def slow(repository, model, **more):
        begun.set()
        go_on.wait(20)
        return really(repository, model, **more)

    monkeypatch.setattr(controller._hub, "fits", slow)
    controller.open(WHEAT.id)
    qtbot.waitUntil(begun.is_set)
    with qtbot.waitSignal(controller.opened):
        controller.open(RYE.id)
    go_on.set()
    qtbot.waitUntil(lambda: bool(heard.fits))
    assert [name for _, name, _ in heard.fits] == ["rye-Q8_0"]
    assert heard.failures == []


def test_one_bad_file_does_not_keep_the_others_from_being_told(
    controller, heard, hub, qtbot
) -> None:
    content = b"<html>" + bytes(len(WHEAT.files["wheat-Q8_0.gguf"]) - 6)
    hub.misbehave("wheat-Q4_0.gguf", content=b"cut off")
    hub.misbehave("wheat-Q8_0.gguf", content=content)
    controller.open(WHEAT.id)
    qtbot.waitUntil(lambda: len(heard.fits) == 1 and len(heard.failures) == 2)
    assert [type(error) for _, _, error in heard.failures] == [DownloadDamaged, ModelFileInvalid]
    assert heard.fits[0][1] == "wheat-F16"


def test_what_befalls_all_files_is_tried_once(controller, heard, hub, qtbot) -> None:
    hub.misbehave(".gguf", status=403, headers={"X-Error-Code": "GatedRepo"})
    controller.open(WHEAT.id)
    qtbot.waitUntil(lambda: len(heard.failures) == 3)
    assert [name for _, name, _ in heard.failures] == NAMES
    assert len(hub.of("GET", ".gguf")) == 1


def test_a_token_that_is_kept_is_known_after_the_first_question(
    controller, heard, tokens, qtbot
) -> None:
    tokens.kept = "hf_member"
    assert not controller.has_token
    with qtbot.waitSignal(controller.found):
        controller.search(HubQuery())
    assert controller.has_token and heard.tokens == [True]


def test_a_token_is_taken_and_forgotten(controller, heard, tokens, qtbot) -> None:
    with qtbot.waitSignal(controller.token_changed):
        controller.set_token("hf_member")
    assert tokens.kept == "hf_member"
    with qtbot.waitSignal(controller.token_changed):
        controller.forget_token()
    assert tokens.kept == "" and heard.tokens == [True, False] and heard.failed == []


def test_another_token_in_place_of_one_is_told_too(controller, heard, qtbot) -> None:
    for token in ("hf_member", "hf_member"):
        with qtbot.waitSignal(controller.token_changed):
            controller.set_token(token)
    assert heard.tokens == [True, True] and heard.failed == []


def test_a_wrong_token_is_refused(controller, heard, qtbot) -> None:
    with qtbot.waitSignal(controller.failed) as failed:
        controller.set_token("hf_wrong")
    assert isinstance(failed.args[0], AccessDenied)
    assert heard.tokens == [] and not controller.has_token
    with qtbot.waitSignal(controller.mended):
        controller.set_token("hf_member")


def test_without_a_keyring_a_token_works_and_a_person_is_told(
    controller, heard, tokens, qtbot
) -> None:
    tokens.broken = True
    with qtbot.waitSignal(controller.failed) as failed:
        controller.set_token("hf_member")
    assert isinstance(failed.args[0], TokenUnavailable)
    assert heard.tokens == [True]
    with qtbot.waitSignal(controller.failed):
        controller.forget_token()
    assert heard.tokens == [True, False]


def test_there_are_models_to_start_with(controller) -> None:
    assert controller.recommendations.models


def test_after_closing_nothing_is_told(controller, heard, qtbot, tasks) -> None:
    with qtbot.waitSignal(controller.opened):
        controller.open(WHEAT.id)
    controller.close()
    tasks.close()
    assert heard.fits == heard.failures == []


@pytest.mark.parametrize("ask", ["search", "open", "fits"])
def test_a_hub_that_does_not_answer_keeps_nobody_from_leaving(
    controller, hub, tasks, monkeypatch, qtbot, ask
) -> None:
    monkeypatch.setattr(session, "TIMEOUT", httpx2.Timeout(3600.0))
    stalled = "/api/models" if ask == "search" else WHEAT.id if ask == "open" else ".gguf"
    hub.misbehave(stalled, stall_at=0)
    if ask == "search":
        controller.search(HubQuery())
    else:
        controller.open(WHEAT.id)
    qtbot.waitUntil(lambda: bool(hub.of("GET", stalled)))
    controller.close()
    tasks.close()  # waits for what runs
