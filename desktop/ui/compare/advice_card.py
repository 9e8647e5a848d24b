"""Which level to use on this machine, and the two wishes that decide it."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QVBoxLayout

from desktop.domain.recommendation import RULE, Recommendation, Wishes
from desktop.domain.sampling import SamplerField
from desktop.ui.icons import Icons
from desktop.ui.widgets.buttons import label
from desktop.ui.widgets.number_field import NumberField
from desktop.ui.widgets.two_parts import TwoParts

GB = 1e9
FASTEST = 100.0  # tokens a second; nobody reads faster


class AdviceCard(QFrame):
    """Signals: wishes_changed, when a person moved one of the sliders."""

    wishes_changed = Signal()

    def __init__(self, icons: Icons, memory: int) -> None:
        """`memory` is what the machine has, in bytes."""
        super().__init__()
        self.setObjectName("group")
        self._memory = memory
        usual = Wishes(memory)
        self._sentence = label("", "title", wrap=True)
        self._reason = label("", wrap=True)
        self.free = NumberField(
            SamplerField(
                "leave_free",
                self.tr("Memory left free, GB"),
                self.tr("What your other programs need."),
                0.0,
                max(1.0, memory / GB),
                0.1,
                decimals=1,
            ),
            min(usual.leave_free, memory) / GB,
            icons,
        )
        self.slowest = NumberField(
            SamplerField(
                "slowest",
                self.tr("Slowest speed, tokens/s"),
                self.tr("What you accept; people read 5 to 8 tokens a second."),
                0.0,
                FASTEST,
                0.5,
                decimals=1,
            ),
            usual.slowest,
            icons,
        )
        for field in (self.free, self.slowest):
            field.value_changed.connect(lambda _value: self.wishes_changed.emit())
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 12, 16, 12)
        column.setSpacing(8)
        column.addWidget(self._sentence)
        column.addWidget(self._reason)
        column.addSpacing(4)
        column.addWidget(TwoParts(self.free, self.slowest))
        column.addWidget(label(self.tr("The rule: ") + RULE, "small", wrap=True))

    def wishes(self) -> Wishes:
        """What a person asks of a model here."""
        return Wishes(self._memory, round(self.free.value() * GB), self.slowest.value())

    def set_recommendation(self, found: Recommendation) -> None:
        self._sentence.setText(found.sentence)
        self._reason.setText(found.reason)
        self._reason.setVisible(bool(found.reason))

    def text(self) -> str:
        """What is said."""
        return f"{self._sentence.text()} {self._reason.text()}".strip()
