"""docs/schema.md names every table, view and column, and nothing that is not there."""

from __future__ import annotations

import re
from pathlib import Path

from unhurry.store import Database

PAGE = (Path(__file__).parents[2] / "docs" / "schema.md").read_text(encoding="utf-8")


def columns(database: Database, kind: str) -> dict[str, list[str]]:
    names = [
        row[0]
        for row in database.rows(
            "SELECT name FROM sqlite_schema WHERE type = ? AND name NOT LIKE 'sqlite_%'", (kind,)
        )
    ]
    return {name: [row[1] for row in database.rows(f"PRAGMA table_info({name})")] for name in names}


def described(name: str) -> str:
    found = re.search(rf"\*\*`{name}`\*\*(.*?)(?=\*\*`|\n\n|\n#)", PAGE, re.DOTALL)
    assert found, f"{name} is not in docs/schema.md"
    return found.group(1)


def test_every_table_and_column_is_on_the_page(database: Database) -> None:
    for table, names in columns(database, "table").items():
        text = described(table)
        missing = [name for name in names if f"`{name}`" not in text]
        assert missing == [], table


def test_every_view_is_on_the_page_with_its_columns_in_order(database: Database) -> None:
    for view, names in columns(database, "view").items():
        line = re.search(rf"^\| `{view}` \|[^|]*\|(.*)\|$", PAGE, re.MULTILINE)
        assert line, f"{view} is not in docs/schema.md"
        told = [word for word in re.findall(r"`(\w+)`", line.group(1)) if word in names]
        assert list(dict.fromkeys(told)) == names, view


def test_the_page_names_no_table_that_is_gone(database: Database) -> None:
    told = set(re.findall(r"\*\*`(\w+)`\*\*", PAGE)) | set(re.findall(r"^\| `(v_\w+)`", PAGE, re.MULTILINE))
    assert told == {*columns(database, "table"), *columns(database, "view")}


def test_the_queries_on_the_page_run(database: Database) -> None:
    shell = PAGE.split("```")[1]
    text = re.sub(r"^(sqlite>|   \.\.\.>|\$ sqlite3.*)", "", shell, flags=re.MULTILINE)
    statements = [part for part in text.split(";") if "SELECT" in part]
    assert len(statements) == 2
    for statement in statements:
        database.rows(statement)
