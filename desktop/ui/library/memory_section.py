"""What a model needs at a chosen context and type of KV cache, answered while it is chosen."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import QSignalBlocker, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from desktop.domain.model import CONTEXT_STEP, DEFAULT_CONTEXT, LoadConfig, MemoryEstimate
from desktop.ui.formats import fill, integer
from desktop.ui.model_words import breakdown, verdict
from desktop.ui.widgets.buttons import label, set_property
from desktop.ui.widgets.inputs import Choice, Slider
from desktop.ui.widgets.memory_bar import MemoryBar

CACHE_TYPES = ("f16", "q8_0", "q4_0")


class MemorySection(QWidget):
    """Signals:

    estimate_wanted: LoadConfig; answer with `set_estimate`.
    """

    estimate_wanted = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self._base = LoadConfig()
        self._slider = Slider()
        self._slider.setAccessibleName(self.tr("Context in tokens"))
        self._value = label("", "secondary")
        self._cache = Choice()
        self._cache.setAccessibleName(self.tr("KV cache"))
        self._cache.addItems(
            [self.tr("F16, exact"), self.tr("Q8_0, half"), self.tr("Q4_0, a quarter")]
        )
        self._verdict = label(self.tr("Working out what it takes…"), "heading", wrap=True)
        self._breakdown = label("", "small", wrap=True)
        self.bar = MemoryBar()
        context = label(self.tr("Context"))
        context.setBuddy(self._slider)
        cache = label(self.tr("KV cache"))
        cache.setBuddy(self._cache)
        first = QHBoxLayout()
        first.setSpacing(8)
        first.addWidget(context, 1)
        first.addWidget(self._value)
        second = QHBoxLayout()
        second.setSpacing(8)
        second.addWidget(cache, 1)
        second.addWidget(self._cache)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addWidget(self._verdict)
        column.addWidget(self.bar)
        column.addWidget(self._breakdown)
        column.addLayout(first)
        column.addWidget(self._slider)
        column.addLayout(second)
        self._slider.valueChanged.connect(self._changed)
        self._cache.currentIndexChanged.connect(self._changed)

    def start(self, config: LoadConfig, longest: int) -> None:
        """Begin with `config`; `longest` is the context the model was trained for, 0 when the file
        does not say. Asks for an estimate; until it comes, the last one stays."""
        self._base = config
        longest = max(longest or DEFAULT_CONTEXT, CONTEXT_STEP)
        wanted = min(config.context or DEFAULT_CONTEXT, longest)
        with QSignalBlocker(self._slider), QSignalBlocker(self._cache):
            self._slider.setRange(1, longest // CONTEXT_STEP)
            self._slider.setPageStep(max(1, longest // CONTEXT_STEP // 10))
            self._slider.setValue(wanted // CONTEXT_STEP)
            self._cache.setCurrentIndex(CACHE_TYPES.index(config.cache_type_k))
        self._changed()

    def config(self) -> LoadConfig:
        """As chosen here; the rest as it was begun with."""
        cache = CACHE_TYPES[self._cache.currentIndex()]
        context = self._slider.value() * CONTEXT_STEP
        return replace(self._base, context=context, cache_type_k=cache, cache_type_v=cache)

    def set_estimate(self, estimate: MemoryEstimate) -> None:
        self._verdict.setText(verdict(estimate))
        set_property(self._verdict, "tone", "heading" if estimate.fits else "error")
        self._breakdown.setText(breakdown(estimate))
        self.bar.set_estimate(estimate)

    def wait(self) -> None:
        """Another model is shown, whose estimate is to come."""
        self._say_nothing(self.tr("Working out what it takes…"))

    def set_unknown(self) -> None:
        """There will be no estimate."""
        self._say_nothing(self.tr("What it takes cannot be told."))

    def verdict(self) -> str:
        """What is said about whether the model fits."""
        return self._verdict.text()

    def _say_nothing(self, why: str) -> None:
        self._verdict.setText(why)
        set_property(self._verdict, "tone", "heading")
        self._breakdown.clear()
        self.bar.set_estimate(None)

    def _changed(self) -> None:
        config = self.config()
        self._value.setText(fill(self.tr("%1 tokens"), integer(config.context)))
        self.estimate_wanted.emit(config)
