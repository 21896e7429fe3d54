"""Every form that a role can reach, filled in as it was not meant: no failure, and nothing happens but what it means.

The forms are found on the pages themselves, so a new one is attacked from its first day. This is the short run, with
the same choices each time; ``python tests/security/fuzz.py`` goes on for as long as one likes.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from random import Random

import pytest
from security import attacks
from security.arena import WRITTEN_BY_REFUSALS, Answers, Arena, Change, Visitor, arena, changes_of, faults_of
from security.attacks import Attack, Fields
from security.forms import Form
from security.hostile import RAW_MARKUP
from werkzeug.test import TestResponse

SEED = 20201102
SOME = 5
"""So many attacks of each family on each form; the long run takes them all."""
WHOLE = (0, 5)
"""These forms, whichever they are, take every shape: most shapes end before a view is reached."""
ATTACKERS = ("nobody", "lead", "system", "region", "region without a code", "administrator")
"""Whoever reaches a form that none of the others does; the long run goes through all."""


@dataclass(frozen=True, slots=True)
class Target:
    """A form, who sends it, and how it is filled in so that it is taken."""

    visitor: Visitor
    form: Form
    answers: Answers

    @property
    def fields(self) -> Fields:
        return self.answers.fields

    @property
    def meant(self) -> frozenset[Change]:
        return self.answers.meant

    @property
    def place(self) -> str:
        return self.form.kind.partition(" (")[0]


@pytest.fixture(scope="module")
def ground() -> Iterator[Arena]:
    with arena() as made:
        yield made


@pytest.fixture(scope="module")
def targets(ground: Arena) -> list[Target]:
    """Each kind of form once, with the first of the attackers who reaches it."""
    found: dict[str, Target] = {}
    for visitor in (ground.visitors[role] for role in ATTACKERS):
        for form in ground.forms(visitor):
            if form.kind not in found:
                found[form.kind] = Target(visitor, form, ground.best_answers(visitor, form))
        ground.put_back(visitor)
    return list(found.values())


@pytest.fixture(scope="module")
def posted(targets: list[Target]) -> list[Target]:
    return [target for target in targets if target.form.method == "POST"]


def some(random: Random, every: Iterable[Attack]) -> list[Attack]:
    each = list(every)
    return random.sample(each, min(SOME, len(each)))


def send(ground: Arena, target: Target, attack: Attack) -> TestResponse:
    """Attack, from the beginning again; the answer is sound."""
    ground.put_back(target.visitor)
    answer = attack.send(target.visitor.client)
    assert_sound(answer, target, attack)
    return answer


def assert_sound(answer: TestResponse, target: Target, attack: Attack) -> None:
    faults = faults_of(answer)
    if answer.mimetype == "text/html":
        text = answer.text
        faults += [f"It shows {raw!r} as markup." for raw in RAW_MARKUP if raw in text]
    assert not faults, f"{target.visitor.role}, {target.form.kind}, {attack.name}, {attack.path}: {faults}"


def test_the_crawl_reaches_what_there_is_to_attack(posted: list[Target]) -> None:
    reached = {target.place for target in posted}
    assert {
        "POST /sign-in",
        "POST /forgotten-password",
        "POST /set-password/*",
        "POST /invitations/*",
        "POST /people/invite",
        "POST /account/password",
        "POST /organisations/*/8ua-2020/*/update",
        "POST /organisations/*/services",
    } <= reached
    # Of a form that is never taken, the tests below would say little.
    taken = {target.place for target in posted if target.answers.is_taken}
    assert len(taken) >= len(reached) * 0.7, f"Never taken: {sorted(reached - taken)}"


def test_without_a_true_token_of_this_browser_nothing_is_taken(ground: Arena, posted: list[Target]) -> None:
    other = ground.visitors["national"]
    page = other.client.get("/organisations").text
    foreign = page.split('name="csrf_token"', 1)[1].split('value="', 1)[1].split('"', 1)[0]
    for target in posted:
        (true,) = target.fields["csrf_token"]
        for token in ([], [""], ["wrong"], [foreign], [true[:-1]], [true.swapcase()], [foreign, true]):
            answers = {**target.fields, "csrf_token": token}
            send(ground, target, attacks.post(target.form, answers, f"token {token}"))
            changed = {change[0] for change in changes_of(ground)}
            assert changed <= {"audit_chain", "audit_entry", "throttle_counter"}, f"{target.form.kind}, {token}"


def test_no_address_takes_a_post_without_a_token(ground: Arena, posted: list[Target]) -> None:
    """Also where no form leads to at present: every address of the service that takes a post, asked by each role."""
    adapter = ground.app.url_map.bind("localhost")
    given = {"code": "XA1", "framework": "8ua-2020", "ref": "2.2", "token": "x" * 43}
    reached = {adapter.match(target.form.action.partition("?")[0], method="POST")[0] for target in posted}
    rules = [rule for rule in ground.app.url_map.iter_rules() if "POST" in (rule.methods or ())]
    assert len(reached) > len(rules) / 2
    for rule in rules:
        path = adapter.build(rule.endpoint, {name: given.get(name, 1) for name in rule.arguments})
        for role in ATTACKERS:
            visitor = ground.visitors[role]
            ground.put_back(visitor)
            answer = visitor.client.post(path, data={"submit": "yes", "csrf_token": "wrong"})
            assert not faults_of(answer), path
            changed = {change[0] for change in changes_of(ground)}
            assert changed <= {"audit_chain", "audit_entry", "throttle_counter"}, f"{role}: {path}"


def test_a_column_of_a_table_is_no_field_of_a_form(ground: Arena, posted: list[Target]) -> None:
    for target in posted:
        for value in ("1", "administrator"):
            send(ground, target, attacks.with_columns(target.form, target.fields, value))
            changes = changes_of(ground)
            assert changes == target.meant, f"{target.form.kind}: {changes ^ target.meant}"


def test_a_field_that_comes_twice_means_its_first_value_or_nothing(ground: Arena, posted: list[Target]) -> None:
    random = Random(SEED)
    for target in posted:
        for attack in some(random, attacks.doubles_in(target.form, target.fields)):
            send(ground, target, attack)
            changes = changes_of(ground)
            # Refused, for which an entry of the audit may stand; or as if the first were all there is.
            tables = {change[0] for change in changes}
            assert changes == target.meant or tables <= WRITTEN_BY_REFUSALS, (
                f"{target.form.kind}, {attack.name}: {changes - target.meant}"
            )


def test_hostile_text_in_any_field_is_kept_or_refused_and_never_becomes_markup(
    ground: Arena, targets: list[Target]
) -> None:
    random = Random(SEED)
    for target in targets:
        for attack in some(random, attacks.texts_in(target.form, target.fields)):
            answer = send(ground, target, attack)
            if answer.status_code in (302, 303):
                assert_sound(target.visitor.client.get(target.form.page), target, attack)


def test_holes_and_files_where_words_belong_are_answered_by_a_page(ground: Arena, targets: list[Target]) -> None:
    random = Random(SEED)
    for target in targets:
        for attack in some(random, attacks.holes_in(target.form, target.fields)):
            send(ground, target, attack)


def test_shapes_that_no_browser_sends_do_nothing_beyond_what_the_form_means(
    ground: Arena, posted: list[Target]
) -> None:
    random = Random(SEED)
    for number, target in enumerate(posted):
        every = list(attacks.shapes_of(target.form, target.fields))
        for attack in every if number in WHOLE else some(random, every):
            send(ground, target, attack)
            beyond = {change for change in changes_of(ground) - target.meant if change[0] not in WRITTEN_BY_REFUSALS}
            assert not beyond, f"{target.form.kind}, {attack.name}: {beyond}"


def test_an_address_written_otherwise_reaches_nothing_else(ground: Arena, targets: list[Target]) -> None:
    random = Random(SEED)
    for target in {target.place: target for target in targets}.values():
        for attack in some(random, attacks.paths_of(target.form)):
            send(ground, target, attack)
            assert not {change for change in changes_of(ground) if change[0] not in WRITTEN_BY_REFUSALS}, attack
