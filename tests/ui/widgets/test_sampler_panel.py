import random
from dataclasses import replace

import pytest
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QCheckBox, QComboBox, QDoubleSpinBox, QPlainTextEdit, QScrollArea

from desktop.domain.sampling import (
    BUILT_IN_PRESETS,
    FIELDS,
    SamplerPreset,
    SamplerSettings,
)
from desktop.ui.widgets.sampler_panel import SamplerPanel

OWN = SamplerPreset("Mine", "", SamplerSettings(temperature=0.3, stop=("END",)))


@pytest.fixture
def panel(icons, qtbot) -> SamplerPanel:
    made = SamplerPanel(icons, generator=random.Random(1))
    made.set_presets([*BUILT_IN_PRESETS, OWN])
    qtbot.addWidget(made)
    made.resize(360, 900)
    made.show()
    return made


def named(panel: SamplerPanel, kind: type, name: str):
    return next(w for w in panel.findChildren(kind) if w.accessibleName() == name)


def somewhere_else(spec) -> float:
    """A value of `spec` that is not its default."""
    default = getattr(SamplerSettings(), spec.name)
    value = default + spec.step if default + spec.step <= spec.maximum else default - spec.step
    return round(value, spec.decimals) if spec.decimals else round(value)


@pytest.mark.parametrize("spec", FIELDS, ids=lambda spec: spec.name)
def test_each_field_round_trips(panel, spec):
    settings = replace(SamplerSettings(), **{spec.name: somewhere_else(spec)})
    panel.fields.disclosure.set_open(True)
    panel.set_settings(settings)
    assert panel.fields.shown() == settings


@pytest.mark.parametrize("spec", FIELDS, ids=lambda spec: spec.name)
def test_each_field_can_be_edited_and_told(panel, qtbot, spec):
    panel.fields.disclosure.set_open(True)
    wanted = somewhere_else(spec)
    with qtbot.waitSignal(panel.settings_changed) as told:
        if spec.name == "mirostat":
            named(panel, QComboBox, spec.label).setCurrentIndex(wanted)
        else:
            named(panel, QDoubleSpinBox, spec.label).setValue(wanted)
    assert told.args == [replace(SamplerSettings(), **{spec.name: wanted})]
    value = getattr(told.args[0], spec.name)
    assert type(value) is type(getattr(SamplerSettings(), spec.name))


def test_showing_settings_is_not_changing_them(panel, qtbot):
    with qtbot.assertNotEmitted(panel.settings_changed, wait=300):
        panel.set_settings(SamplerSettings(temperature=0.1, stop=("a",), grammar='root ::= "a"'))


def test_what_is_not_opened_is_kept(panel, qtbot):
    panel.set_settings(SamplerSettings(dry_multiplier=0.8, json_schema="{}"))
    assert panel.fields.more is None
    with qtbot.waitSignal(panel.settings_changed) as told:
        panel.fields.fields["temperature"]._box.setValue(1.5)
    assert told.args == [SamplerSettings(temperature=1.5, dry_multiplier=0.8, json_schema="{}")]


def test_a_preset_applies_and_keeps_what_it_says_nothing_about(panel, qtbot):
    panel.set_settings(SamplerSettings(seed=7, stop=("END",), max_tokens=64))
    combo = named(panel, QComboBox, "Preset")
    told = []
    panel.settings_changed.connect(told.append)
    with qtbot.waitSignal(panel.preset_chosen) as chosen:
        combo.setCurrentIndex(0)
        combo.activated.emit(0)
    panel.flush()
    assert chosen.args == ["Precise"]
    assert told == [SamplerSettings(seed=7, stop=("END",), max_tokens=64, temperature=0.0)]
    assert combo.currentText() == "Precise"


def test_own_settings_are_named_so(panel):
    combo = named(panel, QComboBox, "Preset")
    assert combo.currentText() == "Balanced"
    panel.set_settings(SamplerSettings(temperature=1.234))
    assert combo.currentIndex() == -1
    panel.set_settings(OWN.settings)
    assert combo.currentText() == "Mine"


def test_saving_and_deleting_presets(panel, qtbot):
    with qtbot.waitSignal(panel.save_preset_requested) as told:
        panel.fields.presets._save_as("  My  own ")
    assert told.args == ["My own"]
    with qtbot.assertNotEmitted(panel.save_preset_requested):
        panel.fields.presets._save_as("Precise")
    assert "built in" in panel.fields.presets._explanation.text()
    panel.set_settings(OWN.settings)
    with qtbot.waitSignal(panel.delete_preset_requested) as told:
        panel.fields.presets._delete.click()
    assert told.args == ["Mine"]
    panel.set_settings(SamplerSettings())
    assert not panel.fields.presets._delete.isVisible()


def test_fields_without_effect_say_why(panel):
    panel.fields.disclosure.set_open(True)
    panel.set_settings(SamplerSettings(temperature=0))
    top_k = panel.fields.fields["top_k"]
    assert not top_k._box.isEnabled()
    assert "temperature is 0" in top_k._explanation.text()
    panel.set_settings(SamplerSettings(mirostat=2))
    assert "Mirostat is on" in panel.fields.fields["top_p"]._explanation.text()
    assert panel.fields.more.fields["mirostat_tau"]._box.isEnabled()
    panel.set_settings(SamplerSettings())
    assert top_k._box.isEnabled()
    assert "likeliest" in top_k._explanation.text()
    assert not panel.fields.more.fields["mirostat_tau"]._box.isEnabled()


def test_a_broken_schema_is_said_and_told_so_that_no_answer_goes_without_it(panel, qtbot):
    panel.fields.disclosure.set_open(True)
    named(panel, QComboBox, "Shape of the answer").setCurrentIndex(1)
    panel.flush()
    edit = named(panel, QPlainTextEdit, "JSON schema")
    with qtbot.waitSignal(panel.settings_changed) as told:
        edit.setPlainText('{"type": ')
    assert told.args[0].json_schema == '{"type":'
    assert "not JSON" in panel.fields.problem.text()
    panel.set_settings(panel.settings())
    assert "not JSON" in panel.fields.problem.text()
    with qtbot.waitSignal(panel.settings_changed) as told:
        edit.setPlainText('{"type": "object"}')
    assert told.args[0].json_schema == '{"type": "object"}'
    assert panel.fields.problem.text() == ""


def test_what_the_engine_says_of_a_grammar_is_shown(panel):
    panel.set_settings(SamplerSettings(grammar="root ::="))
    panel.set_constraint_problem("The grammar ends too early.")
    assert panel.fields.more.constraint._problem.text() == "The grammar ends too early."


def test_stop_strings_with_line_breaks(panel, qtbot):
    with qtbot.waitSignal(panel.settings_changed) as told:
        named(panel, QPlainTextEdit, "Stop at").setPlainText("END\n\\n\\nUser:\n\\\\n")
    assert told.args[0].stop == ("END", "\n\nUser:", "\\n")


def test_the_system_prompt(panel, qtbot):
    edit = named(panel, QPlainTextEdit, "System prompt")
    with qtbot.assertNotEmitted(panel.system_prompt_changed, wait=300):
        panel.set_system_prompt("From the database")
    assert edit.toPlainText() == "From the database"
    with qtbot.waitSignal(panel.system_prompt_changed) as told:
        edit.setPlainText("Be brief.")
    assert told.args == ["Be brief."]


def test_pending_changes_can_be_had_now(panel):
    told = []
    panel.settings_changed.connect(told.append)
    panel.system_prompt_changed.connect(told.append)
    panel.fields.fields["temperature"]._box.setValue(1.5)
    named(panel, QPlainTextEdit, "System prompt").setPlainText("x")
    panel.flush()
    assert told == [SamplerSettings(temperature=1.5), "x"]


def test_template_arguments(panel, qtbot):
    panel.set_template_arguments(["enable_thinking", "be_loud"], {"be_loud": False})
    boxes = [box for box in panel.findChildren(QCheckBox) if box.toolTip()]
    assert [box.text() for box in boxes] == ["Let the model think first", "Be loud"]
    with qtbot.waitSignal(panel.template_arguments_changed) as told:
        boxes[0].setChecked(False)
    assert told.args == [{"enable_thinking": False, "be_loud": False}]


def test_the_seed(panel, qtbot):
    seed = panel.fields.seed
    assert seed.value() is None
    with qtbot.waitSignal(panel.settings_changed) as told:
        seed._dice.click()
    thrown = told.args[0].seed
    assert thrown == random.Random(1).randint(0, 2**32 - 2)
    panel.set_last_seed(42)
    with qtbot.waitSignal(panel.settings_changed) as told:
        seed._keep.click()
    assert told.args[0].seed == 42
    with qtbot.waitSignal(panel.settings_changed) as told:
        seed._random.setChecked(True)
    assert told.args[0].seed is None


def test_a_seed_too_large_becomes_the_largest(panel, qtbot):
    panel.set_settings(SamplerSettings(seed=1))
    with qtbot.waitSignal(panel.settings_changed) as told:
        panel.fields.seed._edit.setFocus()
        panel.fields.seed._edit.selectAll()
        QTest.keyClicks(panel.fields.seed._edit, "9999999999")
        panel.fields.seed._edit.editingFinished.emit()
    assert told.args[0].seed == 2**32 - 2


def test_what_is_told_before_it_is_shown_is_shown_then(icons, qtbot):
    panel = SamplerPanel(icons)
    qtbot.addWidget(panel)
    settings = SamplerSettings(temperature=0.3, seed=5)
    panel.set_settings(SamplerSettings(temperature=1.3))
    panel.set_settings(settings)
    panel.set_system_prompt("Be brief.")
    panel.set_presets(BUILT_IN_PRESETS)
    panel.set_last_seed(9)
    assert not panel.findChildren(QComboBox)  # not made yet
    assert panel.settings() == settings
    assert panel.system_prompt() == "Be brief."
    panel.show()
    assert panel.fields.shown() == settings
    assert panel.prompt.text() == "Be brief."
    assert panel.fields.seed._last == 9


def test_settings_are_told_at_once_to_who_looks_what_could_come_next(panel, qtbot):
    shown = []
    panel.settings_shown.connect(shown.append)
    named(panel, QDoubleSpinBox, "Top-p").setValue(0.5)
    assert shown == [replace(SamplerSettings(), top_p=0.5)]
    panel.set_settings(OWN.settings)
    assert shown[-1] == OWN.settings


def test_what_could_come_next_is_folded_in_at_first(panel, qtbot):
    told = []
    panel.next_token_shown.connect(told.append)
    panel.hide()
    panel.show()
    assert told == [False, False] and not panel.next_token_fold.is_open
    panel.next_token_fold.button.click()
    assert told[-1] is True and panel.next_token.isVisible()
    panel.hide()
    assert told[-1] is False
    panel.show()
    assert told[-1] is True


def test_no_field_is_cut_off_when_the_text_grows_meanwhile(panel, theme, qtbot):
    theme.dress(panel)
    content = panel.findChild(QScrollArea).widget()
    before = content.minimumSizeHint().width()
    theme.apply("light", 2.0)
    qtbot.waitUntil(lambda: content.minimumSizeHint().width() > 1.2 * before)
    qtbot.waitUntil(lambda: panel.minimumWidth() > content.minimumSizeHint().width())


def test_it_ends_where_its_content_ends(panel, qtbot):
    panel.fields.disclosure.set_open(True)
    panel.show()
    content = panel.findChild(QScrollArea).widget()
    qtbot.waitUntil(lambda: content.height() == content.heightForWidth(content.width()))
