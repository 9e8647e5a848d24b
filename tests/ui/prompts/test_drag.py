from PySide6.QtCore import QMimeData

from desktop.ui.prompts.drag import PROMPT_MIME, prompt_id_of, set_prompt_id


def test_a_prompt_is_recognised():
    mime = QMimeData()
    assert prompt_id_of(mime) is None
    set_prompt_id(mime, 42)
    assert prompt_id_of(mime) == 42


def test_what_another_program_writes_there_is_no_prompt():
    mime = QMimeData()
    mime.setData(PROMPT_MIME, b"-1; drop")
    assert prompt_id_of(mime) is None
