import time
from datetime import date

import pytest
from PySide6.QtCore import QLocale

from desktop.ui.formats import (
    amount,
    count,
    data_size,
    days_ago,
    days_left,
    decimal,
    duration,
    fill,
    integer,
    moment,
    time_ago,
    tokens,
)


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
    assert count(107_840) == "107.8 k"
    assert count(9_000) == "9,000"
    assert count(999) == "999"


def test_what_rounds_up_to_a_thousand_takes_the_next_unit():
    assert [count(999_949), count(999_950)] == ["999.9 k", "1.0 M"]
    assert [count(960_000_000), count(999_999_999)] == ["960.0 M", "1.0 B"]
    assert [data_size(999_949), data_size(999_950)] == ["999.9 kB", "1.0 MB"]
    assert [data_size(999_999_999), data_size(999_999_999_999)] == ["1.0 GB", "1.0 TB"]
    assert data_size(960_000_000) == "960.0 MB"


def test_places_can_be_moved_and_values_are_not_looked_into():
    assert fill("%2 of %1", "a", "b") == "b of a"
    assert fill("%1 % done of %9", "%1") == "%1 % done of %9"
    assert fill("no places", "a") == "no places"
    assert fill("%1", "100%") == "100%"


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(0.2, "1 s"), (59, "59 s"), (61, "1 min"), (3599, "1 h"), (9000, "2 h 30 min"),
     (10**6, "more than a day")],
)  # fmt: skip
def test_how_long_something_takes(qapp, seconds, words):
    assert duration(seconds) == words


@pytest.mark.parametrize(
    ("number", "words"),
    [(2048, "2k"), (32768, "32k"), (1 << 20, "1M"), (1000, "1,000"), (5000, "5,000")],
)
def test_contexts(qapp, number, words):
    assert tokens(number) == words


@pytest.mark.parametrize(
    ("before", "words"),
    [(0, "today"), (1, "yesterday"), (9, "9 days ago"), (-1, "today")],
)
def test_days(qapp, before, words):
    noon = time.mktime((2026, 6, 1, 12, 0, 0, 0, 0, -1))
    assert days_ago(noon - before * 86400, date(2026, 6, 1)) == words


@pytest.mark.parametrize(
    ("before", "words"), [(0, "today, 3:04 PM"), (1, "yesterday, 3:04 PM"), (2, "2 days ago")]
)
def test_of_the_last_days_the_time_is_told_too(qapp, before, words):
    moment = time.mktime((2026, 6, 1 - before, 15, 4, 0, 0, 0, -1))
    said = time_ago(moment, date(2026, 6, 1))
    assert said.replace("\u202f", " ") == words  # as Qt writes it, by its version


def test_the_time_reads_well_where_no_locale_is_set(qapp):
    QLocale.setDefault(QLocale.c())  # put back by `_american`
    moment = time.mktime((2026, 6, 1, 15, 4, 0, 0, 0, -1))
    assert time_ago(moment, date(2026, 6, 1)) == "today, 15:04"


@pytest.mark.parametrize(
    ("after", "words"),
    [(0, "today"), (1, "tomorrow"), (9, "in 9 days"), (-1, "today")],
)
def test_days_to_come(qapp, after, words):
    noon = time.mktime((2026, 6, 1, 12, 0, 0, 0, 0, -1))
    assert days_left(noon + after * 86400, date(2026, 6, 1)) == words


def test_a_moment_has_its_time(qapp):
    assert "3:04" in moment(time.mktime((2026, 6, 1, 15, 4, 5, 0, 0, -1)))


def test_amounts(qapp):
    assert amount(1, "1 model", "%1 models") == "1 model"
    assert amount(2000, "1 model", "%1 models") == "2,000 models"
    assert amount(1_284_120, "1 model", "%1 models") == "1.3 M models"
    assert amount(0, "1 model", "%1 models") == "0 models"


def test_a_day_long_ago_is_a_date(qapp):
    moment = time.mktime((2025, 12, 24, 12, 0, 0, 0, 0, -1))
    assert "24" in days_ago(moment, date(2026, 6, 1))


def test_a_date_reads_well_where_no_locale_is_set(qapp):
    QLocale.setDefault(QLocale.c())  # put back by `_american`
    noon = time.mktime((2025, 12, 4, 12, 0, 0, 0, 0, -1))
    assert days_ago(noon, date(2026, 6, 1)) == "2025-12-04"
    assert moment(noon) == "2025-12-04 12:00"
