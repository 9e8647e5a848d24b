from __future__ import annotations

from desktop.domain.hub import Fit, RemoteFile, RemoteModel, RepositoryKind, RepositorySummary


def test_a_repository_is_called_by_author_and_name():
    summary = RepositorySummary("mill/wheat-1b-GGUF", RepositoryKind.GGUF)
    assert (summary.author, summary.name) == ("mill", "wheat-1b-GGUF")


def test_a_split_model_is_as_large_as_its_parts():
    parts = (RemoteFile("a-00001-of-00002.gguf", 700), RemoteFile("a-00002-of-00002.gguf", 300))
    assert RemoteModel("a", "Q4_K_M", parts).size == 1000


def test_what_is_too_big_has_less_than_nothing_to_spare():
    assert Fit(4096, needed=5, available=8).spare == 3
    assert Fit(4096, needed=8, available=5).spare == -3
