"""Every error whose text a person may read.

Two families, because they need different answers. An `EnvironmentFault` comes from the machine or
the files on it (disk full, corrupt model, engine killed): say what happened and offer a way on.
`InvalidInput` is a value somebody gave us: say what is wrong with it. Anything else that escapes is
a bug of ours and ends in the crash dialog with its traceback.

The message is one plain sentence saying what happened; `advice` is one saying what to do.
"""

from __future__ import annotations


class QuernError(Exception):
    """An error that can be shown as it is.

    Attributes:
        message: what happened, one sentence.
        advice: what to do about it, one sentence, or "".
    """

    def __init__(self, message: str, advice: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.advice = advice

    def __str__(self) -> str:
        return f"{self.message} {self.advice}".strip()


class InvalidInput(QuernError, ValueError):
    """A value given by a person cannot be used."""


class RunsAlready(InvalidInput):
    """A run is asked for that goes on here or in another process."""


class ConstraintInvalid(InvalidInput):
    """A grammar or JSON schema cannot hold an answer to a form."""


class EnvironmentFault(QuernError):
    """The machine, a file or a child process failed."""


class ModelFileInvalid(EnvironmentFault):
    """The file is not a GGUF model, or is damaged, truncated or hostile."""


class ModelFileMissing(EnvironmentFault):
    """The model file is not where it was."""


class ModelTooBig(EnvironmentFault):
    """Loading the model would take more memory than the machine has free."""


class ModelLoadFailed(EnvironmentFault):
    """llama.cpp refused the model."""


class ChatTemplateBroken(EnvironmentFault):
    """The model's chat template cannot be rendered."""


class ContextTooSmall(EnvironmentFault):
    """The newest message alone does not fit into the context."""


class EvaluationFailed(EnvironmentFault):
    """llama.cpp failed while evaluating tokens."""


class QuantizationFailed(EnvironmentFault):
    """llama.cpp failed while quantizing, or wrote something else than it should."""


class ConversionFailed(EnvironmentFault):
    """A checkpoint could not be converted."""


class Cancelled(QuernError):
    """The person cancelled the request."""


class EngineFault(EnvironmentFault):
    """The engine could not be started, or hit a bug of its own."""


class EngineDied(EngineFault):
    """The engine process ended without answering.

    Attributes:
        exit_code: as `subprocess` gives it; negative is a signal.
        log_lines: the last lines the child wrote to stderr.
    """

    def __init__(
        self, message: str, advice: str = "", *, exit_code: int = 0, log_lines: tuple[str, ...] = ()
    ) -> None:
        super().__init__(message, advice)
        self.exit_code = exit_code
        self.log_lines = log_lines


class HubFault(EnvironmentFault):
    """A hub did not give what was asked of it."""


class NoNetwork(HubFault):
    """The hub cannot be reached: no network, no such host, refused, or it stalled."""


class HubBusy(HubFault):
    """The hub asks to come back later, or fails for now (429, 5xx).

    Attributes:
        retry_after: seconds the hub asked to wait, 0 when it did not say.
    """

    def __init__(self, message: str, advice: str = "", *, retry_after: float = 0.0) -> None:
        super().__init__(message, advice)
        self.retry_after = retry_after


class AccessDenied(HubFault):
    """The repository is gated or private, or the token is wrong."""


class NotOnHub(HubFault):
    """There is no such repository, revision or file (any more)."""


class DownloadDamaged(HubFault):
    """What arrived is not what the hub announced; it was thrown away."""


class FetchedElsewhere(EnvironmentFault):
    """Another Quern is downloading the same file to the same place."""


class TokenUnavailable(EnvironmentFault):
    """The system's keyring cannot be used."""


class StorageFault(EnvironmentFault):
    """The database cannot be read or written."""


class DiskFull(StorageFault):
    """No space is left where Quern writes."""


class DatabaseTooNew(StorageFault):
    """The database was written by a newer Quern."""


class DatabaseDamaged(StorageFault):
    """The database file is not readable as SQLite; it was kept aside."""


class DatabaseReadOnly(StorageFault):
    """The database or its folder cannot be written."""


class DatabaseBusy(StorageFault):
    """Another program holds the database locked."""
