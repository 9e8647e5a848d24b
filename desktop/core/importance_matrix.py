"""Importance matrices: computed where asked, or once for each model and text."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from pathlib import Path

from desktop.core.job_control import JobControl, JobResult, JobRunner, Report
from desktop.core.result_folder import make_folder
from desktop.domain.errors import EnvironmentFault
from desktop.domain.job import JobProgress
from desktop.domain.quantization import ImatrixRequest
from desktop.engine.job_messages import ComputeImatrix, ImatrixComputed, ImatrixProgress
from desktop.engine.protocol import Event


class ImportanceMatrices:
    """Blocking calls.

    Args:
        folder: where matrices are kept that are computed on the way to something else.
        calibration: the text used when none is given.
    """

    def __init__(self, runner: JobRunner, folder: Path, calibration: Path) -> None:
        self._runner = runner
        self._folder = folder
        self._calibration = calibration

    def texts(self, chosen: Sequence[Path] = ()) -> tuple[Path, ...]:
        """The texts to compute from: those chosen, or the one Quern ships with."""
        return tuple(chosen) or (self._calibration,)

    def compute(
        self, request: ImatrixRequest, control: JobControl, report: Report
    ) -> ImatrixComputed:
        """Compute one. Raises: QuernError."""

        def on_event(event: Event) -> None:
            if isinstance(event, ImatrixProgress):
                report(JobProgress(event.done / event.total, _words(event)))

        return self._runner.run(
            lambda number: ComputeImatrix(id=number, request=request),
            ImatrixComputed,
            control,
            on_event,
            writes=request.destination,
        )

    def run(self, request: ImatrixRequest, control: JobControl, report: Report) -> JobResult:
        """Compute one as a job. Raises: QuernError."""
        reply = self.compute(request, control, report)
        return JobResult((request.destination,), notes_on(reply))

    def for_model(
        self, model: Path, texts: Sequence[Path], control: JobControl, report: Report
    ) -> Path:
        """The matrix of a model and texts, computed unless that was done before.

        Raises: QuernError.
        """
        chosen = self.texts(texts)
        path = self.place_of(model, chosen)
        if not path.is_file():
            make_folder(path.parent)
            self.compute(ImatrixRequest(model, path, chosen), control, report)
        return path

    def place_of(self, model: Path, texts: Sequence[Path]) -> Path:
        """Where the matrix of a model and texts is kept; another place as soon as one changes.

        Raises: EnvironmentFault when one cannot be read.
        """
        digest = hashlib.sha256()
        try:
            status = model.stat()
            digest.update(f"{model.absolute()} {status.st_size} {status.st_mtime_ns}".encode())
            for text in texts:
                digest.update(b"\0" + text.read_bytes())
        except OSError as error:
            raise EnvironmentFault(
                f"“{Path(error.filename or model).name}” cannot be read: {error.strerror}.",
                "Choose another file.",
            ) from error
        return self._folder / f"{model.stem}-{digest.hexdigest()[:12]}.gguf"


def notes_on(reply: ImatrixComputed) -> tuple[str, ...]:
    """What a person should know about a matrix."""
    if not reply.uncovered:
        return ()
    count = len(reply.uncovered)
    tensors = "1 tensor" if count == 1 else f"{count} tensors"
    sentence = (
        f"In {tensors} the text never reached some experts, which are therefore weighed evenly; "
        "a longer or more varied text reaches more."
    )
    return (sentence,)


def _words(progress: ImatrixProgress) -> str:
    words = f"Importance matrix: chunk {min(progress.done + 1, progress.total)} of {progress.total}"
    return f"{words}, perplexity {progress.perplexity:.2f}" if progress.done else words
