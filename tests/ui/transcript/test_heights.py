"""Prefix sums against the plain way of doing it."""

from __future__ import annotations

from itertools import accumulate

from hypothesis import given
from hypothesis import strategies as st

from desktop.ui.transcript.heights import Heights

values = st.lists(st.integers(0, 500), max_size=60)


def check(heights: Heights, expected: list[int]) -> None:
    tops = [0, *accumulate(expected)]
    assert len(heights) == len(expected)
    assert heights.total == tops[-1]
    assert [heights.offset(index) for index in range(len(expected) + 1)] == tops


@given(values, st.lists(st.tuples(st.integers(0, 59), st.integers(0, 500))), values)
def test_changes_and_additions_keep_the_sums_right(start, changes, added):
    heights, expected = Heights(start), list(start)
    for index, height in changes:
        if index < len(expected):
            grown = heights.set(index, height)
            assert grown == height - expected[index]
            expected[index] = height
    for height in added:
        heights.append(height)
        expected.append(height)
    check(heights, expected)


@given(values, st.integers(0, 60), values)
def test_truncating_and_going_on(start, length, added):
    heights = Heights(start)
    heights.truncate(length)
    expected = start[:length]
    for height in added:
        heights.append(height)
        expected.append(height)
    check(heights, expected)


@given(st.lists(st.integers(1, 500), min_size=1, max_size=60), st.integers(0, 40_000))
def test_the_item_at_an_offset_covers_it(start, offset):
    heights = Heights(start)
    index = heights.at(offset)
    if offset < heights.total:
        assert heights.offset(index) <= offset < heights.offset(index) + start[index]
    else:
        assert index == len(start) - 1


def test_items_without_height_are_passed_over():
    heights = Heights([10, 0, 0, 5])
    assert heights.at(9) == 0
    assert heights.at(10) == 3
