"""Looking at how tokens are chosen: from slider to picture, and what keeping the logits costs."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable
from pathlib import Path
from statistics import median
from time import perf_counter

import llama_cpp.llama_cpp as llama
from PySide6.QtWidgets import QApplication

from desktop.app import App
from desktop.core.settings import SettingsStore
from desktop.domain.paths import Home, starter_model_path
from desktop.domain.sampling import SamplerSettings
from desktop.engine.child import default_worker_command
from desktop.engine.token_record import TokenRecord
from desktop.storage.database import Database
from desktop.ui.icons import Icons
from desktop.ui.theme import Theme
from desktop.ui.widgets.inputs import Slider
from desktop.ui.widgets.number_field import SLIDER_STEPS
from desktop.ui.window import Window
from tests.benchmarks.bench_engine import LARGE, Row, bare_loop
from tests.helpers.tiny_models import TinyModel

# As many candidates as large models have; a token takes some milliseconds.
WIDE = TinyModel(
    width=512, layers=8, heads=8, heads_kv=4, feed_forward=1536, vocabulary=128_000,
    weight_type="Q8_0", end_bias=-100.0,
)  # fmt: skip

PROMPT = "Tell me a short story about a fox."
MOVES = 40
ROUNDS = 12
TOKENS = 48
PATIENCE = 60.0  # seconds


def run() -> list[Row]:
    """From slider to picture, with the starter model and 128,000 candidates; then the cost."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    with tempfile.TemporaryDirectory() as folder:
        wide = WIDE.write(Path(folder) / "wide.gguf")
        large = LARGE.write(Path(folder) / "large.gguf")
        rows = []
        for name, path in (("2,048", starter_model_path()), ("128,000", wide)):
            usual, slowest = slider_to_picture(path, Path(folder) / name)
            rows += [
                Row(f"slider to picture, {name} candidates, ms", usual, "<= 50", usual <= 50),
                Row("  slowest of 40", slowest, "", True),
            ]
        for name, path in (("32,000", large), ("128,000", wide)):
            share = keeping_share(path)
            rows.append(
                Row(f"keeping logits, share of a token, {name}", share, "<= 0.01", share <= 0.01)
            )
        return rows


def slider_to_picture(model: Path, home: Path) -> tuple[float, float]:
    """Milliseconds from a slider in the sampler panel to the painted picture: median, slowest."""
    app, window = _window_with_answer(model, home)
    panel, view = window.page.panel, window.page.panel.next_token
    slider = panel.fields.fields["top_p"].findChild(Slider)
    times = []
    for move in range(MOVES):
        before, begun = view.token, perf_counter()
        slider.setValue(SLIDER_STEPS // 5 + 19 * ((move * 7) % MOVES))
        _until(lambda before=before: view.token is not before)
        view.repaint()
        times.append((perf_counter() - begun) * 1000)
    app.quit()
    app.close()
    return median(times), max(times)


def _window_with_answer(model: Path, home: Path) -> tuple[App, Window]:
    """The application with an answer of `model`, and what could come next folded out."""
    qt = QApplication.instance() or QApplication([])
    assert isinstance(qt, QApplication)
    folders = Home(home)
    folders.root.mkdir(parents=True)
    theme = Theme(qt)
    theme.apply("light", 1.0)
    settings, database = SettingsStore(folders.settings), Database(folders.database)
    worker = default_worker_command()
    app = App(folders, settings, theme, Icons(), database, database.open(), worker)
    window = app.open_window()
    _until(lambda: window.models.current is not None)
    window.models.load(model)
    _until(lambda: _is_loaded(window, model))
    window.chat.set_sampler(SamplerSettings(max_tokens=32))
    ended: list[object] = []
    window.chat.answer_ended.connect(lambda *_: ended.append(True))
    window.chat.send(PROMPT)
    _until(lambda: bool(ended))
    window.binding.set_panel_visible(True)
    window.page.panel.next_token_fold.set_open(True)
    _until(lambda: window.page.panel.next_token.token is not None)
    return app, window


def _is_loaded(window: Window, model: Path) -> bool:
    return window.models.current is not None and window.models.current.info.path == model


def _until(done: Callable[[], bool]) -> None:
    end = perf_counter() + PATIENCE
    while not done():
        assert perf_counter() < end, "it did not come"
        QApplication.processEvents()


def keeping_share(path: Path) -> float:
    """How much of the time a token takes in llama.cpp's loop goes into keeping its logits.

    Taken token by token, because on a busy machine whole runs differ by more than that.
    """
    keeping: list[float] = []
    tokens: list[float] = []
    with bare_loop(path, context=1024) as bare:
        record = TokenRecord(llama.llama_vocab_n_tokens(bare.vocabulary))
        keep_logits = record.keeper(bare.context)
        ended = perf_counter()

        def keep(token: int) -> None:
            nonlocal ended
            begun = perf_counter()
            keep_logits()
            record.tokens.append(token)
            now = perf_counter()
            keeping.append(now - begun)
            tokens.append(now - ended)
            ended = now

        for _ in range(ROUNDS):
            bare.tokens_per_second(TOKENS, keep)
    return median(keeping) / median(tokens)
