"""The papers of a payout file: whole, in order, without a formula, to the won."""

import csv
import io
from datetime import UTC, datetime
from xml.etree.ElementTree import Element, fromstring

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dure.base import ids
from dure.foundations.ledger.rules import payout_papers as papers
from dure.foundations.ledger.types import (
    FileForm,
    Payee,
    PayeeUnwritable,
    Payer,
    PayoutFileId,
    PayoutLineId,
    WrittenFile,
    WrittenLine,
)

AT = datetime(2026, 11, 30, 15, 30, tzinfo=UTC)  # the first of December in Seoul
PAYER = Payer("두레 체험판", "004", "98765432109876")
SPACE = f"{{{papers.NAMESPACE}}}"
# The order in which the message definition has its elements; where one may come more than once it stands once here.
ORDER = {
    "CstmrCdtTrfInitn": ("GrpHdr", "PmtInf"),
    "GrpHdr": ("MsgId", "CreDtTm", "Authstn", "NbOfTxs", "CtrlSum", "InitgPty", "FwdgAgt"),
    "PmtInf": (
        *("PmtInfId", "PmtMtd", "BtchBookg", "NbOfTxs", "CtrlSum", "PmtTpInf", "ReqdExctnDt", "PoolgAdjstmntDt"),
        *("Dbtr", "DbtrAcct", "DbtrAgt", "DbtrAgtAcct", "UltmtDbtr", "ChrgBr", "CdtTrfTxInf"),
    ),
    "CdtTrfTxInf": (
        *("PmtId", "PmtTpInf", "Amt", "XchgRateInf", "ChrgBr", "UltmtDbtr", "IntrmyAgt1", "CdtrAgt"),
        *("CdtrAgtAcct", "Cdtr", "CdtrAcct", "UltmtCdtr", "Purp", "RmtInf"),
    ),
    "PmtId": ("InstrId", "EndToEndId", "UETR"),
    "DbtrAcct": ("Id", "Tp", "Ccy", "Nm"),
    "CdtrAcct": ("Id", "Tp", "Ccy", "Nm"),
}
NEEDED = {
    "GrpHdr": {"MsgId", "CreDtTm", "NbOfTxs", "InitgPty"},
    "PmtInf": {"PmtInfId", "PmtMtd", "ReqdExctnDt", "Dbtr", "DbtrAcct", "DbtrAgt", "CdtTrfTxInf"},
    "CdtTrfTxInf": {"PmtId", "Amt"},
    "PmtId": {"EndToEndId"},
}
words = st.text(st.characters(exclude_categories=["Cs"]), max_size=60)


def a_file(*amounts: int, title: str = "겨울 난방", holder: str = "솔내리 이웃돕기회") -> WrittenFile:
    to = Payee("088", "00123456789012", holder)
    lines = tuple(WrittenLine(PayoutLineId(ids.new()), to, amount, title) for amount in amounts)
    return WrittenFile(PayoutFileId(ids.new()), AT, PAYER, lines)


def rows(content: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(content.decode("cp949"), newline="")))


def tag(element: Element) -> str:
    assert element.tag.startswith(SPACE)
    return element.tag.removeprefix(SPACE)


@given(st.lists(st.integers(1, 10**12), min_size=1, max_size=30))
def test_both_papers_come_to_the_same_won_and_number(amounts: list[int]) -> None:
    file = a_file(*amounts)
    expected = (len(amounts), sum(amounts))
    assert papers.counted(FileForm.CSV, papers.csv_of(file)) == expected
    assert papers.counted(FileForm.PAIN, papers.pain_of(file)) == expected
    assert papers.csv_of(file) == papers.csv_of(file)
    assert papers.pain_of(file) == papers.pain_of(file)


def test_a_line_for_the_bank() -> None:
    header, line = rows(papers.csv_of(a_file(1_234_567)))
    assert header[:4] == ["입금은행코드", "입금계좌번호", "입금액", "예금주"]
    assert line == ["088", "00123456789012", "1234567", "솔내리 이웃돕기회", "두레 체험판", "겨울 난방"]
    assert papers.csv_of(a_file(1)).endswith(b"\r\n")


@given(words)
def test_no_cell_can_be_taken_for_a_formula_and_none_breaks_its_line(title: str) -> None:
    found = rows(papers.csv_of(a_file(5_000, title=title)))
    assert [len(row) for row in found] == [6, 6]
    assert not any(cell.startswith(("=", "+", "-", "@", "\t", "\r", "\n")) for row in found for cell in row)
    assert len(found[1][5].encode("cp949")) <= papers.PASSBOOK_BYTES_MAX


@given(words)
def test_any_title_leaves_the_xml_whole(title: str) -> None:
    root = fromstring(papers.pain_of(a_file(5_000, title=title or "x")))  # noqa: S314 - our own bytes
    assert root.find(f".//{SPACE}InstdAmt") is not None


@pytest.mark.parametrize(
    ("to", "field"),
    [
        (Payee("88", "123456789", "예금주"), "bank_code"),
        (Payee("088", "12-34", "예금주"), "number"),
        (Payee("088", "１２３４５６７８", "예금주"), "number"),
        (Payee("088", "123456789", '=HYPERLINK("x")'), "holder"),
        (Payee("088", "123456789", "@sum"), "holder"),
        (Payee("088", "123456789", "해피🐶농장"), "holder"),
        (Payee("088", "123456789", "  "), "holder"),
        (Payee("088", "123456789", "가" * 41), "holder"),
    ],
)
def test_what_a_bank_cannot_read_is_refused_by_its_name(to: Payee, field: str) -> None:
    with pytest.raises(PayeeUnwritable) as refused:
        papers.check_payee(to, "솔내리")
    assert (refused.value.payee, refused.value.field) == ("솔내리", field)


def test_hyphens_and_spaces_of_an_account_are_left_out() -> None:
    assert papers.check_payee(Payee("004", "123-456789 01-234", " 솔내리  이웃 "), "x") == Payee(
        "004", "12345678901234", "솔내리 이웃"
    )


def test_the_message_has_its_elements_in_order() -> None:
    root = fromstring(papers.pain_of(a_file(1_000, 2_000)))  # noqa: S314 - our own bytes
    assert tag(root) == "Document"
    seen = set()
    for element in root.iter():
        name = tag(element)
        children = [tag(child) for child in element]
        if name in ORDER:
            places = [ORDER[name].index(child) for child in children]
            assert places == sorted(places), name
            seen.add(name)
        assert NEEDED.get(name, set()) <= set(children), name
        assert children or (element.text or "").strip(), f"{name} is empty"
    assert seen == set(ORDER)


def test_the_message_says_who_pays_whom_what_and_when() -> None:
    file = a_file(1_000, 2_000)
    root = fromstring(papers.pain_of(file))  # noqa: S314 - our own bytes

    def said(path: str) -> list[str]:
        found = root.findall(f".//{'/'.join(SPACE + each for each in path.split('/'))}")
        return [element.text or "" for element in found]

    assert said("GrpHdr/MsgId") == [file.id.hex]
    assert len(file.id.hex) <= 35
    assert said("GrpHdr/CreDtTm") == ["2026-12-01T00:30:00+09:00"]
    assert said("ReqdExctnDt/Dt") == ["2026-12-01"]
    assert (said("PmtInf/NbOfTxs"), said("PmtInf/CtrlSum")) == (["2"], ["3000"])
    assert said("EndToEndId") == [line.id.hex for line in file.lines]
    assert said("InstdAmt") == ["1000", "2000"]
    assert {each.get("Ccy") for each in root.iter(f"{SPACE}InstdAmt")} == {"KRW"}
    assert said("DbtrAcct/Id/Othr/Id") == ["98765432109876"]
    assert said("CdtrAcct/Id/Othr/Id") == ["00123456789012"] * 2
    assert said("CdtrAgt/FinInstnId/ClrSysMmbId/MmbId") == ["088"] * 2


def test_a_changed_sum_in_a_paper_is_noticed() -> None:
    content = papers.pain_of(a_file(1_000, 2_000))
    assert papers.counted(FileForm.PAIN, content.replace(b">3000<", b">3001<", 1)) == (-1, -1)
    assert papers.counted(FileForm.PAIN, content.replace(b">2000<", b">2001<", 1)) == (-1, -1)
