"""How closely the page's pacer keeps its clock, in a real Chromium.

In: nothing; the page's own files, served here. Out: how late each part of the breath is shown after the
moment the clock says, and how that changes over time. `run.py` prints it; alone:
`python benchmarks/pacing.py`.

A minute and a half is watched, with 120 turns. What would come of five minutes is the slope of the lateness,
carried on.
"""

from __future__ import annotations

import json
import shutil
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import numpy as np

from unhurry.signal.pacer import Breath, Part, boundaries, pacing

PAGE = Path(__file__).resolve().parents[1] / "api" / "unhurry" / "api" / "page"
PARTS = (Part(Breath.IN, 730), Part(Breath.OUT, 770))
"""Far quicker than anybody breathes, for many turns; and no whole number of frames."""
WATCHED_MS = 90_000
FIVE_MINUTES_MS = 300_000
DRIFT_LIMIT_MS, P95_LIMIT_MS = 20.0, 34.0
"""Twenty ms after five minutes; two frames of a screen that draws sixty a second."""


@dataclass(frozen=True, slots=True)
class PacingFigure:
    """How late the turns of the breath were shown."""

    turns: int
    median_ms: float
    p95_ms: float
    worst_ms: float
    drift_ms: float
    """How much later after five minutes than at the start."""


def lateness(shown_ms: np.ndarray, due_ms: np.ndarray) -> PacingFigure:
    """Return the figures of turns shown at `shown_ms` that were due at `due_ms`."""
    late = shown_ms - due_ms
    slope = float(np.polyfit(due_ms, late, 1)[0])
    return PacingFigure(
        len(late),
        float(np.median(late)),
        float(np.percentile(late, 95)),
        float(late.max()),
        slope * FIVE_MINUTES_MS,
    )


WATCH = """async ({ phases, minutes, turns }) => {
  const { pacer } = await import("/js/pacer.js");
  const stop = new AbortController();
  const practice = { phases, minutes };
  const nothing = () => {};
  const made = pacer(practice, { signal: stop.signal, finished: nothing, lookAround: nothing });
  document.body.replaceChildren(...made.body);
  const say = document.querySelector(".breath-say b");
  const began = Number(document.querySelector(".breath").dataset.began);
  const shown = [];
  await new Promise((done) => {
    // The words are set while the frame is made that shows them.
    new MutationObserver(() => {
      if (performance.now() < began - 100) return;
      shown.push(performance.now() - began);
      if (shown.length === turns) done();
    }).observe(say, { childList: true });
  });
  stop.abort();
  return shown;
}"""


def measure_pacing() -> PacingFigure | None:
    """Watch the pacer; None where there is no Chromium, or no Playwright."""
    chromium = next((path for name in ("chromium", "chromium-browser") if (path := shutil.which(name))), None)
    try:
        from playwright.sync_api import sync_playwright  # noqa: PLC0415 - not everywhere
    except ImportError:
        return None
    if chromium is None:
        return None
    due_ms = boundaries(pacing(PARTS, WATCHED_MS))[:-1]
    wanted = {
        "phases": [{"kind": part.kind, "seconds": part.length_ms / 1000, "say": None} for part in PARTS],
        "minutes": WATCHED_MS / 60_000,
        "turns": len(due_ms),
    }
    with _serving() as origin, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        page = browser.new_page()
        page.goto(f"{origin}/")
        shown_ms = page.evaluate(WATCH, json.loads(json.dumps(wanted)))
        browser.close()
    return lateness(np.array(shown_ms), due_ms.astype(np.float64))


@contextmanager
def _serving() -> Iterator[str]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            path = PAGE / self.path.lstrip("/")
            script = path.suffix == ".js" and path.is_file()
            self.send_response(200 if script or self.path == "/" else 404)
            self.send_header("Content-Type", "text/javascript" if script else "text/html")
            self.end_headers()
            self.wfile.write(path.read_bytes() if script else b"<!doctype html><html><body></body></html>")

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()


def print_pacing() -> None:
    """Print what was measured, beside what is asked of it."""
    print("\nThe page's pacer beside its clock, in Chromium.", flush=True)
    found = measure_pacing()
    if found is None:
        print("Not measured: Chromium or Playwright is not installed.")
        return
    print(f"{'turns shown late by':<34}{found.median_ms:>6.1f} ms   median of {found.turns}")
    print(f"{'':<34}{found.p95_ms:>6.1f} ms   p95; {P95_LIMIT_MS:g} at most; worst {found.worst_ms:.1f}")
    print(f"{'drift in five minutes':<34}{found.drift_ms:>6.1f} ms   {DRIFT_LIMIT_MS:g} at most")


if __name__ == "__main__":
    print_pacing()
