"""The Quantize page in each of its states, light and dark, against its approved pictures."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from types import SimpleNamespace

import pytest
from PySide6.QtCore import QSize, Qt

from desktop.core.checkpoints import CheckpointFolder
from desktop.domain.errors import InvalidInput
from desktop.ui.pages.quantize_binding import QuantizeBinding
from desktop.ui.pages.quantize_page import QuantizePage
from desktop.ui.quantize.imatrix_section import ImatrixChoice
from tests.helpers.fake_controllers import FakeLibrary, FakeQuantization
from tests.helpers.quantize_page_data import (
    CHECKPOINT,
    FOLDER,
    FREE,
    SOURCE,
    done,
    estimates,
    jobs,
    model,
    plan_of,
    running,
    sizes,
)
from tests.helpers.screenshots import settle

SIZE = QSize(1120, 760)
TALL = QSize(1120, 2100)
NARROW = QSize(640, 760)


@pytest.fixture
def shown(main, theme, icons) -> SimpleNamespace:
    quantization, page = FakeQuantization(), QuantizePage(icons)
    QuantizeBinding(page, quantization, FakeLibrary(), FOLDER)
    main.add_page("quantize", page, "Quantize", "shrink")
    main.resize(SIZE)
    main.show()
    assert page.body  # made now
    return SimpleNamespace(window=main, theme=theme, page=page, quantization=quantization)


def choose_levels(shown: SimpleNamespace) -> None:
    quantization = shown.quantization
    shown.page.set_source(SOURCE)
    quantization.source_known.emit(SOURCE, model())
    quantization.memory_known.emit(SOURCE, FREE)
    quantization.sizes_known.emit(*quantization.last("dry_run"), estimates())
    shown.page.body.wizard.levels.rows["Q8_0"].check.click()
    request = quantization.last("plan")[0]
    quantization.planned.emit(request, plan_of(request, free=120_000_000_000))


def choose_everything(shown: SimpleNamespace) -> None:
    choose_levels(shown)
    shown.window.resize(TALL)
    wizard = shown.page.body.wizard
    wizard.levels.rows["Q3_K_S"].fallback.click()
    wizard.imatrix.buttons[ImatrixChoice.OURS].click()
    wizard.advanced_fold.set_open(True)
    wizard.advanced.exceptions.add_button.click()
    wizard.advanced.exceptions.rows[0].pattern.setText("token_embd")


def choose_more(shown: SimpleNamespace) -> None:
    choose_levels(shown)
    shown.window.resize(TALL)
    levels = shown.page.body.wizard.levels
    levels.more.button.click()
    levels.rows["IQ2_M"].check.click()


def work(shown: SimpleNamespace) -> None:
    shown.quantization.listed.emit(jobs())
    shown.quantization.results_known.emit(sizes())


def pause(shown: SimpleNamespace) -> None:
    shown.quantization.listed.emit([replace(running(), paused=True, seconds_left=None), done()])
    shown.quantization.results_known.emit(sizes())


def convert(shown: SimpleNamespace) -> None:
    folder = CheckpointFolder(
        CHECKPOINT, CHECKPOINT.name, "LlamaForCausalLM", "bf16", 16_060_000_000
    )
    shown.page.set_source(CHECKPOINT)
    shown.quantization.source_known.emit(CHECKPOINT, folder)


def requantize(shown: SimpleNamespace) -> None:
    path = SOURCE.with_name("Llama-3.1-8B-Instruct-Q4_K_M.gguf")
    shown.page.set_source(path)
    shown.quantization.source_known.emit(path, model("Q4_K_M", path))


def refuse(shown: SimpleNamespace) -> None:
    shown.page.set_source(CHECKPOINT)
    shown.quantization.source_refused.emit(
        CHECKPOINT,
        InvalidInput(
            "Models of the class MambaForCausalLM cannot be converted yet.",
            "The classes known are LlamaForCausalLM and Qwen3ForCausalLM.",
        ),
    )


STATES: dict[str, Callable[[SimpleNamespace], None]] = {
    "empty": lambda shown: None,
    "levels": choose_levels,
    "everything": choose_everything,
    "more": choose_more,
    "jobs": work,
    "paused": pause,
    "convert": convert,
    "requantize": requantize,
    "refused": refuse,
}


def picture(shown: SimpleNamespace, state: str) -> None:
    STATES[state](shown)
    settle(shown.window)


@pytest.mark.parametrize("mode", ["light", "dark"])
@pytest.mark.parametrize("state", STATES)
def test_quantize_page(shown, approve, state: str, mode: str) -> None:
    shown.theme.apply(mode, 1.0)
    picture(shown, state)
    approve(shown.window, f"quantize-{state}-{mode}")


@pytest.mark.parametrize("state", ["levels", "jobs"])
def test_quantize_page_in_a_narrow_window(shown, approve, state: str) -> None:
    shown.window.resize(NARROW)
    picture(shown, state)
    approve(shown.window, f"quantize-{state}-narrow")


def test_quantize_page_from_right_to_left(qapp, shown, approve) -> None:
    qapp.setLayoutDirection(Qt.LayoutDirection.RightToLeft)
    picture(shown, "levels")
    approve(shown.window, "quantize-levels-mirrored")


def test_quantize_page_with_text_twice_as_large(shown, approve) -> None:
    shown.theme.apply("light", 2.0)
    picture(shown, "levels")
    approve(shown.window, "quantize-levels-large")
