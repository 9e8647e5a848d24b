"""Numbers, sizes and sentences with places in them, as the person's system writes them."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication, QDate, QDateTime, QLocale, QTime

if TYPE_CHECKING:
    from desktop.domain.conversation import Conversation

_STEPS = ((10**9, "B"), (10**6, "M"), (10**3, "k"))
_NEARLY = 0.99995  # of a step, from where one decimal place would say "1000.0" of the one below


def integer(value: int) -> str:
    """A whole number with its thousands grouped."""
    return QLocale().toString(value)


def decimal(value: float, decimals: int) -> str:
    """A number with exactly `decimals` places."""
    return QLocale().toString(float(value), "f", decimals)


def data_size(size: int) -> str:
    """Bytes, in the decimal units that file managers use."""
    size = next((step for step in (10**6, 10**9, 10**12) if _NEARLY * step <= size < step), size)
    return QLocale().formattedDataSize(int(size), 1, QLocale.DataSizeFormat.DataSizeSIFormat)


def count(number: int) -> str:
    """A large number as model names give it: "4.0 B", "26.5 M", "107.8 k"; small ones in full."""
    if number < 10_000:
        return integer(number)
    limit, unit = next(step for step in _STEPS if number >= _NEARLY * step[0])
    return f"{decimal(number / limit, 1)} {unit}"


def shown_title(conversation: Conversation) -> str:
    """The title, or what stands for it in a conversation that has none yet."""
    return conversation.title or QCoreApplication.translate("Formats", "New conversation")


def fill(text: str, *values: object) -> str:
    """`text` with %1, %2, … replaced by `values`, so that translators can move them.

    Values are put in as they are: a "%1" inside one of them stays.
    """
    parts = text.split("%")
    filled = parts[0]
    for part in parts[1:]:
        place = int(part[0]) if part[:1].isdigit() else 0
        filled += str(values[place - 1]) + part[1:] if 0 < place <= len(values) else "%" + part
    return filled


def tokens(number: int) -> str:
    """A context as people say it: "4k", "32k", "1M"; odd ones in full."""
    for unit, sign in ((1 << 20, "M"), (1 << 10, "k")):
        if number >= unit and number % unit == 0:
            return f"{integer(number // unit)}{sign}"
    return integer(number)


def amount(number: int, one: str, many: str) -> str:
    """`one` for 1, else `many` with the number in place of its %1."""
    return one if number == 1 else fill(many, count(number))


def duration(seconds: float) -> str:
    """How long something will take, no more exact than anybody can know."""
    tr = QCoreApplication.translate
    if seconds < 60:
        return fill(tr("Formats", "%1 s"), integer(max(1, round(seconds))))
    minutes = round(seconds / 60)
    if minutes < 60:
        return fill(tr("Formats", "%1 min"), integer(minutes))
    hours, minutes = divmod(minutes, 60)
    if hours >= 24:
        return tr("Formats", "more than a day")
    if not minutes:
        return fill(tr("Formats", "%1 h"), integer(hours))
    return fill(tr("Formats", "%1 h %2 min"), integer(hours), integer(minutes))


def days_ago(moment: float, today: date) -> str:
    """The day of `moment` (seconds since the epoch) as seen from `today`."""
    tr = QCoreApplication.translate
    day = _day_of(moment)
    days = (today - day).days
    if days <= 0:
        return tr("Formats", "today")
    if days == 1:
        return tr("Formats", "yesterday")
    if days < 30:
        return fill(tr("Formats", "%1 days ago"), integer(days))
    return _written(QDate(day.year, day.month, day.day), "yyyy-MM-dd")


def time_ago(moment: float, today: date) -> str:
    """As `days_ago`, with the time of what is so recent that there may be several of a day."""
    day = days_ago(moment, today)
    if (today - _day_of(moment)).days > 1:
        return day
    shown = _written(QDateTime.fromSecsSinceEpoch(int(moment)).time(), "HH:mm")
    return fill(QCoreApplication.translate("Formats", "%1, %2"), day, shown)


def days_left(moment: float, today: date) -> str:
    """How far from `today` the day of `moment` (seconds since the epoch) is."""
    tr = QCoreApplication.translate
    day = _day_of(moment)
    days = (day - today).days
    if days <= 0:
        return tr("Formats", "today")
    if days == 1:
        return tr("Formats", "tomorrow")
    return fill(tr("Formats", "in %1 days"), integer(days))


def _day_of(moment: float) -> date:
    return datetime.fromtimestamp(moment).date()  # noqa: DTZ006 - the person's own day is meant


def moment(seconds: float) -> str:
    """Day and time, as the person's system writes them."""
    return _written(QDateTime.fromSecsSinceEpoch(int(seconds)), "yyyy-MM-dd HH:mm")


def _written(value: QDate | QTime | QDateTime, plain: str) -> str:
    """As the person's system writes it; in the `plain` format where it does not say how. Qt would
    write "1 10 2026" then."""
    if QLocale().language() is QLocale.Language.C:
        return value.toString(plain)
    return QLocale().toString(value, QLocale.FormatType.ShortFormat)
