"""Importance matrices: computed where asked, or once for each model and text."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from pathlib import Path

from desktop.core.job_control import JobControl, JobResult, JobRunner, Report
from desktop.core.own_words import OwnWords
from desktop.core.result_folder import make_folder
from desktop.domain.amounts import how_many
from desktop.domain.errors import EnvironmentFault, InvalidInput
from desktop.domain.job import JobProgress
from desktop.domain.paths import Home, resource_path
from desktop.domain.quantization import ImatrixRequest
from desktop.engine.job_messages import ComputeImatrix, ImatrixComputed, ImatrixProgress
from desktop.engine.protocol import Event


class ImportanceMatrices:
    """Blocking calls.

    Args:
        folder: where matrices are kept that are computed on the way to something else.
        calibration: the text used when none is given.
        own_words: what the person wrote; None where there is no database of that.
    """

    def __init__(
        self,
        runner: JobRunner,
        folder: Path,
        calibration: Path,
        own_words: OwnWords | None = None,
    ) -> None:
        self._own_words = own_words
        self._runner = runner
        self._folder = folder
        self._calibration = calibration

    @classmethod
    def of(
        cls, home: Home, runner: JobRunner, own_words: OwnWords | None = None
    ) -> ImportanceMatrices:
        """Those of a home, by default from the text Quern ships with."""
        calibration = resource_path("texts", "calibration.txt")
        return cls(runner, home.cache / "imatrices", calibration, own_words)

    def texts(self, chosen: Sequence[Path] = ()) -> tuple[Path, ...]:
        """The texts to compute from: those chosen, or the one Quern ships with."""
        return tuple(chosen) or (self._calibration,)

    def words(self) -> str:
        """What the person wrote. Raises: InvalidInput when that is too little, StorageFault."""
        if self._own_words is None:
            raise InvalidInput("There are no conversations here.", "Choose another text.")
        return self._own_words.text()

    def compute(
        self, request: ImatrixRequest, control: JobControl, report: Report, *, words: str = ""
    ) -> ImatrixComputed:
        """Compute one, from `words` too, which are written nowhere. Raises: QuernError."""

        def on_event(event: Event) -> None:
            if isinstance(event, ImatrixProgress):
                fraction = event.done / event.total
                report(JobProgress(fraction, _words(event), memory=event.memory))

        return self._runner.run(
            lambda number: ComputeImatrix(id=number, request=request, words=words),
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
        self,
        model: Path,
        texts: Sequence[Path],
        control: JobControl,
        report: Report,
        *,
        conversations: bool = False,
    ) -> Path:
        """The matrix of a model and texts, or the person's conversations, computed unless that was
        done before.

        Raises: QuernError.
        """
        words = self.words() if conversations else ""
        chosen = () if conversations else self.texts(texts)
        path = self.place_of(model, chosen, words)
        if not path.is_file():
            make_folder(path.parent)
            self.compute(ImatrixRequest(model, path, chosen), control, report, words=words)
        return path

    def place_of(self, model: Path, texts: Sequence[Path], words: str = "") -> Path:
        """Where the matrix of a model and texts is kept; another place as soon as one changes.

        Raises: EnvironmentFault when one cannot be read.
        """
        digest = hashlib.sha256()
        try:
            status = model.stat()
            digest.update(f"{model.absolute()} {status.st_size} {status.st_mtime_ns}".encode())
            for text in texts:
                digest.update(b"\0" + text.read_bytes())
            digest.update(words.encode("utf-8", "surrogatepass"))
        except OSError as error:
            raise EnvironmentFault(
                f"“{Path(error.filename or model).name}” cannot be read: {error.strerror}.",
                "Choose another file.",
            ) from error
        return self._folder / f"{model.stem[:40]}-{digest.hexdigest()[:12]}.gguf"


def notes_on(reply: ImatrixComputed) -> tuple[str, ...]:
    """What a person should know about a matrix."""
    if not reply.uncovered:
        return ()
    tensors = how_many(len(reply.uncovered), "tensor")
    sentence = (
        f"In {tensors} the text never reached some experts, which are therefore weighed evenly; "
        "a longer or more varied text reaches more."
    )
    return (sentence,)


def _words(progress: ImatrixProgress) -> str:
    words = f"Importance matrix: chunk {min(progress.done + 1, progress.total)} of {progress.total}"
    return f"{words}, perplexity {progress.perplexity:.2f}" if progress.done else words
