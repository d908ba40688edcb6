"""Receipts and statements on paper: every field of the form, readable, accessible, the same each time."""

import io
import re
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

import pytest
from django.utils import translation
from pypdf import PdfReader

from dure.base.refusals import NotAllowed
from dure.foundations.ledger import documents as paper
from dure.foundations.ledger import queries
from dure.foundations.ledger.models import DonationReceipt as ReceiptRow
from dure.foundations.ledger.types import (
    Collector,
    DonationKind,
    DonationReceipt,
    DonorIdentity,
    Issuer,
    ReceiptId,
    ReceiptLine,
)
from dure.foundations.people.tests import making
from dure.kit import documents

from .test_receipts import a_donor, a_receiver, donated, issued, reversed_gift

AT = datetime(2026, 3, 2, 1, tzinfo=UTC)
WHO = DonorIdentity("홍길동", "가람군 솔내면 솔내리 12", "9001011234567")


def receipt(lines: int = 1) -> DonationReceipt:
    return DonationReceipt(
        id=ReceiptId(UUID(int=1)),
        number="2026-000123",
        issuer=Issuer(UUID(int=2), "가람사회복지회", "1248100998", "이나눔", "가람군 가람읍 시장길 12", "40"),
        collector=Collector("두레 운영자", "2208100011", "가람군 가람읍 광장길 1"),
        donor=UUID(int=3),
        tax_year=2026,
        lines=tuple(
            ReceiptLine(UUID(int=number), DonationKind.MONEY, date(2026, 1, 5), "어르신 겨울 난방", 10_000)
            for number in range(lines)
        ),
        total=10_000 * lines,
        issued_at=AT,
        reversed_at=None,
        reversed_why="",
        replaces=None,
        has_identity=True,
    )


def read(value: DonationReceipt, donor: DonorIdentity | None = WHO, *, full: bool = False) -> str:
    with translation.override("ko"):
        body = paper.receipt_paper(value, donor, full)
    return words(documents.render(paper.HOUSE, "receipt", body, AT))


def words(pdf: bytes) -> str:
    reader = PdfReader(io.BytesIO(pdf))
    root: Any = reader.trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"]
    return re.sub(r"\s+", " ", " ".join(page.extract_text() for page in reader.pages))


def test_every_field_of_the_form_is_there() -> None:
    text = read(receipt())
    for field in (
        "기부금 영수증",
        "소득세법 시행규칙 별지 제45호의2서식",
        "일련번호 2026-000123",
        "① 기부자",
        "홍길동",
        "가람군 솔내면 솔내리 12",
        "② 기부금 단체",
        "가람사회복지회",
        "124-81-00998",
        "③ 기부금 모집처",
        "두레 운영자",
        "④ 기부 내용",
        "40 금전 2026.01.05 어르신 겨울 난방 10,000",
        "합계 10,000",
        "2026년 3월 2일",
        "이나눔",
    ):
        assert field in text, field
    assert "취소" not in text


def test_the_number_is_masked_unless_asked_for() -> None:
    assert "900101-1******" in read(receipt())
    assert "900101-1234567" not in read(receipt())
    assert "900101-1234567" in read(receipt(), full=True)
    assert "보관 기간이 끝나 삭제됨" in read(receipt(), None, full=True)


def test_a_cancelled_receipt_says_so() -> None:
    text = read(replace(receipt(), reversed_at=AT, reversed_why="기부 취소"))
    assert "이 영수증은 2026년 3월 2일에 취소되어 효력이 없습니다." in text


@pytest.mark.parametrize("lines", [1, 15, 16, 17, 60, 400])
def test_it_may_go_on_over_pages(lines: int) -> None:
    text = read(receipt(lines))
    assert text.count("어르신 겨울 난방") == lines
    assert text.count("합계") == 1


@pytest.mark.django_db
def test_a_receipt_from_the_table_to_paper() -> None:
    donor, (receiver, _) = a_donor(), a_receiver()
    gift = donated(donor, receiver, 30_000)
    one = issued(donor, receiver)
    pdf = paper.receipt_pdf(donor, one.id)
    assert pdf == paper.receipt_pdf(donor, one.id)
    assert "30,000" in words(pdf)
    with pytest.raises(NotAllowed):
        paper.receipt_pdf(making.person("이웃"), one.id)
    reversed_gift(gift)
    assert "효력이 없습니다" in words(paper.receipt_pdf(donor, one.id))
    ReceiptRow.objects.filter(id=one.id).update(sealed_identity=None)
    assert "삭제됨" in words(paper.receipt_pdf(donor, one.id))


@pytest.mark.django_db
def test_a_member_of_the_issuer_sees_no_donors_details() -> None:
    donor, (receiver, owner) = a_donor(), a_receiver()
    donated(donor, receiver, 30_000)
    one = issued(donor, receiver)
    staff = making.member(receiver, owner)  # type: ignore[arg-type]  # an actor of these tests is a person
    with pytest.raises(NotAllowed):
        paper.receipt_pdf(staff, one.id)
    assert "900101-1******" in words(paper.receipt_pdf(owner, one.id))


@pytest.mark.django_db
def test_a_statement_shows_what_was_given_and_what_is_on_receipts() -> None:
    donor, (one, _), (two, _) = a_donor(), a_receiver(), a_receiver()
    donated(donor, one, 30_000)
    back = donated(donor, one, 5_000)
    issued(donor, one)
    donated(donor, two, 20_000)
    reversed_gift(back, 1_000)
    statement = queries.annual_statement(donor, donor.person, 2026)  # type: ignore[arg-type]  # an actor of these tests is a person
    text = words(paper.statement_pdf(donor, donor.person, 2026))  # type: ignore[arg-type]  # an actor of these tests is a person
    for field in ("2026년 기부 내역", "54,000원", "34,000원", "5,100원", "(1,000원 환불)", "1천만 원까지 15%"):
        assert field in text, field
    assert statement.receipts[0].number in text
    assert "이 해에 기부한 내역이 없습니다." in words(paper.statement_pdf(donor, donor.person, 2020))  # type: ignore[arg-type]  # an actor of these tests is a person
