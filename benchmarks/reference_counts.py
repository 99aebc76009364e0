"""`python -m benchmarks.reference_counts`: ask git how many lines change, and keep the answers.

git needs minutes for some pairs, so its counts are kept in `reference/git_counts.json` with a
digest of the pair: a corpus that changed is noticed instead of being compared with counts of
another text. Realistic pages are counted with `--minimal`, adversarial ones plainly (there,
minimal takes hours).
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks import corpus, hostile
from benchmarks.peers.difflib_track import normalize
from benchmarks.runner import progress

if TYPE_CHECKING:
    from benchmarks.corpus import Pair

COUNTS = Path(__file__).parent / "reference" / "git_counts.json"


class StaleCountError(Exception):
    """The kept count belongs to another text; the message says how to renew it."""


def kept_count(pair: Pair) -> int:
    """Return git's number of changed lines for a pair.

    Raises:
        StaleCountError: there is none for these two texts.
    """
    entry = json.loads(COUNTS.read_text(encoding="utf-8"))["counts"].get(pair.name)
    if entry is None or entry["digest"] != digest(pair):
        message = f"no count of {pair.name}: run python -m benchmarks.reference_counts"
        raise StaleCountError(message)
    return int(entry["changed"])


def digest(pair: Pair) -> str:
    """Return what tells one pair of texts from another."""
    return sha256(f"{pair.previous}\0{pair.current}".encode()).hexdigest()[:16]


def main() -> int:
    """Count everything anew."""
    counts = {}
    for minimal, pairs in ((True, corpus.pairs()), (False, map(hostile.pair, hostile.CASES))):
        for pair in pairs:
            progress(pair.name)
            added, deleted = _count(pair, minimal=minimal)
            counts[pair.name] = {
                "changed": added + deleted,
                "added": added,
                "deleted": deleted,
                "minimal": minimal,
                "digest": digest(pair),
            }
    version = subprocess.run(["git", "--version"], capture_output=True, text=True, check=True)
    rows = ",\n".join(f"  {json.dumps(name)}: {json.dumps(row)}" for name, row in counts.items())
    header = json.dumps(version.stdout.strip())
    COUNTS.parent.mkdir(parents=True, exist_ok=True)
    COUNTS.write_text(f'{{\n "by": {header},\n "counts": {{\n{rows}\n }}\n}}\n', encoding="utf-8")
    return 0


def _count(pair: Pair, *, minimal: bool) -> tuple[int, int]:
    """Return the lines that git adds and deletes between the two normalized texts."""
    with tempfile.TemporaryDirectory(prefix="changetrack-git-") as folder:
        for side in ("previous", "current"):
            text = normalize(getattr(pair, side)) + "\n"
            Path(folder, side).write_bytes(text.encode())
        # `--minimal` or git's own default; nothing that this machine's git configuration may say.
        command = ["git", "-c", "diff.algorithm=myers", "diff", "--no-index", "--numstat", "--text"]
        command += ["--minimal"] * minimal + ["previous", "current"]
        answer = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    if not answer.stdout:
        return 0, 0
    added, deleted, _ = answer.stdout.split("\t", 2)
    return int(added), int(deleted)


if __name__ == "__main__":
    sys.exit(main())
