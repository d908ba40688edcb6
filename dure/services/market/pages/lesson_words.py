"""What a person reads when the lessons say no."""

from collections.abc import Mapping

from django.utils.translation import gettext_lazy as _

from dure.kit.faces import Say, Says, Words
from dure.services.market.types import tutoring as t

SAYS: Says = {
    t.AlreadyEnrolled: Say(
        _("Your shop learns in a course already."), _("When that one is over, you can join another.")
    ),
    t.CourseOver: Say(
        _("This course ended on {ended_on}."), _("The lessons stay open to everybody, without a course.")
    ),
    t.EnrolmentEnded: Say(_("This shop has left the course."), ""),
    t.TutorFull: Say(_("A tutor looks after at most {limit} shops."), _("Please name somebody else.")),
    t.TutorsOwnShop: Say(_("Nobody tutors a shop they belong to."), _("Please name somebody else.")),
    t.VisitOutside: Say(_("A visit lies between {first} and {last}."), _("Please choose another day."), 422),
    t.WeekTaken: Say(_("A visit in that week is planned already, on {on}."), _("Please choose another week.")),
    t.DayFull: Say(_("There are {limit} visits on that day already."), _("Please choose another day.")),
    t.VisitNotYet: Say(_("This visit is on {on}."), _("Write what became of it on that day or later.")),
    t.VisitSettled: Say(_("What became of this visit is written already."), ""),
    t.TooManyQuestions: Say(
        _("{limit} of your questions wait for an answer."), _("Please wait until one is answered.")
    ),
    t.AlreadyAnswered: Say(_("This question has its answer already."), ""),
    t.NotYetComplete: Say(
        _("The certificate waits for what is not done yet."), _("Open your course: the list shows what is left.")
    ),
}
REASONS: Mapping[str, Words] = {}
