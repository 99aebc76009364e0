"""`python -m benchmarks.hunt`: search for the input that costs most time per byte.

A recipe (see `recipes/`) is invented or bred from the worst so far, built and run in a worker
process that is ended when it takes too long. Only findings are kept: the worst recipes of each
target, with what they cost, how the cost grows with the size, and the command that replays them.

    python -m benchmarks.hunt --seconds 300
    python -m benchmarks.hunt --target html --seed 7 --seconds 60
    python -m benchmarks.hunt --replay benchmarks/results/hunt-html.json
"""

from __future__ import annotations

import argparse
import json
import random
import sys
from dataclasses import dataclass, field
from importlib import import_module
from pathlib import Path
from time import monotonic

from benchmarks import record
from benchmarks.recipes import Recipe, invent, mutate
from benchmarks.runner import progress
from benchmarks.worker import Cost, Worker

TARGETS = ("lines", "html", "fields", "schemas")
# The herd from which new recipes are bred: small enough to be pushed, large enough not to stick.
_HERD = 16
_KEPT = 5
# One in so many recipes is invented, so that the search does not end at the first hill.
_INVENTED = 4
_GROWTH = 4


@dataclass(frozen=True, slots=True)
class Finding:
    """A recipe and what it costs."""

    recipe: Recipe
    cost: Cost


@dataclass(slots=True)
class Hunt:
    """The search on one target."""

    target: str
    rng: random.Random
    names: list[str] = field(init=False)
    herd: list[Finding] = field(default_factory=list)
    tried: int = 0

    def __post_init__(self) -> None:
        self.names = list(import_module(f"benchmarks.recipes.{self.target}").STEPS)

    def step(self, worker: Worker) -> None:
        """Try one recipe, and keep it in the herd when it is among the worst."""
        fresh = not self.herd or self.rng.randrange(_INVENTED) == 0
        recipe = (
            invent(self.target, self.names, self.rng)
            if fresh
            else mutate(self.rng.choice(self.herd).recipe, self.names, self.rng)
        )
        self.tried += 1
        cost = worker.measure(recipe)
        if cost is None or any(one.recipe == recipe for one in self.herd):
            return
        best = self.herd[0].cost.ns_per_byte if self.herd else 0.0
        self.herd.append(Finding(recipe, cost))
        self.herd.sort(key=lambda one: -one.cost.ns_per_byte)
        del self.herd[_HERD:]
        if cost.ns_per_byte > best * 1.2:
            spelled = ", ".join(name for name, _, _ in recipe.steps)
            progress(f"{self.target}: {cost.ns_per_byte:,.0f} ns/byte ({cost.outcome}): {spelled}")

    def findings(self) -> list[Finding]:
        """Return the worst recipes, one for each set of steps."""
        kept: dict[frozenset[str], Finding] = {}
        for one in self.herd:
            kept.setdefault(frozenset(name for name, _, _ in one.recipe.steps), one)
        return list(kept.values())[:_KEPT]


def main(arguments: list[str] | None = None) -> int:
    """Hunt, or replay what was found."""
    options = _parse(arguments)
    if options.replay:
        return _replay(options.replay, options.limit)
    targets = [options.target] if options.target else list(TARGETS)
    for target in targets:
        hunt = Hunt(target, random.Random(f"{options.seed}/{target}"))
        run = record.describe_run(quick=False)
        with Worker(options.limit) as worker:
            end = monotonic() + options.seconds / len(targets)
            while monotonic() < end:
                hunt.step(worker)
            kept = [_describe(finding, worker) for finding in hunt.findings()]
        _save(target, run, hunt, kept, options.seed)
        _show(target, kept, hunt.tried)
    return 0


def _describe(finding: Finding, worker: Worker) -> dict[str, object]:
    """Return a finding as it is kept, measured once more and at four times the size."""
    again = worker.measure(finding.recipe) or finding.cost
    larger = worker.measure(finding.recipe.scaled(_GROWTH))
    growth = None
    if larger is not None and larger.size > again.size:
        # 1.0 is linear: as many times the time as the bytes.
        growth = round((larger.ns / again.ns) / (larger.size / again.size), 2)
    return {
        "ns per byte": round(min(again.ns_per_byte, finding.cost.ns_per_byte), 1),
        "seconds": round(again.ns / 1e9, 4),
        "bytes": again.size,
        "outcome": again.outcome,
        "growth beyond linear": growth,
        "recipe": finding.recipe.to_json(),
    }


def _save(
    target: str, run: dict[str, object], hunt: Hunt, kept: list[dict[str, object]], seed: int
) -> None:
    name = f"hunt-{target}.json"
    content = {
        "run": run,
        "seed": seed,
        "tried": hunt.tried,
        "replay": f"python -m benchmarks.hunt --replay benchmarks/results/{name}",
        "findings": kept,
    }
    record.RESULTS.mkdir(exist_ok=True)
    text = json.dumps(content, indent=1, ensure_ascii=False)
    (record.RESULTS / name).write_text(text + "\n", encoding="utf-8")


def _show(target: str, kept: list[dict[str, object]], tried: int) -> None:
    print(f"\n{target}: {tried:,} recipes tried, the worst:")
    for one in kept:
        recipe = Recipe.from_json(one["recipe"])  # type: ignore[arg-type]
        steps = "; ".join(f"{name} {first} {second}" for name, first, second in recipe.steps)
        growth = one["growth beyond linear"]
        print(
            f"  {one['ns per byte']:>10} ns/byte  {one['seconds']} s for {one['bytes']:,} bytes"
            f"  {one['outcome']}  growth ×{growth}  {steps}"
        )


def _replay(file: Path, limit: float) -> int:
    """Run kept findings again and print then and now."""
    content = json.loads(file.read_text(encoding="utf-8"))
    with Worker(limit) as worker:
        for at, one in enumerate(content["findings"]):
            cost = worker.measure(Recipe.from_json(one["recipe"]))
            now = (
                f"{cost.ns_per_byte:,.0f} ns/byte, {cost.outcome}" if cost else "too small to count"
            )
            print(f"  {at}: then {one['ns per byte']:,} ns/byte, now {now}")
    return 0


def _parse(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.hunt",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--seconds", type=float, default=120, help="budget in all (default: 120)")
    parser.add_argument("--seed", type=int, default=1, help="another seed searches elsewhere")
    parser.add_argument("--target", choices=TARGETS, help="hunt one target only")
    parser.add_argument("--limit", type=float, default=10, help="seconds before a worker is ended")
    parser.add_argument("--replay", type=Path, metavar="FILE", help="run kept findings again")
    return parser.parse_args(arguments)


if __name__ == "__main__":
    sys.exit(main())
