import pytest
from PySide6.QtCore import QLocale

from desktop.ui.formats import count, data_size, decimal, fill, integer


@pytest.fixture(autouse=True)
def _american():
    before = QLocale()
    QLocale.setDefault(QLocale(QLocale.Language.English, QLocale.Country.UnitedStates))
    yield
    QLocale.setDefault(before)


def test_numbers():
    assert integer(4096) == "4,096"
    assert decimal(14.25, 1) in ("14.2", "14.3")
    assert decimal(3, 2) == "3.00"
    assert data_size(2_100_000_000) == "2.1 GB"
    assert count(4_022_468_096) == "4.0 B"
    assert count(5_240_000) == "5.2 M"
    assert count(999) == "999"


def test_places_can_be_moved_and_values_are_not_looked_into():
    assert fill("%2 of %1", "a", "b") == "b of a"
    assert fill("%1 % done of %9", "%1") == "%1 % done of %9"
    assert fill("no places", "a") == "no places"
    assert fill("%1", "100%") == "100%"
