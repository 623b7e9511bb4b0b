"""The table on a terminal: narrow enough, and with a key for somebody who has read nothing."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

Evaluated = Callable[..., Any]
Folders = Callable[[str], Any]
Rising = Callable[..., Callable[[float], float]]


def test_the_table_fits_100_columns_and_ends_with_a_key_to_its_words(
    folder: Folders, rising: Rising, evaluated: Evaluated
) -> None:
    made = folder("speech")
    for seed, name in enumerate(("p1", "p2", "p3")):
        made.beats(name, rising(rise_bpm=12 * seed), 50, seed=seed)
        original = "something that takes many words to say"
        made.labels(
            name,
            [
                (0, 1800, "baseline"),
                (1800, 2100, "stress"),
                (2100, 2500, "rest", original),
                (2500, 3000, "rest"),
            ],
        )
    done = evaluated("evaluate", made.path, "--jobs", 1)
    lines = done.stdout.splitlines()
    assert max(map(len, lines)) <= 100
    table, _, key = done.stdout.partition("What the words mean")
    for word in (
        "stress span",
        "responder",
        "fresh",
        "told",
        "covered",
        "latency",
        "false alarms",
        "judged",
        "ROC area",
    ):
        assert f"\n  {word}" in key
        assert word in table.replace("stress spans", "stress span"), f"{word} explains nothing"
    for head in ("our", "unsure", "95 bpm", "80 bpm", "extra", "RMSSD", "random"):
        assert any(head in line for line in lines[1:3])
        assert head.split()[0] in key
    # Every value stands under the end of its detector's name.
    told = next(line for line in lines if line.startswith("told"))
    assert len(told) == len(lines[1]) == len(lines[2])


def test_programs_get_no_key(folder: Folders, rising: Rising, evaluated: Evaluated) -> None:
    made = folder("speech")
    made.beats("p1", rising(), 20)
    assert evaluated("evaluate", made.path, "--json").stdout.count("\n") == 1
