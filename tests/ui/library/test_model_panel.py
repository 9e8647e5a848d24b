from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QMessageBox

from desktop.domain.library import (
    DigestOrigin,
    ModelDefaults,
    ModelSource,
    VerifyOutcome,
    VerifyResult,
)
from desktop.domain.model import LoadConfig, MemoryEstimate
from desktop.domain.sampling import BUILT_IN_PRESETS, SamplerSettings
from desktop.ui.library.model_panel import ModelPanel
from desktop.ui.library.words import verify_words
from tests.helpers.models_page_data import GB, entry, library, tensors

QWEN = library()[1]


@pytest.fixture
def panel(icons, qtbot) -> ModelPanel:
    made = ModelPanel(icons)
    qtbot.addWidget(made)
    made.resize(480, 700)
    made.show()
    made.set_entry(QWEN)
    return made


def estimate(context: int, available: int = 8 * GB) -> MemoryEstimate:
    return MemoryEstimate(2 * GB, context * 147_456, 400_000_000, 90_000_000, context, available)


def test_what_is_not_known_yet_is_not_shown(panel):
    assert panel.path == QWEN.path
    assert panel.chat_button.isVisible()
    assert not panel.facts.isVisible()
    assert not panel.memory.isVisible()


def test_the_header_asks_what_it_takes(panel, qtbot):
    with qtbot.waitSignal(panel.estimate_wanted) as told:
        panel.set_info(replace(QWEN.info, tensors=tensors()))
    assert told.args == [QWEN.path, LoadConfig(context=4096)]
    assert "4.0 B" in panel.facts.as_text()
    panel.set_estimate(estimate(4096))
    assert panel.memory.verdict() == "Fits, with 4.9 GB to spare."
    assert "weights 2.0 GB" in panel.memory.bar.accessibleDescription()


def test_the_page_stays_still_while_its_own_settings_change(panel, qtbot):
    panel.set_info(QWEN.info)
    panel.set_estimate(estimate(4096))
    said, height = panel.memory.verdict(), panel.memory.sizeHint().height()
    with qtbot.waitSignal(panel.estimate_wanted):
        panel.set_defaults(ModelDefaults(LoadConfig(context=8192)))
    assert (panel.memory.verdict(), panel.memory.sizeHint().height()) == (said, height)
    panel.set_entry(entry("Other", "Q4_0", 10**9, 4.5))
    assert panel.memory.verdict() != said


def test_what_it_takes_may_stay_unknown(panel):
    panel.set_info(QWEN.info)
    panel.set_problem("The file says that the model has 4 layers, but holds 6.")
    assert panel.memory.verdict() == "What it takes cannot be told."


def test_context_and_cache_are_asked_about_while_they_are_moved(panel, qtbot):
    panel.set_info(QWEN.info)
    with qtbot.waitSignal(panel.estimate_wanted) as told:
        panel.memory._slider.setValue(64)
    assert told.args[1] == LoadConfig(context=16_384)
    with qtbot.waitSignal(panel.estimate_wanted) as told:
        panel.memory._cache.setCurrentIndex(1)
    assert told.args[1] == LoadConfig(context=16_384, cache_type_k="q8_0", cache_type_v="q8_0")
    assert panel.memory._slider.maximum() * 256 == QWEN.info.context_length
    panel.set_estimate(estimate(16_384))
    fitting = panel.memory.bar.grab().toImage()
    panel.set_estimate(estimate(16_384, 3 * GB))
    assert panel.memory.verdict().startswith("Too big by")
    assert panel.memory.bar.grab().toImage() != fitting


def test_it_begins_as_the_settings_or_its_own_way_say(panel, qtbot):
    panel.set_usual(LoadConfig(context=8192, threads=3))
    with qtbot.waitSignal(panel.estimate_wanted) as told:
        panel.set_info(QWEN.info)
    assert told.args[1] == LoadConfig(context=8192, threads=3)
    own = LoadConfig(context=2048, cache_type_k="q4_0", cache_type_v="q4_0")
    with qtbot.waitSignal(panel.estimate_wanted) as told:
        panel.set_defaults(ModelDefaults(config=own))
    assert told.args[1] == own
    with qtbot.assertNotEmitted(panel.estimate_wanted):
        panel.set_defaults(ModelDefaults(config=own, system_prompt="Short."))


@pytest.mark.parametrize("name", ["chat", "show", "verify"])
def test_each_action_names_its_model(panel, qtbot, name):
    button = panel._show if name == "show" else getattr(panel, f"{name}_button")
    with qtbot.waitSignal(getattr(panel, f"{name}_requested")) as told:
        button.click()
    assert told.args == [QWEN.path]


def test_moving_to_the_bin_is_asked_once_with_the_size(panel, qtbot):
    assert panel.remove_button.text() == "Move to bin…"
    with qtbot.assertNotEmitted(panel.bin_requested):
        panel.remove_button.click()
    box = panel.findChild(QMessageBox)
    assert "2.5 GB" in box.informativeText()
    move = next(b for b in box.buttons() if b.text() == "Move to bin")
    with qtbot.waitSignal(panel.bin_requested) as told:
        move.click()
    assert told.args == [QWEN.path]


@pytest.mark.parametrize(
    "one",
    [replace(QWEN, source=ModelSource.OLLAMA), replace(QWEN, missing=True)],
    ids=["another program's", "missing"],
)
def test_what_may_not_be_deleted_is_only_taken_off(panel, qtbot, one):
    panel.set_entry(one)
    assert panel.remove_button.text() == "Remove from list"
    with qtbot.waitSignal(panel.take_off_requested) as told:
        panel.remove_button.click()
    assert told.args == [one.path]
    assert panel.findChild(QMessageBox) is None


def test_the_starter_stays(panel):
    panel.set_entry(library()[0])
    assert not panel.remove_button.isVisible()


def test_what_cannot_be_read_says_why_and_cannot_be_chatted_with(panel):
    panel.set_entry(library()[8])
    assert panel._problem.text() == library()[8].problem
    assert not panel.chat_button.isEnabled()
    panel.set_entry(library()[7])
    assert panel._problem.text() == "The file is not there any more."
    assert not panel.verify_button.isEnabled()
    panel.set_entry(QWEN)
    assert not panel._problem.isVisible()
    assert panel.chat_button.isEnabled()


def test_where_else_it_lies(panel):
    panel.set_entry(replace(QWEN, copies=(Path("/other/copy.gguf"),)))
    assert "/other/copy.gguf" in panel._copies.text()


def test_another_model_begins_afresh(panel):
    panel.set_info(QWEN.info)
    panel.verifying.set_progress(0.5)
    panel.set_entry(entry("Other", "Q4_0", 10**9, 4.5))
    assert not panel.verifying.isVisible()
    assert not panel.memory.isVisible()


def test_verifying(panel, qtbot):
    panel.verifying.set_progress(0.42)
    assert panel.verifying.text() == "Reading the file, 42 %"
    with qtbot.waitSignal(panel.verifying.cancel_requested):
        panel.verifying.cancel_button.click()
    panel.verifying.set_result("The file is sound.", sound=True)
    assert not panel.verifying.cancel_button.isVisible()
    assert panel.verifying.text() == "The file is sound."


@pytest.mark.parametrize(
    ("result", "words"),
    [
        (VerifyResult(VerifyOutcome.MATCHES, "a", DigestOrigin.HUB), "its hub gives"),
        (VerifyResult(VerifyOutcome.MATCHES, "a", DigestOrigin.OLLAMA), "Ollama gives"),
        (VerifyResult(VerifyOutcome.MATCHES, "a", DigestOrigin.EARLIER), "verified before"),
        (VerifyResult(VerifyOutcome.FIRST_MEASURED, "a"), "noted now"),
        (
            VerifyResult(VerifyOutcome.DIFFERS, "a", DigestOrigin.HUB, (Path("/m/a.gguf"),)),
            "damaged: the checksum of a.gguf is another. Download",
        ),
    ],
)
def test_what_a_verification_showed(qapp, result, words):
    assert words in verify_words(result)


def test_a_way_of_its_own_to_load(panel, qtbot):
    panel.set_usual(LoadConfig(threads=3))
    panel.defaults_fold.set_open(True)
    panel.set_info(QWEN.info)
    section = panel.defaults
    assert not section._load_grid.isEnabled()
    assert not section.reset_button.isEnabled()
    with qtbot.waitSignal(panel.defaults_changed) as told:
        section._own.click()
    assert told.args == [QWEN.path, ModelDefaults(config=LoadConfig(threads=3))]
    with qtbot.waitSignal(panel.defaults_changed) as told:
        section._context.setValue(8192)
    assert told.args[1].config == LoadConfig(context=8192, threads=3)
    section._cache.setCurrentIndex(2)
    with qtbot.waitSignal(panel.defaults_changed) as told:
        section._cache.activated.emit(2)
    assert told.args[1].config.cache_type_v == "q4_0"
    with qtbot.waitSignal(panel.defaults_changed) as told:
        section.reset_button.click()
    assert told.args[1] == ModelDefaults()


def test_two_types_of_cache_set_elsewhere_stay(panel, qtbot):
    mixed = LoadConfig(cache_type_k="q8_0", cache_type_v="f16")
    panel.set_defaults(ModelDefaults(config=mixed))
    with qtbot.waitSignal(panel.defaults_changed) as told:
        panel.defaults._threads.setValue(4)
    assert told.args[1].config == replace(mixed, threads=4)


def test_a_preset_and_a_prompt_of_its_own(panel, qtbot):
    section = panel.defaults
    section.set_presets(BUILT_IN_PRESETS)
    section._sampler.setCurrentIndex(1)
    with qtbot.waitSignal(panel.defaults_changed) as told:
        section._sampler.activated.emit(1)
    assert told.args[1].sampler == BUILT_IN_PRESETS[0].settings
    section._prompt.setPlainText("Answer in verse.")
    with qtbot.waitSignal(panel.defaults_changed) as told:
        section.flush()
    assert told.args[1].system_prompt == "Answer in verse."
    with qtbot.assertNotEmitted(panel.defaults_changed):
        section.flush()


def test_what_was_typed_is_told_before_another_model_is_shown(panel, qtbot):
    panel.defaults._prompt.setPlainText("Short.")
    with qtbot.waitSignal(panel.defaults_changed) as told:
        panel.set_entry(library()[0])
    assert told.args == [QWEN.path, ModelDefaults(system_prompt="Short.")]
    assert panel.defaults._prompt.toPlainText() == ""


def test_a_sampler_that_is_no_preset_is_kept(panel, qtbot):
    section = panel.defaults
    own = SamplerSettings(temperature=1.3)
    section.set_presets(BUILT_IN_PRESETS)
    panel.set_defaults(ModelDefaults(sampler=own))
    assert section._sampler.currentText() == "Its own"
    section._prompt.setPlainText("x")
    with qtbot.waitSignal(panel.defaults_changed) as told:
        section.flush()
    assert told.args[1].sampler == own


def test_the_tab_key_goes_down_the_page(panel, qtbot):
    panel.set_info(replace(QWEN.info, tensors=tensors()))
    panel.defaults_fold.set_open(True)
    panel.tensors_fold.set_open(True)
    panel.verifying.set_progress(0.5)
    order, part = [], panel.nextInFocusChain()
    while part is not panel:
        stops = part.focusPolicy() & Qt.FocusPolicy.TabFocus
        if stops and part.isVisible() and part.focusProxy() is None:
            order.append(part)
        part = part.nextInFocusChain()
    heights = [part.mapTo(panel.widget(), QPoint(0, 0)).y() for part in order]
    assert len(order) > 12
    assert order.index(panel.defaults._own) < order.index(panel.tensors_fold.button)
    buttons = (panel.chat_button, panel._show, panel.verify_button, panel.remove_button)
    below = [y for part, y in zip(order, heights, strict=True) if part not in buttons]
    assert all(later > earlier - 8 for earlier, later in pairwise(below))  # or beside each other


def test_tensors_unfold(panel):
    panel.set_info(replace(QWEN.info, tensors=tensors()))
    panel.tensors_fold.set_open(True)
    tree = panel._tensors
    folded = tree.height()
    tree.expand(tree.model().index(0, 0))
    assert tree.height() > folded
