"""How each entry of the audit comes about: through pages and commands where there are some, else through the service
that a page would call, inside a request. It asserts nothing that the table is about.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import Any
from uuid import uuid4

import click
import make
import sqlalchemy as sa
import tell
from flask import Flask, g
from flask.testing import FlaskClient
from integration.comments import talking
from integration.escalations import climbing
from integration.evidence import standing
from integration.measures.saying import Saying
from integration.people import inviting
from integration.progress.standing_there import adoption, progress_entry, target_request
from integration.returns import returning

from tracker.accounts import addresses, links, second_factors, sessions
from tracker.accounts import queries as accounts_queries
from tracker.accounts import service as accounts
from tracker.accounts.models import Account, Membership, SignInSession
from tracker.accounts.rules import HeldRole, Role, SessionStep, SignInMethod, Viewer
from tracker.accounts.viewers import OpenSession
from tracker.appointments import leads
from tracker.comments import service as comments
from tracker.db import session, transaction
from tracker.escalations.rules import Judgement
from tracker.frameworks.definition import ActionDefinition, Definition
from tracker.frameworks.files import built_in_definition
from tracker.frameworks.service import load_definition
from tracker.organisations import service as organisations
from tracker.organisations.queries import get_open_organisation
from tracker.own_account import service as own_account
from tracker.people import managing
from tracker.progress import adoptions
from tracker.sign_in import forgotten, identities, own_identities, totp
from tracker.sign_in.claims import Identity
from tracker.sign_in.refusals import Refusal

REGIONS = str(Path(__file__).resolve().parents[2] / "fixtures" / "organisations" / "regions.csv")
NARRATIVE = "Robin told Sam Fell about the split by ward"
EVIDENCE = "https://board.example.nhs.uk/paper-of-robin"


@dataclass
class Stage:
    """Where it happens: the small country of the tests, and a browser for each role that is asked for."""

    app: Flask
    folder: Path
    world: make.World = field(init=False)

    def build(self) -> None:
        self.world = make.world()

    def body_of(self, role: Role) -> int | None:
        if role in (Role.NATIONAL, Role.ADMINISTRATOR):
            return None
        return {Role.REGION: self.world.north_region, Role.SYSTEM: self.world.north_system}.get(
            role, self.world.north_trust
        )

    def person(self, role: Role) -> int:
        return make.person(role, self.body_of(role))

    def email(self, role: Role) -> str:
        self.person(role)
        return f"{role.value}.{self.body_of(role) or 'all'}@example.nhs.uk"

    def find_person(self, who: Role | str | None) -> int | None:
        """The person behind a role of the table, or behind an address."""
        if who is None or isinstance(who, Role):
            return None if who is None else self.person(who)
        return session().scalar(sa.select(Account.person_id).where(Account.sign_in_email == who))

    def viewer(self, role: Role, code: str | None = None) -> Viewer:
        return Viewer(self.person(role), "Robin Ashdown", (HeldRole(role, self.body_of(role), code),))

    def browser(self, role: Role) -> FlaskClient:
        client = self.app.test_client()
        make.sign_in(client, role, self.body_of(role))
        return client

    def run(self, *words: str) -> None:
        typed = [word.replace("{folder}", str(self.folder)) for word in words]
        result = self.app.test_cli_runner().invoke(args=typed)
        assert result.exit_code == 0, result.output

    def get(self, role: Role, path: str, status: int = 200, **query: str) -> None:
        response = self.browser(role).get(path, query_string=query, buffered=True)
        assert response.status_code == status, response.get_data(as_text=True)

    def post(self, role: Role, path: str, *, form_on: str = "", **fields: str) -> None:
        """Send a form to its address; ``form_on`` is the page it stands on, where that is another one."""
        client = self.browser(role)
        response = client.post(path, data={"csrf_token": make.csrf_token(client, form_on or path), **fields})
        assert response.status_code == 302, response.get_data(as_text=True)

    @contextmanager
    def request(self) -> Iterator[None]:
        """What a page does inside, for services whose own page is not what is asked about."""
        session().commit()
        with self.app.test_request_context("/"), transaction():
            g.request_id = "of-a-test"
            yield

    @contextmanager
    def command(self) -> Iterator[None]:
        """What a command does inside."""
        session().commit()
        with self.app.app_context(), click.Context(click.Command("load")), transaction():
            yield


Happening = Callable[[Stage], object]


def open_session_of(person_id: int) -> OpenSession:
    """The session of somebody who signed in just now, as the pages of one's own account have it."""
    sessions.begin(person_id, step=SessionStep.OPEN, method=SignInMethod.PASSWORD)
    row = session().scalars(sa.select(SignInSession).order_by(SignInSession.id.desc())).first()
    assert row is not None
    return OpenSession(row.id, person_id, row.last_seen_at, row.started_at, None, row.method)


def account_of(person_id: int) -> Account:
    account = accounts_queries.find_account_of_person(person_id)
    assert account is not None
    return account


# What an organisation says


def update(stage: Stage) -> None:
    stage.post(
        Role.LEAD,
        "/organisations/XN1/8ua-2020/2.2/update",
        status="not_started",
        narrative=NARRATIVE,
        version="0",
        submission_key=str(uuid4()),
    )


def claim(stage: Stage) -> None:
    tell.say(stage.viewer(Role.LEAD, "XN1"), "2.3", "complete_claimed", narrative=NARRATIVE, evidence_url=EVIDENCE)


def add_evidence(stage: Stage) -> None:
    stage.post(
        Role.LEAD,
        "/organisations/XN1/8ua-2020/2.3/update",
        status="complete_claimed",
        narrative=NARRATIVE,
        evidence_url=EVIDENCE,
        version="0",
        submission_key=str(uuid4()),
        **{"completed_on-day": "30", "completed_on-month": "10", "completed_on-year": "2020"},
    )


def decide(decision: str) -> Happening:
    def happen(stage: Stage) -> None:
        claim(stage)
        stage.post(
            Role.REGION,
            "/organisations/XN1/8ua-2020/2.3/update",
            decision=decision,
            reason="Robin should add ethnicity",
            version="1",
            submission_key=str(uuid4()),
        )

    return happen


def ask_about_claim(stage: Stage) -> None:
    claim(stage)
    path = "/review/assurance/XN1/8ua-2020/2.3"
    question = {"decision": "ask", "question": "Where are Robin's minutes?"}
    stage.post(Role.REGION, path, version="1", submission_key=str(uuid4()), **question)


def sample_claims(stage: Stage) -> None:
    claim(stage)
    stage.post(Role.REGION, "/review/assurance/samples", size="5", seed="seven", submission_key=str(uuid4()))


def let_lapse(stage: Stage) -> None:
    """Evidence comes after a claim was assured."""
    decide("assure")(stage)
    viewer = stage.viewer(Role.LEAD, "XN1")
    with stage.request():
        standing.a_note_for(viewer, "2.3")


def answer_about_services(stage: Stage) -> None:
    stage.post(Role.LEAD, "/organisations/XN1/services", maternity="yes", version="0")


def agree_target(stage: Stage) -> None:
    viewer = stage.viewer(Role.REGION, "YN1")
    with stage.request():
        tell.targets.agree_target(tell.item(viewer, "2.2"), date(2020, 12, 1), "Agreed with Robin")


def confirm(stage: Stage) -> None:
    progress_entry("XN1", "2.2")
    stage.post(Role.LEAD, "/organisations/XN1/8ua-2020/2.2/confirm", version="1", submission_key=str(uuid4()))


def correct(stage: Stage) -> None:
    entry_id = progress_entry("XN1", "2.2")
    stage.post(
        Role.LEAD,
        f"/organisations/XN1/8ua-2020/2.2/history/{entry_id}",
        status="not_started",
        narrative=NARRATIVE,
        backdating_reason="Robin was mistaken",
        version="1",
        submission_key=str(uuid4()),
    )


def ask_for_target(stage: Stage) -> None:
    stage.post(
        Role.LEAD,
        "/organisations/XN1/8ua-2020/2.2/target",
        wanted="agree",
        reason=NARRATIVE,
        agreed_by="The board",
        version="0",
        submission_key=str(uuid4()),
        **{"target_on-day": "1", "target_on-month": "12", "target_on-year": "2020"},
    )


def decide_on_target(decision: str) -> Happening:
    def happen(stage: Stage) -> None:
        address = f"/organisations/XN1/8ua-2020/2.2/target/requests/{target_request('XN1', '2.2')}"
        stage.post(Role.REGION, address, decision=decision, reason="Robin should not wait")

    return happen


def withdraw_target(stage: Stage) -> None:
    request_id = target_request("XN1", "2.2")
    page = "/organisations/XN1/8ua-2020/2.2/target"
    stage.post(Role.LEAD, f"{page}/requests/{request_id}/withdraw", form_on=page)


def name_lead(job_title: str) -> Happening:
    def happen(stage: Stage) -> None:
        viewer = stage.viewer(Role.LEAD, "XN1")
        details = leads.LeadDetails("Priya Ravensworth", job_title, "priya@example.nhs.uk", date(2020, 9, 1), None)
        with stage.request():
            leads.name_lead(get_open_organisation("XN1"), details, viewer, "lead")

    return happen


def correct_lead(stage: Stage) -> None:
    name_lead("Medical Director")(stage)
    name_lead("Chief Medical Officer")(stage)


def adopt(stage: Stage) -> None:
    viewer = stage.viewer(Role.LEAD, "XN1")
    with stage.request():
        adoptions.adopt_framework(get_open_organisation("XN1"), "rcp-2024", viewer, "lead")


def leave(stage: Stage) -> None:
    adopted = adoption("XN1", "rcp-2024")
    viewer = stage.viewer(Role.LEAD, "XN1")
    with stage.request():
        adoptions.leave_framework(get_open_organisation("XN1"), adopted, viewer, "lead")


def measure(what: Callable[[Saying], object]) -> Happening:
    """The lead of XN1 says something about the organisation's measures."""

    def happen(stage: Stage) -> None:
        says = Saying(stage.viewer(Role.LEAD, "XN1"), "XN1")
        with stage.request():
            what(says)

    return happen


def add_reading(says: Saying) -> int:
    says.add("activity-restored", date(2020, 9, 30), 900, 1_000)
    (reading,) = says.series("activity-restored").readings
    return reading.reading_id


def correct_reading(says: Saying) -> None:
    says.correct("activity-restored", add_reading(says), date(2020, 9, 30), 800, 1_000)


def withdraw_reading(says: Saying) -> None:
    says.withdraw("activity-restored", add_reading(says))


def set_aim_of_measure(says: Saying) -> None:
    says.aim("activity-restored", 900, reason="Agreed with Robin")


def add_measure(says: Saying) -> None:
    says.own("Robin's own measure")


def correct_measure(says: Saying) -> None:
    says.rename(says.own("Robin's own measure"), "Interpreters offered")


def talk(what: Callable[[Viewer], object]) -> Happening:
    """The lead of XN1 comments on an ask, or keeps the register."""

    def happen(stage: Stage) -> None:
        viewer = stage.viewer(Role.LEAD, "XN1")
        with stage.request():
            what(viewer)

    return happen


def comment(viewer: Viewer) -> int:
    return talking.comment(viewer, "What Robin told Sam Fell")


def correct_comment(viewer: Viewer) -> None:
    said = comments.NewComment("What Robin told Sam Marsh", frozenset(), str(uuid4()))
    comment_id = comment(viewer)
    comments.correct(talking.item(), comment_id, said, viewer, expected=comment_id)


def withdraw_comment(viewer: Viewer) -> None:
    comment_id = comment(viewer)
    comments.withdraw(talking.item(), comment_id, viewer, expected=comment_id)


def change_barrier(viewer: Viewer) -> None:
    talking.change_barrier(viewer, "Robin asked for it")


def close_barrier(viewer: Viewer) -> None:
    talking.close_barrier(viewer, "Robin says so")


def return_to_board(come_to: str) -> Happening:
    """The lead of XN1 brings a return as far as a word says, and the board decides on it."""

    def happen(stage: Stage) -> None:
        lead, board = stage.viewer(Role.LEAD, "XN1"), stage.viewer(Role.BOARD, "XN1")
        with stage.request():
            returning.story(lead, board, come_to)

    return happen


def download_return(stage: Stage) -> None:
    return_to_board("started")(stage)
    stage.browser(Role.LEAD).get("/organisations/XN1/returns/1/rows.csv")


def escalate(what: str) -> Happening:
    """What is done about an overdue ask; a response and its outcome come after it was raised."""

    def happen(stage: Stage) -> None:
        region, lead = stage.viewer(Role.REGION, "YN1"), stage.viewer(Role.LEAD, "XN1")
        with stage.request():
            if what in ("raise", "answer", "judge"):
                climbing.raise_it(region, "6.1", text="Robin should name somebody")
            if what == "answer":
                climbing.answer_it(lead, "6.1", text="Robin has named somebody")
            if what == "judge":
                climbing.judge_it(region, "6.1", Judgement.NOT_ENOUGH, text="Robin said so by phone")
            if what == "hold":
                climbing.hold_it(region, "6.1", 7, text="Robin is away")
            if what == "close":
                climbing.close_it(region, "6.1", text="Robin has a plan")

    return happen


def chase(stage: Stage) -> None:
    """A message to whoever leads XN1, sent as it was shown."""
    stage.person(Role.LEAD)
    client, address = stage.browser(Role.REGION), "/escalations/chase?item=XN1/8ua-2020/6.1"
    words = {"subject": "Robin, {organisation}", "text": "Robin, {name}"}
    seen = client.post(address, data=climbing.opened(client, address) | words | {"preview": "yes"})
    response = client.post(address, data=climbing.hidden_of(seen) | words | {"send": "yes"})
    assert response.status_code == 302, response.get_data(as_text=True)


def choose_system(stage: Stage) -> None:
    by = stage.person(Role.LEAD)
    with stage.request():
        organisations.choose_system(stage.world.north_trust, "QS1", by=by, role="lead")


# Who may come in


def is_managed(change: Callable[[Account, int], object]) -> Happening:
    """An administrator changes the account of the lead of XN1."""

    def happen(stage: Stage) -> None:
        person_id, by = stage.person(Role.LEAD), stage.person(Role.ADMINISTRATOR)
        with stage.request():
            change(account_of(person_id), by)

    return happen


def switch_off(account: Account, by: int) -> None:
    accounts.set_active(account, False, by=by, by_role="administrator")


def correct_name(account: Account, by: int) -> None:
    accounts.correct_name(account.person_id, "Robin Ashdown-Lee", by=by, by_role="administrator")


def switch_back_on(account: Account, by: int) -> None:
    accounts.set_active(account, False, by=by, by_role="administrator")
    accounts.set_active(account, True, by=by, by_role="administrator")


def end_role(account: Account, by: int) -> None:
    membership_id = session().scalars(sa.select(Membership.id).where(Membership.person_id == account.person_id)).one()
    accounts.end_membership(membership_id, by=by, by_role="administrator")


def reset_second_factor(account: Account, by: int) -> None:
    account.totp_secret = "sealed"
    second_factors.reset(account, by=by, by_role="administrator")


def connect(account: Account, _by: int) -> None:
    identity = Identity("https://id.example", "subject-of-robin", "robin@example.nhs.uk")
    identities.connect(account.id, identity, by=account.person_id)


def disconnect(here: OpenSession) -> None:
    account = account_of(here.person_id)
    connect(account, 0)
    (identity,) = identities.identities_of(account.id)
    own_identities.disconnect(here, identity.id, make.PASSWORD)


def refuse_connecting(account: Account, _by: int) -> None:
    identities.record_refusal(Refusal.DOMAIN, by=account.person_id)


def is_changed_by_owner(change: Callable[[OpenSession], object], role: Role = Role.LEAD) -> Happening:
    """Somebody changes their own account."""

    def happen(stage: Stage) -> None:
        person_id = stage.person(role)
        with stage.request():
            change(open_session_of(person_id))

    return happen


def change_password(here: OpenSession) -> None:
    own_account.change_password(here, make.PASSWORD, "nine brisk puffins")


def confirm_wrongly(here: OpenSession) -> None:
    own_account.change_password(here, "not the password", "nine brisk puffins")


def renew_codes(here: OpenSession) -> None:
    own_account.renew_recovery_codes(here, make.PASSWORD, present_code(here))


def end_this_session(here: OpenSession) -> None:
    own_account.end_session(here, make.PASSWORD, here.session_id)


def end_other_sessions(here: OpenSession) -> None:
    own_account.end_other_sessions(here, make.PASSWORD)


def present_code(here: OpenSession) -> str:
    """What the authenticator shows that those have who need one; it is asked of nobody else."""
    return totp.code_of(make.AUTHENTICATOR, totp.step_of(here.started_at))


def set_up_authenticator(here: OpenSession) -> Sequence[str]:
    """The recovery codes that are shown then."""
    secret = totp.new_secret()
    code = totp.code_of(secret, totp.step_of(here.started_at))
    return own_account.set_up_second_factor(here, make.PASSWORD, secret, code, present_code(here)).recovery_codes


def remove_authenticator(here: OpenSession) -> None:
    own_account.remove_second_factor(here, make.PASSWORD, set_up_authenticator(here)[0])


def begin_address(account: Account, by: int) -> str:
    return addresses.begin(account.id, "robyn@example.nhs.uk", by=by, by_role="administrator")


def confirm_address(account: Account, by: int) -> None:
    path = links.make_for_mail(begin_address(account, by))
    assert path is not None
    assert addresses.confirm(path.rpartition("/")[2])


def send_password_link(account: Account, by: int) -> None:
    managing.mail_password_link(account.person_id, by, "administrator", mail_from="tracker@example.nhs.uk")


def refuse_offer(stage: Stage) -> None:
    answer = inviting.invite(stage.browser(Role.LEAD), Role.ADMINISTRATOR)
    assert answer.status_code == 200, answer.text


def invite(stage: Stage) -> None:
    answer = inviting.invite(stage.browser(Role.LEAD))
    assert answer.status_code == 302, answer.text


def withdraw(stage: Stage) -> None:
    client = stage.browser(Role.LEAD)
    inviting.invite(client)
    sent = {"csrf_token": make.csrf_token(client, "/organisations")}
    answer = client.post(f"/people/invitations/{inviting.newest().id}/withdraw", data=sent)
    assert answer.status_code == 302, answer.text


def accept(stage: Stage) -> None:
    link = inviting.invited(stage.browser(Role.LEAD))
    inviting.accept(stage.app.test_client(), link)


def fail_to_sign_in(stage: Stage) -> None:
    client = stage.app.test_client()
    sent = {"email": stage.email(Role.LEAD), "password": "not the password"}
    client.post("/sign-in", data={"csrf_token": make.csrf_token(client, "/sign-in"), **sent})


def sign_out(stage: Stage) -> None:
    client = stage.browser(Role.LEAD)
    client.post("/sign-out", data={"csrf_token": make.csrf_token(client, "/organisations")})


def ask_for_link(stage: Stage) -> None:
    email = stage.email(Role.LEAD)
    with stage.request():
        forgotten.ask_for_link(email)


def try_too_often(stage: Stage) -> None:
    client = stage.app.test_client()
    sent = {"csrf_token": make.csrf_token(client, "/forgotten-password"), "email": stage.email(Role.LEAD)}
    answers = [client.post("/forgotten-password", data=sent).status_code for _ in range(7)]
    assert answers == [302] * 5 + [429] * 2


def set_password_by_link(stage: Stage) -> None:
    person_id = stage.person(Role.LEAD)
    with transaction():
        path = links.make_password_link(account_of(person_id).id)
    client = stage.app.test_client()
    sent = {"csrf_token": make.csrf_token(client, path), "password": "nine brisk puffins"}
    assert client.post(path, data=sent).status_code == 302


# What is tracked


def corrected(change: Callable[[Definition], Definition]) -> Happening:
    """Somebody loads a file that says something else."""

    def happen(stage: Stage) -> None:
        with stage.command():
            load_definition(change(built_in_definition("8ua-2020")))

    return happen


def _changed(field_name: str, position: int, **values: Any) -> Callable[[Definition], Definition]:
    def change(definition: Definition) -> Definition:
        items = list(getattr(definition, field_name))
        items[position] = replace(items[position], **values)
        return replace(definition, **{field_name: tuple(items)})

    return change


def _with(field_name: str, added: Callable[[Definition], Any]) -> Callable[[Definition], Definition]:
    return lambda it: replace(it, **{field_name: (*getattr(it, field_name), added(it))})


def _turned_round(field_name: str) -> Callable[[Definition], Definition]:
    return lambda it: replace(it, **{field_name: tuple(reversed(getattr(it, field_name)))})


def _without_last_action(definition: Definition) -> Definition:
    *kept, gone = definition.actions
    asks = tuple(ask for ask in definition.asks if ask.action_number != gone.number)
    return replace(definition, actions=tuple(kept), asks=asks)


correct_framework = corrected(lambda it: replace(it, title="Eight actions"))
add_action = corrected(_with("actions", lambda _it: ActionDefinition("9", "A ninth", "Ninth")))
correct_action = corrected(_changed("actions", 0, label="First"))
withdraw_action = withdraw_ask = corrected(_without_last_action)
reorder_actions = corrected(_turned_round("actions"))
add_ask = corrected(_with("asks", lambda it: replace(it.asks[0], ref="1.9")))
correct_ask = corrected(_changed("asks", 0, wording="Do it"))
reorder_asks = corrected(_turned_round("asks"))
add_status = corrected(_with("scale", lambda it: replace(it.scale[0], code="nearly", label="Nearly")))
correct_status = corrected(_changed("scale", 0, label="Reworded"))
reorder_statuses = corrected(_turned_round("scale"))
