"""Soak: many random districts, one after the other, with what is found told by kind."""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from pathlib import Path
from typing import Any


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m soak", description=__doc__)
    parser.add_argument("--count", type=int, default=10_000, help="how many districts")
    parser.add_argument("--seed", type=int, default=1, help="the first seed")
    parser.add_argument("--workers", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--done", type=Path, help="file of results; clean seeds in it are done")
    parser.add_argument("--rings", action="store_true", help="only stops that exchange batches")
    return parser.parse_args()


def run(seed: int, *, rings: bool = False) -> dict[str, Any]:
    """Check the district of one seed."""
    # In the worker, which sets its threads first.
    from soak.checker import check, check_ring  # noqa: PLC0415

    with tempfile.TemporaryDirectory(prefix="soak-") as folder:
        outcome = (check_ring if rings else check)(seed, Path(folder))
    return {"seed": seed, "found": outcome.found, "counts": outcome.counts}


def main() -> int:
    """Check the districts and say what was found; 1 if anything was."""
    args = _arguments()
    wanted = range(args.seed, args.seed + args.count)
    done = [result for result in _read(args.done) if result["seed"] in wanted]
    seeds = set(wanted) - {result["seed"] for result in done}
    with ProcessPoolExecutor(args.workers) as pool:
        for result in pool.map(partial(run, rings=args.rings), sorted(seeds)):
            done.append(result)
            _tell(result)
            if args.done:
                with args.done.open("a", encoding="utf-8") as file:
                    file.write(json.dumps(result, ensure_ascii=False) + "\n")
            if len(done) % 100 == 0:
                _say(f"{len(done)} of {args.count} districts")
    return _sum_up(done)


def _read(path: Path | None) -> Iterator[dict[str, Any]]:
    """Yield the results of districts in which nothing was wrong; the others are tried again."""
    if path and path.exists():
        results = {r["seed"]: r for r in map(json.loads, path.read_text("utf-8").splitlines())}
        yield from (result for result in results.values() if not result["found"])


def _tell(result: dict[str, Any]) -> None:
    for kind, text in result["found"]:
        _say(f"seed {result['seed']}: {kind}\n    {text}")
        _say(f"    again: make soak N=1 SEED={result['seed']}")


def _sum_up(results: list[dict[str, Any]]) -> int:
    counts: Counter[str] = Counter()
    kinds: Counter[str] = Counter()
    for result in results:
        counts.update(result["counts"])
        kinds.update({kind for kind, _ in result["found"]})
    _say(f"{len(results)} districts: {', '.join(f'{n} {w}' for w, n in sorted(counts.items()))}")
    for kind, n in kinds.most_common():
        _say(f"{n} districts with: {kind}")
    return 1 if kinds else 0


def _say(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
