"""Reading a ``campaign.json``: the campaign in it, or in words why there is none."""

from __future__ import annotations

from pathlib import Path

import msgspec

from bookcar.campaigns.progress import CAMPAIGN_VERSION, CampaignProgress
from bookcar.errors import Fault, InputError
from bookcar.phrases import Figure

NAME = "campaign.json"


def load_campaign(path: Path) -> CampaignProgress:
    """Read a ``campaign.json``, or the one in a folder.

    Raises
    ------
    InputError
        If it is missing, no campaign, or of another version. One that was changed is read: its id
        tells so, and the audit.
    """
    path = path / NAME if path.is_dir() else path
    try:
        data = path.read_bytes()
        version = msgspec.json.decode(data, type=_Version).schema_version
        if version != CAMPAIGN_VERSION:
            raise _no_campaign(path, "version", version=version, ours=CAMPAIGN_VERSION)
        return msgspec.json.decode(data, type=CampaignProgress)
    except OSError as error:
        raise _no_campaign(path, "unreadable", reason=error.strerror or str(error)) from None
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        raise _no_campaign(path, "", detail=str(error)) from None


class _Version(msgspec.Struct):
    schema_version: int


def _no_campaign(path: Path, variant: str, **figures: Figure) -> InputError:
    fault = Fault(rule="campaign-file", variant=variant, file=str(path), figures=figures)
    return InputError([fault])
