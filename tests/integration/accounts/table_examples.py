"""How the tests ask for the addresses of the access table: which organisation each place is, and what stands for each
{name} in a path. What each form is sent is ``table_sent.py``.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import make
import sqlalchemy as sa
from integration.accounts.table_rows import PLACES, SERIAL, account_id, invitation, saved_view, session_of, somebody
from integration.accounts.table_sent import AHEAD, SOON
from integration.appointments import in_post
from integration.assurance.assuring import sample_row
from integration.calendars.reading import calendar_row
from integration.comments.talking import barrier_row, comment_row
from integration.escalations.climbing import escalated
from integration.evidence import standing
from integration.measures.saying import measured, measured_of_its_own
from integration.progress.standing_there import adoption, claimed_again, progress_entry, target_request
from integration.reminders.choosing_there import snoozed
from integration.returns.returning import return_row
from integration.shared_notes.sharing import note_row, note_version

from tracker import clock
from tracker.accounts import addresses, links
from tracker.accounts.access_table import Where
from tracker.accounts.models import Account
from tracker.accounts.rules import Role
from tracker.db import session
from tracker.sign_in import totp

NOT_THERE = 1_000_000
"""The number of somebody or something that does not exist: what stands in a place that is unknown."""


@dataclass(slots=True)
class Targets:
    """What the addresses are about, made when it is first asked for; ``viewer_id`` is whoever will ask."""

    viewer_id: int | None
    _made: dict[tuple[str, str], object] = field(default_factory=dict)

    def stand_in(self, name: str, code: str) -> object:
        """What stands for a name in curly brackets, in the organisation with a code."""
        if (name, code) not in self._made:
            if code == PLACES[Where.UNKNOWN] and name != "code":
                return NOT_THERE
            made: dict[str, object] = getattr(self, _MADE_WITH.get(name, name))(code)
            self._made |= {(each, code): value for each, value in made.items()}
        return self._made[name, code]

    def code(self, code: str) -> dict[str, object]:
        return {"code": code}

    def person(self, code: str) -> dict[str, object]:
        """A contributor who has an authenticator; in a region, which has none, somebody of the regional team."""
        person_id, role_id = somebody(Role.REGION if code == PLACES[Where.ITS_REGION] else Role.CONTRIBUTOR, code)
        return {"person": person_id, "role": role_id}

    def lead(self, code: str) -> dict[str, object]:
        person_id, role_id = somebody(Role.LEAD, code)
        return {"lead": person_id, "lead_role": role_id}

    def off(self, code: str) -> dict[str, object]:
        """A contributor whose account is switched off."""
        person_id, _ = somebody(Role.CONTRIBUTOR, code)
        session().execute(sa.update(Account).where(Account.person_id == person_id).values(is_active=False))
        session().commit()
        return {"off": person_id}

    def invitation(self, code: str) -> dict[str, object]:
        return {"invitation": invitation(Role.CONTRIBUTOR, code)}

    def lead_invitation(self, code: str) -> dict[str, object]:
        return {"lead_invitation": invitation(Role.LEAD, code)}

    def reading(self, code: str) -> dict[str, object]:
        """A reading of restored activity that the organisation has recorded."""
        return {"reading": measured(code, "activity-restored")}

    def own_measure(self, code: str) -> dict[str, object]:
        """A measure that the organisation added itself."""
        return {"own_measure": measured_of_its_own(code)}

    def own_comment(self, code: str) -> dict[str, object]:
        """A comment of whoever asks."""
        return {"own_comment": comment_row(self.viewer_id or somebody(Role.LEAD, PLACES[Where.OWN])[0], code)}

    def others_comment(self, code: str) -> dict[str, object]:
        return {"others_comment": comment_row(somebody(Role.LEAD, PLACES[Where.OWN])[0], code)}

    def own_view(self, code: str) -> dict[str, object]:
        """A saved view of whoever asks."""
        return {"own_view": saved_view(self.viewer_id or somebody(Role.LEAD, PLACES[Where.OWN])[0])}

    def others_view(self, code: str) -> dict[str, object]:
        return {"others_view": saved_view(somebody(Role.LEAD, PLACES[Where.OWN])[0])}

    def barrier(self, code: str) -> dict[str, object]:
        return {"barrier": barrier_row(somebody(Role.LEAD, PLACES[Where.OWN])[0], code)}

    def draft_return(self, code: str) -> dict[str, object]:
        """A return to the board of somebody else, that has come as far as the name says."""
        return {"draft_return": self._return("draft", code)}

    def checked_return(self, code: str) -> dict[str, object]:
        return {"checked_return": self._return("checked", code)}

    def submitted_return(self, code: str) -> dict[str, object]:
        return {"submitted_return": self._return("submitted", code)}

    def approved_return(self, code: str) -> dict[str, object]:
        return {"approved_return": self._return("approved", code)}

    def returned_return(self, code: str) -> dict[str, object]:
        return {"returned_return": self._return("sent_back", code)}

    def _return(self, state: str, code: str) -> int:
        return return_row(somebody(Role.LEAD, PLACES[Where.OWN])[0], code, state)

    def to_answer(self, code: str) -> dict[str, object]:
        """An ask that was raised to its owner, and awaits a response."""
        return {"to_answer": "6.1", "version_to_answer": self._escalated("6.1", code)}

    def to_judge(self, code: str) -> dict[str, object]:
        return {"to_judge": "3.3", "version_to_judge": self._escalated("3.3", code)}

    def _escalated(self, ref: str, code: str) -> int:
        return escalated(somebody(Role.REGION, PLACES[Where.ITS_REGION])[0], code, ref)

    def appointment(self, code: str) -> dict[str, object]:
        """Somebody else who owns ask 2.2."""
        owner, _ = somebody(Role.CONTRIBUTOR, PLACES[Where.OWN])
        return {"appointment": in_post.owner_row(owner, code), "owner": owner}

    def version_to_appoint(self, code: str) -> dict[str, object]:
        return {"version_to_appoint": in_post.version(code)}

    def version_to_hand_over(self, code: str) -> dict[str, object]:
        return {"version_to_hand_over": in_post.version(code)}

    def own_appointment(self, code: str) -> dict[str, object]:
        """Whoever asks, as the owner of ask 2.2."""
        owner = self.viewer_id or somebody(Role.CONTRIBUTOR, PLACES[Where.OWN])[0]
        return {"own_appointment": in_post.owner_row(owner, code)}

    def evidence(self, code: str) -> dict[str, object]:
        """A file that somebody else added as evidence for ask 2.2."""
        return {"evidence": standing.a_file(somebody(Role.LEAD, code)[0], code)}

    def entry(self, code: str) -> dict[str, object]:
        """What an organisation said about ask 7.1."""
        return {"entry": progress_entry(code, "7.1")}

    def claim_version(self, code: str) -> dict[str, object]:
        """Ask 2.3 of the organisation, claimed again where it was decided on in between."""
        return {"claim_version": claimed_again(code, "2.3")}

    def to_share(self, code: str) -> dict[str, object]:
        """An ask that the organisation has done, and the version of what it shares of it."""
        claimed_again(code, "2.3")
        return {"to_share": "2.3", "version_to_share": note_version(code, "2.3")}

    def to_take_back(self, code: str) -> dict[str, object]:
        """An ask of which the organisation shares how it did it."""
        note_row(somebody(Role.LEAD, PLACES[Where.OWN])[0], code, "7.1")
        return {"to_take_back": "7.1"}

    def claim_sample(self, _code: str) -> dict[str, object]:
        """A sample of the northern regional team."""
        drawer, _ = somebody(Role.REGION, PLACES[Where.ITS_REGION])
        return {"claim_sample": sample_row(drawer, PLACES[Where.ITS_REGION])}

    def adopted(self, code: str) -> dict[str, object]:
        """A framework that was taken up; the one that can be is left for the page where that is done."""
        adoption(code, "8ua-2020")
        return {"adopted": "8ua-2020"}

    def target_request(self, code: str) -> dict[str, object]:
        """What an organisation asks of its region about ask 3.4."""
        return {"target_request": target_request(code, "3.4", wanted_on=AHEAD)}

    def own_request(self, code: str) -> dict[str, object]:
        return {"own_request": target_request(code, "3.1", wanted_on=AHEAD)}

    def asleep(self, code: str) -> dict[str, object]:
        """An ask that whoever asks has snoozed."""
        snoozed(self.viewer_id or somebody(Role.LEAD, PLACES[Where.OWN])[0], SOON, ref="1.1", code=code)
        return {"asleep": "1.1"}

    def invitation_link(self, _code: str) -> dict[str, object]:
        reference = links.reference_of_invitation(invitation(Role.CONTRIBUTOR, PLACES[Where.OWN]))
        path = links.make_for_mail(reference)
        session().commit()
        assert path is not None
        return {"invitation_link": path.rpartition("/")[2]}

    def password_link(self, _code: str) -> dict[str, object]:
        person_id, _ = somebody(Role.CONTRIBUTOR, PLACES[Where.OWN])
        path = links.make_password_link(account_id(person_id))
        session().commit()
        return {"password_link": path.rpartition("/")[2]}

    def address_link(self, _code: str) -> dict[str, object]:
        """The link that confirms the corrected address of somebody else."""
        person_id, _ = somebody(Role.CONTRIBUTOR, PLACES[Where.OWN])
        by = make.person(Role.ADMINISTRATOR, email="inviter@example.nhs.uk")
        new = f"corrected{next(SERIAL)}@example.nhs.uk"
        reference = addresses.begin(account_id(person_id), new, by=by, by_role="administrator")
        path = links.make_for_mail(reference)
        session().commit()
        assert path is not None
        return {"address_link": path.rpartition("/")[2]}

    def own_calendar(self, _code: str) -> dict[str, object]:
        """A calendar of whoever asks."""
        return {"own_calendar": NOT_THERE if self.viewer_id is None else calendar_row(self.viewer_id)[0]}

    def others_calendar(self, _code: str) -> dict[str, object]:
        return {"others_calendar": calendar_row(somebody(Role.LEAD, PLACES[Where.OWN])[0])[0]}

    def calendar_link(self, _code: str) -> dict[str, object]:
        """The token of somebody else's calendar."""
        return {"calendar_link": calendar_row(somebody(Role.LEAD, PLACES[Where.OWN])[0])[1]}

    def own_session(self, _code: str) -> dict[str, object]:
        return {"own_session": NOT_THERE if self.viewer_id is None else session_of(self.viewer_id)}

    def oneself(self, _code: str) -> dict[str, object]:
        return {"oneself": NOT_THERE if self.viewer_id is None else self.viewer_id}

    def present_code(self, _code: str) -> dict[str, object]:
        """A code of the viewer's authenticator; time stands still here, so one that was taken before is forgotten."""
        if self.viewer_id is not None:
            forgotten = sa.update(Account).where(Account.person_id == self.viewer_id).values(totp_last_step=None)
            session().execute(forgotten)
            session().commit()
        return {"present_code": totp.code_of(make.AUTHENTICATOR, totp.step_of(clock.real_now()))}

    def others_session(self, _code: str) -> dict[str, object]:
        return {"others_session": session_of(somebody(Role.CONTRIBUTOR, PLACES[Where.OWN])[0])}


_MADE_WITH = {
    "role": "person",
    "lead_role": "lead",
    "owner": "appointment",
    "version_to_answer": "to_answer",
    "version_to_judge": "to_judge",
    "version_to_share": "to_share",
}
"""The names that are made together with another one, and which that is."""
ABOUT_NO_PLACE = {
    "claim_sample",
    "address_link",
    "calendar_link",
    "invitation_link",
    "password_link",
    "own_session",
    "others_session",
    "oneself",
    "own_view",
    "others_view",
    "own_calendar",
    "others_calendar",
}
"""Names that stand for somebody's own, wherever they are."""
