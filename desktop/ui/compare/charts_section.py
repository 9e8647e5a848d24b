"""A comparison as pictures: quality against size, speed, and how the divergence is spread."""

from __future__ import annotations

import math
from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from desktop.domain.comparison import Measurement, Part
from desktop.domain.recommendation import Wishes
from desktop.ui.charts.bar_chart import Bar, BarChart, Limit
from desktop.ui.charts.scatter_chart import Point, ScatterChart
from desktop.ui.charts.spread_chart import Spread, SpreadChart
from desktop.ui.compare.chart_card import ChartCard
from desktop.ui.compare.words import (
    axis_nats,
    axis_size,
    divergence_of,
    rate,
    sentence,
    spread_sentence,
)
from desktop.ui.formats import data_size, decimal, fill
from desktop.ui.icons import Icons


class ChartsSection(QWidget):
    """Signals: chosen: position of the row in the table whose mark was activated."""

    chosen = Signal(int)

    def __init__(self, icons: Icons) -> None:
        super().__init__()
        self._positions: list[list[int]] = [[], [], []]  # of the marks of each chart
        self.scatter = ScatterChart(
            self.tr("Quality against size"),
            self.tr("Size of the file"),
            self.tr("KL divergence, nats"),
            axis_size,
            axis_nats,
        )
        self.speed = BarChart(self.tr("Speed"), _axis_rate)
        self.spread = SpreadChart(
            self.tr("Spread of the divergence"),
            self.tr("● median    ┃ 90 %    │ 99 % of the tokens, nats"),
            axis_nats,
        )
        self.cards = (
            ChartCard(
                self.tr("Quality against size"),
                "",
                self.scatter,
                icons,
            ),
            ChartCard(
                self.tr("Speed"),
                self.tr(
                    "Tokens of an answer written in a second; the line is the slowest accepted."
                ),
                self.speed,
                icons,
            ),
            ChartCard(
                self.tr("How the divergence is spread"),
                self.tr(
                    "Most tokens hardly differ; what is lost is lost at the few to the far end."
                ),
                self.spread,
                icons,
            ),
        )
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        for number, card in enumerate(self.cards):
            card.chart.activated.connect(lambda mark, number=number: self._activated(number, mark))
            column.addWidget(card)

    def set_results(
        self, rows: Sequence[Measurement], wishes: Wishes, chosen: str, unsuited: Sequence[str]
    ) -> None:
        """`chosen` is the level recommended, or ""; `unsuited` those that do not suit `wishes`."""
        sound = [
            (n, one) for n, one in enumerate(rows) if one.part is Part.LEVEL and not one.problem
        ]
        known = [(n, one, found) for n, one in sound if (found := divergence_of(one))]
        timed = [(n, one) for n, one in enumerate(rows) if one.speed is not None]
        self._positions = [
            [n for n, one, _ in known if one.bytes],
            [n for n, _ in timed],
            [n for n, _, _ in known],
        ]
        points = [
            Point(
                one.name,
                one.bytes,
                found.mean.value,
                found.mean.low,
                found.mean.high,
                sentence(one),
                chosen=one.name == chosen,
                faded=one.name in unsuited,
            )
            for _, one, found in known
            if one.bytes
        ]
        room = wishes.memory - wishes.leave_free
        limit = Limit(room, fill(self.tr("%1 of memory to use"), data_size(max(room, 0))))
        noise = next((one for one in rows if one.part is Part.NOISE), None)
        ground = divergence_of(noise) if noise else None
        floor = Limit(ground.mean.value, self.tr("Noise floor")) if ground else None
        self.scatter.set_points(points, limit, floor)
        self.cards[0].set_caption(self._caption(room))
        self.speed.set_bars(
            [_bar(one, wishes, chosen=one.name == chosen) for _, one in timed],
            Limit(
                wishes.slowest,
                fill(self.tr("%1 accepted"), decimal(wishes.slowest, 1)),
                to_reach=True,
            ),
        )
        self.spread.set_rows(
            [
                Spread(
                    one.name,
                    found.median.value,
                    found.p90.value,
                    found.p99.value,
                    spread_sentence(one, found),
                    chosen=one.name == chosen,
                )
                for _, one, found in known
            ]
        )
        for card, shown in zip(self.cards, self._positions, strict=True):
            card.setVisible(bool(shown))
        self.setVisible(any(self._positions))

    def _caption(self, room: int) -> str:
        text = self.tr(
            "Lower is nearer to the base. The line joins the levels that no other beats in both;"
            " hollow ones do not suit your wishes."
        )
        if self.scatter.limit_shown:
            more = self.tr("A level takes its size and some more of memory.")
            return f"{text} {more}"
        more = self.tr("All are far below the %1 of memory to use.")
        return f"{text} {fill(more, data_size(room))}" if room > 0 else text

    def _activated(self, chart: int, mark: int) -> None:
        self.chosen.emit(self._positions[chart][mark])


def _bar(one: Measurement, wishes: Wishes, *, chosen: bool) -> Bar:
    assert one.speed is not None
    reach = one.speed.half_width
    return Bar(
        one.name,
        one.speed.value,
        rate(one.speed),
        sentence(one),
        chosen=chosen,
        faded=one.part is Part.BASE or one.speed.value < wishes.slowest,
        reach=reach if math.isfinite(reach) else 0.0,
    )


def _axis_rate(value: float) -> str:
    return decimal(value, 0 if value >= 10 or not value else 1)
