"""What the verification of a checksum showed, in one sentence."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication

from desktop.domain.library import DigestOrigin, VerifyOutcome, VerifyResult
from desktop.ui.formats import fill


def verify_words(result: VerifyResult) -> str:
    """The sentence, with what to do where the file is damaged."""
    tr = QCoreApplication.translate
    if result.outcome is VerifyOutcome.FIRST_MEASURED:
        return tr(
            "Verify",
            "Nobody said what its checksum should be; it is noted now, and the next verification"
            " will tell whether the file changed.",
        )
    if result.outcome is VerifyOutcome.DIFFERS:
        names = ", ".join(path.name for path in result.damaged)
        sentence = tr("Verify", "The file is damaged: the checksum of %1 is another. %2")
        return fill(sentence, names, tr("Verify", "Download or copy it again."))
    return {
        DigestOrigin.EARLIER: tr("Verify", "The file is as it was when it was verified before."),
        DigestOrigin.OLLAMA: tr("Verify", "The file is sound: it has the checksum Ollama gives."),
    }.get(
        result.origin or DigestOrigin.HUB,
        tr("Verify", "The file is sound: it has the checksum its hub gives."),
    )
