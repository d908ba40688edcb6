"""Signed notes: what was published verifies, what was changed does not, and no bytes break the readers."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dure.foundations.vault import rules
from dure.foundations.vault.types import Checkpoint, KeyLineUnfit, NotCosigned, NoteUnfit, NotSigned, Verifier

ORIGIN = "dure.example.org/log/visits"
LOG, WITNESS, OTHER = bytes([1]) * 32, bytes([2]) * 32, bytes([3]) * 32
HEAD = Checkpoint(ORIGIN, 5, bytes(range(32)))
NOTE = rules.signed(rules.text_of(HEAD), ORIGIN, LOG)
KEY = rules.verifier_of(ORIGIN, LOG)
SEER = rules.verifier_of("witness.example.net", WITNESS, rules.COSIGNATURE)

# The example of the signed note of the Go project's documentation (golang.org/x/mod/sumdb/note).
PUBLISHED_KEY = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
PUBLISHED = (
    "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n\n"
    "— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n"
)


def test_what_others_published_verifies() -> None:
    verifier = rules.read_verifier(PUBLISHED_KEY)
    assert rules.check_note(rules.read_note(PUBLISHED), [verifier]) == (verifier,)
    with pytest.raises(NoteUnfit):
        rules.check_note(rules.read_note(PUBLISHED.replace("think", "thank")), [verifier])


def test_the_checkpoint_of_the_specification_is_read() -> None:
    text = "example.com/behind-the-sofa\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n"
    head = rules.checkpoint_of(text)
    assert (head.origin, head.size, head.root.hex()[:8]) == ("example.com/behind-the-sofa", 20852163, "0ac5186a")
    assert rules.text_of(head) == text


def test_what_was_signed_opens() -> None:
    assert rules.opened_checkpoint(NOTE, KEY) == HEAD
    assert rules.read_verifier(rules.verifier_line(KEY)) == KEY


@given(st.integers(0, len(NOTE) - 1), st.characters(codec="utf-8"))
def test_a_changed_letter_is_noticed(at: int, letter: str) -> None:
    changed = NOTE[:at] + letter + NOTE[at + 1 :]
    if changed == NOTE:
        return
    with pytest.raises((NoteUnfit, NotSigned)):
        rules.opened_checkpoint(changed, KEY)


def test_another_key_or_origin_is_not_enough() -> None:
    with pytest.raises(NotSigned):
        rules.opened_checkpoint(NOTE, rules.verifier_of(ORIGIN, OTHER))
    elsewhere = rules.signed(rules.text_of(Checkpoint("elsewhere", 5, bytes(32))), ORIGIN, LOG)
    with pytest.raises(NotSigned):
        rules.opened_checkpoint(elsewhere, KEY)
    with pytest.raises(NotSigned):  # a cosignature by the log's own key is no signature of the log
        rules.opened_checkpoint(rules.cosigned(NOTE, ORIGIN, LOG, 7), rules.verifier_of(ORIGIN, LOG, rules.COSIGNATURE))


def test_a_split_view_is_caught_by_a_witness_that_signed_only_one() -> None:
    other = rules.signed(rules.text_of(Checkpoint(ORIGIN, 5, bytes(32))), ORIGIN, LOG)
    assert rules.opened_checkpoint(other, KEY)  # the log itself can sign both, and without a witness both hold
    seen = rules.cosigned(NOTE, SEER.name, WITNESS, 1_800_000_000)
    assert rules.opened_checkpoint(seen, KEY, [SEER], 1) == HEAD
    with pytest.raises(NotCosigned):
        rules.opened_checkpoint(other, KEY, [SEER], 1)
    moved = rules.with_line(other, rules.read_note(seen).lines[-1])
    with pytest.raises(NoteUnfit):
        rules.opened_checkpoint(moved, KEY, [SEER], 1)


def test_an_old_head_shown_again_is_caught_by_its_cosignatures_age() -> None:
    seen = rules.cosigned(NOTE, SEER.name, WITNESS, 1_800_000_000)
    assert rules.opened_checkpoint(seen, KEY, [SEER], 1, since=1_800_000_000)
    with pytest.raises(NotCosigned):
        rules.opened_checkpoint(seen, KEY, [SEER], 1, since=1_800_000_001)


def test_a_witness_counts_once_and_the_log_never() -> None:
    again = rules.verifier_of("again.example.net", WITNESS, rules.COSIGNATURE)
    self_ = rules.verifier_of("self.example.net", LOG, rules.COSIGNATURE)
    note = rules.cosigned(rules.cosigned(NOTE, SEER.name, WITNESS, 1), again.name, WITNESS, 1)
    note = rules.cosigned(note, self_.name, LOG, 1)
    with pytest.raises(NotCosigned) as refused:
        rules.opened_checkpoint(note, KEY, [SEER, again, self_], 2)
    assert refused.value.have == 1


def test_lines_of_strangers_are_passed_over() -> None:
    many = NOTE
    for number in range(16):
        many = rules.cosigned(many, f"stranger{number}.example", bytes([number + 10]) * 32, number)
    assert rules.opened_checkpoint(many, KEY) == HEAD


@given(st.text(max_size=400))
def test_no_text_breaks_the_reader_of_notes(text: str) -> None:
    for made in (text, f"{text}\n\n— a b\n", NOTE + text, f"{text}\n{NOTE}"):
        try:
            rules.checkpoint_of(rules.read_note(made).text)
        except NoteUnfit:
            continue


@given(st.text(max_size=120))
def test_no_text_breaks_the_reader_of_keys(text: str) -> None:
    for made in (text, f"a+00000000+{text}", f"{text}+{text}+{text}"):
        with pytest.raises(KeyLineUnfit):
            rules.read_verifier(made)


@given(st.binary(max_size=80))
def test_no_key_breaks_the_verifier(public: bytes) -> None:
    with pytest.raises((NotSigned, NoteUnfit)):
        rules.opened_checkpoint(NOTE, Verifier(ORIGIN, 1, public))


@pytest.mark.parametrize(
    "text",
    [
        "o\n5\nAAAA\n",
        "o\n05\n" + "A" * 43 + "=\n",
        "o\n-1\n" + "A" * 43 + "=\n",
        "o\n9223372036854775808\n" + "A" * 43 + "=\n",
        "o\n5\n" + "A" * 42 + "B=\n",
        "\n5\n" + "A" * 43 + "=\n",
        "o\n5\n" + "A" * 43 + "=\n\nx\n",
        "o\n5\n" + "A" * 43 + "=",
        "o\n٥\n" + "A" * 43 + "=\n",
    ],
)
def test_a_checkpoint_is_written_in_one_way_only(text: str) -> None:
    with pytest.raises(NoteUnfit):
        rules.checkpoint_of(text)


@pytest.mark.parametrize(
    "text",
    ["a\tb\n\n— n AAAAAAAA\n", "a\n— n AAAAAAAA\n", "a\n\n", "", "\n\n", "a\n\n— n AAAA\n", "a\n\n- n AAAAAAAA\n"],
)
def test_what_is_no_note_is_refused(text: str) -> None:
    with pytest.raises(NoteUnfit):
        rules.read_note(text)


def test_a_note_has_a_limit() -> None:
    with pytest.raises(NoteUnfit):
        rules.read_note("x" * 200_001)
    many = NOTE
    for number in range(70):
        many = rules.cosigned(many, f"s{number}", bytes([number + 10]) * 32, 1) if number < 64 else many
    with pytest.raises(NoteUnfit):
        rules.read_note(many)


def test_a_witness_that_signed_twice_spoils_nothing_and_its_later_word_counts() -> None:
    """As the reference implementation in Go has it: a known key's second line is passed over."""
    twice = rules.cosigned(rules.cosigned(NOTE, SEER.name, WITNESS, 100), SEER.name, WITNESS, 200)
    assert rules.check_note(rules.read_note(twice), [KEY, SEER]) == (KEY, SEER)
    assert rules.opened_checkpoint(twice, KEY, [SEER], 1, since=200) == HEAD
    with pytest.raises(NotCosigned):
        rules.opened_checkpoint(twice, KEY, [SEER], 1, since=201)
    with pytest.raises(NotCosigned):  # one witness twice is one witness
        rules.opened_checkpoint(twice, KEY, [SEER], 2)
    forged = rules.cosigned(
        rules.text_of(Checkpoint(ORIGIN, 6, bytes(32))) + "\n" + NOTE.split("\n\n")[1], SEER.name, WITNESS, 300
    )
    line = forged.rstrip("\n").rsplit("\n", 1)[1] + "\n"
    assert rules.opened_checkpoint(twice + line, KEY, [SEER], 1, since=200) == HEAD
    with pytest.raises(NotCosigned):
        rules.opened_checkpoint(twice + line, KEY, [SEER], 1, since=201)
    with pytest.raises(NoteUnfit):  # the first one has to fit
        rules.opened_checkpoint(NOTE + line, KEY, [SEER])
