"""Checks that every page of the service must pass; it must not know any one page.

``check_page(html)`` raises AssertionError with every fault it finds, one sentence each. The test client calls
it on each HTML response, so a page cannot be broken without a test turning red.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from typing import Any
from xml.etree import ElementTree

import html5lib

XHTML = "{http://www.w3.org/1999/xhtml}"

NOT_FAULTS: dict[str, str] = {
    # html5lib implements HTML as of 2013 and reports a few things that the living standard allows.
    "invalid-codepoint": "the check of our own below is stricter and says where",
}

LABELLED_BY_ITSELF = {"hidden", "submit", "button", "image", "reset"}
HIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")
UNSAFE_INLINE = re.compile(r"^on[a-z]+$")


def check_page(html: str) -> None:
    """Fail with everything that is wrong with a whole page."""
    faults = list(faults_of_page(html))
    assert not faults, "The page is not right:\n- " + "\n- ".join(faults)


def shape_of(html: str) -> str:
    """The same for pages that differ in words, numbers, addresses and values only: they are right or wrong together."""
    if HIDDEN.search(html):
        return html
    shape = re.sub(r'nonce="[^"]*"|value="[^"]*"|(href|action)="/[^"]*"', "", html)
    return re.sub(r"\d+", "0", re.sub(r">\s*[^<\s][^<]*<", ">words<", shape))


def faults_of_page(html: str) -> Iterator[str]:
    """Every fault of a whole page."""
    parser = html5lib.HTMLParser(namespaceHTMLElements=True)
    root = parser.parse(html)
    yield from _faults_of_syntax(parser, html)
    yield from _faults_of_head(root)
    yield from _faults_of_ids(root)
    yield from _faults_of_headings(root)
    yield from _faults_of_controls(root)
    yield from _faults_of_forms(root)
    yield from _faults_of_tables(root)
    yield from _faults_of_scripts(root)
    for image in _all(root, "img"):
        if image.get("alt") is None:
            yield f"The image {image.get('src')} has no alt."


def _faults_of_syntax(parser: Any, html: str) -> Iterator[str]:
    lines = html.splitlines()
    for (line, column), code, details in parser.errors:
        if code in NOT_FAULTS:
            continue
        where = lines[line - 1].strip()[:120] if 0 < line <= len(lines) else ""
        yield f"Bad HTML at line {line}, column {column}: {code} {details or ''} in: {where}"
    hidden = HIDDEN.search(html)
    if hidden:
        yield f"The control character {hidden.group()!r} stands at position {hidden.start()}."


def _faults_of_head(root: Any) -> Iterator[str]:
    if not root.get("lang"):
        yield "The html element has no lang."
    titles = [_text(title) for title in _all(root.find(f"{XHTML}head"), "title")]
    if len(titles) != 1 or not titles[0]:
        yield f"There must be one title with words in it, not {titles}."
    if len(_all(root, "main")) != 1:
        yield "There must be one main."


def _faults_of_ids(root: Any) -> Iterator[str]:
    ids = Counter(element.get("id") for element in root.iter() if element.get("id") is not None)
    for name, count in ids.items():
        if count > 1:
            yield f'The id "{name}" stands {count} times.'
        if not name or re.search(r"\s", name):
            yield f'The id "{name}" is empty or has a space in it.'
    for element in root.iter():
        for attribute in ("for", "aria-labelledby", "aria-describedby", "aria-controls"):
            for name in (element.get(attribute) or "").split():
                if name not in ids:
                    yield f'{attribute}="{name}" of {_tag(element)} points to nothing.'
    for link in _all(root, "a"):
        target = link.get("href") or ""
        if target.startswith("#") and target[1:] not in ids:
            yield f'The link "{_text(link)}" leads to {target}, which is not on the page.'


def _faults_of_headings(root: Any) -> Iterator[str]:
    first = [_text(heading) for heading in _all(root, "h1")]
    if len(first) != 1:
        yield f"There must be one h1, not {len(first)}: {first}."
    for level in range(1, 7):
        for heading in _all(root, f"h{level}"):
            if not _text(heading):
                yield f"An h{level} is empty."


def _faults_of_controls(root: Any) -> Iterator[str]:
    labelled = {label.get("for"): _text(label) for label in _all(root, "label") if label.get("for")}
    for element in (*_all(root, "input"), *_all(root, "select"), *_all(root, "textarea")):
        if _tag(element) == "input" and element.get("type") in LABELLED_BY_ITSELF:
            continue
        if not (labelled.get(element.get("id")) or element.get("aria-label") or element.get("aria-labelledby")):
            yield f'The field "{element.get("name")}" has no label.'
    for element in (*_all(root, "a"), *_all(root, "button")):
        words = _text(element) or element.get("aria-label") or "".join(i.get("alt") or "" for i in _all(element, "img"))
        if not words:
            yield f"A {_tag(element)} has no words: {element.attrib}."
    for fieldset in _all(root, "fieldset"):
        if not any(_text(legend) for legend in _all(fieldset, "legend")):
            yield "A fieldset has no legend."


def _faults_of_forms(root: Any) -> Iterator[str]:
    for form in _all(root, "form"):
        method = (form.get("method") or "get").lower()
        tokens = [field for field in _all(form, "input") if field.get("name") == "csrf_token"]
        if method == "post" and not any(token.get("value") for token in tokens):
            yield f"The form that posts to {form.get('action') or 'its own address'} has no CSRF token."
        if method == "get" and tokens:
            yield "A form sent by GET would put its CSRF token into the address."


def _faults_of_tables(root: Any) -> Iterator[str]:
    for table in _all(root, "table"):
        if not any(_text(caption) for caption in _all(table, "caption")):
            yield "A table has no caption."
        for cell in (*_all(table, "td"), *_all(table, "th")):
            if not _text(cell) and not _all(cell, "img") and not _all(cell, "input"):
                yield f"A table cell is empty: {ElementTree.tostring(cell, encoding='unicode')[:120]}"
        for heading in _all(table, "th"):
            if heading.get("scope") not in ("col", "row", "colgroup", "rowgroup"):
                yield f'The heading "{_text(heading)}" of a table has no scope.'
    for value in (*_all(root, "dd"), *_all(root, "dt")):
        if not _text(value):
            yield "A row of a description list is empty."


def _faults_of_scripts(root: Any) -> Iterator[str]:
    """What the content security policy would block in a browser, and a test without one would not notice."""
    for script in _all(root, "script"):
        if not script.get("src") and not script.get("nonce"):
            yield "A script stands in the page without a nonce."
    for element in root.iter():
        if element.get("style") is not None or _tag(element) == "style":
            yield f"A style stands in the page: {_tag(element)} {element.get('style') or ''}"
        for attribute in element.attrib:
            if UNSAFE_INLINE.match(str(attribute)):
                yield f"The attribute {attribute} of {_tag(element)} is a script."


def _all(root: Any, name: str) -> list[Any]:
    return [] if root is None else list(root.iter(f"{XHTML}{name}"))


def _tag(element: Any) -> str:
    return str(element.tag).removeprefix(XHTML)


def _text(element: Any) -> str:
    return " ".join("".join(element.itertext()).split())
