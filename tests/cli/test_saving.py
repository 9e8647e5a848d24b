from __future__ import annotations

from pathlib import Path

import pytest

from desktop.cli.saving import TITLE_LENGTH, conversation_of, save
from desktop.core.conversation_json import from_json_text
from desktop.domain.conversation import Message, Role
from desktop.domain.errors import InvalidInput
from desktop.domain.model import LoadConfig, LoadedModel, MemoryEstimate
from desktop.domain.sampling import SamplerSettings
from tests.helpers.fake_worker import model_info


@pytest.fixture
def messages() -> list[Message]:
    return [
        Message(1, 0, None, Role.USER, "What\nis  this? " + "Really, " * 20, 100.0),
        Message(2, 0, 1, Role.ASSISTANT, "A test.", 105.0),
    ]


@pytest.fixture
def conversation(messages):
    model = LoadedModel(
        model_info(Path("tiny.gguf")), LoadConfig(), MemoryEstimate(0, 0, 0, 0, 0, 0)
    )
    settings = SamplerSettings(seed=3)
    return conversation_of(messages, "Be brief.", settings, model, {"enable_thinking": False})


def test_the_first_question_is_the_title(conversation):
    assert conversation.title.startswith("What is this? Really,")
    assert len(conversation.title) == TITLE_LENGTH
    assert (conversation.created_at, conversation.updated_at) == (100.0, 105.0)


def test_json_can_be_read_again(conversation, messages, tmp_path):
    path = tmp_path / "talk.JSON"
    save(path, conversation, messages)
    again, read = from_json_text(path.read_text())
    assert [message.text for message in read] == [message.text for message in messages]
    assert again.sampler == SamplerSettings(seed=3)
    assert again.system_prompt == "Be brief."
    assert again.template_arguments == {"enable_thinking": False}


@pytest.mark.parametrize("suffix", [".md", ".txt"])
def test_text_has_every_message(conversation, messages, tmp_path, suffix):
    path = tmp_path / f"talk{suffix}"
    save(path, conversation, messages)
    text = path.read_text()
    assert "Be brief." in text
    assert "A test." in text


def test_another_suffix_is_refused(conversation, messages, tmp_path):
    with pytest.raises(InvalidInput, match=r"\.json, \.md or \.txt"):
        save(tmp_path / "talk.pdf", conversation, messages)
    assert list(tmp_path.glob("talk*")) == []
