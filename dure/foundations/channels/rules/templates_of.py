"""Templates: variables in content, the limits of AlimTalk, who may approve, and how a version becomes the one in force."""

import re
from collections.abc import Mapping
from enum import StrEnum
from typing import Final

import msgspec

from dure.base.refusals import BadValue
from dure.foundations.channels.types import (
    Card,
    Content,
    ContentTooLong,
    ListCard,
    NeedsSecondPerson,
    Picture,
    Purpose,
    TemplateState,
    Text,
    VariableUnknown,
    WrongState,
)
from dure.foundations.people.types import PersonId

from . import advertising
from . import content as contents

VARIABLES_MAX: Final = 40  # NHN Cloud
VARIABLE_LENGTH_MAX: Final = 20
REGISTERED_MAX: Final = 1_300  # NHN Cloud: with the variables as they are written
FILLED_MAX: Final = 1_000  # SOLAPI, NHN Cloud: as it is sent
NAME_LENGTH_MAX: Final = 60

_VARIABLE = re.compile(r"#\{([^#{}\n]{1,60})\}")
_BROKEN = re.compile(r"#\{|(?<=\w)\}")
_NAME = re.compile(r"[가-힣A-Za-z][가-힣A-Za-z0-9_]*(?: [가-힣A-Za-z0-9_]+)*")


class TemplateVerb(StrEnum):
    """What can be done to a version of a template."""

    EDIT = "edit"
    ASK = "ask"
    APPROVE = "approve"
    REJECT = "reject"
    RETIRE = "retire"


TEMPLATE_STATES: Final[dict[tuple[TemplateState, TemplateVerb], TemplateState]] = {
    (TemplateState.DRAFT, TemplateVerb.EDIT): TemplateState.DRAFT,
    (TemplateState.DRAFT, TemplateVerb.ASK): TemplateState.ASKED,
    (TemplateState.ASKED, TemplateVerb.EDIT): TemplateState.DRAFT,
    (TemplateState.ASKED, TemplateVerb.APPROVE): TemplateState.APPROVED,
    (TemplateState.ASKED, TemplateVerb.REJECT): TemplateState.DRAFT,
    (TemplateState.APPROVED, TemplateVerb.RETIRE): TemplateState.RETIRED,
}


def after(state: TemplateState, verb: TemplateVerb) -> TemplateState:
    """The state after `verb`. Raises WrongState."""
    if (state, verb) not in TEMPLATE_STATES:
        raise WrongState(state=state)
    return TEMPLATE_STATES[state, verb]


def variables(content: Content) -> tuple[str, ...]:
    """The names in `#{name}`, each once, in the order in which they come. Raises BadValue for one that cannot be read."""
    found: dict[str, None] = {}
    for text in contents.texts(content):
        for name in _VARIABLE.findall(text):
            if len(name) > VARIABLE_LENGTH_MAX or not _NAME.fullmatch(name):
                raise BadValue(field="variables", reason="variable")
            found[name] = None
        if _BROKEN.search(_VARIABLE.sub("", text)):
            raise BadValue(field="variables", reason="variable")
    return tuple(found)


def first_variable(content: Content) -> str:
    """The name of the first `#{name}`; empty: there is none."""
    return next((name for text in contents.texts(content) for name in _VARIABLE.findall(text)), "")


def filled(content: Content, values: Mapping[str, str]) -> Content:
    """The content with each `#{name}` replaced. Values are text: what they hold is not read again. Raises VariableUnknown."""
    for name in variables(content):
        if name not in values:
            raise VariableUnknown(name=name)

    def fill(text: str) -> str:
        return _VARIABLE.sub(lambda found: values[found[1]], text)

    return msgspec.structs.replace(content, parts=tuple(_filled_part(part, fill) for part in content.parts))


def check(content: Content, purpose: Purpose, sender: str, contact: str) -> tuple[str, ...]:
    """The variables of a template whose words and size fit its purpose. Raises what `advertising.check` does, VariableUnknown."""
    names = variables(content)
    if len(names) > VARIABLES_MAX:
        raise ContentTooLong(field="variables", limit=VARIABLES_MAX, length=len(names))
    for button in contents.buttons(content):
        if _VARIABLE.search(button.label):
            raise BadValue(field="buttons", reason="variable_in_label")
    shortest = filled(content, dict.fromkeys(names, "가"))  # what is written around the variables has to fit
    advertising.check(shortest, purpose, sender, contact)
    return names


def check_alimtalk(content: Content) -> None:
    """That AlimTalk can carry it: one text and buttons, nothing that offers (conduct rules: an offer inside makes it an ad).

    Raises BadValue, ContentTooLong, AdLooksLikeInfo.
    """
    if len(content.parts) != 1 or not isinstance(content.parts[0], Text):
        raise BadValue(field="parts", reason="alimtalk_text_only")
    text = content.parts[0].text
    length, most = (len(text), REGISTERED_MAX) if _VARIABLE.search(text) else (len(text), FILLED_MAX)
    if length > most:
        raise ContentTooLong(field="text", limit=most, length=length)
    if content.quick_replies:
        raise BadValue(field="quick_replies", reason="alimtalk_text_only")
    advertising.check_notice(content)


def may_approve(by: PersonId, written_by: PersonId) -> None:
    """Another person than the writer. Raises NeedsSecondPerson."""
    if by == written_by:
        raise NeedsSecondPerson()


def _filled_part(part: object, fill: object) -> object:
    assert callable(fill)  # noqa: S101 - given two lines above
    match part:
        case Text(text):
            return Text(fill(text))
        case Card():
            return msgspec.structs.replace(part, title=fill(part.title), text=fill(part.text))
        case ListCard():
            items = tuple(
                msgspec.structs.replace(item, title=fill(item.title), text=fill(item.text)) for item in part.items
            )
            return msgspec.structs.replace(part, title=fill(part.title), items=items)
        case Picture():
            return msgspec.structs.replace(part, says=fill(part.says))
        case _:
            return part
