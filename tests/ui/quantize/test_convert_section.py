import pytest

from desktop.ui.quantize.convert_section import ConvertSection


@pytest.fixture
def section(theme, qtbot) -> ConvertSection:
    made = ConvertSection()
    qtbot.addWidget(made)
    return made


@pytest.mark.parametrize("stored", ["f32", "f16", "bf16"])
def test_the_type_the_checkpoint_has_loses_nothing(section, stored):
    section.begin(stored)
    assert section.outtype == stored
    assert section.text().endswith("so nothing is lost.")


def test_another_type_is_told_and_explained(section, qtbot):
    section.begin("bf16")
    with qtbot.waitSignal(section.changed):
        section.types.setCurrentText("Q8_0")
    assert section.outtype == "q8_0"
    assert section.text() == "8 bits: half the size. Do not quantize it any further."
