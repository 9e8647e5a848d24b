import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop.ui.fuzzy import score


def best(query: str, *texts: str) -> str:
    return max(
        texts, key=lambda text: score(query, text) if score(query, text) is not None else -99
    )


def test_letters_must_occur_in_order():
    assert score("nc", "New conversation") is not None
    assert score("cn", "New model") is None
    assert score("", "Anything") == 0


@pytest.mark.parametrize(
    ("query", "wanted", "other"),
    [
        ("nc", "New conversation", "Once more"),
        ("conv", "New conversation", "Copy one novel"),
        ("set", "Settings", "Reset the text"),
        ("text l", "Larger text: Text larger", "Toggle extra panel"),
        ("lis", "Trip plan, Lisbon", "Shellfish dishes"),
        ("new", "New conversation", "A renewed start of the whole"),
    ],
)
def test_the_better_one_wins(query: str, wanted: str, other: str):
    assert best(query, other, wanted) == wanted


def test_case_does_not_matter():
    assert score("QUERN", "about quern") == score("quern", "About Quern")


@given(st.text(min_size=1, max_size=40))
def test_a_text_always_fits_itself(text: str):
    assert score(text, text) is not None


@given(st.text(max_size=10), st.text(max_size=40))
def test_it_never_fails(query: str, text: str):
    score(query, text)
