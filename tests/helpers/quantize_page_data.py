"""A model of eight billion weights, what levels make of it, and jobs, for the Quantize page."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from desktop.core.quantization import PlannedFile, QuantizationPlan
from desktop.domain.job import Job, JobProgress, JobRequest, JobState, QuantizationRequest
from desktop.domain.model import ModelInfo, TensorInfo
from desktop.domain.quantization import ConversionRequest, Fallback, LevelEstimate
from desktop.domain.quantization_levels import BY_NAME
from tests.helpers.models_page_data import info

SOURCE = Path("/home/ada/models/Llama-3.1-8B-Instruct-F16.gguf")
CHECKPOINT = Path("/home/ada/checkpoints/Llama-3.1-8B-Instruct")
FOLDER = Path("/home/ada/.local/share/quern/models")
WEIGHTS = 8_030_261_312
FREE = 9_800_000_000

# Bits per weight of Llama 3.1 8B, and the rounding error.
_LEVELS = {
    "Q2_K": (3.16, 7.0e-2), "Q3_K_S": (3.64, 2.2e-2), "Q3_K_M": (4.0, 1.6e-2),
    "Q3_K_L": (4.3, 1.5e-2), "Q4_K_S": (4.67, 5.0e-3), "Q4_K_M": (4.89, 4.4e-3),
    "Q5_K_S": (5.57, 1.3e-3), "Q5_K_M": (5.7, 1.1e-3), "Q6_K": (6.56, 3.2e-4),
    "Q8_0": (8.5, 2.9e-5), "F16": (16.0, 4.3e-8), "BF16": (16.0, 2.8e-6), "Q4_0": (4.64, 7.3e-3),
    "Q4_1": (5.1, 6.0e-3), "Q5_0": (5.57, 1.8e-3), "Q5_1": (6.04, 1.4e-3), "Q2_K_S": (2.97, 8.8e-2),
    "IQ4_NL": (4.68, 5.6e-3), "IQ4_XS": (4.46, 5.7e-3), "IQ3_M": (3.76, 1.8e-2),
    "IQ3_S": (3.66, 1.9e-2), "IQ3_XS": (3.5, 2.6e-2), "IQ3_XXS": (3.25, 3.3e-2),
    "IQ2_M": (2.93, 5.0e-2), "IQ2_S": (2.74, 6.2e-2), "IQ2_XS": (2.59, 9.0e-2),
    "IQ2_XXS": (2.38, 0.12), "IQ1_M": (2.15, 0.2), "IQ1_S": (2.0, 0.24), "TQ2_0": (2.52, 0.65),
    "TQ1_0": (2.19, 0.65), "MXFP4_MOE": (8.5, 2.9e-5),
}  # fmt: skip
_FALLBACKS = tuple(Fallback(f"blk.{n}.ffn_down.weight", "Q5_0") for n in range(24))


def model(level: str = "F16", path: Path = SOURCE) -> ModelInfo:
    bits = _LEVELS[level][0] if level in _LEVELS else 16.0
    kinds = {"token_embd.weight": level, "output_norm.weight": "F32"}
    tensors = tuple(TensorInfo(name, kind, (4096,), 1) for name, kind in kinds.items())
    return replace(
        info(path, "Llama 3.1 8B Instruct", level, WEIGHTS, bits, architecture="llama"),
        tensors=tensors,
    )


def estimates() -> tuple[LevelEstimate, ...]:
    return tuple(
        LevelEstimate(
            level=name,
            bytes=round(WEIGHTS * bits / 8),
            bits_per_weight=bits,
            fallback_tensors=_FALLBACKS if name in ("Q3_K_S", "Q4_K_S") else (),
            needs_imatrix=BY_NAME[name].needs_imatrix,
            error=error,
        )
        for name, (bits, error) in _LEVELS.items()
    )


def request(*levels: str) -> QuantizationRequest:
    return QuantizationRequest(SOURCE, FOLDER, "Llama-3.1-8B-Instruct", levels)


def job(number: int, state: JobState, wanted: JobRequest | None = None, **more: object) -> Job:
    return Job(number, wanted or request("Q5_K_M"), state, **more)  # type: ignore[arg-type]


def running(number: int = 9) -> Job:
    step = "Q5_K_M: tensor 121 of 292, blk.13.ffn_down.weight, F16 to Q6_K"
    progress = JobProgress(0.42, step, memory=83_000_000)
    return job(number, JobState.RUNNING, progress=progress, seconds_left=130.0)


def done(number: int = 8) -> Job:
    wanted = request("Q4_K_M", "Q8_0")
    return job(number, JobState.DONE, wanted, results=tuple(map(wanted.destination, wanted.levels)))


def sizes() -> dict[Path, int]:
    by_level = {estimate.level: estimate.bytes for estimate in estimates()}
    wanted = request("Q4_K_M", "Q8_0")
    return {wanted.destination(level): by_level[level] for level in wanted.levels}


def conversion() -> ConversionRequest:
    return ConversionRequest(CHECKPOINT, FOLDER / "Llama-3.1-8B-Instruct-BF16.gguf", "bf16")


def jobs() -> list[Job]:
    """In every state, as the list shows them."""
    return [
        running(9),
        job(10, JobState.WAITING, request("Q6_K")),
        done(8),
        job(
            7, JobState.FAILED, request("Q3_K_M"), problem="The disk is full.",
            advice="Free some space, choose another folder, or fewer levels.",
        ),
        job(6, JobState.INTERRUPTED, conversion()),
        job(5, JobState.CANCELLED, request("Q2_K")),
    ]  # fmt: skip


def plan_of(
    wanted: QuantizationRequest, *, free: int, there: tuple[str, ...] = ()
) -> QuantizationPlan:
    """`there` are the levels whose files exist already."""
    by_level = {estimate.level: estimate.bytes for estimate in estimates()}
    files = tuple(
        PlannedFile(level, wanted.destination(level), by_level[level], level in there)
        for level in wanted.levels
    )
    return QuantizationPlan(files, free)
