from __future__ import annotations

from collections.abc import Sequence

import pytest

from desktop.domain.errors import ContextTooSmall
from desktop.engine.context_window import (
    LONGEST_TOKEN,
    MAX_MESSAGE,
    TRIMMED_SHARE,
    ContextWindow,
)
from desktop.engine.prompt_cache import Prompt
from desktop.engine.protocol import ChatTurn
from tests.engine.conftest import assistant, system, user


def count(messages: Sequence[ChatTurn]) -> Prompt:
    """A prompt of one token for each character."""
    text = "".join(message.content for message in messages)
    return Prompt(text, list(range(len(text))), ())


def conversation(turns: int) -> list[ChatTurn]:
    messages = [system("s" * 10)]
    for _ in range(turns):
        messages += [user("u" * 10), assistant("a" * 10)]
    return messages[:-1]


def test_what_fits_is_left_alone() -> None:
    fitted = ContextWindow(100).fit(conversation(3), count, 0)
    assert fitted.dropped == 0 and len(fitted.prompt.tokens) == 60


def test_room_is_kept_for_the_answer_but_no_more_than_asked() -> None:
    window = ContextWindow(100)
    messages = conversation(4)  # 80 of 100
    assert window.fit(messages, count, 0).dropped
    assert not window.fit(messages, count, 10).dropped


def test_a_message_that_cannot_possibly_fit_is_refused_unread() -> None:
    def never(messages: Sequence[ChatTurn]) -> Prompt:
        raise AssertionError("rendered in vain")

    with pytest.raises(ContextTooSmall, match="102,401 characters long, but the context holds 100"):
        ContextWindow(100).fit([user("a" * (100 * LONGEST_TOKEN + 1))], never, 0)
    with pytest.raises(ContextTooSmall, match="characters long"):
        ContextWindow(1 << 22).fit([user("a" * (MAX_MESSAGE + 1))], never, 0)


def test_whole_turns_go_and_the_system_prompt_stays() -> None:
    messages = conversation(10)
    fitted = ContextWindow(100).fit(messages, count, 0)
    assert fitted.dropped % 2 == 0
    assert fitted.prompt.text.startswith("s" * 10 + "u" * 10)
    room = 75 * TRIMMED_SHARE
    assert room - 20 < len(fitted.prompt.tokens) <= room  # not more than needed


@pytest.mark.parametrize(("max_tokens", "room"), [(0, 300), (40, 360), (1000, 300)])
def test_the_cut_stays_until_it_no_longer_fits(max_tokens: int, room: int) -> None:
    """Or all that is left would be evaluated again with every message."""
    window = ContextWindow(400)
    messages = conversation(3)
    cuts = []
    for _ in range(60):
        fitted = window.fit(messages, count, max_tokens)
        assert len(fitted.prompt.tokens) <= room
        cuts.append(fitted.dropped)
        messages += [assistant("a" * 10), user("u" * 10)]
    assert cuts == sorted(cuts)
    stays = [cuts.count(cut) for cut in dict.fromkeys(cuts)][1:-1]
    assert len(stays) > 5 and min(stays) >= room * (1 - TRIMMED_SHARE) // 20


def test_another_conversation_has_its_own_cut() -> None:
    window = ContextWindow(100)
    assert window.fit(conversation(10), count, 0).dropped
    assert window.fit([user("b" * 10)], count, 0).dropped == 0
    other = [user("c" * 10), assistant("d" * 80), user("e" * 10)]
    assert window.fit(other, count, 0).dropped == 2


def test_the_newest_message_alone_may_use_the_room_of_the_answer() -> None:
    assert ContextWindow(1000).fit([user("u" * 900)], count, 0).dropped == 0


@pytest.mark.parametrize("earlier", [[], [user("a"), assistant("b")]])
def test_a_newest_message_that_does_not_fit_is_refused(earlier: list[ChatTurn]) -> None:
    with pytest.raises(ContextTooSmall, match=r"990 tokens.*holds 1,000"):
        ContextWindow(1000).fit([*earlier, user("u" * 990)], count, 0)
