"""Finds every form of every page that somebody can reach by following links; it must not know any one page.

New pages and new forms are found by themselves: nothing here is listed.
"""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from html.parser import HTMLParser
from urllib.parse import parse_qs, urldefrag, urljoin, urlsplit

Fetch = Callable[[str], tuple[int, str, str]]
"""Asks for a path; the status, the media type, and the text or the address that a redirect leads to."""

ORIGIN = "http://localhost"
NOT_FOLLOWED = ("mailto:", "tel:", "#")
FILES = (".csv", ".xlsx", ".ods", ".json")


@dataclass(frozen=True, slots=True)
class Field:
    """One name of a form, with what a browser would send of it and what it may choose between."""

    name: str
    kind: str
    values: tuple[str, ...] = ()
    options: tuple[str, ...] = ()

    @property
    def is_secret(self) -> bool:
        return self.name == "csrf_token"

    @property
    def is_text(self) -> bool:
        return self.kind in ("text", "email", "password", "textarea", "search", "url", "tel", "number")


@dataclass(frozen=True, slots=True)
class Form:
    """A form as it stands on a page."""

    page: str
    action: str
    method: str
    takes_files: bool
    fields: tuple[Field, ...]

    @property
    def kind(self) -> str:
        """The same for the same form of another organisation or another ask."""
        names = sorted({each.name for each in self.fields if not each.is_secret})
        return f"{self.method} {kind_of(self.action.partition('?')[0])} ({', '.join(names)})"

    @property
    def as_it_stands(self) -> dict[str, list[str]]:
        """What a browser would send if the button were pressed at once."""
        sent: dict[str, list[str]] = {}
        for each in self.fields:
            if each.values:
                sent.setdefault(each.name, []).extend(each.values)
        return sent


@dataclass(slots=True)
class Page:
    """A page that was reached: its address, its forms and where its links lead."""

    path: str
    status: int
    text: str
    links: list[str] = field(default_factory=list)
    forms: list[Form] = field(default_factory=list)


def crawl(
    fetch: Fetch, starts: Sequence[str], *, of_a_kind: int = 2, most: int = 200, with_files: bool = True
) -> Iterator[Page]:
    """Open pages by following links, a few of each kind, until there are no new ones."""
    waiting, known, seen = deque(starts), set(starts), dict[str, int]()
    opened = 0
    while waiting and opened < most:
        path = waiting.popleft()
        kind = kind_of(path)
        if seen.get(kind, 0) >= of_a_kind or (not with_files and urlsplit(path).path.endswith(FILES)):
            continue
        seen[kind] = seen.get(kind, 0) + 1
        opened += 1
        status, media, text = fetch(path)
        page = Page(path, status, text)
        if 300 <= status < 400:
            page.links = [address for address in [_ours(text, path)] if address]
        elif media == "text/html":
            page.links, page.forms = read_page(text, path)
        yield page
        for link in page.links:
            if link not in known:
                known.add(link)
                waiting.append(link)


def kind_of(path: str) -> str:
    """An address without which organisation, which ask, which measure, which token, which number."""
    parts = urlsplit(path)
    place = re.sub(r"^(/organisations)/[^/.]+(?=/|$)", r"\1/*", parts.path)
    place = re.sub(r"(?<=/measures)/(?!add$)[a-z0-9-]+(?=/|$)", "/*", place)
    place = re.sub(r"/(\d+(\.\d+[a-z]?)?|[\w-]{40,})(?=/|$)", "/*", place)
    return "?".join([place, *sorted(parse_qs(parts.query, keep_blank_values=True))])


def read_page(text: str, path: str) -> tuple[list[str], list[Form]]:
    """The links of a page that stay here, and its forms."""
    reader = _Reader(path)
    reader.feed(text)
    reader.close()
    return list(dict.fromkeys(filter(None, (_ours(link, path) for link in reader.links)))), reader.forms


def _ours(address: str, page: str) -> str | None:
    if address.startswith(NOT_FOLLOWED):
        return None
    whole = urldefrag(urljoin(ORIGIN + page, address)).url
    return (whole.removeprefix(ORIGIN) or "/") if whole.startswith(f"{ORIGIN}/") or whole == ORIGIN else None


class _Reader(HTMLParser):
    def __init__(self, path: str) -> None:
        super().__init__()
        self.path = path
        self.links: list[str] = []
        self.forms: list[Form] = []
        self._form: dict[str, str] | None = None
        self._fields: list[Field] = []
        self._select: Field | None = None
        self._area: Field | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "a" and "href" in given:
            self.links.append(given["href"])
        elif tag == "form":
            self._form, self._fields = given, []
        elif self._form is None or (tag != "option" and not given.get("name")):
            return
        elif tag == "input":
            self._add_input(given)
        elif tag == "button" and given.get("type", "submit") == "submit":
            self._fields.append(Field(given["name"], "button", (given.get("value", ""),)))
        elif tag == "textarea":
            self._area = Field(given["name"], "textarea", ("",))
        elif tag == "select":
            self._select = Field(given["name"], "select")
        elif tag == "option" and self._select is not None:
            value = given.get("value", "")
            chosen = (value,) if "selected" in given else self._select.values
            self._select = replace(self._select, values=chosen, options=(*self._select.options, value))

    def _add_input(self, given: dict[str, str]) -> None:
        kind, value = given.get("type", "text"), given.get("value", "")
        if kind in ("radio", "checkbox"):
            chosen = (value,) if "checked" in given else ()
            same = [at for at, each in enumerate(self._fields) if (each.name, each.kind) == (given["name"], kind)]
            if same:
                before = self._fields[same[0]]
                self._fields[same[0]] = replace(before, values=before.values + chosen, options=(*before.options, value))
            else:
                self._fields.append(Field(given["name"], kind, chosen, (value,)))
        else:
            self._fields.append(Field(given["name"], kind, () if kind == "file" else (value,)))

    def handle_data(self, data: str) -> None:
        if self._area is not None:
            self._area = replace(self._area, values=(self._area.values[0] + data,))

    def handle_endtag(self, tag: str) -> None:
        if tag == "textarea" and self._area is not None:
            # HTML drops one line end right after the opening tag.
            self._fields.append(replace(self._area, values=(self._area.values[0].removeprefix("\n"),)))
            self._area = None
        elif tag == "select" and self._select is not None:
            first = self._select.values or self._select.options[:1]
            self._fields.append(replace(self._select, values=first))
            self._select = None
        elif tag == "form" and self._form is not None:
            action = _ours(self._form.get("action") or self.path, self.path)
            assert action is not None, f"A form of {self.path} is sent to {self._form.get('action')}."
            method = self._form.get("method", "get").upper()
            is_multipart = self._form.get("enctype") == "multipart/form-data"
            self.forms.append(Form(self.path, action, method, is_multipart, tuple(self._fields)))
            self._form = None
