import pytest

from desktop.ui.charts.axis import decades, ticks


@pytest.mark.parametrize(
    ("most", "wanted", "expected"),
    [
        (16.1, 3, (0, 5, 10, 15)),
        (10.7, 2, (0, 5, 10)),
        (3, 1, (0, 2)),
        (0.07, 4, (0, 0.02, 0.04, 0.06)),
        (10, 2, (0, 5, 10)),
        (0, 4, (0,)),
    ],
)
def test_marks_are_round_and_about_as_many_as_wanted(most, wanted, expected):
    assert ticks(most, wanted) == pytest.approx(expected)


@pytest.mark.parametrize("wanted", [1, 2, 4, 8])
@pytest.mark.parametrize("most", [1, 1.9, 2, 4.99, 5, 7, 9.99, 123456789])
def test_there_are_never_many_more_than_wanted_and_none_beyond_the_end(most, wanted):
    found = ticks(most, wanted)
    assert len(found) <= wanted + 2  # 0 and one more
    assert len(found) >= 2
    assert found[-1] <= most * (1 + 1e-9)


@pytest.mark.parametrize(
    ("low", "high", "expected"),
    [
        (1e-4, 1, (1e-4, 1e-3, 1e-2, 0.1, 1)),
        (0.002, 0.5, (0.003, 0.01, 0.03, 0.1, 0.3)),
        (0.9, 6, (1, 2, 5)),
        (1.1, 1.9, ()),
    ],
)
def test_marks_of_logarithms_are_powers_of_ten_and_what_lies_between_few_of_them(
    low, high, expected
):
    assert decades(low, high, 4) == pytest.approx(expected)
