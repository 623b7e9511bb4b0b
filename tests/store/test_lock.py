"""Two recorders never write into one database; a dead one does not keep the next one out."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from unhurry.config import DatabaseError
from unhurry.store import sole_recorder

HOLD = "import sys, time; from pathlib import Path; from unhurry.store import sole_recorder\n"
HOLD += "with sole_recorder(Path(sys.argv[1])): print('held', flush=True); time.sleep(60)"


def test_a_second_recorder_is_refused_with_one_line_and_a_dead_one_lets_go(tmp_path: Path) -> None:
    database = tmp_path / "new folder" / "unhurry.db"
    command = [sys.executable, "-c", HOLD, str(database)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as first:
        assert first.stdout is not None
        assert first.stdout.readline() == "held\n"
        with pytest.raises(DatabaseError, match="another Unhurry is recording"), sole_recorder(database):
            pass
        first.kill()
    with sole_recorder(database):
        assert not database.exists()
