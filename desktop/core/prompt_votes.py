"""Self-consistency: several answers to one case, and what most of them say."""

from __future__ import annotations

import string
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from desktop.domain.answer_parts import bare, chosen, last_number
from desktop.domain.matching import Expectation, MatchRule

_WHOLE = (MatchRule.EXACT, MatchRule.BLEU, MatchRule.ROUGE)


@dataclass(frozen=True, slots=True)
class Vote:
    """What most answers say.

    Attributes:
        said: what was counted, as the first of them says it.
        index: of that answer.
        votes: answers that say it.
        of: answers there are.
        counts: everything that was said, with its votes, most first.
    """

    said: str
    index: int
    votes: int
    of: int
    counts: tuple[tuple[str, int], ...]

    @property
    def share(self) -> float:
        """Of the votes, 0 to 1."""
        return self.votes / self.of


def vote(answers: Sequence[str], expectation: Expectation | None) -> Vote:
    """Count at least one answer. Of several with as many votes the one said first wins.

    What is counted follows the rule: the last number, the letter that was chosen, or the last line,
    where an answer that thinks aloud comes to its end; all of it when it is compared as a whole or
    nothing is expected.
    """
    rule = expectation.rule if expectation else MatchRule.EXACT
    said = [_said(answer, rule) for answer in answers]
    keys = [bare(text) for text in said] if len(said) > 1 else said  # runs have thousands of one
    counted = Counter(keys)
    first = {key: keys.index(key) for key in counted}
    order = sorted(counted, key=lambda key: (-counted[key], first[key]))
    winner = order[0]
    return Vote(
        said=said[first[winner]],
        index=first[winner],
        votes=counted[winner],
        of=len(answers),
        counts=tuple((said[first[key]], counted[key]) for key in order),
    )


def _said(answer: str, rule: MatchRule) -> str:
    """The part of an answer that is counted."""
    text = answer.strip()
    if rule in _WHOLE or not text:
        return text
    if rule is MatchRule.NUMBER and (number := last_number(text)) is not None:
        return f"{number.normalize():f}"
    if rule is MatchRule.CHOICE:
        labels = (label for label in string.ascii_uppercase if chosen(text, label))
        if label := next(labels, ""):
            return label
    return text.splitlines()[-1].strip()
