"""The twins keep what the providers document: keys, limits, codes, conditions, idempotency, webhooks and their retries."""

from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from dure.foundations.ledger.twins import KakaoPayTwin, TossTwin
from dure.foundations.ledger.twins.base import Setting
from dure.kit.twins import Fault, FaultRule, Server

from . import twinning
from .twinning import SECRET, Postbox

URLS = {"successUrl": "http://localhost/paid", "failUrl": "http://localhost/not"}
ACCOUNT = {"bank": "20", "accountNumber": "1002123456789", "holderName": "홍길동"}


@pytest.fixture
def postbox() -> Postbox:
    return Postbox()


@pytest.fixture
def toss(postbox: Postbox) -> Iterator[tuple[TossTwin, Server]]:
    with twinning.toss(postbox) as made:
        yield made


@pytest.fixture
def kakaopay() -> Iterator[tuple[KakaoPayTwin, Server]]:
    with twinning.kakaopay() as made:
        yield made


def created(line: httpx.Client, order: str = "order-1", amount: int = 10_000, method: str = "카드") -> Any:
    ask = {"method": method, "amount": amount, "orderId": order, "orderName": "난방", "taxFreeAmount": amount, **URLS}
    return line.post("/v1/payments", json=ask).json()


def confirmed(twin: TossTwin, line: httpx.Client, order: str = "order-1", method: str = "카드") -> Any:
    payment = created(line, order, method=method)
    twin.decide(payment["paymentKey"])
    ask = {"paymentKey": payment["paymentKey"], "orderId": order, "amount": 10_000}
    return line.post("/v1/payments/confirm", json=ask).json()


def cancel(line: httpx.Client, key: str, amount: int, **more: object) -> httpx.Response:
    return line.post(f"/v1/payments/{key}/cancel", json={"cancelReason": "돌려줌", "cancelAmount": amount, **more})


def test_toss_wants_its_key(toss: tuple[TossTwin, Server]) -> None:
    _, server = toss
    with httpx.Client(base_url=server.origin, trust_env=False) as line:
        assert line.get("/v1/payments/x").status_code == 401
        assert line.get("/v1/payments/x", auth=("another", "")).json()["code"] == "UNAUTHORIZED_KEY"
        bare = {"Authorization": "Basic dGVzdA=="}
        assert line.get("/v1/payments/x", headers=bare).json()["code"] == "INCORRECT_BASIC_AUTH_FORMAT"


def test_toss_takes_only_what_fits(toss: tuple[TossTwin, Server]) -> None:
    with twinning.toss_line(toss[1]) as line:
        assert created(line, "five5")["code"] == "INVALID_REQUEST"
        assert created(line, amount=99)["code"] == "BELOW_MINIMUM_AMOUNT"
        assert created(line, amount=100)["status"] == "READY"


def test_toss_confirms_what_was_identified_in_time_and_for_that_sum(toss: tuple[TossTwin, Server]) -> None:
    twin, server = toss
    with twinning.toss_line(server) as line:
        payment = created(line)
        ask = {"paymentKey": payment["paymentKey"], "orderId": "order-1", "amount": 10_000}
        assert line.post("/v1/payments/confirm", json=ask).json()["code"] == "NOT_FOUND_PAYMENT_SESSION"
        assert "paymentKey=" in twin.decide(payment["paymentKey"])
        assert line.post("/v1/payments/confirm", json={**ask, "amount": 1}).status_code == 400
        answer = line.post("/v1/payments/confirm", json=ask).json()
        assert (answer["status"], answer["taxFreeAmount"], answer["vat"]) == ("DONE", 10_000, 0)
        assert line.post("/v1/payments/confirm", json=ask).json()["code"] == "ALREADY_PROCESSED_PAYMENT"
        assert created(line)["code"] == "DUPLICATED_ORDER_ID"
        late = created(line, "order-2")
        twin.decide(late["paymentKey"])
        twin.clock.advance(601)
        ask = {"paymentKey": late["paymentKey"], "orderId": "order-2", "amount": 10_000}
        assert line.post("/v1/payments/confirm", json=ask).json()["code"] == "NOT_FOUND_PAYMENT_SESSION"
        assert line.get("/v1/payments/orders/order-2").json()["status"] == "EXPIRED"


def test_toss_answers_the_same_key_with_the_first_answer_for_fifteen_days(toss: tuple[TossTwin, Server]) -> None:
    twin, server = toss
    with twinning.toss_line(server) as line, twinning.toss_line(server, "one-key") as keyed:
        key = confirmed(twin, line)["paymentKey"]
        first = cancel(keyed, key, 1_000).json()
        assert cancel(keyed, key, 2_000).json() == first  # other content, the first answer all the same
        assert len(line.get(f"/v1/payments/{key}").json()["cancels"]) == 1
        twin.clock.advance(15 * 86_400 + 1)
        assert cancel(keyed, key, 2_000).json()["balanceAmount"] == 7_000
    with twinning.toss_line(server, "k" * 301) as line:
        assert cancel(line, key, 1).json()["code"] == "INVALID_IDEMPOTENCY_KEY"


def test_toss_replays_errors_too(toss: tuple[TossTwin, Server]) -> None:
    twin, server = toss
    with twinning.toss_line(server) as line, twinning.toss_line(server, "one-key") as keyed:
        key = confirmed(twin, line)["paymentKey"]
        cancel(line, key, 1_000)
        assert cancel(keyed, key, 1_000).json()["code"] == "FORBIDDEN_CONSECUTIVE_REQUEST"
        twin.clock.advance(5)
        assert cancel(keyed, key, 1_000).json()["code"] == "FORBIDDEN_CONSECUTIVE_REQUEST"
        assert cancel(line, key, 1_000).json()["balanceAmount"] == 8_000


def test_toss_cancels_no_more_than_is_left_and_only_what_the_caller_believes_is_left(
    toss: tuple[TossTwin, Server],
) -> None:
    twin, server = toss
    with twinning.toss_line(server) as line:
        key = confirmed(twin, line)["paymentKey"]
        assert cancel(line, key, 10_001).json()["code"] == "NOT_CANCELABLE_AMOUNT"
        assert cancel(line, key, 1_000, refundableAmount=9_000).json()["code"] == "NOT_MATCHES_REFUNDABLE_AMOUNT"
        assert cancel(line, key, 4_000, refundableAmount=10_000).json()["status"] == "PARTIAL_CANCELED"
        twin.clock.advance(2)
        assert cancel(line, key, 6_000).json()["status"] == "CANCELED"
        twin.clock.advance(2)
        assert cancel(line, key, 1).json()["code"] == "ALREADY_CANCELED_PAYMENT"


def test_toss_takes_a_transfer_and_wants_to_know_where_it_goes_back(
    toss: tuple[TossTwin, Server], postbox: Postbox
) -> None:
    twin, server = toss
    with twinning.toss_line(server) as line:
        payment = confirmed(twin, line, method="가상계좌")
        key = payment["paymentKey"]
        assert (payment["status"], len(payment["virtualAccount"]["accountNumber"])) == ("WAITING_FOR_DEPOSIT", 14)
        assert cancel(line, key, 1).json()["code"] == "NOT_ALLOWED_PARTIAL_REFUND_WAITING_DEPOSIT"
        twin.deposit(key)
        assert cancel(line, key, 1_000).json()["code"] == "INVALID_REFUND_ACCOUNT_INFO"
        assert cancel(line, key, 1_000, refundReceiveAccount=ACCOUNT).json()["balanceAmount"] == 9_000
    twin.webhooks.deliver_due()
    deposits = [event for event in postbox.said if "eventType" not in event and event["status"] == "DONE"]
    assert [event["secret"] for event in deposits] == [payment["secret"]]


def test_toss_lists_approvals_and_cancellations(toss: tuple[TossTwin, Server]) -> None:
    twin, server = toss
    with twinning.toss_line(server) as line:
        key = confirmed(twin, line)["paymentKey"]
        cancel(line, key, 1_000)
        span = {"startDate": "2000-01-01T00:00:00", "endDate": "2100-01-01T00:00:00"}
        both = line.get("/v1/transactions", params=span).json()
        assert [(one["amount"], one["status"]) for one in both] == [(10_000, "DONE"), (-1_000, "PARTIAL_CANCELED")]
        rest = line.get("/v1/transactions", params={**span, "startingAfter": both[0]["transactionKey"]}).json()
        assert rest == both[1:]


def test_webhooks_are_tried_seven_times_more_at_the_documented_minutes(postbox: Postbox) -> None:
    twin = TossTwin(Setting(secret=SECRET), postbox)
    postbox.answers = 500
    twin._tell({"eventType": "PAYMENT_STATUS_CHANGED"})
    twin.webhooks.deliver_due()
    for tries, minutes in enumerate((1, 4, 16, 64, 256, 1024, 4096), start=1):
        twin.clock.advance(minutes * 60 - 30)
        twin.webhooks.deliver_due()
        assert len(postbox.letters) == tries
        twin.clock.advance(31)
        twin.webhooks.deliver_due()
        assert len(postbox.letters) == tries + 1
    assert len(postbox.letters) == 8
    assert (twin.webhooks.waiting, len(twin.webhooks.given_up)) == (0, 1)


@pytest.mark.parametrize(("fault", "order"), [(Fault.TWICE, "112"), (Fault.OUT_OF_ORDER, "21"), (Fault.WITHHELD, "2")])
def test_webhooks_go_wrong_on_request(postbox: Postbox, fault: Fault, order: str) -> None:
    twin = TossTwin(Setting(secret=SECRET, faults=(FaultRule(fault, "webhook"),)), postbox)
    twin._tell({"eventType": "1"})
    twin.webhooks.deliver_due()
    twin._tell({"eventType": "2"})
    twin.webhooks.deliver_due()
    twin.clock.advance(120)
    twin.webhooks.deliver_due()
    assert "".join(event["eventType"] for event in postbox.said) == order


def test_answers_get_lost_late_or_never_come_on_request(toss: tuple[TossTwin, Server]) -> None:
    twin, server = toss
    with twinning.toss_line(server) as line:
        for fault, orders in ((Fault.SILENT, 0), (Fault.ERROR, 0), (Fault.LOST, 1)):
            httpx.post(f"{server.origin}/twin/faults", json={"fault": fault, "route": "create"}, trust_env=False)
            if fault is Fault.ERROR:
                assert "code" in created(line)
            else:
                with pytest.raises(httpx.TransportError):
                    created(line)
            assert len(twin.book.payments) == orders, fault
        twin.faults.add(FaultRule(Fault.LATE, "create"))
        with pytest.raises(httpx.TimeoutException):
            line.post("/v1/payments", json={}, timeout=0.1)


def test_books_outlive_their_twin(tmp_path: Any) -> None:
    setting = Setting(secret=SECRET, file=tmp_path / "toss.json")
    with Server(TossTwin(setting)) as server, twinning.toss_line(server) as line:
        key = created(line)["paymentKey"]
    with Server(TossTwin(setting)) as server, twinning.toss_line(server) as line:
        assert line.get(f"/v1/payments/{key}").json()["status"] == "READY"


def test_the_payer_decides_on_a_page(toss: tuple[TossTwin, Server]) -> None:
    with twinning.toss_line(toss[1]) as line:
        address = created(line)["checkout"]["url"]
        assert "결제하기" in httpx.get(address, trust_env=False).text
        back = httpx.post(address, data={"choice": "back"}, trust_env=False)
        assert (back.status_code, "PAY_PROCESS_CANCELED" in back.headers["location"]) == (303, True)
        paid = httpx.post(address, data={"choice": "approve"}, trust_env=False).headers["location"]
        assert paid.startswith("http://localhost/paid?")
        assert "amount=10000" in paid


def pressed(server: Server, address: str, choice: str) -> str:
    """What a person reads after pressing a button of the twin's own pages."""
    return httpx.post(f"{server.origin}{address}", data={"choice": choice}, trust_env=False, follow_redirects=True).text


def test_a_deposit_is_made_at_the_bank_and_told(toss: tuple[TossTwin, Server], postbox: Postbox) -> None:
    twin, server = toss
    with twinning.toss_line(server) as line:
        key = confirmed(twin, line, method="가상계좌")["paymentKey"]
    account = twin.book.payments[key].deposit
    assert account is not None
    assert account.number in httpx.get(f"{server.origin}/", trust_env=False).text
    assert "결제됨" in pressed(server, f"/deposits/{key}", "deposit")
    twin.webhooks.deliver_due()
    assert postbox.said[-1]["status"] == "DONE"


def test_a_bank_takes_nothing_for_an_account_that_has_expired(toss: tuple[TossTwin, Server], postbox: Postbox) -> None:
    twin, server = toss
    with twinning.toss_line(server) as line:
        key = confirmed(twin, line, method="가상계좌")["paymentKey"]
    assert "기한 지남" in pressed(server, f"/deposits/{key}", "expire")
    twin.webhooks.deliver_due()
    assert postbox.said[-1]["status"] == "EXPIRED"
    assert "은행이 받지 않았습니다" in pressed(server, f"/deposits/{key}", "deposit")
    assert twin.book.payments[key].status == "EXPIRED"


def test_refunds_are_refused_on_request_until_they_are_not(toss: tuple[TossTwin, Server]) -> None:
    twin, server = toss
    with twinning.toss_line(server) as line:
        key = confirmed(twin, line)["paymentKey"]
        assert "다시 환불하게" in pressed(server, f"/refunds/{key}", "refuse")
        assert cancel(line, key, 1_000).json()["code"] == "NOT_CANCELABLE_PAYMENT"
        pressed(server, f"/refunds/{key}", "allow")
        assert cancel(line, key, 1_000).status_code == 200


def readied(line: httpx.Client, amount: int = 10_000, **other: object) -> Any:
    ask = {
        "cid": "TC0ONETIME",
        "partner_order_id": "order-1",
        "partner_user_id": "somebody",
        "item_name": "난방",
        "quantity": 1,
        "total_amount": amount,
        "tax_free_amount": amount,
        **dict.fromkeys(("approval_url", "cancel_url", "fail_url"), "http://localhost/back?order=1"),
    }
    return line.post("/ready", json=ask | other).json()


def test_kakaopay_wants_key_fields_and_token(kakaopay: tuple[KakaoPayTwin, Server]) -> None:
    twin, server = kakaopay
    assert httpx.post(f"{server.origin}/online/v1/payment/ready", json={}, trust_env=False).status_code == 401
    with twinning.kakaopay_line(server) as line:
        assert readied(line, quantity="1")["error_code"] == -2
        assert readied(line, item_name="가" * 101)["error_code"] == -2
        tid = readied(line)["tid"]
        token = twin.decide(tid).partition("pg_token=")[2]
        ask = {"cid": "TC0ONETIME", "tid": tid, "partner_order_id": "order-1", "partner_user_id": "somebody"}
        assert line.post("/approve", json={**ask, "pg_token": "guess"}).json()["error_code"] == -708
        assert line.post("/approve", json={**ask, "pg_token": token, "total_amount": 1}).json()["error_code"] == -704
        assert line.post("/approve", json={**ask, "pg_token": token}).json()["amount"]["tax_free"] == 10_000
        assert line.post("/approve", json={**ask, "pg_token": token}).json()["error_code"] == -702


def test_kakaopay_cancels_on_the_condition_of_what_is_left(kakaopay: tuple[KakaoPayTwin, Server]) -> None:
    twin, server = kakaopay
    with twinning.kakaopay_line(server) as line:
        tid = readied(line)["tid"]
        token = twin.decide(tid).partition("pg_token=")[2]
        ask = {"cid": "TC0ONETIME", "tid": tid}
        line.post(
            "/approve", json={**ask, "partner_order_id": "order-1", "partner_user_id": "somebody", "pg_token": token}
        )
        part = {**ask, "cancel_amount": 3_000, "cancel_tax_free_amount": 3_000, "payload": "mine"}
        assert line.post("/cancel", json={**part, "cancel_available_amount": 9_000}).json()["error_code"] == -710
        assert (
            line.post("/cancel", json={**part, "cancel_available_amount": 10_000}).json()["status"]
            == "PART_CANCEL_PAYMENT"
        )
        order = line.post("/order", json=ask).json()
        assert (order["cancel_available_amount"]["total"], order["payment_action_details"][1]["payload"]) == (
            7_000,
            "mine",
        )
        twin.clock.advance(1_000)
        gone = readied(line)["tid"]
        twin.clock.advance(901)
        assert line.post("/order", json={**ask, "tid": gone}).json()["status"] == "QUIT_PAYMENT"
