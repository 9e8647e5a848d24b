from __future__ import annotations

import os
from pathlib import Path

import pytest

from desktop.core.importance_matrix import ImportanceMatrices
from desktop.core.job_control import JobControl, JobRunner
from desktop.core.own_words import ENOUGH, OwnWords
from desktop.domain.conversation import Role
from desktop.domain.errors import EnvironmentFault, InvalidInput, ModelFileInvalid
from desktop.domain.job import JobProgress
from desktop.domain.paths import Home
from desktop.domain.quantization import ImatrixRequest
from desktop.storage.conversations import Conversations
from tests.helpers.fake_worker import MEMORY


@pytest.fixture
def text(tmp_path: Path) -> Path:
    path = tmp_path / "calibration.txt"
    path.write_text("Some words.")
    return path


@pytest.fixture
def matrices(make_engine, tmp_path: Path, text: Path) -> ImportanceMatrices:
    return ImportanceMatrices(JobRunner(make_engine), tmp_path / "cache" / "imatrices", text)


@pytest.fixture
def model(tmp_path: Path) -> Path:
    path = tmp_path / "model.gguf"
    path.write_bytes(b"weights")
    return path


def nothing(_progress: JobProgress) -> None:
    pass


def test_a_matrix_is_a_job_that_tells_how_far_it_is(matrices, model, text, tmp_path) -> None:
    told: list[JobProgress] = []
    request = ImatrixRequest(model, tmp_path / "m.gguf", (text,))
    result = matrices.run(request, JobControl(), told.append)
    assert result.paths == (tmp_path / "m.gguf",) and result.notes == ()
    assert told[0] == JobProgress(0.0, "Importance matrix: chunk 1 of 4", memory=MEMORY)
    words = "Importance matrix: chunk 4 of 4, perplexity 8.00"
    assert told[-1] == JobProgress(1.0, words, memory=MEMORY)


def test_experts_that_saw_nothing_are_told(matrices, text, tmp_path: Path) -> None:
    request = ImatrixRequest(tmp_path / "experts.gguf", tmp_path / "m.gguf", (text,))
    (note,) = matrices.run(request, JobControl(), nothing).notes
    assert "never reached" in note


def test_without_a_text_it_is_the_one_quern_ships_with(matrices, text: Path) -> None:
    assert matrices.texts() == (text,)
    assert matrices.texts([Path("own.txt")]) == (Path("own.txt"),)


def test_a_models_matrix_is_computed_once(matrices, model, text) -> None:
    path = matrices.for_model(model, (), JobControl(), nothing)
    assert path.read_bytes() == b"made" and path.name.startswith("model-")
    assert path == matrices.place_of(model, [text])
    path.write_bytes(b"kept")
    told: list[JobProgress] = []
    assert matrices.for_model(model, (), JobControl(), told.append) == path
    assert path.read_bytes() == b"kept" and told == []


def test_another_model_or_text_has_another_matrix(matrices, model, text, tmp_path: Path) -> None:
    first = matrices.place_of(model, [text])
    assert matrices.place_of(model, [text]) == first
    text.write_text("Other words.")
    second = matrices.place_of(model, [text])
    os.utime(model, ns=(1, 1))
    assert len({first, second, matrices.place_of(model, [text])}) == 3


def test_a_failure_leaves_no_matrix(matrices, text, tmp_path: Path) -> None:
    bad = tmp_path / "bad.gguf"
    bad.touch()
    with pytest.raises(ModelFileInvalid):
        matrices.for_model(bad, (), JobControl(), nothing)
    assert not matrices.place_of(bad, [text]).exists()


def test_a_model_that_is_not_there_is_a_sentence(matrices, text, tmp_path: Path) -> None:
    with pytest.raises(EnvironmentFault, match=r"“nowhere\.gguf” cannot be read"):
        matrices.for_model(tmp_path / "nowhere.gguf", (), JobControl(), nothing)


def test_a_matrix_of_ones_own_words_leaves_them_in_no_file(
    make_engine, model, text, tmp_path: Path, conversations: Conversations
) -> None:
    number = conversations.create(title="Mine").id
    first = conversations.add_message(
        number, role=Role.USER, text="confession " * ENOUGH, parent_id=None
    )
    folder = tmp_path / "imatrices"
    made = ImportanceMatrices(JobRunner(make_engine), folder, text, OwnWords(conversations))
    path = made.for_model(model, (), JobControl(), nothing, conversations=True)
    assert path != made.place_of(model, [text])
    assert os.listdir(folder) == [path.name] and b"confession" not in path.read_bytes()
    told: list[JobProgress] = []
    made.for_model(model, (), JobControl(), told.append, conversations=True)
    assert told == []
    conversations.add_message(number, role=Role.USER, text="More.", parent_id=first.id)
    assert made.place_of(model, (), made.words()) != path


def test_without_a_database_there_are_no_words(matrices, model) -> None:
    with pytest.raises(InvalidInput, match="no conversations"):
        matrices.for_model(model, (), JobControl(), nothing, conversations=True)


def test_those_of_a_home_lie_in_its_cache(make_engine, tmp_path: Path) -> None:
    home = Home(tmp_path / "home")
    matrices = ImportanceMatrices.of(home, JobRunner(make_engine))
    (text,) = matrices.texts()
    assert text.name == "calibration.txt" and text.is_file()
    model = tmp_path / "model.gguf"
    model.touch()
    assert matrices.place_of(model, (text,)).is_relative_to(home.cache)
