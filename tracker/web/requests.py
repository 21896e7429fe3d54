"""What a request may hold before any view reads it: so many fields, no NUL, no endless number; it knows no form."""

from __future__ import annotations

from io import BytesIO
from typing import IO, Any

from flask import Flask, Request, abort, request
from werkzeug.datastructures import MultiDict
from werkzeug.exceptions import RequestEntityTooLarge
from werkzeug.formparser import FormDataParser
from werkzeug.routing import IntegerConverter, Map

LARGEST_NUMBER = 2**63 - 1
"""What a database keeps in the largest of its whole numbers; an address with a greater one leads nowhere."""


class FieldCounter(FormDataParser):
    """Refuses a form with too many fields, however it is encoded, and drops what comes without a name.

    Werkzeug counts the parts of a multipart form only. Sixteen megabytes of ``a=1&`` are four million fields, which
    take seconds and a gigabyte to read, before anybody has signed in.
    """

    def _parse_urlencoded(self, stream: IO[bytes], *given: Any) -> Any:
        content = stream.read()
        if self.max_form_parts is not None and content.count(b"&") >= self.max_form_parts:
            raise RequestEntityTooLarge
        return super()._parse_urlencoded(BytesIO(content), *given)

    def _parse_multipart(self, *given: Any) -> Any:
        stream, form, files = super()._parse_multipart(*given)
        return stream, self._named(form), self._named(files)

    def _named(self, parts: MultiDict[str, Any]) -> MultiDict[str, Any]:
        return self.cls((name, value) for name, value in parts.items(multi=True) if name)


class TrackerRequest(Request):
    """A request that counts its fields, and closes every file it began to receive, also where it was then refused."""

    form_data_parser_class = FieldCounter

    def __init__(self, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        self._received: list[IO[bytes]] = []

    def _get_file_stream(self, *given: Any, **named: Any) -> IO[bytes]:
        stream = super()._get_file_stream(*given, **named)
        self._received.append(stream)
        return stream

    def close(self) -> None:
        super().close()
        for stream in self._received:
            stream.close()


class StorableNumber(IntegerConverter):
    """A whole number in an address that a database can be asked for."""

    def __init__(self, url_map: Map, **options: Any) -> None:
        super().__init__(url_map, **({"max": LARGEST_NUMBER} | options))


def init_requests(app: Flask) -> None:
    app.url_map.converters["int"] = StorableNumber
    app.before_request(_refuse_nul)


def _refuse_nul() -> None:
    """No person types a NUL, and PostgreSQL cannot be asked for one; in a form the field itself says so."""
    if "\0" in request.path:
        abort(404)
    if any("\0" in name or "\0" in value for name, value in request.args.items(multi=True)):
        abort(400)
