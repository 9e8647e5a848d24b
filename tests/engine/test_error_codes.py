from __future__ import annotations

import pytest

from desktop.domain import errors
from desktop.engine.error_codes import ErrorCode, class_of, code_of


@pytest.mark.parametrize("code", list(ErrorCode))
def test_every_code_stands_for_a_class_of_its_own(code) -> None:
    assert code_of(class_of(code)("Something happened.")) is code


def test_an_error_that_no_child_should_raise_is_a_bug() -> None:
    assert code_of(errors.StorageFault("The disk is full.")) is ErrorCode.BUG
