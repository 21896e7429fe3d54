"""The strict page check finds what it is there to find."""

from __future__ import annotations

import pytest
from page_checks import faults_of_page

GOOD = """<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"><title>Title</title></head><body>
<main id="maincontent"><h1 id="top">Heading</h1>
<form method="post"><input type="hidden" name="csrf_token" value="t">
<label for="name">Name</label><input id="name" name="name"><button type="submit">Save</button></form>
<table><caption>Things</caption><thead><tr><th scope="col">A</th></tr></thead>
<tbody><tr><td>1</td></tr></tbody></table>
<a href="#top">Up</a><script nonce="n">1;</script></main></body></html>"""


def test_a_good_page_has_no_faults() -> None:
    assert list(faults_of_page(GOOD)) == []


@pytest.mark.parametrize(
    ("before", "after", "fault"),
    [
        ("</h1>", "", "Bad HTML"),
        ("<td>1</td>", "<td>&nosuch;</td>", "Bad HTML"),
        ("<table>", "<table><div>x</div>", "Bad HTML"),
        ("Heading", "Head\x07ing", "control character"),
        ('lang="en"', "", "no lang"),
        ("<title>Title</title>", "<title> </title>", "one title"),
        ('id="name"', 'id="top"', 'The id "top" stands 2 times'),
        ('for="name"', 'for="nome"', "points to nothing"),
        ('href="#top"', 'href="#nowhere"', "not on the page"),
        ("h1", "h2", "one h1, not 0"),
        ("<table>", "<h1>Another</h1><table>", "one h1, not 2"),
        ("<table>", "<h2></h2><table>", "An h2 is empty"),
        (">Name<", "><", "has no label"),
        (">Save<", "><", "A button has no words"),
        ('value="t"', 'value=""', "no CSRF token"),
        ('method="post"', 'method="get"', "into the address"),
        ("<caption>Things</caption>", "", "no caption"),
        ("<td>1</td>", "<td></td>", "cell is empty"),
        (' scope="col"', "", "no scope"),
        (' nonce="n"', "", "without a nonce"),
        ("<table>", '<table class="x" style="color:red">', "A style stands in the page"),
        ('id="name"', 'id="name" onclick="x()"', "is a script"),
        ("<table>", '<img src="a.png"><table>', "has no alt"),
        ("main", "div", "one main"),
    ],
)
def test_each_fault_is_found(before: str, after: str, fault: str) -> None:
    assert before in GOOD
    assert [found for found in faults_of_page(GOOD.replace(before, after)) if fault in found]
