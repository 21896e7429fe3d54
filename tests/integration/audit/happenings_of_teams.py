"""What teams that watch over an organisation do, each as one happening that ends in the audit; it checks nothing."""

from __future__ import annotations

from uuid import uuid4

from integration.audit.happenings import claim
from integration.audit.stage import Happening, Stage
from integration.escalations import climbing
from integration.evidence import standing
from integration.progress.standing_there import target_request

from tracker.accounts.rules import Role
from tracker.escalations.rules import Judgement


def decide(decision: str) -> Happening:
    def happen(stage: Stage) -> None:
        claim(stage)
        stage.post(
            Role.REGION,
            "/review/assurance/XN1/8ua-2020/2.3",
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


def decide_on_target(decision: str) -> Happening:
    def happen(stage: Stage) -> None:
        address = f"/organisations/XN1/8ua-2020/2.2/target/requests/{target_request('XN1', '2.2')}"
        stage.post(Role.REGION, address, decision=decision, reason="Robin should not wait")

    return happen


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
