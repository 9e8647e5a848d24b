"""What the transcript is fed with: one plain value per message."""

from collections.abc import Callable
from typing import NamedTuple


class Entry(NamedTuple):
    """One message as the view shows it. A named tuple, because a long conversation makes thousands.

    `text` is Markdown for an assistant, plain text for a user and one sentence for a notice.
    """

    key: int
    """The message's id; unique within a conversation."""
    role: str
    """`user`, `assistant`, `system` or `notice`."""
    text: str
    reasoning: str = ""
    """Markdown of the collapsible block above an answer."""
    open_reasoning: bool = False
    """Whether that block is unfolded until the person folds it."""
    caption: Callable[[], str] = str
    """Makes the small grey line under an answer, such as its model and speed, when it is shown."""
    branch: tuple[int, int] = (1, 1)
    """(this, of): which of how many alternative messages is shown; counts from 1."""
    state: str = "done"
    """`done`, `streaming`, `stopped` or `failed`."""
    problem: str = ""
    """The sentence in a failed answer's banner."""


def clean(text: str) -> str:
    """`text` as a text widget can hold it: NUL, lone surrogates and non-characters become U+FFFD.

    Line ends become `\\n`. Qt reads U+FDD0 to U+FDEF as its own frame marks, and the prose
    builder uses two of them to mark formulas, so they must not come from outside.
    """
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\u2029", "\n")
    if text.isascii():
        return text.replace("\0", "\ufffd")
    if any(mark in text for mark in _RARE) or _has_surrogate(text):
        return text.translate(_UNSAFE)
    return text


def _has_surrogate(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return True
    return False


_RARE = ("\0", "\ufffc", *map(chr, range(0xFDD0, 0xFDF0)))
_UNSAFE = {
    0: "\ufffd",
    0xFFFC: "\ufffd",
    **dict.fromkeys(range(0xFDD0, 0xFDF0), "\ufffd"),
    **dict.fromkeys(range(0xD800, 0xE000), "\ufffd"),
}
