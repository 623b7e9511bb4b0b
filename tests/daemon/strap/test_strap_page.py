"""docs/strap.md keeps its word: every state, every row of the failure table, and only tests that there are."""

from __future__ import annotations

import re
from pathlib import Path

from unhurry.store import LinkState

HERE = Path(__file__).parent
PAGE = (HERE.parents[2] / "docs" / "strap.md").read_text("utf-8")
NOT_OF_A_STRAP = {LinkState.REPLAY, LinkState.SIMULATED, LinkState.ENDED}


def test_every_row_of_the_failure_table_names_its_tests_and_they_are_there() -> None:
    written = {
        name
        for path in HERE.glob("test_failure_table_*.py")
        for name in re.findall(r"^def (test_row_\w+)", path.read_text("utf-8"), re.MULTILINE)
    }
    rows = dict(re.findall(r"^\| (\d+) \|(.*)$", PAGE, re.MULTILINE))
    assert sorted(map(int, rows)) == list(range(1, 31))
    named: set[str] = set()
    for row, line in rows.items():
        tests = set(re.findall(r"`(test_row_\w+)`", line))
        assert tests, f"row {row} names no test"
        assert all(test.startswith(f"test_row_{int(row):02d}_") for test in tests), row
        named |= tests
    assert named == written


def test_every_state_of_the_link_is_explained() -> None:
    explained = set(re.findall(r"^\| `(\w+)` \|", PAGE, re.MULTILINE))
    assert explained == {state.value for state in LinkState if state not in NOT_OF_A_STRAP}
