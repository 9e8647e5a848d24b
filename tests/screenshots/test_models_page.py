"""The Models page in each of its states, light and dark, against its approved pictures."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from PySide6.QtCore import QSize

from desktop.domain.library import ModelDefaults
from desktop.domain.model import LoadConfig, MemoryEstimate
from desktop.domain.sampling import BUILT_IN_PRESETS
from desktop.ui.main_window import MainWindow
from desktop.ui.pages.models_body import ModelsBody
from desktop.ui.pages.models_page import ModelsPage
from tests.helpers.models_page_data import (
    GB,
    GIB,
    downloads,
    entry,
    fits,
    library,
    recommendations,
    repository,
    results,
    tensors,
)
from tests.helpers.screenshots import settle

SIZE = QSize(1120, 760)
NARROW = QSize(640, 760)
TODAY = date(2026, 6, 1)
QWEN = library()[1]


@pytest.fixture
def window(main, icons) -> MainWindow:
    page = ModelsPage(icons)
    main.add_page("models", page, "Models", "box")
    main.sidebar.set_loaded([("Qwen3-4B-Instruct", 3_200_000_000)])
    main.resize(SIZE)
    main.show()
    body = page.body
    body.library.model._today = body.hub.model._today = lambda: TODAY
    body.hub.recommendations.set_recommendations(recommendations(), TODAY, 16 * GIB)
    main.body = body
    return main


def list_models(body: ModelsBody) -> None:
    # No emoji and no Japanese: their fonts differ from machine to machine.
    many = [one for one in library() if one.name.isascii()]
    many += [entry(f"my-finetune-{n:02}", "Q4_K_M", 10**9 + n, 4.9) for n in range(2000)]
    body.library.set_entries(many)
    body.library.set_loaded([QWEN.path])
    body.library.set_folders([Path("/home/ada/models"), Path("/media/stick")])


def show_model(body: ModelsBody) -> None:
    list_models(body)
    panel = body.library.panel
    body.library.choose(QWEN.path)
    panel.set_info(replace(QWEN.info, tensors=tensors()))
    panel.set_estimate(
        MemoryEstimate(2_381_000_000, 604_000_000, 420_000_000, 90_000_000, 4096, 8 * GB)
    )


def show_model_too_big(body: ModelsBody) -> None:
    show_model(body)
    panel = body.library.panel
    panel.verifying.set_progress(0.42)
    panel.memory._slider.setValue(128)
    panel.set_estimate(
        MemoryEstimate(2_381_000_000, 4_832_000_000, 420_000_000, 90_000_000, 32_768, 5 * GB)
    )


def show_model_settings(body: ModelsBody) -> None:
    show_model(body)
    panel = body.library.panel
    panel.defaults.set_presets(BUILT_IN_PRESETS)
    panel.set_defaults(ModelDefaults(config=LoadConfig(context=8192), system_prompt="Be brief."))
    panel.defaults_fold.set_open(True)
    panel.tensors_fold.set_open(True)
    panel._tensors.expand(panel._tensors.model().index(0, 0))


def recommend(body: ModelsBody) -> None:
    body.find_models()


def show_results(body: ModelsBody) -> None:
    body.find_models()
    body.hub.search.field.setText("qwen3 4b")
    body.hub.search.search()
    body.hub.set_results(body.hub.search.query(), results())


def show_repository(body: ModelsBody) -> None:
    show_results(body)
    shown = repository()
    body.hub.list.setCurrentIndex(body.hub.model.index(1))
    body.hub.panel.set_repository(shown)
    for model in shown.models:
        body.hub.panel.set_fits(model.name, fits(model.size))
    body.hub.panel.set_present({shown.models[0].name: Path("/x")})
    body.hub.panel.set_downloads({shown.models[1].name: downloads()[0]})


def show_gated(body: ModelsBody) -> None:
    show_results(body)
    body.hub.list.setCurrentIndex(body.hub.model.index(2))
    body.hub.panel.set_repository(repository(summary=results()[2]))


def show_offline(body: ModelsBody) -> None:
    recommend(body)
    body.hub.search.search()
    body.hub.set_problem(
        "Quern cannot reach the hub. Check the network, or the hub's address in Settings.",
        offline=True,
    )


def show_downloads(body: ModelsBody) -> None:
    list_models(body)
    body.downloads.set_downloads(downloads())
    body.downloads._area.setFixedHeight(360)  # all states at once


STATES: dict[str, Callable[[ModelsBody], None]] = {
    "empty": lambda body: None,
    "library": list_models,
    "model": show_model,
    "model-too-big": show_model_too_big,
    "model-settings": show_model_settings,
    "recommended": recommend,
    "results": show_results,
    "repository": show_repository,
    "gated": show_gated,
    "offline": show_offline,
    "downloads": show_downloads,
}


def settle_all(window: MainWindow, qtbot) -> None:
    """Let what comes piece by piece come, too."""
    panel = window.body.hub.panel
    if panel.isVisible():
        qtbot.waitUntil(lambda: "How to run it" in panel.card.text())
    settle(window)


@pytest.mark.parametrize("mode", ["light", "dark"])
@pytest.mark.parametrize("state", STATES)
def test_models_page(window, qtbot, approve, state: str, mode: str) -> None:
    window.theme.apply(mode, 1.0)
    STATES[state](window.body)
    settle_all(window, qtbot)
    if state == "model-settings":
        bar = window.body.library.panel.verticalScrollBar()
        qtbot.waitUntil(lambda: bar.maximum() > 500)
        bar.setValue(bar.maximum())
    approve(window, f"models-{state}-{mode}")


@pytest.mark.parametrize("state", ["model", "repository", "downloads"])
def test_models_page_in_a_narrow_window(window, qtbot, approve, state: str) -> None:
    window.resize(NARROW)
    STATES[state](window.body)
    settle_all(window, qtbot)
    approve(window, f"models-{state}-narrow")
