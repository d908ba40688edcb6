"""What states, topics and steps are called in the lists of the admin."""

from django.utils.translation import gettext_lazy as _

from dure.kit.labels import label_codes
from dure.services.giving import models
from dure.services.giving import types as t
from dure.services.giving.names import STATES, TOPICS, WANTS

ANSWERS = {
    t.PartnerState.ASKED: _("has not answered yet"),
    t.PartnerState.ACCEPTED: _("has said yes"),
    t.PartnerState.DECLINED: _("has said no"),
}
AGREEMENTS = {
    t.AgreementState.VALID: _("agreed"),
    t.AgreementState.WITHDRAWN: _("taken back"),
    t.AgreementState.INVALIDATED: _("struck out"),
}
GIFTS = {
    t.GiftState.PENDING: _("waits for the payment"),
    t.GiftState.GIVEN: _("given"),
    t.GiftState.REFUNDED: _("given back"),
    t.GiftState.FAILED: _("not paid"),
}

label_codes(models.Cause, {"state": STATES, "topic": TOPICS, "partner_state": ANSWERS})
label_codes(models.Box, {"state": STATES})
label_codes(models.Gift, {"state": GIFTS})
label_codes(models.Agreement, {"state": AGREEMENTS})
label_codes(models.Step, {"want": WANTS, "before": STATES, "after": STATES})
