"""AlimTalk templates at SOLAPI: register, ask for a review, follow it (facts: messaging 1.3).

It takes a second template of the same name, so the name carries our mark, and what is there already is looked for first.
"""

from typing import Any
from urllib.parse import quote

from dure.foundations.channels.rules.dealer_codes import SILENT
from dure.foundations.channels.types import Button, ButtonKind, Review, ReviewState, WantedTemplate

from .line import Line, NoAnswer
from .solapi import BASE, OK, Account, Solapi, authorised

STATES = {
    "PENDING": ReviewState.WANTED,
    "INSPECTING": ReviewState.ASKED,
    "APPROVED": ReviewState.APPROVED,
    "REJECTED": ReviewState.REJECTED,
    "STOPPED": ReviewState.RETIRED,
    "DELETED": ReviewState.RETIRED,
}
COMMENT_LENGTH_MAX = 500


class SolapiTemplates:
    dealer = Solapi.dealer

    def __init__(self, account: Account) -> None:
        self._account = account
        self._line = Line(self.dealer, account.url or BASE)

    def register(self, wanted: WantedTemplate) -> str:
        name = f"{wanted.name} {wanted.mark}"
        found = next((one for one in self._named(name)), None)
        if found is None:
            body = {
                "name": name,
                "channelId": self._account.channel,
                "content": wanted.text,
                "buttons": [_button(one) for one in wanted.buttons],
            }
            found = self._ask("POST", "/kakao/v2/templates", body=body)
        code = str(found.get("templateId", ""))
        if not code:
            raise NoAnswer(SILENT)
        if found.get("status") == "PENDING":
            self._ask("PUT", f"/kakao/v1/templates/{quote(code, safe='')}/inspection", body={})
        return code

    def review(self, code: str) -> Review:
        said = self._ask("GET", f"/kakao/v2/templates/{quote(code, safe='')}")
        state = STATES.get(str(said.get("status")))
        if state is None:
            raise NoAnswer(SILENT)
        comments = said.get("comments")
        last = comments[-1] if isinstance(comments, list) and comments and isinstance(comments[-1], dict) else {}
        return Review(state, str(last.get("content", ""))[:COMMENT_LENGTH_MAX])

    def _named(self, name: str) -> list[dict[str, Any]]:
        said = self._ask("GET", "/kakao/v2/templates", query={"name": name, "limit": "20"})
        listed = said.get("templateList")
        return (
            [one for one in listed if isinstance(one, dict) and one.get("name") == name]
            if isinstance(listed, list)
            else []
        )

    def _ask(
        self, method: str, path: str, *, body: object = None, query: dict[str, str] | None = None
    ) -> dict[str, Any]:
        status, said = self._line.ask(method, path, body=body, query=query, headers=authorised(self._account))
        if status != OK or not isinstance(said, dict):
            raise NoAnswer(SILENT)
        return said


def _button(button: Button) -> dict[str, str]:
    match button.kind:
        case ButtonKind.LINK:
            return {"buttonType": "WL", "buttonName": button.label, "linkMo": button.target, "linkPc": button.target}
        case ButtonKind.CALL:
            return {"buttonType": "TN", "buttonName": button.label, "linkMo": button.target}
        case _:
            return {"buttonType": "BK", "buttonName": button.label}
