"""What a person reads when the inbox says no."""

from django.utils.translation import gettext_lazy as _

from dure.foundations.channels import types
from dure.kit.faces import Say, Says

SAYS: Says = {
    types.ContentEmpty: Say(_("There is nothing to show yet ({field})."), status=422),
    types.ConversationTaken: Say(_("A colleague answers here."), _("Ask them, or let it be given to you.")),
    types.NotWhileSo: Say(_("It stands otherwise by now."), _("Load the page again to see where it stands.")),
    types.AttachmentUnfit: Say(
        _("This file cannot be taken ({why}, at most {limit})."), _("Send a shorter or smaller one."), 422
    ),
}
