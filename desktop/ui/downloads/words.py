"""How a download goes, in words."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication

from desktop.domain.download import Download, DownloadState
from desktop.ui.formats import data_size, duration, fill, integer


def state_words(download: Download) -> str:
    """A few words, such as "42 %" or "Paused"."""
    size = download.request.size
    percent = integer(100 * download.received // size) if size else "0"
    match download.state:
        case DownloadState.QUEUED:
            return _tr("Waits for its turn")
        case DownloadState.RUNNING:
            return fill(_tr("%1 %"), percent)
        case DownloadState.VERIFYING:
            return _tr("Checking what is here")
        case DownloadState.WAITING:
            return fill(_tr("Tries again in %1"), duration(download.retry_in))
        case DownloadState.PAUSED:
            return fill(_tr("Paused at %1 %"), percent)
        case DownloadState.FAILED:
            return _tr("Failed")
        case DownloadState.DONE:
            return _tr("Here")


def progress_words(download: Download) -> str:
    """A line with all figures that are known."""
    size = data_size(download.request.size)
    if download.state is DownloadState.DONE:
        return size
    parts = [state_words(download)]
    if download.state is not DownloadState.FAILED:
        parts.append(fill(_tr("%1 of %2"), data_size(download.received), size))
    if download.rate > 0:
        parts.append(fill(_tr("%1/s"), data_size(round(download.rate))))
    left = download.seconds_left
    if left is not None:
        parts.append(fill(_tr("%1 left"), duration(left)))
    return " · ".join(parts)


def problem_words(download: Download) -> str:
    """Why it waits or failed, and what to do; "" when nothing is wrong."""
    return f"{download.problem} {download.advice}".strip()


def _tr(text: str) -> str:
    return QCoreApplication.translate("Downloads", text)
