"""Build the example districts: qijiang, and its township fuhuan.

Run it without arguments to write both beside this folder again; they come out byte for byte the
same on any machine. ``--out DIR`` writes them elsewhere.
"""

from __future__ import annotations

import argparse
from pathlib import Path

from maker.chance import Chance
from maker.chosen import carried_villages, choose, remote_villages
from maker.facts import Town, Village, read_towns, read_villages
from maker.fuhuan import write_fuhuan
from maker.landscape import make_land, settle
from maker.qijiang import write_qijiang
from maker.roads import build_roads
from maker.served import Country

HERE = Path(__file__).resolve().parent
SEED = 2017


def main() -> None:
    """Read the arguments and write both districts."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, default=HERE.parent, help="folder to write them into")
    out = parser.parse_args().out
    towns = read_towns(HERE / "facts")
    villages = read_villages(HERE / "facts")
    rural, communities = choose(villages, Chance(SEED, "choose"))
    country = make_country(towns, rural)
    write_qijiang(out / "qijiang", SEED, country, communities)
    write_fuhuan(out / "fuhuan", SEED, country, communities)


def make_country(towns: list[Town], rural: list[Village]) -> Country:
    """Return the made-up land with villages and roads."""
    land = make_land(SEED, towns)
    hamlets = settle(SEED, land, rural)
    afoot = carried_villages(land, hamlets)
    network = build_roads(SEED, land, hamlets, afoot)
    remote = remote_villages(land, network, hamlets, afoot)
    return Country(land, network, hamlets, afoot, remote)


if __name__ == "__main__":
    main()
