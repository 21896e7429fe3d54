"""A QR code as one path of an SVG drawing, which a template writes out; knows nothing of what it says."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby

import segno

QUIET = 4
"""Empty squares around it (ISO/IEC 18004): without them a camera does not find the code."""


@dataclass(frozen=True, slots=True)
class QrCode:
    """``side``: how many squares the drawing is wide and high; ``path``: its dark ones, row by row."""

    side: int
    path: str


def qr_code(text: str) -> QrCode:
    """The QR code of a text. The content security policy lets no ``data:`` picture through, so it is drawn in the page.

    >>> code = qr_code("JBSW")
    >>> code.side, code.path[:12]
    (29, 'M4 4h7v1h-7z')
    """
    rows = segno.make(text, error="m", micro=False).matrix
    return QrCode(side=len(rows) + 2 * QUIET, path="".join(_dark(row, QUIET + down) for down, row in enumerate(rows)))


def _dark(row: bytes | bytearray, down: int) -> str:
    """The dark runs of one row."""
    drawn, across = "", QUIET
    for is_dark, run in groupby(row):
        length = len(list(run))
        if is_dark:
            drawn += f"M{across} {down}h{length}v1h-{length}z"
        across += length
    return drawn
