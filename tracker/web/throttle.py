"""Pauses whoever tries too often; it must not know what is tried, by whom, or which addresses are throttled.

Flask-Limiter does the counting, in our database or in Redis (setting ``THROTTLE_URL``), so that all workers share it.
Whom a count is about is hashed with the service's secret before anything stores or logs it: an address of the internet
has so few forms that a plain hash of it could be undone.

Where the counters cannot be used, nothing that is throttled is let through: the answer is 503, as without a database.
"""

from __future__ import annotations

import hmac
import ipaddress
import math
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import partial
from typing import Any, cast

from flask import Flask, Response, current_app, request
from flask_limiter import Limit, Limiter, RateLimitExceeded
from limits.errors import StorageError
from sqlalchemy import Engine
from werkzeug.wrappers import Response as AnyResponse

from tracker import clock
from tracker.config import Settings
from tracker.db import database, session
from tracker.web import counters
from tracker.web.errors import answer, answer_out_of_service

SECONDS_FOR_REDIS = 2
"""A counter that does not answer must not hold up every sign-in."""
NOT_SENT_AGAIN = re.compile(r"csrf_token|(.*\.)?(code|.*password.*)")
"""What the page of a paused try does not carry along; the form asks for it again."""


@dataclass(frozen=True, slots=True)
class Throttle:
    """At most so many tries in a window, for each of those that ``per`` tells apart; ``why`` is for the reader.

    The endpoints share one count. ``per`` gives "" where there is nobody to count for. With ``when`` a try counts only
    if its answer says so (a failure, for example); without, every try counts, and of many at once none slips by.
    """

    name: str
    endpoints: frozenset[str]
    per: Callable[[], str]
    most: int
    minutes: int
    why: str
    methods: frozenset[str] = frozenset({"POST"})
    when: Callable[[Response], bool] | None = None


def init_throttle(app: Flask, settings: Settings, throttles: Iterable[Throttle]) -> None:
    """Call once in ``create_app``, after whatever finds out who is asking."""
    of_redis = {"socket_timeout": SECONDS_FOR_REDIS, "socket_connect_timeout": SECONDS_FOR_REDIS}
    options: dict[str, Any] = of_redis if settings.throttle_url else {"engine": _engine_after_reading}
    limiter = Limiter(
        key_func=visitor,
        storage_uri=settings.throttle_url or f"{counters.DatabaseCounters.STORAGE_SCHEME[0]}://",
        storage_options=options | {"wrap_exceptions": True},
        strategy="fixed-window",
        default_limits=cast(Any, [_limit(throttle) for throttle in throttles]),
    )
    limiter.init_app(app)
    app.register_error_handler(RateLimitExceeded, partial(_answer_paused, limiter))
    app.register_error_handler(StorageError, answer_out_of_service)


def visitor() -> str:
    """The visitor's address. The last 64 bits of an IPv6 address are the visitor's to choose, so they do not count."""
    given = request.remote_addr or "unknown"
    try:
        address = ipaddress.ip_address(given.partition("%")[0])
    except ValueError:
        return given
    if isinstance(address, ipaddress.IPv6Address):
        if address.ipv4_mapped is not None:
            return str(address.ipv4_mapped)
        return str(ipaddress.ip_network((address, 64), strict=False))
    return str(address)


def _limit(throttle: Throttle) -> Limit:
    def is_exempt() -> bool:
        return (
            request.endpoint not in throttle.endpoints or request.method not in throttle.methods or not throttle.per()
        )

    return Limit(
        f"{throttle.most} per {throttle.minutes} minutes",
        key_function=lambda: _hidden(throttle.per()),
        scope=throttle.name,
        shared=True,
        exempt_when=is_exempt,
        deduct_when=throttle.when and partial(_counts, throttle.when),
    )


def _counts(when: Callable[[Response], bool], response: Response) -> bool:
    """A fault of ours counts against nobody, and a try that was paused did not take place."""
    return response.status_code < 500 and response.status_code != 429 and when(response)


def _hidden(who: str) -> str:
    key = str(current_app.secret_key).encode()
    return hmac.new(key, f"throttle\0{who}".encode(errors="surrogatepass"), "sha256").hexdigest()


def _engine_after_reading() -> Engine:
    session().rollback()
    return database.engine


def _answer_paused(limiter: Limiter, error: RateLimitExceeded) -> AnyResponse:
    """The page says how long to wait, and carries what was typed, so that one press tries again with it."""
    pause = limiter.current_limit
    left = pause.window.reset_time - clock.real_now().timestamp() if pause is not None else 0
    seconds = min(max(math.ceil(left), 1), error.limit.limit.get_expiry())
    typed = {name: request.form.getlist(name) for name in request.form if not NOT_SENT_AGAIN.fullmatch(name)}
    response = answer(error, minutes=math.ceil(seconds / 60), typed=typed, is_post=request.method == "POST")
    response.headers["Retry-After"] = str(seconds)
    return response
