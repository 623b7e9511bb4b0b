"""Standard output that may end before its reader does.

In: lines. Out: the same lines, as long as somebody reads them.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable


def print_lines(lines: Iterable[str]) -> None:
    """Write lines to standard output; whoever stops reading (`| head`) has had enough, which is no error."""
    try:
        for line in lines:
            print(line)  # noqa: T201 - nothing where there is no output
        if sys.stdout is not None:
            sys.stdout.flush()
    except BrokenPipeError:
        sys.stdout = open(os.devnull, "w", encoding="utf-8")  # noqa: PTH123, SIM115 - for the flush at exit
