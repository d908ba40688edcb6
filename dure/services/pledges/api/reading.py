"""For everybody: seasons, projects, and what a certificate says."""

from django_bolt import Request

from dure.kit.routes import takes_token
from dure.services.pledges import queries
from dure.services.pledges.types import (
    Project,
    Season,
)

from . import shapes
from .roots import actor, routes


@routes.get("/seasons")
def seasons(request: Request) -> tuple[Season, ...]:
    """All seasons, the newest first."""
    return queries.seasons()


@routes.get("/seasons/{code}", also={"404"})
def season(request: Request, code: shapes.Code) -> shapes.SeasonPage:
    """One season."""
    found = queries.season_by_code(code)
    figures = queries.told_figures(found.id)
    return shapes.SeasonPage(found, figures, queries.told_sums(found.id) if figures else ())


@routes.get("/seasons/{code}/projects", also={"404"})
def projects(request: Request, code: shapes.Code, q: shapes.Search = "", page: shapes.Page = 1) -> tuple[Project, ...]:
    """Open projects of a season, by title."""
    return queries.find_projects(queries.season_by_code(code).id, q, page=page)


@routes.get("/projects/{code}", **takes_token)
def project(request: Request, code: shapes.Code) -> Project:
    """One project."""
    return queries.project_by_code(code, actor(request))


@routes.get("/certificates/{code}", also={"404"})
def certificate(request: Request, code: shapes.CertificateCode) -> shapes.CertificatePage:
    """What a certificate says, and what shows that its count is in the published total. For whoever was shown its code."""
    return shapes.CertificatePage(queries.certificate_by_code(code), queries.count_of_certificate(code))
