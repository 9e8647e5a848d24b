"""Judging answers: whether one is what was expected."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from math import prod

from desktop.core.overlap import bleu, rouge_l
from desktop.domain.answer_parts import bare, chosen, last_number
from desktop.domain.errors import InvalidInput
from desktop.domain.matching import Expectation, Judgement, MatchRule

PATTERN_SECONDS = 0.5  # of processor time; patterns that are meant take microseconds
_LONGEST_PATTERN = 1000
_MOST_REPEATS = 10_000  # a compiled pattern takes memory for each
_COUNT = re.compile(r"\{\s*(\d+)")
_CALL = re.compile(r"\(\?(?:R|[+-]?\d|&|P>)")


def judge(answer: str, expectation: Expectation) -> Judgement:
    """Judge an answer, without its reasoning. Takes under a second, whatever the pattern.

    Raises: InvalidInput as `check_expectation`, and when a pattern takes too long on this answer.
    """
    if expectation.graded:
        measure = bleu if expectation.rule is MatchRule.BLEU else rouge_l
        score = measure(answer, expectation.text)
        return Judgement(score >= expectation.threshold, score)
    passed = _PASSES[expectation.rule](answer, expectation.text)
    return Judgement(passed, float(passed))


def check_expectation(expectation: Expectation) -> None:
    """Refuse what no answer could be judged by.

    Raises: InvalidInput with a sentence: nothing is expected, a pattern that is none or could
        take all memory, no number, a threshold out of range.
    """
    if not expectation.text.strip():
        raise InvalidInput("It does not say what is expected.", "Write the expected answer.")
    if expectation.rule is MatchRule.REGEX:
        _check_pattern(expectation.text)
    if expectation.rule is MatchRule.NUMBER and last_number(expectation.text) is None:
        raise InvalidInput(
            f"“{expectation.text}” is not a number.", "Write digits, such as 1,000.5 or -3."
        )
    if expectation.rule is MatchRule.CHOICE and not bare(expectation.text):
        raise InvalidInput(f"“{expectation.text}” is no choice.", "Write a letter or a word.")
    if not 0 <= expectation.threshold <= 1:
        raise InvalidInput("A threshold is between 0 and 1.", "Write for example 0.5.")


def _exact(answer: str, expected: str) -> bool:
    return _plain(answer).removesuffix(".") == _plain(expected).removesuffix(".")


def _contains(answer: str, expected: str) -> bool:
    wanted = _plain(expected)
    before = r"(?<!\d)(?<!\d[.,])" if wanted[:1].isdigit() else ""
    after = r"(?![.,]?\d)" if wanted[-1:].isdigit() else ""
    return re.search(before + re.escape(wanted) + after, _plain(answer)) is not None


def _number(answer: str, expected: str) -> bool:
    wanted = last_number(expected)
    return wanted is not None and last_number(answer) == wanted


def _matches(answer: str, pattern: str) -> bool:
    import regex

    _check_pattern(pattern)
    try:
        # concurrent: the window can go on meanwhile.
        found = regex.search(pattern, answer, timeout=PATTERN_SECONDS, concurrent=True)
    except TimeoutError as error:
        raise InvalidInput(
            f"The pattern “{pattern}” takes too long on an answer.",
            "Write it without repeats inside of repeats.",
        ) from error
    except (MemoryError, RecursionError) as error:
        raise _too_much(pattern) from error
    return found is not None


def _check_pattern(pattern: str) -> None:
    import regex

    if len(pattern) > _LONGEST_PATTERN:
        raise InvalidInput(
            f"A pattern has at most {_LONGEST_PATTERN:,} characters; this has {len(pattern):,}.",
            "Shorten it.",
        )
    # Compiling writes out what is repeated a fixed number of times, so this comes first.
    repeats = prod(max(1, min(int(one), _MOST_REPEATS + 1)) for one in _COUNT.findall(pattern))
    if repeats > _MOST_REPEATS or _CALL.search(pattern):
        raise _too_much(pattern)
    try:
        regex.compile(pattern)
    except regex.error as error:
        raise InvalidInput(
            f"The pattern “{pattern}” cannot be read: {error}.", "Correct it."
        ) from error
    except (MemoryError, RecursionError, OverflowError) as error:
        raise _too_much(pattern) from error


def _too_much(pattern: str) -> InvalidInput:
    return InvalidInput(
        f"The pattern “{pattern}” repeats too much.",
        "Write it with smaller counts, and without calls of itself.",
    )


def _plain(text: str) -> str:
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split())


_PASSES: dict[MatchRule, Callable[[str, str], bool]] = {
    MatchRule.EXACT: _exact,
    MatchRule.CONTAINS: _contains,
    MatchRule.REGEX: _matches,
    MatchRule.NUMBER: _number,
    MatchRule.CHOICE: chosen,
}
