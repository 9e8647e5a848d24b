"""What the commands that run jobs share: a runner of children, and a bar for their progress."""

from __future__ import annotations

from pathlib import Path

from desktop.cli.engine_use import engine_maker
from desktop.cli.progress import Progress
from desktop.core.importance_matrix import ImportanceMatrices
from desktop.core.job_control import JobRunner, Report
from desktop.core.quantization import Quantization
from desktop.domain.job import JobProgress
from desktop.domain.paths import Home


def job_runner(home: Home) -> JobRunner:
    """Runs jobs in children of this process."""
    return JobRunner(engine_maker(home))


def importance_matrices(home: Home) -> ImportanceMatrices:
    """Computes importance matrices."""
    return ImportanceMatrices.of(home, job_runner(home))


def quantization(home: Home) -> Quantization:
    """Quantizes and tells what that would cost."""
    return Quantization(job_runner(home), importance_matrices(home))


def bar(progress: Progress) -> Report:
    """Draws how far a job is."""

    def report(state: JobProgress) -> None:
        progress.update(state.fraction, 1.0)

    return report


def named_file(word: str) -> Path:
    """A file to be written, as a person named it."""
    return Path(word).expanduser().absolute()
