"""Colouring code, whole and line by line."""

from __future__ import annotations

import pytest
from PySide6.QtGui import QTextDocument
from PySide6.QtWidgets import QPlainTextDocumentLayout

from desktop.ui.transcript import Entry
from desktop.ui.transcript.code_block import CodeBlock
from desktop.ui.transcript.highlighting import Highlighter, load_lexer

pytestmark = pytest.mark.gui

CODE = 'def f(x):\n    """Two\n    lines 😀"""\n    return "😀", 1  # done\n'


@pytest.fixture
def document(qapp) -> QTextDocument:
    document = QTextDocument()
    document.setDocumentLayout(QPlainTextDocumentLayout(document))
    document.setPlainText(CODE)
    return document


def coloured(document: QTextDocument) -> list[list[str]]:
    """The coloured stretches of each line."""
    lines = []
    block = document.begin()
    while block.isValid():
        units = block.text().encode("utf-16-le")
        lines.append(
            [
                units[2 * span.start : 2 * (span.start + span.length)].decode("utf-16-le")
                for span in block.layout().formats()
            ]
        )
        block = block.next()
    return lines


def test_a_whole_document(document, qtbot):
    highlighter = Highlighter(document, dark=False)
    highlighter.start(load_lexer("python"))
    qtbot.waitUntil(lambda: not highlighter.busy)
    lines = coloured(document)
    assert lines[0] == ["def", "f"]
    assert "".join(lines[1]).strip() == '"""Two'
    assert "".join(lines[2]).strip() == 'lines 😀"""'
    assert lines[3][0] == "return"
    assert "".join(lines[3][1:-2]) == '"😀"'
    assert lines[3][-2:] == ["1", "# done"]


def test_lines_by_themselves(document):
    highlighter = Highlighter(document, dark=True)
    highlighter.colour_lines(load_lexer("python"), 3)
    assert coloured(document)[0] == []
    assert coloured(document)[3][-2:] == ["1", "# done"]
    assert not highlighter.busy


def test_a_lexer_that_skips_text_is_not_trusted(document, qtbot):
    class Skipping:
        def get_tokens_unprocessed(self, text):
            from pygments.token import Keyword

            yield 0, Keyword, "def"
            yield 50, Keyword, "x"

    highlighter = Highlighter(document, dark=False)
    highlighter.start(Skipping())
    qtbot.waitUntil(lambda: not highlighter.busy)
    assert coloured(document)[0] == ["def"]


def test_an_unknown_language_has_no_lexer():
    assert load_lexer("no such language") is None


def code(view) -> CodeBlock:
    """The block of code that is shown: not always the same one."""
    (block,) = [row for row in view._layouter.live.values() if isinstance(row, CodeBlock)]
    return block


def test_code_gets_its_colours_while_it_streams_and_after(view, qtbot, settle):
    view.set_entries([Entry(1, "assistant", "", state="streaming")])
    view.append_text(1, "```python\ndef f():\n    return 1\n")
    view.flush()
    qtbot.waitUntil(lambda: coloured(code(view).pane.document())[0] == ["def", "f"])
    view.append_text(1, "\n# more")
    view.flush()
    assert coloured(code(view).pane.document())[-1] == ["# more"]
    view.finish(Entry(1, "assistant", "```python\ndef f():\n    return 1\n\n# more\n```"))
    qtbot.waitUntil(
        lambda: (
            not code(view)._highlighter.busy
            and coloured(code(view).pane.document())[0] == ["def", "f"]
        )
    )
