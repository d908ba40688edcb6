"""AlimTalk templates at NHN Cloud: register, which asks for a review, and follow it (facts: messaging 1.3).

The code of a template is ours to choose, so the same template registered twice is refused as being there.
"""

from typing import Any
from urllib.parse import quote

from dure.foundations.channels.rules.dealer_codes import SILENT
from dure.foundations.channels.types import Button, ButtonKind, Review, ReviewState, WantedTemplate

from .line import Line, NoAnswer
from .nhn import BASE, Account, Nhn

STATES = {
    "TSC01": ReviewState.ASKED,
    "TSC02": ReviewState.ASKED,
    "TSC03": ReviewState.APPROVED,
    "TSC04": ReviewState.REJECTED,
}
COMMENT_LENGTH_MAX = 500


class NhnTemplates:
    dealer = Nhn.dealer

    def __init__(self, account: Account) -> None:
        self._account = account
        self._line = Line(self.dealer, account.url or BASE)
        appkey, sender = quote(account.appkey, safe=""), quote(account.sender, safe="")
        self._path = f"/alimtalk/v2.3/appkeys/{appkey}/senders/{sender}/templates"

    def register(self, wanted: WantedTemplate) -> str:
        if self._listed(wanted.mark) is None:
            body = {
                "templateCode": wanted.mark,
                "templateName": wanted.name,
                "templateContent": wanted.text,
                "templateMessageType": "BA",
                "buttons": [_button(place, one) for place, one in enumerate(wanted.buttons, 1)],
            }
            self._ask("POST", body=body)
        return wanted.mark

    def review(self, code: str) -> Review:
        found = self._listed(code)
        if found is None:
            return Review(ReviewState.RETIRED)  # it was deleted there
        state = STATES.get(str(found.get("status")))
        if state is None:
            raise NoAnswer(SILENT)
        comments = found.get("comments")
        last = comments[-1] if isinstance(comments, list) and comments and isinstance(comments[-1], dict) else {}
        return Review(state, str(last.get("content", ""))[:COMMENT_LENGTH_MAX])

    def _listed(self, code: str) -> dict[str, Any] | None:
        said = self._ask("GET", query={"templateCode": code, "pageSize": "20"})
        answer = said.get("templateListResponse")
        listed = answer.get("templates") if isinstance(answer, dict) else None
        if not isinstance(listed, list):
            raise NoAnswer(SILENT)
        return next((one for one in listed if isinstance(one, dict) and one.get("templateCode") == code), None)

    def _ask(self, method: str, *, body: object = None, query: dict[str, str] | None = None) -> dict[str, Any]:
        proof = {"X-Secret-Key": self._account.secret}
        _, said = self._line.ask(method, self._path, body=body, query=query, headers=proof)
        header = said.get("header") if isinstance(said, dict) else None
        if not isinstance(header, dict) or header.get("resultCode") != 0:
            raise NoAnswer(SILENT)
        return dict(said)


def _button(place: int, button: Button) -> dict[str, object]:
    named: dict[str, object] = {"ordering": place, "name": button.label}
    match button.kind:
        case ButtonKind.LINK:
            return named | {"type": "WL", "linkMo": button.target, "linkPc": button.target}
        case ButtonKind.CALL:
            return named | {"type": "TN", "telNumber": button.target}
        case _:
            return named | {"type": "BK"}
