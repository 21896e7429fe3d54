"""Keeps the bytes of files, in a folder or a bucket, under names of its own; it knows no row, no person and no page.

A file is written whole before any row tells of it, and given back only while it is what was written. What a crash
leaves behind is therefore a file without a row, never a row without a file; ``flask evidence sweep`` removes it.
"""

from __future__ import annotations

import hashlib
import logging
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO, Any, BinaryIO
from uuid import uuid4

from flask import current_app

from tracker import clock

CHUNK = 256 * 1024
PART = 5 * 1024 * 1024
"""Bytes that are sent to a bucket at a time: the least that S3 takes, because they wait in memory."""
_KEY = re.compile(r"(\d{8}T\d{6})-[0-9a-f]{32}")

log = logging.getLogger(__name__)


class StorageUnavailable(Exception):
    """The store cannot be used at the moment."""


class FileMissing(Exception):
    """There is no file under a key."""


class FileChanged(Exception):
    """The file under a key is not the one that was kept there."""


class KeepNothing(Exception):
    """The base of what a service raises when it will store no row: the file that was kept for it goes again."""


@dataclass(frozen=True, slots=True)
class StoredFile:
    """A file in the store: the name it has there, its size in bytes and the SHA-256 of its content."""

    key: str
    size: int
    sha256: str


class Store:
    """One folder or bucket. Every error of the library below becomes one of ours, and is told to the log."""

    def __init__(self, url: str, endpoint: str = "") -> None:
        # Loaded on the first use only, because no page but those of files needs it.
        import fsspec  # type: ignore[import-untyped]

        self._is_bucket = url.startswith("s3://")
        options: dict[str, Any] = {"use_listings_cache": False}
        if self._is_bucket and endpoint:
            options["endpoint_url"] = endpoint
        with _told_as_unavailable():
            self._files: Any = fsspec.filesystem("s3" if self._is_bucket else "file", **options)
        self._root = url.removeprefix("s3://").rstrip("/")

    def keep(self, stream: BinaryIO) -> StoredFile:
        """Write a file whole, from where its stream stands, and only return when it would outlive a power cut."""
        key = f"{clock.real_now():%Y%m%dT%H%M%S}-{uuid4().hex}"
        digest, size = hashlib.sha256(), 0
        with _told_as_unavailable(is_gone=StorageUnavailable):
            if not self._is_bucket:
                Path(self._root).mkdir(mode=0o700, parents=True, exist_ok=True)
            with self._files.open(self._path(key), "wb", block_size=PART) as target:
                while chunk := stream.read(CHUNK):
                    digest.update(chunk)
                    size += len(chunk)
                    target.write(chunk)
                if not self._is_bucket:
                    target.flush()
                    os.fsync(target.fileno())
            if not self._is_bucket:
                _sync_folder(self._root)
        return StoredFile(key, size, digest.hexdigest())

    def fetch(self, stored: StoredFile) -> IO[bytes]:
        """A copy of a file on this machine's disk, at its beginning: what is checked is what is sent.

        Raises FileMissing, and FileChanged where it is not byte for byte what was kept.
        """
        digest, size = hashlib.sha256(), 0
        copy = TemporaryFile()  # noqa: SIM115 - whoever is given it closes it
        try:
            with _told_as_unavailable(), self._files.open(self._path(stored.key), "rb") as source:
                while size <= stored.size and (chunk := source.read(CHUNK)):
                    digest.update(chunk)
                    size += len(chunk)
                    copy.write(chunk)
            if (size, digest.hexdigest()) != (stored.size, stored.sha256):
                raise FileChanged(stored.key)
        except BaseException:
            copy.close()
            raise
        copy.seek(0)
        return copy

    def remove(self, key: str) -> None:
        """Take a file out; one that is gone already is no fault."""
        try:
            with _told_as_unavailable():
                self._files.rm_file(self._path(key))
        except FileMissing:
            pass

    def keys(self) -> Iterator[str]:
        """The key of every file of ours that there is, in no order; whatever else lies there is not ours."""
        with _told_as_unavailable():
            try:
                found = self._files.find(self._root, maxdepth=1)
            except FileNotFoundError:
                found = []
        for path in found:
            name = str(path).rpartition("/")[2]
            if _KEY.fullmatch(name):
                yield name

    def _path(self, key: str) -> str:
        return f"{self._root}/{key}"


def store() -> Store:
    """The store that the settings name."""
    settings = current_app.extensions["settings"]
    made: dict[tuple[str, str], Store] = current_app.extensions.setdefault("evidence_stores", {})
    where = (settings.evidence_url, settings.evidence_endpoint)
    if where not in made:
        made[where] = Store(*where)
    return made[where]


def written_at(key: str) -> datetime:
    """When a file began to be written, which its key tells on every kind of store alike.

    >>> written_at("20201102T120000-" + "0" * 32)
    datetime.datetime(2020, 11, 2, 12, 0, tzinfo=datetime.timezone.utc)
    """
    found = _KEY.fullmatch(key)
    if found is None:
        raise ValueError(f"{key} is no key of ours.")
    return datetime.strptime(found[1], "%Y%m%dT%H%M%S").replace(tzinfo=UTC)


@contextmanager
def kept(stream: BinaryIO | None) -> Iterator[StoredFile | None]:
    """Keep a file for the row that the code inside stores: ``with kept(file) as stored, transaction(): …``.

    Where the code inside says that it stores no row (KeepNothing), the file goes again. After any other error nobody
    knows whether the row is there, for a commit can be made and its answer lost: then the file stays, for the sweep.
    """
    if stream is None:
        yield None
        return
    stored = store().keep(stream)
    try:
        yield stored
    except KeepNothing:
        try:
            store().remove(stored.key)
        except StorageUnavailable:
            log.warning("The file %s was not needed and could not be removed: the sweep will.", stored.key)
        raise


@contextmanager
def _told_as_unavailable(is_gone: type[Exception] = FileMissing) -> Iterator[None]:
    """The libraries raise errors of a dozen families, and only a file that is not there means something of its own.

    ``is_gone`` is what that means: where a file is written, it is the folder or the bucket that is not there.
    """
    try:
        yield
    except FileNotFoundError as fault:
        if is_gone is StorageUnavailable:
            log.error("The store of evidence is not there.", exc_info=fault)
        raise is_gone from fault
    except Exception as fault:
        log.error("The store of evidence cannot be used.", exc_info=fault)
        raise StorageUnavailable from fault


def _sync_folder(folder: str) -> None:
    """A new name in a folder is on the disk only when the folder is."""
    opened = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)
