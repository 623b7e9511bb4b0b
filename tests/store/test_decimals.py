"""Plain decimals in bulk: the very floats that reading them one by one gives, or nothing."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from unhurry.store.formats.decimals import plain_decimals

PLAIN = st.from_regex(r"(?=.{1,15}\Z)([0-9]+\.?[0-9]*|\.[0-9]+)", fullmatch=True)
ALMOST_PLAIN = st.text('0123456789.,\n+-e \t"', max_size=40)


@given(st.lists(st.tuples(PLAIN, st.text("abc -", max_size=4), PLAIN), min_size=1, max_size=20))
def test_plain_decimals_are_the_floats_that_python_reads(rows: list[tuple[str, str, str]]) -> None:
    text = "\n".join(",".join(row) for row in rows)
    values = plain_decimals(text.encode(), ",", 3, (2, 0))
    assert values is not None
    assert values.tolist() == [[float(last), float(first)] for first, _, last in rows]


@given(ALMOST_PLAIN)
def test_what_is_read_at_all_is_read_as_python_does(text: str) -> None:
    values = plain_decimals(text.encode(), ",", 2, (0, 1))
    if values is not None:
        assert values.tolist() == [[float(cell) for cell in line.split(",")] for line in text.split("\n")]


@pytest.mark.parametrize(
    "text",
    ["", "1", "1,2,3", "1,2\n3", "1,\n2,3", "1,2\n\n3,4", "1,-2", "1,2e3", "1, 2", "1,.", "1,1.2.3", '"1",2',
     "1,1234567890123456", "1,nan", "1,\u0662", "1,2\n3,4\n5,6,7,8\n9"],
)  # fmt: skip
def test_anything_else_is_left_to_a_reader_that_looks_closer(text: str) -> None:
    assert plain_decimals(text.encode(), ",", 2, (0, 1)) is None


def test_the_longest_cells_are_exact() -> None:
    cells = ["999999999999999", "99999999999999.", "0.0000000000001", "123456789.12345", ".00000000000001"]
    values = plain_decimals("\n".join(cells).encode(), "\t", 1, (0,))
    assert values is not None
    assert values[:, 0].tobytes() == np.array([float(cell) for cell in cells]).tobytes()
