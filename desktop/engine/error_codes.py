"""How errors are named between the application and its engine children."""

from __future__ import annotations

from enum import StrEnum

from desktop.domain import errors


class ErrorCode(StrEnum):
    """Which error class a `Failed` becomes in the parent."""

    INVALID_INPUT = "invalid_input"
    CONSTRAINT_INVALID = "constraint_invalid"
    MODEL_FILE_INVALID = "model_file_invalid"
    MODEL_FILE_MISSING = "model_file_missing"
    MODEL_TOO_BIG = "model_too_big"
    MODEL_LOAD_FAILED = "model_load_failed"
    CHAT_TEMPLATE_BROKEN = "chat_template_broken"
    CONTEXT_TOO_SMALL = "context_too_small"
    EVALUATION_FAILED = "evaluation_failed"
    QUANTIZATION_FAILED = "quantization_failed"
    CONVERSION_FAILED = "conversion_failed"
    DISK_FULL = "disk_full"
    ENVIRONMENT_FAULT = "environment_fault"
    CANCELLED = "cancelled"
    BUG = "bug"


_CLASSES: dict[ErrorCode, type[errors.QuernError]] = {
    ErrorCode.INVALID_INPUT: errors.InvalidInput,
    ErrorCode.CONSTRAINT_INVALID: errors.ConstraintInvalid,
    ErrorCode.MODEL_FILE_INVALID: errors.ModelFileInvalid,
    ErrorCode.MODEL_FILE_MISSING: errors.ModelFileMissing,
    ErrorCode.MODEL_TOO_BIG: errors.ModelTooBig,
    ErrorCode.MODEL_LOAD_FAILED: errors.ModelLoadFailed,
    ErrorCode.CHAT_TEMPLATE_BROKEN: errors.ChatTemplateBroken,
    ErrorCode.CONTEXT_TOO_SMALL: errors.ContextTooSmall,
    ErrorCode.EVALUATION_FAILED: errors.EvaluationFailed,
    ErrorCode.QUANTIZATION_FAILED: errors.QuantizationFailed,
    ErrorCode.CONVERSION_FAILED: errors.ConversionFailed,
    ErrorCode.DISK_FULL: errors.DiskFull,
    ErrorCode.ENVIRONMENT_FAULT: errors.EnvironmentFault,
    ErrorCode.CANCELLED: errors.Cancelled,
    ErrorCode.BUG: errors.EngineFault,
}
_CODES = {kind: code for code, kind in _CLASSES.items()}


def code_of(error: errors.QuernError) -> ErrorCode:
    """The code of an error's class; BUG for one that no child should raise."""
    return _CODES.get(type(error), ErrorCode.BUG)


def class_of(code: ErrorCode) -> type[errors.QuernError]:
    """The class of error that a code stands for."""
    return _CLASSES[code]
