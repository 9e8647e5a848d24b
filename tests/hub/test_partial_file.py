from __future__ import annotations

import errno
import hashlib
import shutil
import threading
from contextlib import closing
from dataclasses import replace

import pytest

from desktop.domain.errors import (
    Cancelled,
    DiskFull,
    DownloadDamaged,
    FetchedElsewhere,
    HubFault,
    StorageFault,
)
from desktop.domain.hub import RemoteFile
from desktop.hub import partial_file
from desktop.hub.partial_file import PART, PartialFile, bytes_here, discard
from tests.helpers.fake_hub import remote_file

CONTENT = hashlib.shake_256(b"a model").digest(100_003)
MODEL = remote_file("model.gguf", CONTENT)


@pytest.fixture
def place(tmp_path):
    return tmp_path / "a" / "model.gguf"


def add(place, content: bytes, file: RemoteFile = MODEL) -> int:
    """Append to what is here. Returns: how much that was before."""
    part = PartialFile(file, place)
    part.acquire()
    with closing(part):
        part.take_up(lambda: False)
        before = part.received
        part.append(content)
        assert part.received == before + len(content)
    return before


def finish(place, file: RemoteFile = MODEL) -> None:
    part = PartialFile(file, place)
    part.acquire()
    with closing(part):
        part.take_up(lambda: False)
        part.finish()


def names(place) -> list[str]:
    return sorted(path.name for path in place.parent.iterdir())


def test_pieces_of_several_sittings_become_the_file(place):
    assert add(place, CONTENT[:10]) == 0
    assert add(place, CONTENT[10:70_000]) == 10
    assert add(place, CONTENT[70_000:]) == 70_000
    assert names(place) == ["model.gguf.part", "model.gguf.part.json"]
    finish(place)
    assert names(place) == ["model.gguf"]
    assert place.read_bytes() == CONTENT


def test_of_what_never_came_nothing_stays(place):
    part = PartialFile(MODEL, place)
    part.acquire()
    with closing(part):
        part.take_up(lambda: False)
    assert names(place) == []


def test_every_byte_is_on_the_disk_at_once(place):
    part = PartialFile(MODEL, place)
    part.acquire()
    with closing(part):
        part.take_up(lambda: False)
        part.append(CONTENT[:10])
        assert place.with_name("model.gguf.part").read_bytes() == CONTENT[:10]


def test_an_older_file_stays_until_the_new_one_is_whole(place):
    place.parent.mkdir()
    place.write_bytes(b"older")
    add(place, CONTENT)
    assert place.read_bytes() == b"older"
    finish(place)
    assert place.read_bytes() == CONTENT


def test_what_is_not_what_was_announced_leaves_nothing(place):
    add(place, b"?" * len(CONTENT))
    with pytest.raises(DownloadDamaged):
        finish(place)
    assert names(place) == []


@pytest.mark.parametrize(
    "other",
    [
        remote_file("model.gguf", CONTENT[::-1]),
        replace(MODEL, size=MODEL.size - 1),
    ],
)
def test_a_part_of_something_else_is_never_continued(place, other):
    add(place, b"something else", other)
    assert add(place, CONTENT) == 0
    finish(place)
    assert place.read_bytes() == CONTENT


@pytest.mark.parametrize("record", [b"", b"{", b"[]", b"{}", b"\xff"])
def test_a_part_with_a_damaged_record_is_begun_again(place, record):
    add(place, CONTENT[:10])
    place.with_name("model.gguf.part.json").write_bytes(record)
    assert add(place, CONTENT) == 0


def test_a_part_that_is_too_long_is_begun_again(place):
    add(place, CONTENT + b"!")
    assert add(place, CONTENT) == 0


def test_a_part_somebody_else_made_is_left_alone(place):
    place.parent.mkdir()
    part = place.with_name("model.gguf.part")
    part.write_bytes(b"a browser's")
    with pytest.raises(StorageFault, match="in the way"):
        add(place, CONTENT)
    discard(MODEL, place)
    assert part.read_bytes() == b"a browser's"


@pytest.mark.parametrize("suffix", [".part", ".part.json"])
def test_nothing_is_written_through_a_link(place, suffix, tmp_path):
    place.parent.mkdir()
    target = tmp_path / "precious"
    target.write_bytes(b"mine")
    place.with_name("model.gguf" + suffix).symlink_to(target)
    with pytest.raises(StorageFault, match="in the way"):
        add(place, CONTENT)
    assert target.read_bytes() == b"mine"


def test_a_link_in_the_place_of_the_file_is_replaced_not_followed(place, tmp_path):
    place.parent.mkdir()
    target = tmp_path / "precious"
    target.write_bytes(b"mine")
    place.symlink_to(target)
    add(place, CONTENT)
    finish(place)
    assert target.read_bytes() == b"mine"
    assert not place.is_symlink()


def test_a_whole_file_is_recognised_by_size_and_checksum(place):
    place.parent.mkdir()
    for content, whole in ((CONTENT[:-1], False), (CONTENT[::-1], False), (CONTENT, True)):
        place.write_bytes(content)
        part = PartialFile(MODEL, place)
        part.acquire()
        with closing(part):
            assert part.take_up(lambda: False) == whole
    assert names(place) == ["model.gguf"]


def test_only_one_has_it_at_a_time(place):
    first = PartialFile(MODEL, place)
    first.acquire()
    with closing(first):
        with pytest.raises(FetchedElsewhere, match=r"“model\.gguf” is being downloaded"):
            PartialFile(MODEL, place).acquire()
        discard(MODEL, place)  # whoever has it goes on undisturbed
        first.take_up(lambda: False)
        discard(MODEL, place)
        assert place.with_name("model.gguf.part").exists()
    second = PartialFile(MODEL, place)
    second.acquire()
    second.close()


def test_many_threads_write_one_after_another(place):
    """Each adds a byte to what it finds: with two at once, one would be lost."""
    file = replace(MODEL, size=1000)
    added = []

    def work():
        while len(added) < 40:
            try:
                added.append(add(place, b"x", file))
            except FetchedElsewhere:
                continue

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(added) == list(range(len(added)))


def test_reading_again_can_be_cancelled(place):
    add(place, CONTENT)
    part = PartialFile(MODEL, place)
    part.acquire()
    with closing(part), pytest.raises(Cancelled):
        part.take_up(lambda: True)
    place.write_bytes(CONTENT)
    part.acquire()
    with closing(part), pytest.raises(Cancelled):
        part.take_up(lambda: True)


def test_the_disk_is_never_filled_to_the_brim(place, monkeypatch):
    left = [partial_file.RESERVE + len(CONTENT)]
    monkeypatch.setattr(
        shutil, "disk_usage", lambda folder: shutil._ntuple_diskusage(0, 0, left[0])
    )
    monkeypatch.setattr(partial_file, "LOOK_EVERY", 1)
    add(place, CONTENT[:10])
    left[0] = partial_file.RESERVE + 9
    with pytest.raises(DiskFull, match="The disk is full") as caught:
        add(place, CONTENT[10:20])
    assert "what has arrived is kept" in caught.value.advice
    left[0] *= 2
    assert add(place, CONTENT[10:]) == 10
    finish(place)


@pytest.mark.parametrize(
    ("number", "kind"),
    [(errno.ENOSPC, DiskFull), (errno.EDQUOT, DiskFull), (errno.EIO, StorageFault)],
)
def test_a_disk_that_fails_is_told(place, monkeypatch, number, kind):
    def fail(descriptor):
        raise OSError(number, "The disk said no")

    add(place, CONTENT)
    monkeypatch.setattr(partial_file.os, "fsync", fail)
    with pytest.raises(kind) as caught:
        finish(place)
    assert type(caught.value) is kind
    assert place.with_name("model.gguf.part").read_bytes() == CONTENT


def test_a_folder_in_the_way_is_told(place):
    place.mkdir(parents=True)
    add(place, CONTENT)
    with pytest.raises(StorageFault, match="cannot be written"):
        finish(place)
    blocked = place / "x" / "model.gguf"
    blocked.parent.write_bytes(b"")
    with pytest.raises(StorageFault, match="cannot be written"):
        add(blocked, CONTENT)


def test_without_a_checksum_nothing_is_fetched(place):
    with pytest.raises(HubFault, match="no checksum"):
        PartialFile(RemoteFile("model.gguf", 5), place)


def test_how_much_is_here(place):
    assert bytes_here(MODEL, place) == 0
    add(place, CONTENT[:10])
    assert bytes_here(MODEL, place) == 10
    add(place, CONTENT[10:])
    assert bytes_here(MODEL, place) == len(CONTENT)
    finish(place)
    assert bytes_here(MODEL, place) == len(CONTENT)
    place.write_bytes(b"other")
    assert bytes_here(MODEL, place) == 0


def test_what_is_not_whole_can_be_thrown_away(place):
    discard(MODEL, place)
    assert not place.parent.exists()
    add(place, CONTENT[:10])
    discard(MODEL, place)
    assert names(place) == []
    add(place, CONTENT[:10])
    place.with_name(f"{place.name}{PART}").unlink()  # as far as it came when Quern was killed
    discard(MODEL, place)
    assert names(place) == []
    add(place, CONTENT)
    finish(place)
    discard(MODEL, place)
    assert names(place) == ["model.gguf"]
