"""Track one page over two visits, and keep the snapshot for the third.

Install:         pip install changetrack
Run:             python docs/examples/demo.py   (or `make demo`)
You should see:  status: changed
                 -| Starter | $19 | 3 |
                 +| Starter | $24 | 3 |
                 -Can I try it first? Yes, [30 days free](/trial), no card needed.
                 +Can I try it first? Yes, [14 days free](/trial), no card needed.
                 "contentHash":
"""

from __future__ import annotations

from pathlib import Path

from changetrack import Result, Snapshot, html_to_markdown, track
from changetrack.cli import main as changetrack

PAGES = Path(__file__).parent / "pages"
MONDAY = PAGES / "pricing-monday.html"
FRIDAY = PAGES / "pricing-friday.html"


def visit(page: Path, previous: Snapshot | None = None) -> Result:
    """Track a page that was saved to disk; a crawler would hand over what it fetched."""
    return track(html_to_markdown(page.read_text(encoding="utf-8")), previous=previous)


def main() -> None:
    """Print what changed between Monday and Friday."""
    first = visit(MONDAY)
    second = visit(FRIDAY, previous=first.snapshot)

    print("status:", second.status)
    print("\nWhat `changetrack diff pricing-monday.html pricing-friday.html` shows:\n")
    changetrack(["diff", "--color=auto", str(MONDAY), str(FRIDAY)])
    print("\nThe snapshot to keep; give it back as `previous` the next time:\n")
    print(second.snapshot.to_json())


if __name__ == "__main__":
    main()
