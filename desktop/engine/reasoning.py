"""Telling a model's reasoning from its answer while the text streams in."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ReasoningTags:
    """How a family of models marks its reasoning.

    `answer` opens an answer that follows without reasoning; most families have no such mark.
    """

    open: str
    close: str
    answer: str = ""


FAMILIES = (
    ReasoningTags("<think>", "</think>"),
    ReasoningTags("<thinking>", "</thinking>"),
    ReasoningTags("[THINK]", "[/THINK]"),
    ReasoningTags(
        "<|channel|>analysis<|message|>",
        "<|end|><|start|>assistant<|channel|>final<|message|>",
        "<|channel|>final<|message|>",
    ),
)


def open_at_end(prompt: str) -> ReasoningTags | None:
    """The family whose reasoning the prompt leaves open, so that the answer begins inside it."""
    end = prompt.rstrip()
    return next((family for family in FAMILIES if end.endswith(family.open)), None)


def family_of(template: str) -> ReasoningTags:
    """The family a chat template belongs to; the first when it does not say."""
    return next((family for family in FAMILIES if family.close in template), FAMILIES[0])


class ReasoningSplitter:
    """Splits a stream of text into (text, is_reasoning) parts.

    Reasoning opens only before any other text, so that an answer may speak of the tags. Tags and
    the white space next to them are left out; all else comes out, also when a tag is never closed.
    """

    def __init__(
        self,
        inside: ReasoningTags | None = None,
        *,
        answering: bool = False,
        continued: bool = False,
    ) -> None:
        """`inside`: the stream begins in reasoning, with `continued` in the midst of it.
        `answering`: it begins in the answer."""
        self._inside = inside
        self._answering = answering
        # Whether white space after a tag is still to be left out.
        self._fresh = inside is not None and not continued
        self._held = ""

    def feed(self, text: str) -> list[tuple[str, bool]]:
        """The parts that are certain after `text`."""
        if self._answering and not self._fresh:
            return [(text, False)] if text else []
        self._held += text
        parts: list[tuple[str, bool]] = []
        while self._step(parts):
            pass
        return parts

    def finish(self) -> list[tuple[str, bool]]:
        """What was held back, now that the stream has ended."""
        text, self._held = self._held, ""
        if not text or (self._fresh and text.isspace()):
            return []
        return [(text, self._inside is not None)]

    def _step(self, parts: list[tuple[str, bool]]) -> bool:
        """Take one thing off what is held; whether there may be more to take."""
        if self._fresh:
            self._held = self._held.lstrip()
            if not self._held:
                return False
            self._fresh = False
        if self._inside is not None:
            return self._read_reasoning(self._inside, parts)
        if self._answering:
            text, self._held = self._held, ""
            if text:
                parts.append((text, False))
            return False
        return self._read_beginning()

    def _read_beginning(self) -> bool:
        start = self._held.lstrip()
        for family in FAMILIES:
            if start.startswith(family.open):
                self._inside, self._fresh = family, True
                self._held = start[len(family.open) :]
                return True
            if family.answer and start.startswith(family.answer):
                self._answering, self._fresh = True, True
                self._held = start[len(family.answer) :]
                return True
        if any(tag.startswith(start) for f in FAMILIES for tag in (f.open, f.answer) if tag):
            return False  # "" too: white space alone decides nothing
        self._answering = True
        return True

    def _read_reasoning(self, family: ReasoningTags, parts: list[tuple[str, bool]]) -> bool:
        at = self._held.find(family.close)
        if at >= 0:
            if text := self._held[:at].rstrip():
                parts.append((text, True))
            self._held = self._held[at + len(family.close) :]
            self._inside, self._answering, self._fresh = None, True, True
            return True
        # Hold back what may be the beginning of the closing tag, and white space before it.
        keep = next(
            n for n in range(len(family.close) - 1, -1, -1) if self._held.endswith(family.close[:n])
        )
        sure = self._held[: len(self._held) - keep].rstrip()
        if sure:
            parts.append((sure, True))
            self._held = self._held[len(sure) :]
        return False
