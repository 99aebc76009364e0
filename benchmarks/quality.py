"""How many lines do we call changed, next to git?

Speed bought with larger diffs is no speed. Realistic pages are held against `git diff --minimal`,
the adversarial ones against plain `git diff` (minimal needs hours there).
"""

from __future__ import annotations

from benchmarks import corpus, hostile
from benchmarks.reference_counts import kept_count
from benchmarks.runner import Goal, Report, Settings, progress, rounded
from changetrack import diff_text

QUESTION = "how many lines do we call changed, next to git?"
_REALISTIC, _ADVERSARIAL = 1.10, 1.6


def answer(settings: Settings) -> Report:
    """Count every pair; nothing is timed."""
    report = Report("quality", QUESTION)
    sizes = ("2KB", "20KB", "200KB") if settings.quick else tuple(corpus.SIZES)
    realistic = [_compare(pair, report) for pair in corpus.pairs(sizes)]
    adversarial = {name: _compare(hostile.pair(name), report) for name in hostile.CASES}
    promised = [ratio for name, ratio in adversarial.items() if name not in hostile.BEYOND]
    report.goals += [
        Goal("realistic, worst ÷ git --minimal", max(realistic), _REALISTIC, least=False),
        Goal("adversarial, worst ÷ git", max(promised), _ADVERSARIAL, least=False),
    ]
    spelled = ", ".join(f"{name} {adversarial[name]:.2f}" for name in sorted(hostile.BEYOND))
    report.notes.append(f"shown without a promise: {spelled}")
    return report


def _compare(pair: corpus.Pair, report: Report) -> float:
    progress(pair.name)
    diff = diff_text(pair.previous, pair.current)
    ours, theirs = diff.additions + diff.deletions, kept_count(pair)
    # Both may say "nothing changed"; then nobody is larger.
    ratio = ours / theirs if theirs else 1.0 + ours
    report.rows.append(
        {
            "case": pair.name,
            "changed": ours,
            "git": theirs,
            "ours ÷ git": rounded(ratio),
            "hunks": len(diff.hunks),
            "edits": len(diff.edits),
            "coarse": diff.coarse,
        }
    )
    return ratio
