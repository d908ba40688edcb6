"""Writes of people: one verb, one function. Each asks rules.may_ first."""

from .accounts import (
    FORGET_BATCH_MAX,
    LANGUAGES,
    REGION_LENGTH_MAX,
    admit,
    admit_crowd,
    close_account,
    edit_profile,
    forget,
    forget_sessions,
    note_verified,
    rename,
)
from .consents import (
    give_consent,
    withdraw_consent,
)
from .exports import (
    export,
)
from .members import (
    accept_invitation,
    ask_role,
    begin_roles,
    change_member_role,
    confirm_role,
    decline_invitation,
    grant_role,
    invite_member,
    remove_member,
    revoke_role,
    withdraw_invitation,
)
from .organisations import (
    decide_verification,
    edit_organisation,
    register_organisation,
    set_bank_account,
    submit_verification,
    verify_bank_account,
)
from .suspending import end_role, lift_suspension, suspend_role

__all__ = [
    "FORGET_BATCH_MAX",
    "LANGUAGES",
    "REGION_LENGTH_MAX",
    "accept_invitation",
    "admit",
    "admit_crowd",
    "ask_role",
    "begin_roles",
    "change_member_role",
    "close_account",
    "confirm_role",
    "decide_verification",
    "decline_invitation",
    "edit_organisation",
    "edit_profile",
    "end_role",
    "export",
    "forget",
    "forget_sessions",
    "give_consent",
    "grant_role",
    "invite_member",
    "lift_suspension",
    "note_verified",
    "register_organisation",
    "remove_member",
    "rename",
    "revoke_role",
    "set_bank_account",
    "submit_verification",
    "suspend_role",
    "verify_bank_account",
    "withdraw_consent",
    "withdraw_invitation",
]
