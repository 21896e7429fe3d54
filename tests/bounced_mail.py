"""Writes delivery status notifications as mail servers send them back (RFC 3464), for tests."""

from __future__ import annotations

from collections.abc import Mapping

HEADERS = """From: Tracker <tracker@tracker.example.test>
To: robin@xn1.example.test
Subject: 3 actions need you
Message-ID: {message_id}
"""


def delivery_report(
    message_id: str,
    *,
    action: str = "failed",
    status: str = "5.1.1",
    diagnostic: str = "smtp; 550 5.1.1 <robin@xn1.example.test>: Recipient address rejected: User unknown",
    returned: str | None = "message/rfc822",
    headers: Mapping[str, str] | None = None,
) -> bytes:
    """A report about one message; ``returned`` is how it comes back, if it does."""
    sent = HEADERS.format(message_id=message_id)
    parts = [
        "Content-Type: text/plain; charset=us-ascii\n\nI could not deliver your message.\n",
        "Content-Type: message/delivery-status\n\n"
        "Reporting-MTA: dns; mx.example.test\nArrival-Date: Mon, 2 Nov 2020 12:00:00 +0000\n\n"
        f"Final-Recipient: rfc822; robin@xn1.example.test\nAction: {action}\nStatus: {status}\n"
        + (f"Diagnostic-Code: {diagnostic}\n" if diagnostic else ""),
    ]
    if returned is not None:
        rest = "\nHello\n" if returned == "message/rfc822" else ""
        parts.append(f"Content-Type: {returned}\n\n{sent}{rest}")
    more = "".join(f"{name}: {value}\n" for name, value in (headers or {}).items())
    body = "".join(f"--=_report\n{part}\n" for part in parts)
    text = (
        "Return-Path: <>\nFrom: MAILER-DAEMON@mx.example.test\nTo: tracker@tracker.example.test\n"
        f"Subject: Undelivered Mail Returned to Sender\n{more}MIME-Version: 1.0\n"
        'Content-Type: multipart/report; report-type=delivery-status; boundary="=_report"\n\n'
        f"{body}--=_report--\n"
    )
    return text.replace("\n", "\r\n").encode()
