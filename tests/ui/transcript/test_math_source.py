"""What is a formula and what is a price."""

from __future__ import annotations

import pytest

from desktop.ui.transcript.math_source import find_formulas


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("$x$ and $y_1$", ["x", "y_1"]),
        (r"\(a\) and \[b\]", ["a", "b"]),
        ("so $$q^2$$ here", ["q^2"]),
        ("the $n$th, from $5$ to $10$", ["n", "5", "10"]),
        ("$3x+2$", ["3x+2"]),
        ("`$x$` $z$", ["z"]),
        ("``a ` $x$`` $z$", ["z"]),
        (r"\$a$b$", []),
        (r"$a \$ b$", [r"a \$ b"]),
        ("$5 and $6", []),
        ("$5-$6, $1,000 or $20.", []),
        ("US$5 or US$6", []),
        ("$ x $", []),
        ("I have $20 in cash$", []),
        ("$100 million to $200 million", []),
        ("between $5/month and $10/month", []),
        ("one $ only", []),
        ("", []),
    ],
)
def test_formulas(text, expected):
    assert [formula.tex for formula in find_formulas(text)] == expected


def test_positions_cover_the_delimiters():
    text = r"so \(x\)!"
    (formula,) = find_formulas(text)
    assert text[formula.start : formula.end] == r"\(x\)"
    assert not formula.display
