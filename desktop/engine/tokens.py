"""Text to tokens and back, losing nothing a model emits."""

from __future__ import annotations

import codecs
import ctypes
import re
from collections.abc import Callable, Iterable

import llama_cpp.llama_cpp as llama

from desktop.domain.errors import InvalidInput

# A noncharacter of Unicode, which no text needs. Inside the text of a control token it keeps that
# text from being read as the token; it is taken out again before the model sees anything.
BREAK = "\ufdd0"

_CONTROL = llama.LLAMA_TOKEN_ATTR_CONTROL | llama.LLAMA_TOKEN_ATTR_UNKNOWN
_SPECIAL = _CONTROL | llama.LLAMA_TOKEN_ATTR_USER_DEFINED
_STRUCTURAL = re.compile(r"[<>\[\]|]")


class Vocabulary:
    """The vocabulary of a loaded model; valid as long as the model is.

    Attributes:
        size: number of tokens.
        end_of_generation: ids of the tokens that end an answer.
    """

    def __init__(self, handle: int, template: str = "") -> None:
        """`template` is the chat template: tokens of structure it writes count as control."""
        self.handle = handle
        self.size = int(llama.llama_vocab_n_tokens(handle))
        self.bos = self._special(llama.llama_vocab_bos(handle))
        self.eos = self._special(llama.llama_vocab_eos(handle))
        self.adds_bos = bool(llama.llama_vocab_get_add_bos(handle)) and self.bos is not None
        self.is_sentencepiece = llama.llama_vocab_type(handle) == llama.LLAMA_VOCAB_TYPE_SPM
        self._buffer = ctypes.create_string_buffer(512)
        attribute = llama.llama_vocab_get_attr
        special = {t: a for t in range(self.size) if (a := attribute(handle, t)) & _SPECIAL}
        # What ends an answer is marked as control by llama.cpp, but for what the header names.
        named = map(self._special, (llama.llama_vocab_eos(handle), llama.llama_vocab_eot(handle)))
        candidates = special.keys() | {t for t in named if t is not None}
        self.end_of_generation = frozenset(
            t for t in candidates if llama.llama_vocab_is_eog(handle, t)
        )
        control = {t for t, a in special.items() if a & _CONTROL} | self.end_of_generation
        self.control_texts = frozenset(filter(None, map(self.text, control)))
        user_defined = (self.text(t) for t in special.keys() - control)
        structural = {
            text
            for text in user_defined
            if len(text) > 2 and _STRUCTURAL.search(text) and text in template
        }
        self._breaker = _Breaker(self.control_texts | structural)

    def _special(self, token: int) -> int | None:
        return token if 0 <= token < self.size else None

    def piece(self, token: int) -> bytes:
        """The bytes of one token; those of control tokens are their text."""
        buffer = self._buffer
        length = llama.llama_token_to_piece(self.handle, token, buffer, len(buffer), 0, True)
        if length < 0:
            self._buffer = buffer = ctypes.create_string_buffer(-length)
            length = llama.llama_token_to_piece(self.handle, token, buffer, -length, 0, True)
        return ctypes.string_at(buffer, length)

    def text(self, token: int | None) -> str:
        """The text of one token, "" for None."""
        return "" if token is None else self.piece(token).decode("utf-8", "replace")

    def has(self, text: str) -> bool:
        """Whether `text` is a control token."""
        return text in self.control_texts

    def protect(self, text: str) -> str:
        """`text` with every spelling of a control token broken by BREAK."""
        return self._breaker.protect(text)

    def tokenize(
        self, text: str, *, add_special: bool = False, parse_special: bool = False
    ) -> list[int]:
        """Tokens of `text`. BREAK has no meaning here. Raises: InvalidInput for lone surrogates."""
        try:
            data = text.encode("utf-8")
        except UnicodeEncodeError as error:
            raise InvalidInput(
                "The text holds half a character (a lone surrogate), which has no meaning.",
                "Write or paste the text anew.",
            ) from error
        capacity = len(data) + 8
        tokens = (llama.llama_token * capacity)()
        count = llama.llama_tokenize(
            self.handle, data, len(data), tokens, capacity, add_special, parse_special
        )
        if count < 0:
            capacity = -count
            tokens = (llama.llama_token * capacity)()
            count = llama.llama_tokenize(
                self.handle, data, len(data), tokens, capacity, add_special, parse_special
            )
        return list(tokens[: max(count, 0)])

    def tokenize_prompt(
        self, text: str, *, at_start: bool = True, go_on: Callable[[], None] | None = None
    ) -> list[int]:
        """Tokens of a rendered prompt: control tokens count where they are not broken by BREAK.

        With `at_start` the text begins the prompt and gets its BOS token, unless it brings one.
        `go_on` is called now and then; what it raises ends the work.
        """
        tokens: list[int] = []
        for index, part in enumerate(text.split(BREAK)):
            if not part:
                continue
            if go_on is not None:
                go_on()
            single = len(part) == 1  # only a protected one-character control token stands alone
            tokens += self._part(part, index == 0 and at_start, not single or BREAK not in text)
        if at_start and self.adds_bos and tokens[:1] != [self.bos]:
            assert self.bos is not None
            tokens.insert(0, self.bos)
        return tokens

    def _part(self, part: str, first: bool, parse_special: bool) -> list[int]:
        if first or not self.is_sentencepiece:
            return self.tokenize(part, parse_special=parse_special)
        # SentencePiece begins every text with a space. A character that is in no vocabulary, and
        # therefore merges with nothing, takes that space and is cut off again.
        guard = self.tokenize(BREAK)
        return self.tokenize(BREAK + part, parse_special=parse_special)[len(guard) :]


class _Breaker:
    """Breaks the spellings of control tokens in text that a person or a model wrote."""

    def __init__(self, spellings: Iterable[str]) -> None:
        self._spellings = tuple(spellings)
        initials = {spelling[0] for spelling in self._spellings}
        pattern = "[" + "".join(map(re.escape, sorted(initials))) + "]" if initials else r"(?!)"
        self._initial = re.compile(pattern)

    def protect(self, text: str) -> str:
        text = text.replace(BREAK, "")
        out: list[str] = []
        done = 0
        for match in self._initial.finditer(text):
            at = match.start()
            if text.startswith(self._spellings, at):
                # A one-character spelling has no inside to break, so it is set apart.
                before = BREAK if text[at] in self._spellings else ""
                out += (text[done:at], before, text[at], BREAK)
                done = at + 1
        return "".join(out) + text[done:] if out else text


class Detokenizer:
    """Text of a stream of tokens. Characters split over tokens come out whole."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self._piece = vocabulary.piece
        self._decoder = codecs.getincrementaldecoder("utf-8")("replace")

    def feed(self, tokens: Iterable[int]) -> str:
        """What `tokens` add to the text; an incomplete character waits for its rest."""
        return self._decoder.decode(b"".join(map(self._piece, tokens)))

    def finish(self) -> str:
        """What is left: U+FFFD when the tokens ended inside a character."""
        return self._decoder.decode(b"", final=True)
