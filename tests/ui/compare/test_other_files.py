import pytest

from desktop.ui.compare.other_files import OtherFiles
from tests.helpers.comparison_data import library

BASE, Q8, Q4, KIN = (entry.info for entry in library()[:4])


@pytest.fixture
def files(qtbot) -> OtherFiles:
    made = OtherFiles("Files that are there")
    qtbot.addWidget(made)
    made.set_rows(made.rows_for(BASE, library(), {}))
    return made


def test_smaller_files_of_the_same_name_take_part(files):
    assert [row.info for row in files.rows] == [Q8, Q4, KIN]
    assert files.chosen() == (Q8, Q4)
    assert "is it the same model?" in files.rows[2].check.accessibleDescription()
    files.set_rows(())
    assert not any(row.chosen for row in files.rows_for(Q4, library(), {}))


def test_what_was_added_just_now_takes_part_and_can_be_dropped_again(files):
    files.rows[0].check.click()
    added = {Q8.path: Q8}
    files.set_rows(files.rows_for(BASE, library(), added, asked=Q8.path))
    assert files.chosen() == (Q8, Q4)
    files.rows[0].check.click()
    files.set_rows(files.rows_for(BASE, library(), added))
    assert files.chosen() == (Q4,)


def test_what_is_not_in_the_library_stands_last(files):
    files.set_rows(files.rows_for(BASE, library()[2:3], {Q8.path: Q8}))
    assert files.chosen() == (Q4, Q8)
