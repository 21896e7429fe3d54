"""Reads one file of organisations: bytes in, recognised by content, statements out; knows no database."""

from __future__ import annotations

import hashlib

from tracker.organisations import headed, headerless
from tracker.organisations.statements import FileRefused, Reading
from tracker.organisations.tables import read_table


def read_file(file_name: str, content: bytes) -> Reading:
    """What a file says. Raises FileRefused, with a sentence, for one that cannot be taken at all.

    Values that are wrong do not raise: they are the reading's ``errors``, so that one run shows them all.
    """
    rows = read_table(file_name, content)
    sha256 = hashlib.sha256(content).hexdigest()
    if headed.is_heading_row(rows[0][1]):
        return headed.read_headed(file_name, sha256, rows)
    if headerless.is_wide(rows):
        return headerless.read_wide(file_name, sha256, rows)
    if headerless.is_membership(rows):
        return headerless.read_memberships(file_name, sha256, rows)
    if headerless.is_succession(rows):
        raise FileRefused(f"{file_name} is a list of successions (succ, succarc), which is not taken yet.")
    raise FileRefused(
        f"{file_name} is no file of organisations that is known here: it has {len(rows[0][1])} columns. "
        "Headerless files have 24 to 27 (etr, eccg, epraccur) or six (epcmem); "
        "the others are known by their headings, such as region_ods or PRACTICE_CODE."
    )
