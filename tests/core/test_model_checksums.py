from __future__ import annotations

import hashlib
import os
from pathlib import Path

import pytest

from desktop.core import model_checksums
from desktop.core.model_checksums import Checksums, sha256_of
from desktop.core.model_files import version_of
from desktop.domain.errors import Cancelled, EnvironmentFault, ModelFileMissing
from desktop.domain.library import DigestOrigin, LibraryEntry, VerifyOutcome
from desktop.storage.model_facts import ModelFacts


@pytest.fixture
def facts(database) -> ModelFacts:
    return ModelFacts(database)


@pytest.fixture
def checksums(facts) -> Checksums:
    return Checksums(facts)


def never() -> bool:
    return False


def ignore(_value: float) -> None:
    pass


def write(path: Path, content: bytes = b"wheat") -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return path


def digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def damage(path: Path) -> None:
    """Other bytes, same size and time: what a dying disk does."""
    status = path.stat()
    path.write_bytes(b"?" * status.st_size)
    os.utime(path, ns=(status.st_atime_ns, status.st_mtime_ns))


def entry(path: Path, **values) -> LibraryEntry:
    return LibraryEntry(path.name, path, size=path.stat().st_size, **values)


def test_a_download_is_compared_with_what_the_hub_said(checksums, facts, tmp_path) -> None:
    path = write(tmp_path / "a.gguf")
    facts.expect(path, digest(b"wheat"))
    result = checksums.verify(path, ignore, never)
    assert (result.outcome, result.origin) == (VerifyOutcome.MATCHES, DigestOrigin.HUB)
    assert result.sha256 == digest(b"wheat")
    assert facts.digests()[str(path)] == (version_of(path), digest(b"wheat"))
    damage(path)
    result = checksums.verify(path, ignore, never)
    assert (result.outcome, result.damaged) == (VerifyOutcome.DIFFERS, (path,))
    assert facts.digests()[str(path)][1] == digest(b"wheat")  # the damage is not learned


def test_a_file_nobody_vouches_for_is_compared_with_itself(checksums, tmp_path) -> None:
    path = write(tmp_path / "a.gguf")
    first = checksums.verify(path, ignore, never)
    assert (first.outcome, first.origin) == (VerifyOutcome.FIRST_MEASURED, None)
    again = checksums.verify(path, ignore, never)
    assert (again.outcome, again.origin) == (VerifyOutcome.MATCHES, DigestOrigin.EARLIER)
    damage(path)
    assert checksums.verify(path, ignore, never).outcome is VerifyOutcome.DIFFERS
    write(path, b"another model")  # put there on purpose: its time changed
    os.utime(path, ns=(1, 1))
    assert checksums.verify(path, ignore, never).outcome is VerifyOutcome.FIRST_MEASURED


def test_ollama_s_names_are_checksums(checksums, tmp_path) -> None:
    sound = write(tmp_path / "blobs" / f"sha256-{digest(b'wheat')}")
    result = checksums.verify(sound, ignore, never)
    assert (result.outcome, result.origin) == (VerifyOutcome.MATCHES, DigestOrigin.OLLAMA)
    damaged = write(tmp_path / "blobs" / f"sha256-{'0' * 64}")
    assert checksums.verify(damaged, ignore, never).outcome is VerifyOutcome.DIFFERS


def test_every_part_counts(checksums, facts, tmp_path) -> None:
    parts = [write(tmp_path / f"a-0000{n}-of-00002.gguf", b"x" * n * 1000) for n in (1, 2)]
    seen: list[float] = []
    result = checksums.verify(parts[0], seen.append, never)
    assert result.outcome is VerifyOutcome.FIRST_MEASURED
    assert seen == [1 / 3, 1.0]
    facts.expect(parts[1], digest(b"x" * 2000))
    assert checksums.verify(parts[0], ignore, never).outcome is VerifyOutcome.MATCHES
    damage(parts[1])
    result = checksums.verify(parts[0], ignore, never)
    assert (result.damaged, result.origin) == ((parts[1],), DigestOrigin.HUB)
    parts[1].unlink()
    with pytest.raises(ModelFileMissing, match="00002"):
        checksums.verify(parts[0], ignore, never)


def test_cancelling_learns_nothing(checksums, facts, tmp_path, monkeypatch) -> None:
    monkeypatch.setattr(model_checksums, "CHUNK", 4)
    path = write(tmp_path / "a.gguf", b"x" * 40)
    seen: list[float] = []
    with pytest.raises(Cancelled):
        checksums.verify(path, seen.append, lambda: len(seen) == 3)
    assert seen[-1] == pytest.approx(0.3)
    assert facts.digests() == {}


def test_what_cannot_be_read_is_said(tmp_path) -> None:
    with pytest.raises(ModelFileMissing):
        sha256_of(tmp_path / "nothing.gguf", ignore, never)
    with pytest.raises(EnvironmentFault, match="cannot be read"):
        sha256_of(tmp_path, ignore, never)


def test_only_what_may_be_the_same_is_measured(checksums, facts, tmp_path) -> None:
    big = b"x" * 300_000
    one, two = write(tmp_path / "1", big), write(tmp_path / "2", big)
    inner = bytearray(big)
    inner[100_000] = 0  # beyond all samples
    hidden = write(tmp_path / "3", bytes(inner))
    other = write(tmp_path / "4", big[:-1] + b"y")  # a sample shows it
    lonely = write(tmp_path / "5", b"short")
    gone = LibraryEntry("gone", tmp_path / "6", size=len(big))
    entries = [entry(path) for path in (one, two, hidden, other, lonely)] + [gone]
    assert checksums.measure_twins(entries, never) is True
    known = {path: sha256 for path, (_, sha256) in facts.digests().items()}
    assert known == {
        str(one): digest(big), str(two): digest(big), str(hidden): digest(bytes(inner)),
    }  # fmt: skip
    assert checksums.measure_twins(entries, never) is False


def test_a_twin_whose_checksum_is_known_is_not_read(checksums, facts, tmp_path) -> None:
    one, two = write(tmp_path / "1"), write(tmp_path / "2")
    entries = [entry(one, sha256=digest(b"wheat")), entry(two)]
    assert checksums.measure_twins(entries, never) is True
    assert list(facts.digests()) == [str(two)]


def test_measuring_twins_can_be_cancelled(checksums, tmp_path) -> None:
    entries = [entry(write(tmp_path / name)) for name in "12"]
    with pytest.raises(Cancelled):
        checksums.measure_twins(entries, lambda: True)


def test_a_twin_that_goes_meanwhile_is_left_out(checksums, facts, tmp_path) -> None:
    one, two = write(tmp_path / "1"), write(tmp_path / "2")

    def remove_the_other() -> bool:
        two.unlink(missing_ok=True)
        return False

    assert checksums.measure_twins([entry(one), entry(two)], remove_the_other) is True
    assert list(facts.digests()) == [str(one)]
