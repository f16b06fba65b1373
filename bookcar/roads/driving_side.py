"""On which side of the road people drive: as the district says, or as its country does."""

from __future__ import annotations

from bookcar.model import District, DrivingSide

# ISO 3166 codes of the countries and territories that drive on the left, as listed in
# https://en.wikipedia.org/wiki/Left-_and_right-hand_traffic
_ON_THE_LEFT = (
    "AG AI AU BB BD BM BN BS BT BW CC CK CX CY DM FJ FK GB GD GG GY HK ID IE IM IN JE JM JP "
    "KE KI KN KY LC LK LS MO MS MT MU MV MW MY MZ NA NF NP NR NU NZ PG PK PN SB SC SG SH SR "
    "SZ TC TH TK TL TO TT TV TZ UG VC VG VI WS ZA ZM ZW "
)


def driving_side(district: District) -> DrivingSide:
    """Return on which side people drive: ``roads.driving_side``, else by the time zone's country.

    A zone of no country, like UTC, counts as one where they drive on the right.
    """
    said = district.settings.roads.driving_side
    if said is not None:
        return said
    return "left" if district.country in _ON_THE_LEFT.split() else "right"
