"""A server for tests that speaks the documented HTTP of GOV.UK Notify, and misbehaves when asked to."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any
from urllib.parse import parse_qs, urlsplit
from uuid import uuid4

import jwt

SERVICE = "26785a09-ab16-4eb0-8407-a37497a57506"
SECRET = "3d844edf-8d35-48ac-975b-e847b4f122b0"
KEY = f"tracker-{SERVICE}-{SECRET}"
TEMPLATE = "f33517ff-2a88-4f6e-b855-c550268ce08a"
PAGE = 250

Refusal = tuple[int, str, str]
"""A status, the kind of error that Notify names, and its words."""


@dataclass
class NotifyServer:
    """What Notify took, and how it is told to misbehave.

    ``refuses`` holds an answer for every message, ``refuses_recipient`` one for an address; ``says_instead`` is sent as
    it stands with status 201. ``drops_after_taking`` counts messages that are taken and never answered,
    ``drops_requests`` requests that are dropped unread, and ``hangs_for`` delays every answer by seconds.
    """

    url: str = ""
    notifications: list[dict[str, Any]] = field(default_factory=list)
    refuses: Refusal | None = None
    refuses_recipient: dict[str, Refusal] = field(default_factory=dict)
    refuses_questions: Refusal | None = None
    says_instead: str | None = None
    drops_after_taking: int = 0
    hangs_for: float = 0.0
    requests: list[str] = field(default_factory=list)
    page: int = PAGE

    def ends(self, reference: str, status: str) -> None:
        """Say what became of a message."""
        for notification in self.notifications:
            if notification["reference"] == reference:
                notification["status"] = status

    @property
    def references(self) -> list[str]:
        return [notification["reference"] for notification in self.notifications]

    def asked(self, method: str) -> int:
        return sum(request.startswith(method) for request in self.requests)

    def take(self, asked: dict[str, Any]) -> dict[str, Any]:
        """A message, if it is one as Notify wants it."""
        told = asked["personalisation"]
        notification = {
            "id": str(uuid4()),
            "reference": asked.get("reference"),
            "email_address": asked["email_address"],
            "type": "email",
            "status": "created",
            "subject": told["subject"],
            "body": told["body"],
            "created_at": datetime.now(UTC).isoformat(),
            "template": {"id": asked["template_id"], "version": 1, "uri": ""},
        }
        self.notifications.append(notification)
        return notification

    def listed(self, query: dict[str, list[str]]) -> list[dict[str, Any]]:
        """One page of messages, the newest first."""
        found = list(reversed(self.notifications))
        if "older_than" in query:
            place = [each["id"] for each in found].index(query["older_than"][0])
            found = found[place + 1 :]
        for name in ("reference", "status"):
            if name in query:
                found = [each for each in found if each[name] in query[name]]
        return found[: self.page]


class _Talk(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    wbufsize = 65536  # An answer goes in one piece: in two, the second waits for the first to be acknowledged.
    notify: NotifyServer

    def do_POST(self) -> None:
        asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self._begin("POST")
        if not self._is_let_in():
            return
        refusal = self.notify.refuses or self.notify.refuses_recipient.get(asked["email_address"])
        if asked["template_id"] != TEMPLATE:
            refusal = (400, "BadRequestError", "Template not found")
        if self.path != "/v2/notifications/email":
            refusal = (404, "NoResultFound", "Not found")
        if refusal is not None:
            self._refuse(*refusal)
            return
        taken = self.notify.take(asked)
        if self.notify.drops_after_taking:
            self.notify.drops_after_taking -= 1
            self.close_connection = True
            return
        content = {"subject": taken["subject"], "body": taken["body"], "from_email": "tracker@notify.example"}
        uri = f"{self.notify.url}/v2/notifications/{taken['id']}"
        self._answer(201, {"id": taken["id"], "reference": taken["reference"], "content": content, "uri": uri})

    def do_GET(self) -> None:
        self._begin("GET")
        if not self._is_let_in():
            return
        parts = urlsplit(self.path)
        if self.notify.refuses_questions is not None:
            self._refuse(*self.notify.refuses_questions)
        elif parts.path == "/v2/notifications":
            links = {"current": f"{self.notify.url}{self.path}"}
            self._answer(200, {"notifications": self.notify.listed(parse_qs(parts.query)), "links": links})
        else:
            wanted = parts.path.removeprefix("/v2/notifications/")
            found = [each for each in self.notify.notifications if each["id"] == wanted]
            if found:
                self._answer(200, found[0])
            else:
                self._refuse(404, "NoResultFound", "No result found")

    def _begin(self, method: str) -> None:
        self.notify.requests.append(f"{method} {self.path}")
        if self.notify.hangs_for:
            time.sleep(self.notify.hangs_for)

    def _is_let_in(self) -> bool:
        """Whether the bearer is a token of our key, made within half a minute."""
        kind, _, token = self.headers.get("Authorization", "").partition(" ")
        try:
            claims = jwt.decode(token, SECRET, algorithms=["HS256"], leeway=30, options={"require": ["iat", "iss"]})
            is_ours = kind == "Bearer" and claims["iss"] == SERVICE and abs(time.time() - claims["iat"]) < 30
        except jwt.InvalidTokenError:
            is_ours = False
        if not is_ours:
            self._refuse(403, "AuthError", "Invalid token: API key not found")
        return is_ours

    def _refuse(self, status: int, kind: str, message: str) -> None:
        self._answer(status, {"status_code": status, "errors": [{"error": kind, "message": message}]})

    def _answer(self, status: int, said: dict[str, Any]) -> None:
        content = json.dumps(said).encode()
        if status == 201 and self.notify.says_instead is not None:
            content = self.notify.says_instead.encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name is http.server's
        """Say nothing: tests read what was asked from ``requests``."""


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request: object, client_address: object) -> None:
        """A client that went away is what some tests want."""


@contextmanager
def notifying() -> Iterator[NotifyServer]:
    """Start a server and end it."""
    notify = NotifyServer()
    server = _Server(("127.0.0.1", 0), type("Talk", (_Talk,), {"notify": notify}))
    notify.url = f"http://127.0.0.1:{server.server_address[1]}"
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield notify
    finally:
        server.shutdown()
        server.server_close()
        thread.join(timeout=5)
