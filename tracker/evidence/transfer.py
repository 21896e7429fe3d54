"""Takes a form that brings a file, which may be larger than other forms, and gives a file out; it knows no table."""

from __future__ import annotations

from typing import IO, TypeVar

from flask import Response, request, send_file
from werkzeug.exceptions import RequestEntityTooLarge

from tracker.evidence import refusing
from tracker.evidence.forms import VersionForm
from tracker.evidence.rows import Version
from tracker.evidence.rules import LARGEST_UPLOAD, name_for_download

Form = TypeVar("Form", bound=VersionForm)


def read_form(kind: type[Form]) -> tuple[Form, bool]:
    """The form of this request, and whether it could be read.

    Call it only when it is clear that the person may send it: nobody else's files are received. A request above the
    limit is not read at all, so the form that comes back is empty but for the sentence.
    """
    request.max_content_length = LARGEST_UPLOAD
    try:
        return kind(), True
    except RequestEntityTooLarge:
        form = kind(formdata=None)
        form.kind.data = "file"
        form.refuse(refusing.TOO_LARGE, form.file)
        return form, False


def file_response(content: IO[bytes], version: Version) -> Response:
    """A file as an attachment under its own name (RFC 6266), sent piece by piece, for a browser to save."""
    if version.file_type is None:
        raise ValueError(f"Version {version.version_id} is no file.")
    response = send_file(
        content,
        mimetype=version.file_type.content_type,
        as_attachment=True,
        download_name=name_for_download(version.file_name, version.file_type),
        conditional=False,
        etag=False,
    )
    response.content_length = version.size
    response.headers["Cache-Control"] = "no-store"
    # Whatever a browser might still do with it, it does as a page of nobody, without scripts.
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response
