"""``newsearch related``, which prints hits as ``newsearch query`` does."""

from __future__ import annotations

from typing import Any

from newsearch.cli.derived import (
    chosen_form,
    derived_command,
    form_parameters,
    operation_parameters,
    read_options,
)
from newsearch.cli.options import color_option
from newsearch.cli.searching import answer
from newsearch.operations.related import OPERATION


def _ask(index_target: str, color: str, **values: Any) -> int:
    form = chosen_form(values, OPERATION.forms)
    return answer(OPERATION, read_options(OPERATION, values), form, index_target, color)


related_command = derived_command(
    OPERATION,
    _ask,
    [
        *operation_parameters(OPERATION),
        *form_parameters(OPERATION, "hit"),
        color_option("hits"),
    ],
)
