import pytest

from desktop.ui.hub.card_text import LONGEST, PIECE, card_pieces


def one(markdown: str) -> str:
    return "\n".join(card_pieces(markdown))


@pytest.mark.parametrize(
    ("markdown", "text"),
    [
        ("<!-- hidden\nlines -->Shown", "Shown"),
        ("<!-- never closed", ""),
        ("<script>alert(1)</script>Text", "Text"),
        ("![badge](https://x.org/a.png) Text", "badge Text"),
        ("[![badge](https://x.org/a.png)](https://x.org)", "[badge](https://x.org)"),
        ("[![](https://x.org/a.png)](https://x.org)Text", "Text"),
        ('<img src="https://x.org/a.png" alt="logo">Text', "Text"),
        ('See <a href="https://x.org/a">this</a>.', "See [this](https://x.org/a)."),
        ('<a href="javascript:alert(1)">this</a>', "this"),
        ('<a name="top"></a>Top', "Top"),
        ("<b>Bold</b> and <code>code</code>", "**Bold** and `code`"),
        ("<h2>Title</h2>Text", "## Title\n\nText"),
        ("<ul><li>one</li><li>two</li></ul>", "- one\n- two"),
        ("2 < 3 and 5 > 4", "2 < 3 and 5 > 4"),
        ("```html\n<b>kept</b>\n```", "```html\n<b>kept</b>\n```"),
        ("one<br>two", "one\n\ntwo"),
    ],
)
def test_html_becomes_markdown_and_pictures_go(markdown, text):
    assert one(markdown).strip() == text


def test_long_cards_are_cut_at_empty_lines_outside_code():
    paragraph = "word " * 100 + "\n\n"
    code = "```\n" + "line\n\n" * 2000 + "```\n"
    pieces = card_pieces(paragraph * 40 + code + paragraph * 40)
    assert len(pieces) > 5
    assert all(len(piece) < PIECE + 600 for piece in pieces if "```" not in piece)
    assert sum("```" in piece for piece in pieces) == 1
    assert "\n".join(pieces).split() == (paragraph * 40 + code + paragraph * 40).split()


@pytest.mark.parametrize(
    "hostile",
    [
        "<!--",
        "<a ",
        "<a href='",
        "<script",
        "![",
        "[",
        "<" * 3,
        "<a href='x' ",
        "```\n",
        "&lt;",
        "[](",
    ],
)
def test_hostile_cards_take_no_longer_than_others(hostile):
    """Quadratic work on any of these would take minutes, and the test's time limit ends it."""
    card_pieces(hostile * (300_000 // len(hostile)))


def test_what_nobody_will_read_is_cut_off():
    assert len(one("a b\n\n" * LONGEST)) <= LONGEST
