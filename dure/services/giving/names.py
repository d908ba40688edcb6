"""What people read for a code, wherever they read it: states and topics of causes, steps of their history."""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from dure.services.giving import types as t

STATES: Mapping[t.CauseState, Promise] = {
    t.CauseState.DRAFT: _("draft"),
    t.CauseState.PROPOSED: _("gathering agreement"),
    t.CauseState.VETTING: _("being checked"),
    t.CauseState.NEEDS_WORK: _("back with its proposer"),
    t.CauseState.OPEN: _("open for gifts"),
    t.CauseState.CLOSED: _("closed, being planned"),
    t.CauseState.PLANNED: _("plan waits for approval"),
    t.CauseState.PAID_OUT: _("paid out, in use"),
    t.CauseState.REPORTED: _("reported"),
    t.CauseState.REJECTED: _("not accepted"),
    t.CauseState.WITHDRAWN: _("withdrawn"),
    t.CauseState.STOPPED: _("stopped"),
    t.CauseState.REFUNDED: _("refunded"),
    t.CauseState.ENDED: _("ended without gifts"),
}
TOPICS: Mapping[t.Topic, Promise] = {
    t.Topic.CHILDREN: _("Children and youth"),
    t.Topic.ELDERS: _("Elders"),
    t.Topic.DISABILITY: _("Disability"),
    t.Topic.HEALTH: _("Health"),
    t.Topic.DISASTER: _("Disaster relief"),
    t.Topic.ENVIRONMENT: _("Environment"),
    t.Topic.ANIMALS: _("Animals"),
    t.Topic.COMMUNITY: _("Neighbourhood"),
    t.Topic.CULTURE: _("Culture and learning"),
    t.Topic.ABROAD: _("Abroad"),
}
WANTS: Mapping[t.Want, Promise] = {
    t.Want.EDIT: _("changed"),
    t.Want.PROPOSE: _("proposed"),
    t.Want.ANSWER_AS_PARTNER: _("the partner answered"),
    t.Want.AGREE: _("agreed"),
    t.Want.UNAGREE: _("taken back"),
    t.Want.INVALIDATE: _("agreements struck out"),
    t.Want.REACH_GATE: _("enough people agreed"),
    t.Want.REOPEN_GATE: _("the gate closed again"),
    t.Want.MISS_GATE: _("its time at the gate was over"),
    t.Want.ASK_WORK: _("sent back for rework"),
    t.Want.RESUBMIT: _("handed back"),
    t.Want.REJECT: _("rejected"),
    t.Want.OPEN: _("the box opened"),
    t.Want.GIVE: _("given"),
    t.Want.CHEER: _("cheered"),
    t.Want.EXTEND: _("open longer"),
    t.Want.REGISTER: _("the collection is registered"),
    t.Want.CLOSE: _("closed"),
    t.Want.STOP: _("stopped"),
    t.Want.REVISE_PLAN: _("a plan was handed in"),
    t.Want.APPROVE_PLAN: _("the plan was approved by one"),
    t.Want.REJECT_PLAN: _("the plan was sent back"),
    t.Want.PAY_OUT: _("paid out"),
    t.Want.WRITE_REPORT: _("the report was written"),
    t.Want.FILE_REPORT: _("the report was filed"),
    t.Want.REFUND_GIFT: _("a gift was given back"),
    t.Want.FINISH_REFUND: _("all gifts were given back"),
    t.Want.END_EMPTY: _("it ended, as nothing was raised"),
    t.Want.WITHDRAW: _("withdrawn"),
}
