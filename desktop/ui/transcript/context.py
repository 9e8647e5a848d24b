"""What every row widget is given: the looks, the shared services, and a way to report back."""

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QIcon

from desktop.ui.transcript.formulas import FormulaStore
from desktop.ui.transcript.highlighting import Lexers
from desktop.ui.transcript.style import Style


class RowEvents(QObject):
    """What rows tell the view. Keys are message ids."""

    action = Signal(int, str)
    """A button of the message: `copy`, `edit`, `regenerate`, `continue`, `previous`, `next`,
    `fork`, `details`, `tokens` or `delete`."""
    reasoning_toggled = Signal(int)
    edit_saved = Signal(int, str)
    edit_cancelled = Signal(int)
    link_activated = Signal(str)
    resized = Signal()
    """An editor wants another height."""


@dataclass(slots=True)
class RowContext:
    """Handed to each row widget; `style` is replaced when the palette or the text size changes."""

    style: Style
    icon: Callable[[str], QIcon]
    formulas: FormulaStore
    lexers: Lexers
    events: RowEvents
