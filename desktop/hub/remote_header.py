"""The headers of a repository's models, fetched without their weights.

A header is mostly vocabulary: megabytes for 128,000 tokens, and the same in all quantization levels
of a model. So it is fetched once; of the others, what comes before and after it.
"""

from __future__ import annotations

from dataclasses import dataclass

from desktop.domain.errors import DownloadDamaged, ModelFileInvalid
from desktop.domain.hub import RemoteFile, RemoteModel, Repository
from desktop.hub.abandoning import abandonable
from desktop.hub.connection import HubConnection
from desktop.hub.gguf_reader import Header, HeaderReader
from desktop.hub.http import Cancelling
from desktop.hub.repository import file_url

_FIRST = 128 << 10  # bytes asked for first; enough for the later parts of split models
_SLACK = 32 << 10  # bytes asked for beyond what is known to be needed
_MAX_REQUESTS = 64  # for one header; a sound hub needs about six for the largest
_LARGE = 16 << 10  # bytes from which on an array is taken for a part of the vocabulary
_TYPE_AND_LENGTH = 12  # bytes an array begins with
_PROOF = 1 << 10  # bytes at both ends of a vocabulary that must be the same


@dataclass(frozen=True, slots=True)
class PartHeader:
    """The header of one file: as it is (`content`, padding not included), and what it says."""

    file: RemoteFile
    content: bytes
    header: Header


@dataclass(frozen=True, slots=True)
class ModelHeader:
    """The headers of a model's files; only the first has metadata worth the name."""

    parts: tuple[PartHeader, ...]

    @property
    def weights(self) -> int:
        """Bytes of all tensors."""
        return sum(tensor.size for part in self.parts for tensor in part.header.tensors)

    @property
    def context_length(self) -> int:
        """Tokens the model was trained for, 0 when it does not say."""
        values = self.parts[0].header.values
        length = values.get(f"{values.get('general.architecture')}.context_length")
        return length if type(length) is int and length > 0 else 0

    def structure(self) -> tuple[object, ...]:
        """What is the same in all quantization levels of a model, to be compared: the
        architecture with its numbers, the size of the vocabulary, names and shapes of the tensors.
        """
        header, content = self.parts[0].header, self.parts[0].content
        prefix = f"{header.values.get('general.architecture')}."
        arrays = header.arrays
        return (
            prefix,
            {key: value for key, value in header.values.items() if key.startswith(prefix)},
            [content[a.start : a.end] for a in arrays if a.key.startswith(prefix)],
            [
                content[a.start : a.start + _TYPE_AND_LENGTH]
                for a in arrays
                if a.key.startswith("tokenizer.")
            ],
            [(t.name, t.shape) for part in self.parts for t in part.header.tensors],
        )


class RemoteHeaders:
    """Fetches the headers of one repository's models. Blocking calls, from one thread at a time."""

    def __init__(self, connection: HubConnection, repository: Repository) -> None:
        self._connection = connection
        self._repository = repository
        self._known: PartHeader | None = None  # one whose vocabulary others may share

    def read(self, model: RemoteModel, cancelled: Cancelling = lambda: False) -> ModelHeader:
        """The headers of all files of a model.

        Raises: ModelFileInvalid for what is no sound header; DownloadDamaged when the hub sends
        something else than it announced; NoNetwork, HubBusy, AccessDenied, NotOnHub, HubFault;
        Cancelled.
        """
        return ModelHeader(tuple(self._read(file, cancelled) for file in model.files))

    def _read(self, file: RemoteFile, cancelled: Cancelling) -> PartHeader:
        beginning = b""
        if self._known is not None:
            beginning = self._fetch(file, 0, _vocabulary(self._known)[0] + 4 * _PROOF, cancelled)
            shared = self._read_around_vocabulary(self._known, file, beginning, cancelled)
            if shared is not None:
                return shared
        part = self._read_all(file, beginning, cancelled)
        if _vocabulary(part) != (0, 0):
            self._known = part
        return part

    def _read_all(self, file: RemoteFile, beginning: bytes, cancelled: Cancelling) -> PartHeader:
        reader = HeaderReader()
        reader.feed(beginning)
        self._finish(reader, file, _FIRST, cancelled)
        return _part(file, reader)

    def _read_around_vocabulary(
        self, known: PartHeader, file: RemoteFile, beginning: bytes, cancelled: Cancelling
    ) -> PartHeader | None:
        """The header of a file whose vocabulary is that of `known`; None when it is not."""
        begin, end = _vocabulary(known)
        vocabulary = known.content[begin:end]
        at = beginning.find(vocabulary[:_PROOF])
        if at < 0 or not vocabulary.startswith(beginning[at:]):
            return None
        proof = at + len(vocabulary) - _PROOF
        length = _PROOF + len(known.content) - end + _SLACK
        rest = self._fetch(file, proof, proof + length, cancelled)
        if not rest.startswith(vocabulary[-_PROOF:]):
            return None
        reader = HeaderReader()
        try:
            reader.feed(beginning[:at] + vocabulary[:-_PROOF] + rest)
            self._finish(reader, file, 0, cancelled)
            part = _part(file, reader)
        except (ModelFileInvalid, DownloadDamaged):
            return None
        # Chance does not make a table of tensors that ends where the file does.
        return part if part.header.data_end >= file.size else None

    def _finish(
        self, reader: HeaderReader, file: RemoteFile, at_least: int, cancelled: Cancelling
    ) -> None:
        """Give `reader` more until it has the whole header."""
        for _ in range(_MAX_REQUESTS):
            if reader.header is not None:
                return
            here = len(reader.buffer)
            reader.feed(self._fetch(file, here, max(reader.needed + _SLACK, at_least), cancelled))
            if len(reader.buffer) == here:
                break
        raise _damaged(file)

    def _fetch(self, file: RemoteFile, begin: int, end: int, cancelled: Cancelling) -> bytes:
        from desktop.hub.session import fetch

        end = min(end, file.size)
        if begin >= end:
            return b""
        name = self._repository.summary.id
        url = file_url(self._connection, name, self._repository.revision, file.path)
        content, size = abandonable(
            lambda: fetch(self._connection, url, begin, end, about=name, cancelled=cancelled),
            cancelled,
        )
        if size not in (-1, file.size):
            raise _damaged(file)
        return content


def _part(file: RemoteFile, reader: HeaderReader) -> PartHeader:
    """Raises: DownloadDamaged when the file is shorter than its header says."""
    assert reader.header is not None
    if reader.header.data_end - file.size >= reader.header.alignment:
        raise _damaged(file)
    return PartHeader(file, bytes(reader.buffer[: reader.header.size]), reader.header)


def _vocabulary(part: PartHeader) -> tuple[int, int]:
    """Where the large arrays lie, from the first to the last; (0, 0) when there are none."""
    large = [array for array in part.header.arrays if array.end - array.start >= _LARGE]
    return (large[0].start, large[-1].end) if large else (0, 0)


def _damaged(file: RemoteFile) -> DownloadDamaged:
    name = file.path.rpartition("/")[2]
    return DownloadDamaged(
        f"What the hub sent of “{name}” is not the file it announced.",
        "Try again later, or choose another file of the repository.",
    )
