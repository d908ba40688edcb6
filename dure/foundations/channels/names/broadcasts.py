"""Words for templates, broadcasts and why something is sent."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from dure.foundations.channels.types import BroadcastState, Purpose, TemplateState

__all__ = ["AD_RULES", "BROADCAST_STATES", "EXPECTED", "PURPOSES", "REFUSED", "TEMPLATE_STATES"]

PURPOSES: dict[str, Promise] = {
    Purpose.INFO: pgettext_lazy("purpose of a message", "Notice"),
    Purpose.AD: pgettext_lazy("purpose of a message", "Ad"),
    Purpose.SAFETY: pgettext_lazy("purpose of a message", "Safety"),
    Purpose.CARE: pgettext_lazy("purpose of a message", "Care"),
}
BROADCAST_STATES: dict[str, tuple[Promise, str]] = {
    BroadcastState.DRAFT: (pgettext_lazy("message", "Draft"), "grey"),
    BroadcastState.ASKED: (pgettext_lazy("message", "Waits for a second person"), "sun"),
    BroadcastState.SCHEDULED: (pgettext_lazy("message", "Goes out at its time"), "sun"),
    BroadcastState.SENDING: (pgettext_lazy("message", "On its way"), ""),
    BroadcastState.DONE: (pgettext_lazy("message", "Sent"), ""),
    BroadcastState.STOPPED: (pgettext_lazy("message", "Stopped"), "warn"),
    BroadcastState.REFUSED: (pgettext_lazy("message", "Could not be sent"), "warn"),
}
REFUSED: dict[str, Promise] = {  # code of what said no when its time came
    "": _("Something kept it from going out. Look at it once more and hand it in again, or ask a steward."),
    "not_enough_credit": _(
        "The message credits were not enough. Send it only by ways that cost nothing, to fewer people, or when there is more."
    ),
    "coupon_gone": _("The coupon in it was given out or over. Choose another one and hand it in again."),
    "channel_closed": _("The channel is closed."),
    "channel_paused": _("The channel was paused by the stewards."),
    "ad_form_wrong": _("The form of the ad was not right any more: look at the name and contact of the channel."),
    "ad_looks_like_info": _("What it says offers something, so it is an ad. Choose “Ad”, or leave it out."),
    "content_too_long": _("It had become too long, because the name or contact of the channel did. Make it shorter."),
}
TEMPLATE_STATES: dict[str, tuple[Promise, str]] = {
    TemplateState.DRAFT: (pgettext_lazy("template", "Draft"), "grey"),
    TemplateState.ASKED: (pgettext_lazy("template", "Waits for a second person"), "sun"),
    TemplateState.APPROVED: (pgettext_lazy("template", "In force"), ""),
    TemplateState.RETIRED: (pgettext_lazy("template", "Replaced"), "grey"),
}
AD_RULES: dict[str, Promise] = {
    "marking_missing": _("An ad begins with “(광고)”."),
    "marking_evaded": _("The marking is written exactly “(광고)”, without spaces, dots or other words in it."),
    "marking_not_first": _("“(광고)” stands at the very beginning."),
    "sender_missing": _("After “(광고)” comes the name of the channel."),
    "contact_missing": _("After the name comes the contact of the channel."),
    "opt_out_missing": _("An ad ends with a free way to stop ads."),
    "opt_out_not_last": _("The free way to stop ads stands in the last line."),
    "opt_out_not_free": _("Stopping ads is free, and the line says so: “무료 수신거부”."),
    "picture_only": _("An ad says in words what it offers: a picture alone is not enough."),
    "hidden_characters": _("The text holds characters that nobody sees."),
}
EXPECTED: dict[str, Promise] = {
    "field": _("one of 꼬리표, 가입, 방문, 생일, 읽음, 지역, 경로"),
    "colon": _("a colon and a value, as in 꼬리표:단골"),
    "comparison": _("<, > or : and a number of days, as in 방문 > 30"),
    "days": _("a number of days"),
    "value": _("a value; one with spaces stands in quotes"),
    "way": _("one of QR, 링크, 검색, 서비스"),
    "closing": _("a closing parenthesis"),
    "and_or_end": _("그리고, 또는, or the end"),
    "quote": _("a closing quote"),
    "simpler": _("a shorter condition"),
    "shorter": _("a shorter condition"),
}
