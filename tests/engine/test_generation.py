"""The loop, through a real child: what it says, what it reuses, how it ends."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from desktop.domain.conversation import StopReason
from desktop.engine.protocol import (
    ContextShifted,
    ContextTrimmed,
    Failed,
    Generated,
    PromptProgress,
    TextChunk,
)
from tests.engine.conftest import Child, assistant, system, turns, user
from tests.helpers.tiny_models import LONG_TOKEN, TinyModel

pytestmark = pytest.mark.engine

Models = Callable[..., Path]
ENDLESS = TinyModel(end_bias=-100.0)  # never chooses its end token


@pytest.fixture
def child(shared_child: Child, models: Models) -> Child:
    shared_child.load(models(ENDLESS), context=1024)
    return shared_child


def test_greedy_repeats_itself_and_reports_what_happened(child: Child) -> None:
    first = child.generate(user("Hello"), temperature=0.0, max_tokens=40)
    again = child.generate(user("Hello"), temperature=0.0, max_tokens=40)
    assert first.text and first.text == again.text
    reply = first.reply
    assert isinstance(reply, Generated)
    assert reply.stop_reason is StopReason.MAX_TOKENS
    assert reply.completion_tokens == 40
    assert reply.context_used == reply.prompt_tokens + 39  # the last token needs no evaluation
    assert reply.ttft_ms > 0 and reply.tokens_per_second > 0
    assert first.of(PromptProgress)[-1].done == reply.prompt_tokens


def test_a_seed_gives_the_same_text_in_a_new_process(
    child: Child, start_child: Callable[[], Child], models: Models
) -> None:
    other = start_child()
    other.load(models(ENDLESS), context=1024)
    settings = {"temperature": 1.5, "max_tokens": 60, "repeat_penalty": 1.1, "xtc_probability": 0.3}
    here = child.generate(user("Hello"), seed=7, **settings)
    there = other.generate(user("Hello"), seed=7, **settings)
    assert here.text == there.text
    assert child.generate(user("Hello"), seed=8, **settings).text != here.text


def test_the_seed_chosen_is_reported_and_repeats_the_answer(child: Child) -> None:
    first = child.generate(user("Hello"), temperature=1.5, max_tokens=60)
    again = child.generate(user("Hello"), temperature=1.5, max_tokens=60, seed=first.reply.seed)
    assert first.text == again.text


@pytest.mark.parametrize(
    "settings",
    [
        {"mirostat": 1},
        {"mirostat": 2},
        {"dynatemp_range": 0.5},
        {"dry_multiplier": 0.8},
        {"dry_multiplier": 0.8, "dry_penalty_last_n": 20, "dry_sequence_breakers": ("\0", "ä")},
        {"top_n_sigma": 0.05},
        {"typical_p": 0.5, "top_k": 0},
        {"repeat_penalty": 1.3, "repeat_last_n": -1, "frequency_penalty": 0.5},
        {"xtc_probability": 1.0, "xtc_threshold": 0.05},
        {"temperature": 5.0, "top_k": 0, "top_p": 1.0, "min_p": 0.0},
    ],
)
def test_every_sampler_runs_and_changes_the_text(child: Child, settings: dict[str, object]) -> None:
    values = {"seed": 3, "temperature": 1.0, "max_tokens": 80, **settings}
    changed = child.generate(user("Hello"), **values)
    assert changed.reply.completion_tokens == 80
    assert (
        changed.text != child.generate(user("Hello"), seed=3, temperature=1.0, max_tokens=80).text
    )


def test_a_follow_up_evaluates_only_what_is_new(child: Child) -> None:
    first = child.generate(user("Hello"), temperature=1.0, seed=1, max_tokens=50)
    follow_up = child.generate(
        user("Hello"), assistant(first.text), user("More"), temperature=0.0, max_tokens=5
    )
    # The last token of the first answer was never evaluated.
    assert follow_up.reply.cached_tokens == first.reply.context_used
    evaluated = follow_up.reply.prompt_tokens - follow_up.reply.cached_tokens
    assert evaluated < 40


def test_regenerating_gives_the_same_text_with_and_without_a_cache(child: Child) -> None:
    """The batches are the same as the first time, so that even the last bits are."""
    messages = [*turns(6), user("And?")]
    settings = {"temperature": 1.2, "seed": 5, "max_tokens": 60}
    first = child.generate(*messages, **settings)
    again = child.generate(*messages, **settings)
    other = child.generate(*messages[:-1], user("Something else"), **settings)
    third = child.generate(*messages, **settings)
    assert first.text == again.text == third.text != other.text


def test_editing_a_message_evaluates_from_there(child: Child) -> None:
    messages = [user("First")]
    for text in ("Second", "Third", "Fourth"):
        answer = child.generate(*messages, temperature=0.0, max_tokens=20)
        messages += [assistant(answer.text), user(text)]
    child.generate(*messages, temperature=0.0, max_tokens=20)
    edited = [*messages[:4], user("Third, edited")]
    reply = child.generate(*edited, temperature=0.0, max_tokens=20).reply
    after_second_answer = child.generate(*messages[:4], max_tokens=1).reply.prompt_tokens
    # The end of the turn and the words that open an answer are evaluated anew.
    assert after_second_answer - 40 < reply.cached_tokens <= after_second_answer
    assert child.generate(user("Other"), max_tokens=1).reply.cached_tokens == 0


def test_stop_strings_end_the_answer_and_are_not_shown(child: Child) -> None:
    whole = child.generate(user("Hello"), temperature=1.0, seed=2, max_tokens=80).text
    stop = whole[30:34]
    cut = child.generate(
        user("Hello"), temperature=1.0, seed=2, max_tokens=80, stop=(stop, "never")
    )
    assert cut.reply.stop_reason is StopReason.STOP_STRING
    assert cut.text == whole[: whole.index(stop)]


def test_a_stop_string_that_never_comes_loses_nothing(child: Child) -> None:
    whole = child.generate(user("Hello"), temperature=0.0, max_tokens=50).text
    held = child.generate(user("Hello"), temperature=0.0, max_tokens=50, stop=("#" * 30,)).text
    assert held == whole


def test_the_end_token_ends_the_turn_and_is_not_shown(shared_child: Child, models: Models) -> None:
    shared_child.load(models(end_bias=3.0))
    answer = shared_child.generate(user("Hello"), temperature=1.0, seed=1)
    assert answer.reply.stop_reason is StopReason.END_OF_TURN
    assert "<|im_end|>" not in answer.text


def test_tokens_longer_than_32_bytes_and_control_tokens_are_shown(
    shared_child: Child, models: Models
) -> None:
    model = ENDLESS.but(words=(LONG_TOKEN,), scale=1.0)
    shared_child.load(models(model))
    text = shared_child.generate(
        user("Hello"), temperature=5.0, top_k=0, top_p=1.0, min_p=0.0, seed=1, max_tokens=3000
    ).text
    assert LONG_TOKEN in text
    assert "<|im_start|>" in text


def test_characters_split_over_tokens_come_whole(child: Child) -> None:
    grammar = 'root ::= "Größe 漢字 🙂" .*'
    answer = child.generate(user("Hello"), grammar=grammar, max_tokens=60, temperature=1.0, seed=1)
    assert answer.text.startswith("Größe 漢字 🙂")
    assert all("\ufffd" not in e.text for e in answer.of(TextChunk)[:1])


def test_a_long_conversation_drops_its_oldest_turns_and_says_so(child: Child) -> None:
    messages = [system("You are kind."), *turns(20)]
    answer = child.generate(*messages, temperature=0.0, max_tokens=20)
    (trimmed,) = answer.of(ContextTrimmed)
    assert trimmed.dropped_messages == answer.reply.dropped_messages > 0
    assert trimmed.dropped_messages % 2 == 0  # whole turns
    assert answer.reply.prompt_tokens <= 0.75 * 1024

    # The next turn keeps the same cut, and therefore the tokens of the first.
    more = [*messages, assistant(answer.text), user("Next")]
    next_answer = child.generate(*more, temperature=0.0, max_tokens=20)
    assert next_answer.reply.dropped_messages == answer.reply.dropped_messages
    assert next_answer.reply.cached_tokens >= answer.reply.prompt_tokens


def test_a_message_too_long_for_the_context_is_refused_with_numbers(child: Child) -> None:
    answer = child.generate(system("Short."), user("word " * 2000))
    assert isinstance(answer.reply, Failed)
    assert answer.reply.code == "context_too_small"
    assert "1,024" in answer.reply.message and answer.reply.advice
    assert child.generate(user("Hi"), max_tokens=3).reply.completion_tokens == 3


@pytest.mark.parametrize("cache", ["q8_0", "q4_0"])
def test_a_full_context_of_quantized_keys_goes_on(
    shared_child: Child, models: Models, cache: str
) -> None:
    """Of heads 32 wide, which llama.cpp cannot move then."""
    shape = TinyModel(width=256, heads=8, heads_kv=2, end_bias=-100.0)
    shared_child.load(models(shape), context=512, cache_type_k=cache, flash_attention="off")
    answer = shared_child.generate(user("Hi"), temperature=0.0, max_tokens=800)
    assert answer.reply.completion_tokens == 800
    assert answer.of(ContextShifted)


def test_a_full_context_shifts_says_so_and_goes_on(child: Child) -> None:
    answer = child.generate(system("Be kind."), user("Hi"), temperature=0.0, max_tokens=2500)
    assert answer.reply.completion_tokens == 2500
    shifts = answer.of(ContextShifted)
    assert len(shifts) >= 2
    assert sum(s.dropped_tokens for s in shifts) == answer.reply.shifted_tokens
    assert answer.reply.context_used <= 1024
    # What was shifted is not mistaken for a conversation evaluated whole.
    fresh = child.generate(user("Hello"), temperature=0.0, max_tokens=40).text
    again = child.generate(user("Hello"), temperature=0.0, max_tokens=40).text
    assert fresh == again


def test_continuing_goes_on_where_the_answer_ended(child: Child) -> None:
    whole = child.generate(user("Hello"), temperature=0.0, max_tokens=60)
    half = child.generate(user("Hello"), temperature=0.0, max_tokens=30)
    rest = child.generate(
        user("Hello"), assistant(half.text), continue_answer=True, temperature=0.0, max_tokens=30
    )
    assert half.text + rest.text == whole.text
    assert rest.reply.cached_tokens >= half.reply.context_used - 1


def test_only_an_answer_can_be_continued(child: Child) -> None:
    answer = child.generate(user("Hello"), continue_answer=True)
    assert answer.reply.code == "invalid_input"


def test_a_model_of_broken_numbers_is_refused_in_words(shared_child: Child, models: Models) -> None:
    shared_child.load(models(nan=True))
    answer = shared_child.generate(user("Hello"), temperature=0.8)
    assert answer.reply.code == "evaluation_failed"
    assert "no usable numbers" in answer.reply.message


def test_without_a_model_there_is_a_sentence(start_child: Callable[[], Child]) -> None:
    assert start_child().generate(user("Hello")).reply.message == "No model is loaded."


def test_an_empty_conversation_is_refused(child: Child) -> None:
    assert child.generate().reply.code == "invalid_input"


def test_nul_bytes_and_odd_text_are_taken_as_they_are(child: Child) -> None:
    for text in ("a\0b", "مرحبا", "🙂" * 20, "\ufdd0", " "):
        assert isinstance(child.generate(user(text), max_tokens=2).reply, Generated)


def test_reasoning_is_sent_apart(child: Child) -> None:
    grammar = 'root ::= "<think>\\nHm.\\n</think>\\n\\nYes."'
    answer = child.generate(user("Hello"), grammar=grammar)
    assert (answer.reasoning, answer.text) == ("Hm.", "Yes.")


def test_unfinished_reasoning_is_continued_as_reasoning(child: Child) -> None:
    partial = assistant("", "Let me")
    grammar = 'root ::= " see.</think>Yes."'
    answer = child.generate(user("Hi"), partial, continue_answer=True, grammar=grammar)
    assert (answer.reasoning, answer.text) == (" see.", "Yes.")


def test_what_a_person_spells_is_no_special_token(child: Child) -> None:
    without = child.generate(user("ab"), max_tokens=1).reply.prompt_tokens
    spelled = child.generate(user("a<|im_end|>b"), max_tokens=1).reply.prompt_tokens
    assert spelled == without + len("<|im_end|>")  # a character is a token here
