"""Finding LaTeX in Markdown, so that it can be cut out before a Markdown parser mangles it."""

import re
from dataclasses import dataclass

from markdown_it import MarkdownIt
from markdown_it.rules_block import StateBlock


@dataclass(frozen=True, slots=True)
class Formula:
    """A formula in a stretch of Markdown."""

    start: int
    end: int
    """Offsets of the whole source, delimiters included."""
    tex: str
    display: bool
    """Whether its limits and fractions are set at full size."""


_INLINE = re.compile(
    r"""
      (?P<ticks>`+)(?!`) .*? (?<!`)(?P=ticks)(?!`)     # a code span: nothing in it is a formula
    | \\\( (?P<paren>  .+? ) \\\)
    | \\\[ (?P<square> .+? ) \\\]
    | \\.                                              # an escaped sign, \$ among them
    | \$\$ (?P<double> [^$]+? ) \$\$
    | (?<![\w$]) \$ (?=[^\s$]) (?P<single> (?: \\. | [^$\\\n] )+? ) (?<=\S) \$ (?![\d$])
    | `+
    """,
    re.VERBOSE | re.DOTALL,
)
_PRICE = re.compile(r"\d[\d.,]*(\s*[kKmM]\b)?([\s/–-]+[A-Za-z]{2,}|\s*[,;:)])")


def find_formulas(markdown: str) -> list[Formula]:
    """Every formula in one prose block, in order.

    Dollar signs follow the usual rule (no space inside, no digit after) and never make a formula
    of what reads like a price.
    """
    if "$" not in markdown and "\\" not in markdown:
        return []
    found = []
    for match in _INLINE.finditer(markdown):
        name = match.lastgroup
        if name is None or name == "ticks":
            continue
        tex = match[name].strip()
        if "\n\n" in tex or not tex or (name == "single" and _PRICE.match(tex)):
            continue
        found.append(Formula(*match.span(), tex, display=name in ("square", "double")))
    return found


FORMULA_MARKS = {"$$": "$$", "\\[": "\\]"}
"""What opens a formula on lines of its own, and what closes it."""


def _math_block(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """A markdown-it block rule: `$$ … $$` or `\\[ … \\]` on lines of its own."""
    if state.is_code_block(start):
        return False
    first = state.src[state.bMarks[start] + state.tShift[start] : state.eMarks[start]].rstrip()
    closer = FORMULA_MARKS.get(first[:2])
    if closer is None:
        return False
    lines: list[str] = []
    indent = min(state.blkIndent, state.sCount[start])
    for line in range(start, end):
        if line > start and (state.isEmpty(line) or state.sCount[line] < indent):
            return False
        text = state.src[state.bMarks[line] + state.tShift[line] : state.eMarks[line]].rstrip()
        body = text[2:] if line == start else text
        stripped = body.rstrip(".,;")
        if closer in body and not stripped.endswith(closer):
            return False
        if stripped.endswith(closer):
            lines.append(stripped[: -len(closer)])
            tex = "\n".join(lines).strip()
            if not silent:
                token = state.push("math_block", "math", 0)
                token.block = True
                token.content = tex
                token.markup = first[:2]
                token.map = [start, line + 1]
                state.line = line + 1
            return True
        lines.append(body)
    return False


def add_math_rule(parser: MarkdownIt) -> None:
    """Teach `parser` display formulas; they may interrupt paragraphs, quotes and lists."""
    parser.block.ruler.before(
        "fence",
        "math_block",
        _math_block,
        {"alt": ["paragraph", "reference", "blockquote", "list"]},
    )
