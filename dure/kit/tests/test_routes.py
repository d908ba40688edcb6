"""What an endpoint is given: words of the address as members of the enums that it declares."""

from collections.abc import Iterator
from enum import Enum, StrEnum
from typing import Annotated, Any

import msgspec
import pytest
from django_bolt import Request
from django_bolt.testing import TestClient

from dure.kit import problems
from dure.kit.routes import Api, Routes


class Kind(StrEnum):
    GIFT = "gift"
    COMMENT = "comment"


class Plain(Enum):
    ONE = "one"


class Told(msgspec.Struct, frozen=True):
    what: str


@pytest.fixture
def client(db: None) -> Iterator[Any]:
    routes = Routes("/shed", tags=["shed"])

    @routes.get("/by-path/{kind}")  # type: ignore[untyped-decorator]  # django-bolt ships no types
    def by_path(kind: Kind) -> Told:
        return Told(f"{kind is Kind.GIFT} {type(kind).__name__}")

    @routes.get("/by-query")  # type: ignore[untyped-decorator]  # django-bolt ships no types
    def by_query(kind: Kind | None = None, plain: Plain = Plain.ONE) -> Told:
        return Told(f"{kind!r} {plain is Plain.ONE}")

    @routes.post("/written/{kind}")  # type: ignore[untyped-decorator]  # django-bolt ships no types
    def written(request: Request, kind: Annotated[Kind, "which"], body: Told) -> Told:
        return Told(f"{kind is Kind.GIFT} {body.what}")

    api = Api(enable_logging=False, error_formatter=problems.answer)
    api.include_router(routes)
    with TestClient(api, base_url="http://localhost", read_django_settings=False) as line:
        yield line


def test_a_word_of_the_path_is_the_member_and_not_only_equal_to_it(client: Any) -> None:
    assert client.get("/shed/by-path/gift").json()["what"] == "True Kind"
    assert client.post("/shed/written/gift", json={"what": "x"}).json()["what"] == "True x"


def test_so_is_one_of_the_query_and_what_is_left_out_is_the_default(client: Any) -> None:
    assert client.get("/shed/by-query?kind=comment&plain=one").json()["what"] == "<Kind.COMMENT: 'comment'> True"
    assert client.get("/shed/by-query").json()["what"] == "None True"


def test_a_word_that_is_none_of_them_is_a_named_refusal(client: Any) -> None:
    for address in ("/shed/by-path/gifts", "/shed/by-query?kind=GIFT"):
        answer = client.get(address)
        assert answer.status_code == 422
        assert answer.json()["code"] == "bad_value"
