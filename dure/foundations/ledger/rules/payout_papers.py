"""The papers of a payout file: what a Korean bank's bulk transfer takes as CSV, and ISO 20022 pain.001.001.09. Pure.

The CSV has one line a transfer under a header, in the columns that corporate banking asks for: bank (three digits), account,
sum, holder, words in the payee's passbook, words in our own. It is CP949, because the banks' programs and Korean Excel take a CSV
without a mark for that. Banks name the columns each in their own way and let one choose them while uploading; no public standard
of it was found. A cell that a spreadsheet could take for a formula is never written: accounts are digits, and words lose such a
beginning. A holder is compared by the bank and cannot be changed, so one that cannot be written is refused.

In the pain.001 banks are named by their three-digit code as member id, without naming the code list: whether a bank wants one
beside it stands in its own rules for the message.
"""

import csv
import io
import re
from hashlib import sha256
from typing import Final
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from dure.base import clock
from dure.foundations.ledger.types.payouts import FileForm, Payee, PayeeUnwritable, Payer, WrittenFile, WrittenLine

ENCODING: Final = "cp949"
COLUMNS: Final = ("입금은행코드", "입금계좌번호", "입금액", "예금주", "입금통장표시내용", "출금통장표시내용")
PASSBOOK_BYTES_MAX: Final = 14  # seven Korean letters
NUMBER: Final = re.compile(r"\d{6,20}")
BANK: Final = re.compile(r"\d{3}")
FORMULA: Final = "=+-@\t\r\n"
UNPRINTABLE: Final = re.compile(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
NAMESPACE: Final = "urn:iso:std:iso:20022:tech:xsd:pain.001.001.09"
CURRENCY: Final = "KRW"
NAME_LENGTH_MAX: Final = 140
HOLDER_LENGTH_MAX: Final = 40


def check_payee(to: Payee, payee: str) -> Payee:
    """The account as the papers say it, without hyphens. Raises PayeeUnwritable with what cannot be written."""
    number, holder = re.sub(r"[\s-]", "", to.number), " ".join(to.holder.split())
    if not BANK.fullmatch(to.bank_code):
        raise PayeeUnwritable(payee=payee, field="bank_code")
    if not NUMBER.fullmatch(number) or not number.isascii():
        raise PayeeUnwritable(payee=payee, field="number")
    plain = not holder.startswith(tuple(FORMULA)) and not UNPRINTABLE.search(holder)
    if not plain or not 0 < len(holder) <= HOLDER_LENGTH_MAX or _cp949(holder) != holder:
        raise PayeeUnwritable(payee=payee, field="holder")
    return Payee(to.bank_code, number, holder)


def csv_of(file: WrittenFile) -> bytes:
    """The file for a bank's bulk transfer."""
    text = io.StringIO(newline="")
    rows = csv.writer(text, lineterminator="\r\n")
    rows.writerow(COLUMNS)
    ours = passbook(file.payer.name)
    rows.writerows(
        (line.to.bank_code, line.to.number, line.amount, line.to.holder, ours, passbook(line.title))
        for line in file.lines
    )
    return text.getvalue().encode(ENCODING)


def pain_of(file: WrittenFile) -> bytes:
    """The file as a CustomerCreditTransferInitiation, with one payment information block."""
    root = Element("Document", xmlns=NAMESPACE)
    initiation = SubElement(root, "CstmrCdtTrfInitn")
    header = SubElement(initiation, "GrpHdr")
    count, total = str(len(file.lines)), str(file.total)
    _texts(header, MsgId=file.id.hex, CreDtTm=_moment(file), NbOfTxs=count, CtrlSum=total)
    _texts(SubElement(header, "InitgPty"), Nm=_name(file.payer.name))
    block = SubElement(initiation, "PmtInf")
    _texts(block, PmtInfId=file.id.hex, PmtMtd="TRF", BtchBookg="false", NbOfTxs=count, CtrlSum=total)
    _texts(SubElement(block, "ReqdExctnDt"), Dt=clock.local(file.at).date().isoformat())
    _party(block, "Dbtr", file.payer.name)
    _account(block, "DbtrAcct", file.payer)
    _agent(block, "DbtrAgt", file.payer.bank_code)
    for line in file.lines:
        _transfer(block, line)
    indent(root, space=" ")
    written: str = tostring(root, encoding="unicode")
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{written}\n'.encode()


def digest(content: bytes) -> str:
    return sha256(content).hexdigest()


def counted(form: FileForm, content: bytes) -> tuple[int, int]:
    """How many transfers a paper has, and what they come to; (-1, -1) where its own control sums say otherwise."""
    if form is FileForm.CSV:
        rows = list(csv.reader(io.StringIO(content.decode(ENCODING), newline="")))[1:]
        return len(rows), sum(int(row[2]) for row in rows)
    text = content.decode()
    sums = [int(each) for each in re.findall(rf'<InstdAmt Ccy="{CURRENCY}">(\d+)</InstdAmt>', text)]
    said = {tag: set(re.findall(rf"<{tag}>(\d+)</{tag}>", text)) for tag in ("NbOfTxs", "CtrlSum")}
    same = said == {"NbOfTxs": {str(len(sums))}, "CtrlSum": {str(sum(sums))}}
    return (len(sums), sum(sums)) if same else (-1, -1)


def passbook(words: str) -> str:
    """Words as a passbook shows them: what CP949 has, no beginning of a formula, cut to its width."""
    said = _cp949(" ".join(UNPRINTABLE.sub(" ", words).split()), "").strip().lstrip(FORMULA + " ")
    while len(said.encode(ENCODING)) > PASSBOOK_BYTES_MAX:
        said = said[:-1]
    return said.rstrip()


def _transfer(block: Element, line: WrittenLine) -> None:
    one = SubElement(block, "CdtTrfTxInf")
    _texts(SubElement(one, "PmtId"), InstrId=line.id.hex, EndToEndId=line.id.hex)
    SubElement(SubElement(one, "Amt"), "InstdAmt", Ccy=CURRENCY).text = str(line.amount)
    _agent(one, "CdtrAgt", line.to.bank_code)
    _party(one, "Cdtr", line.to.holder)
    _account(one, "CdtrAcct", line.to)
    _texts(SubElement(one, "RmtInf"), Ustrd=_name(line.title))


def _party(parent: Element, tag: str, name: str) -> None:
    _texts(SubElement(parent, tag), Nm=_name(name))


def _account(parent: Element, tag: str, of: Payee | Payer) -> None:
    account = SubElement(parent, tag)
    _texts(SubElement(SubElement(account, "Id"), "Othr"), Id=of.number)
    _texts(account, Ccy=CURRENCY)


def _agent(parent: Element, tag: str, bank_code: str) -> None:
    institution = SubElement(SubElement(parent, tag), "FinInstnId")
    _texts(SubElement(institution, "ClrSysMmbId"), MmbId=bank_code)


def _texts(parent: Element, **texts: str) -> None:
    for tag, text in texts.items():
        SubElement(parent, tag).text = text


def _moment(file: WrittenFile) -> str:
    return clock.local(file.at).replace(microsecond=0).isoformat()


def _name(words: str) -> str:
    return " ".join(UNPRINTABLE.sub(" ", words).split())[:NAME_LENGTH_MAX]


def _cp949(words: str, instead: str = "?") -> str:
    return "".join(letter if _fits(letter) else instead for letter in words)


def _fits(letter: str) -> bool:
    try:
        letter.encode(ENCODING)
    except UnicodeEncodeError:
        return False
    return True
