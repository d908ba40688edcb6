"""Settlements asked for at the Toss twin, and read from files: every won of gross is net, fee and VAT."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from hypothesis import given
from hypothesis import strategies as st

from dure.base import clock
from dure.base.refusals import NotAllowed
from dure.foundations.ledger import actions, queries, tasks
from dure.foundations.ledger.rules import settlement_files as files
from dure.foundations.ledger.twins import TossTwin
from dure.foundations.ledger.types import (
    BankLine,
    DifferenceKind,
    LineKind,
    ProviderSilent,
    SettlementFileWrong,
    SettlementHead,
    SettlementState,
    StatementSumWrong,
)
from dure.foundations.people.tests import making
from dure.kit.twins import FaultRule
from dure.kit.twins.faults import Fault

from . import adapting, twinning
from .conftest import NOW
from .paying import BY, a_box, a_payer
from .paying import paid as paid_at_sandbox
from .test_pages import logged_in
from .test_payments import held
from .test_settling import found

in_the_database = pytest.mark.django_db
HEADER = "주문번호,결제번호,구분,금액,수수료,부가세,취소번호"


@pytest.fixture
def travel() -> Iterator[Any]:
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


@pytest.fixture
def twin(travel: Any, settings: Any) -> Iterator[TossTwin]:
    with twinning.toss() as (twin, server):
        settings.DURE = replace(
            settings.DURE,
            toss_secret_key=twinning.SECRET,
            toss_url=server.origin,
            toss_accounts=True,
            fee_rates=(("toss", 340),),
        )
        yield twin


@in_the_database
def test_what_toss_paid_out_is_fetched_and_booked_with_fee_and_vat_apart(twin: TossTwin, travel: Any) -> None:
    one, two = adapting.paid({"toss": twin}, "toss", 10_000), adapting.paid({"toss": twin}, "toss", 20_000)
    adapting.refunded(two, 4_000)
    actions.settle_refunds(BY)
    travel.shift(timedelta(days=3))
    for _ in range(2):
        tasks.settle(0)
    [settlement] = [one for one in queries.settlements(BY) if one.provider == "toss"]
    assert (settlement.gross, settlement.fee, settlement.vat) == (26_000, 340 + 680 - 136, 34 + 68 - 13)
    lines = queries.settlement_lines(BY, settlement.id)
    assert [(line.kind, line.amount) for line in lines] == [("capture", 10_000), ("capture", 20_000), ("cancel", 4_000)]
    assert lines[2].cancel_id == str(queries.refunds_of(two.id)[0].id)
    assert queries.differences(BY).total == 0, "the fee is the one agreed"
    state = actions.book_settlement(BY, settlement.id, BankLine(settlement.net, "KB-1"), key="book")
    assert state is SettlementState.BOOKED
    assert [held(code) for code in ("platform:fees", "platform:fees_vat", "provider:toss")] == [-884, -89, 0]
    assert queries.payment(one.id).captured
    assert found() == set()


@in_the_database
def test_another_fee_than_agreed_is_named(twin: TossTwin, travel: Any, settings: Any) -> None:
    settings.DURE = replace(settings.DURE, fee_rates=(("toss", 300),))
    adapting.paid({"toss": twin}, "toss")
    travel.shift(timedelta(days=3))
    tasks.settle(0)
    assert [each.difference.kind for each in queries.differences(BY).entries] == [DifferenceKind.FEE]


@in_the_database
def test_a_provider_that_does_not_answer_is_asked_again_by_the_next_night(twin: TossTwin, travel: Any) -> None:
    adapting.paid({"toss": twin}, "toss")
    travel.shift(timedelta(days=2))
    twin.faults.add(FaultRule(Fault.ERROR, "settlements"))
    with pytest.raises(ProviderSilent):
        actions.fetch_settlements(BY, "toss", clock.today())
    assert len(actions.fetch_settlements(BY, "toss", clock.today())) == 1
    assert actions.fetch_settlements(BY, "toss-account", clock.today()) == (), "no transfer was among it"


def test_the_twin_keeps_what_is_documented() -> None:
    with twinning.toss() as (_twin, server), twinning.toss_line(server) as line:
        there = "/v1/settlements"
        assert line.get(there).json()["code"] == "INVALID_REQUEST"
        days = {"startDate": "2026-01-01", "endDate": "2026-01-02"}
        assert line.get(there, params=days).json() == []
        for wrong in ({"dateType": "x"}, {"page": "0"}, {"size": "5001"}, {"endDate": "2025-01-01"}):
            assert line.get(there, params=days | wrong).json()["code"] == "INVALID_REQUEST", wrong


def test_a_file_in_either_encoding_and_with_either_names() -> None:
    korean = f'{HEADER}\nA-1,T1,승인,"10,000",300,30,\nA-1,T1,취소,-4000,-120,-12,c1\n\n'
    english = "order,payment_key,kind,amount,fee,vat,cancel_id\nA-1,T1,capture,10000,300,30,\nA-1,T1,cancel,4000,-120,-12,c1\n"
    for content in (korean.encode(), korean.encode("cp949"), b"\xef\xbb\xbf" + korean.encode(), english.encode()):
        lines = files.lines_of(content)
        assert [(one.kind, one.gross, one.fee, one.vat) for one in lines] == [
            (LineKind.CAPTURE, 10_000, 300, 30),
            (LineKind.CANCEL, -4_000, -120, -12),
        ]


@pytest.mark.parametrize(
    ("rows", "line", "column", "reason"),
    [
        ("", 1, "", "missing"),
        (HEADER, 1, "", "missing"),
        (HEADER.replace("수수료", "fees"), 1, "수수료", "missing"),
        (f"{HEADER},금액\nA,T,승인,1,0,0,,1", 1, "금액", "taken"),
        (f"{HEADER}\nA,T,승인,10000.5,0,0,", 2, "금액", "not_a_number"),
        (f"{HEADER}\nA,T,승인,１００,0,0,", 2, "금액", "not_a_number"),
        (f"{HEADER}\nA,T,승인,100,=1+1,0,", 2, "수수료", "not_a_number"),
        (f"{HEADER}\nA,T,환급,100,0,0,", 2, "구분", "unknown"),
        (f"{HEADER}\nA,T,승인,100,0,0,\n,T,승인,100,0,0,", 3, "주문번호", "missing"),
        (f"{HEADER}\nA,T,승인", 2, "금액", "not_a_number"),
        (f"{HEADER}\n{'A' * 65},T,승인,1,0,0,", 2, "주문번호", "too_long"),
    ],
)
def test_what_is_wrong_in_a_file_is_said_with_line_and_column(rows: str, line: int, column: str, reason: str) -> None:
    with pytest.raises(SettlementFileWrong) as refused:
        files.lines_of(rows.encode())
    assert (refused.value.line, refused.value.column, refused.value.reason) == (line, column, reason)


@given(st.binary(max_size=300))
def test_no_file_crashes_the_reader(content: bytes) -> None:
    try:
        files.lines_of(content)
    except SettlementFileWrong:
        return


@in_the_database
def test_a_steward_enters_a_file_at_the_desk() -> None:
    payment = paid_at_sandbox(a_payer(), a_box())
    client = logged_in(making.steward())
    row = f"{HEADER}\n{payment.order},{payment.payment_key},승인,10000,300,30,\n"

    def send(rows: str, net: int = 9_670) -> Any:
        file = SimpleUploadedFile("settlement.csv", rows.encode("cp949"))
        said = {"provider": "sandbox", "reference": "K-1", "on": "2026-05-04", "net": net, "file": file}
        return client.post("/desk/ledger/settlements/", said)

    refused = send(row.replace("10000", "x"))
    assert refused.status_code == 422
    assert "2번째 줄 ‘금액’" in refused.content.decode()
    assert send(row, 9_671).status_code == 422
    assert queries.settlements(BY) == ()
    for _ in range(2):
        assert send(row).status_code == 303
    assert [one.net for one in queries.settlements(BY)] == [9_670]


@in_the_database
def test_only_stewards_enter_files() -> None:
    head = SettlementHead("sandbox", "K-1", date(2026, 5, 4), 1)
    for stranger in (making.auditor(), making.person()):
        with pytest.raises(NotAllowed):
            actions.import_settlement(stranger, head, b"")
    with pytest.raises(StatementSumWrong):
        actions.import_settlement(making.steward(), head, f"{HEADER}\nA,T,승인,100,3,0,".encode())
