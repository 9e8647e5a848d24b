from pathlib import Path

import pytest
from PySide6.QtWidgets import QCheckBox, QComboBox, QLineEdit, QPushButton, QScrollArea, QSpinBox

from desktop.domain.model import Device, ThreadSpeed
from desktop.ui.pages.setting_specs import SECTIONS, SETTINGS
from desktop.ui.pages.settings_page import SettingsPage


@pytest.fixture
def page(icons, qtbot) -> SettingsPage:
    made = SettingsPage(icons, updatable=True)
    qtbot.addWidget(made)
    made.resize(800, 1400)
    made.show()
    return made


def another(spec):
    if spec.choices:
        return next(value for value, _ in spec.choices if value != spec.default)
    if isinstance(spec.default, str):
        return "https://example.org"
    return not spec.default if isinstance(spec.default, bool) else spec.default + spec.step


def test_it_ends_where_its_content_ends(page, qtbot):
    page.resize(860, 400)
    content = page.body.widget()
    qtbot.waitUntil(lambda: content.height() == content.heightForWidth(content.width()))


def test_specs_are_sound():
    keys = [spec.key for spec in SETTINGS]
    assert len(keys) == len(set(keys))
    for spec in SETTINGS:
        assert spec.section in dict(SECTIONS)
        assert spec.explanation.endswith(".")
        assert not spec.choices or spec.default in [value for value, _ in spec.choices]


@pytest.mark.parametrize("spec", SETTINGS, ids=lambda spec: spec.key)
def test_each_setting_is_told_and_can_be_reset(page, qtbot, spec):
    row = page.body.rows[spec.key]
    wanted = another(spec)
    with qtbot.waitSignal(page.changed) as told:
        if isinstance(row.editor, QComboBox):
            row.editor.setCurrentIndex([value for value, _ in spec.choices].index(wanted))
        elif isinstance(row.editor, QCheckBox):
            row.editor.setChecked(wanted)
        elif isinstance(row.editor, QLineEdit):
            row.editor.setText(wanted)
            row.editor.editingFinished.emit()
        else:
            row.editor.setValue(wanted)
    assert told.args == [spec.key, wanted]
    assert page.body.rows[spec.key].value() == wanted
    assert row._reset.isVisible()
    with qtbot.waitSignal(page.changed) as told:
        row._reset.click()
    assert told.args == [spec.key, spec.default]
    assert not row._reset.isVisible()


def test_showing_values_is_not_changing_them(page, qtbot):
    values = {spec.key: another(spec) for spec in SETTINGS}
    with qtbot.assertNotEmitted(page.changed):
        page.set_values({**values, "written by a newer Quern": 1})
    assert {key: row.value() for key, row in page.body.rows.items()} == values


def test_a_number_at_its_end_has_a_word(page):
    editor = page.body.rows["threads"].editor
    assert isinstance(editor, QSpinBox)
    assert editor.text() == "Automatic"


def test_searching(page):
    page.body.search.setText("flash")
    visible = {key for key, row in page.body.rows.items() if row.isVisible()}
    assert visible == {"flash_attention", "cache_type_v"}
    page.body.search.setText("no such thing")
    assert page.body._none.isVisible()
    page.body.search.clear()
    assert all(row.isVisible() for row in page.body.rows.values())
    assert not page.body._none.isVisible()


def test_calibration_from_measuring_to_using(page, qtbot):
    calibration = page.body.calibration
    with qtbot.waitSignal(page.calibrate_requested):
        calibration.measure_button.click()
    page.set_calibration_progress(1, 4)
    assert not calibration.measure_button.isVisible()
    with qtbot.waitSignal(page.cancel_calibration_requested):
        calibration._cancel.click()
    page.set_calibration(
        [ThreadSpeed(1, 50.0, 12.0), ThreadSpeed(2, 96.0, 21.0), ThreadSpeed(4, 120.0, 18.0)]
    )
    assert calibration.table.rowCount() == 3
    assert calibration.use_button.text() == "Use 2 threads"
    with qtbot.waitSignal(page.changed) as told:
        calibration.use_button.click()
    assert told.args == ["threads", 2]
    assert page.body.rows["threads"].value() == 2


def test_why_nothing_can_be_measured(page):
    page.set_calibration_unavailable("Load a model first.")
    assert not page.body.calibration.measure_button.isEnabled()
    page.set_calibration_unavailable("")
    assert page.body.calibration.measure_button.isEnabled()


def test_own_presets_can_be_the_default(page, qtbot):
    page.set_values({"default_preset": "Creative"})
    with qtbot.assertNotEmitted(page.changed):
        page.set_presets(["Precise", "Creative", "Mine"])
    assert page.body.rows["default_preset"].value() == "Creative"
    page.set_values({"default_preset": "Mine"})
    assert page.body.rows["default_preset"].value() == "Mine"


def test_places_and_devices(page, qtbot):
    page.set_home(Path("/home/ada/quern"))
    assert page.body._home.text() == "/home/ada/quern"
    page.set_devices([Device("CPU", "A fast one", "cpu", 0, 16_000_000_000)], "zen4")
    assert page.body.devices.text() == "A fast one · 16.0 GB · code for zen4"
    buttons = {b.text(): b for b in page.findChildren(QPushButton)}
    for text, signal in (
        ("Open folder", page.open_home_requested),
        ("Open logs folder", page.open_logs_requested),
        ("About Quern", page.about_requested),
    ):
        with qtbot.waitSignal(signal):
            buttons[text].click()


def test_what_is_told_before_it_is_shown_is_shown_then(icons, qtbot):
    page = SettingsPage(icons, updatable=True)
    qtbot.addWidget(page)
    page.set_values({"default_preset": "Mine", "threads": 3})
    page.set_presets(["Balanced", "Mine"])
    page.set_calibration_unavailable("Load a model first.")
    assert not page.findChildren(QComboBox)  # not made yet
    page.show()
    assert page.body.rows["default_preset"].value() == "Mine"
    assert page.body.rows["threads"].value() == 3
    assert not page.body.calibration.measure_button.isEnabled()


def test_it_follows_the_text_size_and_never_scrolls_sideways(theme, page, qtbot):
    page.resize(856, 700)
    box = page.body.rows["threads"].editor
    before = box.width()
    theme.apply("light", 2.0)
    area = page.findChild(QScrollArea)
    qtbot.waitUntil(lambda: box.width() > before and area.horizontalScrollBar().maximum() == 0)
    theme.apply("light", 1.0)
    qtbot.waitUntil(lambda: box.width() == before)


def test_a_text_counts_once_it_is_typed(page, qtbot):
    editor = page.body.rows["hub_endpoint"].editor
    with qtbot.assertNotEmitted(page.changed):
        editor.setText("https://mir")
    assert page.body.rows["hub_proxy"].editor.placeholderText() == "As the system says"


def test_leaving_a_text_as_it_was_changes_nothing(page, qtbot):
    row = page.body.rows["hub_endpoint"]
    with qtbot.assertNotEmitted(page.changed):
        row.editor.editingFinished.emit()
    page.set_values({"hub_endpoint": "https://mirror.example.org"})
    with qtbot.assertNotEmitted(page.changed):
        row.editor.editingFinished.emit()
    assert row.value() == "https://mirror.example.org"


def test_a_token_is_told_once_and_never_shown(page, qtbot):
    body = page.body
    assert not body.forget_token.isVisible()
    assert not body.token.button.isEnabled()
    body.token.field.setText("  hf_secret ")
    with qtbot.waitSignal(page.token_entered) as told:
        body.token.button.click()
    assert told.args == ["hf_secret"]
    assert body.token.field.text() == ""
    page.set_has_token(True)
    assert body.forget_token.isVisible()
    with qtbot.waitSignal(page.token_forgotten):
        body.forget_token.click()
