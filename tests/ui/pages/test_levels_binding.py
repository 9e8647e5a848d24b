"""Files of one model are offered together."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import pytest

from desktop.domain.errors import ModelFileInvalid
from desktop.ui.pages.compared_model import ComparedModel
from desktop.ui.pages.levels_binding import LevelsBinding
from desktop.ui.side_by_side.levels_section import LevelsSection
from tests.helpers.side_by_side_data import DescribingLibrary, library, model

BASE, LOW, LOWEST = (model(level).path for level in ("BF16", "Q4_K_M", "Q2_K"))


@pytest.fixture
def bound(qtbot, icons) -> SimpleNamespace:
    section, models = LevelsSection(icons, "Choose."), DescribingLibrary()
    qtbot.addWidget(section)
    chosen = ComparedModel()
    LevelsBinding(section, models, chosen)
    assert "refresh" in models.names()
    models.listed.emit(library())
    return SimpleNamespace(section=section, models=models, chosen=chosen)


def ticked(bound: SimpleNamespace) -> list[Path]:
    return [info.path for info in bound.section.chosen()]


def test_the_best_comes_first_and_its_smallest_level_takes_part(bound) -> None:
    bound.section.file_chosen.emit(BASE)
    assert [row.path for row in bound.section.rows] == [BASE, LOW, LOWEST]
    assert ticked(bound) == [BASE, LOWEST]


def test_a_level_is_compared_with_the_best_there_is(bound) -> None:
    bound.section.file_chosen.emit(LOW)
    assert ticked(bound) == [BASE, LOW]


def test_what_a_person_ticked_stays_when_the_library_changes(bound) -> None:
    bound.section.file_chosen.emit(BASE)
    bound.section.rows[1].check.click()
    bound.section.rows[2].check.click()
    bound.models.listed.emit(library())
    assert ticked(bound) == [BASE, LOW]


def test_a_file_that_is_not_in_the_library_is_looked_at_first(bound, tmp_path: Path) -> None:
    bound.section.file_chosen.emit(BASE)
    other = replace(model("Q4_K_M"), path=tmp_path / "mine.gguf", bits_per_weight=4.0)
    bound.section.file_chosen.emit(other.path)
    assert bound.models.last("describe") == (other.path,)
    bound.models.described.emit(model("Q2_K"))  # somebody else asked
    assert len(bound.section.rows) == 3
    bound.models.described.emit(other)
    assert ticked(bound) == [BASE, other.path, LOWEST]


def test_a_file_that_cannot_be_used_says_why(bound) -> None:
    path = Path("/tmp/broken.gguf")
    bound.section.file_chosen.emit(path)
    bound.models.describe_failed.emit(Path("/other.gguf"), ModelFileInvalid("Not this."))
    bound.models.describe_failed.emit(path, ModelFileInvalid("It is damaged.", "Get it again."))
    assert "It is damaged. Get it again." in bound.section.chooser.text()


def test_one_alone_is_told_where_levels_come_from(bound) -> None:
    bound.models.listed.emit(library()[:1])
    bound.section.file_chosen.emit(BASE)
    assert "Quantize page" in bound.section.note()
    assert ticked(bound) == [BASE]


def test_choosing_anew(bound) -> None:
    bound.section.file_chosen.emit(BASE)
    bound.section.clear_button.click()
    assert not bound.section.rows and bound.section.clear_button.isHidden()
    bound.section.file_chosen.emit(LOW)
    assert ticked(bound) == [BASE, LOW]


def test_the_model_chosen_elsewhere_is_followed(bound) -> None:
    bound.chosen.set(LOW)
    assert ticked(bound) == [BASE, LOW]
    bound.chosen.set(BASE)
    assert ticked(bound) == [BASE, LOWEST]


def test_the_model_chosen_before_is_begun_with(bound, qtbot, icons) -> None:
    bound.chosen.set(BASE)
    section = LevelsSection(icons, "Choose.")
    qtbot.addWidget(section)
    LevelsBinding(section, bound.models, bound.chosen)
    bound.models.described.emit(model("BF16"))
    assert [info.path for info in section.chosen()] == [BASE]
    bound.models.listed.emit(library())  # whichever comes first, it is the same
    assert [info.path for info in section.chosen()] == [BASE, LOWEST]


@pytest.mark.parametrize(
    "choose",
    [
        lambda section: section.rows[1].check.click(),
        lambda section: section.clear_button.click(),
        lambda section: section.file_chosen.emit(LOW),
    ],
)
def test_what_a_person_chose_here_stays(bound, choose) -> None:
    bound.chosen.set(BASE)
    choose(bound.section)
    here = ticked(bound)
    bound.chosen.set(LOWEST)
    assert ticked(bound) == here
