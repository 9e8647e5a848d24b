from __future__ import annotations

from converters.errors import ConversionError


def test_an_error_reads_as_two_sentences():
    error = ConversionError("It is cut off.", "Download it again.")
    assert str(error) == "It is cut off. Download it again."
    assert (error.message, error.advice) == ("It is cut off.", "Download it again.")


def test_without_advice_there_is_no_space_behind():
    assert str(ConversionError("It is cut off.")) == "It is cut off."
