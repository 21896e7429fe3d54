"""Pauses whoever tries too often; it must not know what is tried, by whom, or which addresses are throttled.

Flask-Limiter does the counting, in our database or in Redis (setting ``THROTTLE_URL``), so that all workers share it.
Whom a count is about is hashed with the service's secret before anything stores or logs it: an address of the internet
has so few forms that a plain hash of it could be undone.

Where the counters cannot be used, nothing that is throttled is let through: the answer is 503, as without a database.
"""

from __future__ import annotations

import hmac
import ipaddress
import logging
import math
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, cast

from flask import Flask, Response, current_app, request
from flask_limiter import Limit, Limiter, RateLimitExceeded, RequestLimit
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
LONGEST_KEPT = 512 * 1024
"""Characters in all that the page of a paused try carries along: anybody can send it any amount."""
NOT_SENT_AGAIN = re.compile(r"csrf_token|(.*\.)?((first_)?code|prepared|.*password.*)")
"""What the page of a paused try does not carry along; the form asks for it again."""

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Throttle:
    """At most so many tries in a window, for each of those that ``per`` tells apart; ``why`` is for the reader.

    The endpoints share one count. ``per`` gives "" where there is nobody to count for. With ``when`` a try counts only
    if its answer says so (a failure, for example); without, every try counts, and of many at once none slips by. With
    ``unless`` a try counts until its answer says that it need not have: none slips by, and nobody sees that it was.
    """

    name: str
    endpoints: frozenset[str]
    per: Callable[[], str]
    most: int
    minutes: int
    why: str
    methods: frozenset[str] = frozenset({"POST"})
    when: Callable[[Response], bool] | None = None
    unless: Callable[[Response], bool] | None = None


def init_throttle(
    app: Flask, settings: Settings, throttles: Sequence[Throttle], on_first_pause: Callable[[Throttle], None]
) -> None:
    """Call once in ``create_app``, after whatever finds out who is asking.

    ``on_first_pause`` is told once in each window of those for whom tries are paused.
    """
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
    by_name = {throttle.name: throttle for throttle in throttles}
    app.after_request(partial(_give_back, limiter, by_name))
    app.register_error_handler(RateLimitExceeded, partial(_answer_paused, limiter, by_name, on_first_pause))
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


def _give_back(limiter: Limiter, throttles: Mapping[str, Throttle], response: Response) -> Response:
    """Take back what was counted for a try that need not have been, as if there had been none."""
    for counted in limiter.current_limits:
        throttle = _throttle_of(counted, throttles)
        if throttle is None or throttle.unless is None or counted.breached or response.status_code == 429:
            continue
        if throttle.unless(response):
            try:
                limiter.storage.incr(counted.key, counted.limit.get_expiry(), amount=-1)
            except StorageError:
                # The try itself took place. One too many in the count ends with its window.
                log.exception("A try could not be given back.")
    return response


def _throttle_of(counted: RequestLimit, throttles: Mapping[str, Throttle]) -> Throttle | None:
    # Flask-Limiter's own words for a count: whom it is for, and the scope, which is the throttle's name.
    return throttles.get(counted.request_args[-1])


def _hidden(who: str) -> str:
    key = str(current_app.secret_key).encode()
    return hmac.new(key, f"throttle\0{who}".encode(errors="surrogatepass"), "sha256").hexdigest()


def _engine_after_reading() -> Engine:
    session().rollback()
    return database.engine


def _answer_paused(
    limiter: Limiter,
    throttles: Mapping[str, Throttle],
    on_first_pause: Callable[[Throttle], None],
    error: RateLimitExceeded,
) -> AnyResponse:
    """The page says how long to wait, and carries what was typed, so that one press tries again with it."""
    pause = limiter.current_limit
    left = pause.window.reset_time - clock.real_now().timestamp() if pause is not None else 0
    seconds = min(max(math.ceil(left), 1), error.limit.limit.get_expiry())
    throttle = _throttle_of(pause, throttles) if pause is not None else None
    if pause is not None and throttle is not None and _is_first_pause(limiter, pause, seconds):
        on_first_pause(throttle)
    typed = {name: request.form.getlist(name) for name in request.form if not NOT_SENT_AGAIN.fullmatch(name)}
    is_too_long = sum(len(name) + sum(map(len, typed[name])) for name in typed) > LONGEST_KEPT
    response = answer(
        error,
        minutes=math.ceil(seconds / 60),
        typed={} if is_too_long else typed,
        is_too_long=is_too_long,
        is_post=request.method == "POST",
    )
    response.headers["Retry-After"] = str(seconds)
    return response


def _is_first_pause(limiter: Limiter, pause: RequestLimit, seconds: int) -> bool:
    """Whether this is the first that is paused in its window. What is counted for that ends with the window."""
    try:
        return limiter.storage.incr(f"{pause.key}/paused", seconds) == 1
    except StorageError:
        log.exception("It could not be found out whether a pause is the first of its window.")
        return False
