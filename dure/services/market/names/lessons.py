"""What people read for tasks, weeks, stages and reasons of the lessons."""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from dure.services.market.types.lessons import Task
from dure.services.market.types.tutoring import EnrolmentState, NotCounted, Stage, VisitState

TASKS: Mapping[Task, str | Promise] = {
    Task.CHANNEL: _("opened the channel"),
    Task.POSTER: _("first friend by the QR poster"),
    Task.FRIEND: _("first friend"),
    Task.TEN_FRIENDS: _("ten friends"),
    Task.MESSAGE: _("first message to friends"),
    Task.COUPON: _("first coupon"),
    Task.REDEEM: _("first coupon used"),
    Task.REPLY: _("first reply"),
    Task.TAG: _("first tag"),
    Task.FIGURES: _("first look at the figures"),
    Task.WELCOME_BACK: _("a customer came back"),
}
WEEKS_NAMED: Mapping[int, str | Promise] = {
    1: _("First week"),
    2: _("Second week"),
    3: _("Third week"),
    4: _("Fourth week"),
    5: _("Fifth week"),
    6: _("Sixth week"),
    7: _("Seventh week"),
    8: _("Eighth week"),
}
STAGES: Mapping[Stage, str | Promise] = {
    Stage.PLANNED: _("begins soon"),
    Stage.RUNNING: _("under way"),
    Stage.ASKING: _("open for questions"),
    Stage.OVER: _("over"),
}
ENROLMENTS: Mapping[EnrolmentState, str | Promise] = {
    EnrolmentState.LEARNING: _("learning"),
    EnrolmentState.COMPLETED: _("completed"),
    EnrolmentState.WITHDRAWN: _("left the course"),
}
VISITS: Mapping[VisitState, str | Promise] = {
    VisitState.PLANNED: _("planned"),
    VisitState.KEPT: _("has been there"),
    VisitState.MISSED: _("did not take place"),
}
NOT_COUNTED: Mapping[NotCounted, str | Promise] = {
    NotCounted.LEFT_SOON: _("left within seven days"),
    NotCounted.CROWD: _("came within minutes with many others and was never seen again"),
    NotCounted.OWN: _("works for the shop"),
}
