"""The shell of every page: what it may run and fetch, and the data it is drawn from."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from collections.abc import Iterable


def json_block(data: object) -> str:
    """Return JSON that may stand in a script element of a page, whatever its strings hold.

    Raises
    ------
    ValueError
        If a number is not finite.
    """
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    for character in "&<>\u2028\u2029":
        text = text.replace(character, f"\\u{ord(character):04x}")
    # A lone surrogate cannot be written as UTF-8; as an escape the browser reads it back.
    return re.sub("[\ud800-\udfff]", lambda match: f"\\u{ord(match[0]):04x}", text)


def content_security_policy(
    styles: Iterable[str], scripts: Iterable[str] = (), images: Iterable[str] = ()
) -> str:
    """Return a policy that lets just these styles and scripts in, and nothing be fetched.

    Pictures may come from the ``images`` sources, if there are any.
    """
    allowed = {
        "default-src": ["'none'"],
        "script-src": [_digest(script) for script in scripts],
        "style-src": [_digest(style) for style in styles],
        "img-src": list(images),
        "base-uri": ["'none'"],
        "form-action": ["'none'"],
    }
    return "; ".join(f"{name} {' '.join(sources)}" for name, sources in allowed.items() if sources)


def _digest(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"
