"""How long somebody takes who has never seen a page: the keystroke-level model, over what a journey really taps and reads.

Operators of Card, Moran and Newell (1980), for a telephone held in one hand: what is looked for is looked for by reading the
screen at this person's pace until it is found, then the finger goes there. Nothing is measured on this machine but how many
words a page shows, where the thing stands among them, and how many keys its words take.
"""

from dataclasses import dataclass, field

from playwright.sync_api import Locator, Page, expect

from tests.journeys import looking

JAMO = {"vowels": 21, "finals": 28, "first": 0xAC00, "last": 0xD7A3}


@dataclass(frozen=True, slots=True)
class Pace:
    """Seconds a tap and a key, decisions a step, words read in a second."""

    name: str
    tap: float
    key: float
    decide: float
    words_a_second: float


# Deciding and pointing as in the model; a key as 37,000 people type on their telephones: 36 words of five letters a minute
# (Palin and others, 2019); reading at 240 words a minute.
ANY = Pace("any age", tap=1.1, key=0.33, decide=1.35, words_a_second=4.0)
OLD = Pace("old", tap=1.9, key=1.6, decide=2.0, words_a_second=3.0)  # eyes and fingers of seventy and more
PACES = (ANY, OLD)


@dataclass
class Newcomer:
    """Somebody at a page; what they do is counted."""

    page: Page
    taps: int = 0
    keys: int = 0
    words: int = 0
    spoken_seconds: float = 0.0
    steps: list[str] = field(default_factory=list)
    read: set[str] = field(default_factory=set)  # of the page at hand

    def look(self, what: Locator) -> None:
        """Read from the top until it is found, in the order in which the screen stands; on the same page, what is new on it."""
        expect(what).to_be_visible()
        shown: list[str] = what.evaluate(
            """(found) => {
              const main = found.closest('main') || document.body;
              const text = [];
              const walk = document.createTreeWalker(main, NodeFilter.SHOW_TEXT);
              while (walk.nextNode()) {
                const at = walk.currentNode.parentElement;
                if (!(found.compareDocumentPosition(at) & Node.DOCUMENT_POSITION_PRECEDING) && !found.contains(at)) break;
                if (at.checkVisibility()) text.push(walk.currentNode.textContent);
              }
              return text;
            }"""
        )
        self.words += sum(len(text.split()) for text in shown if text not in self.read)
        self.read.update(shown)

    def tap(self, what: Locator, *, follows: bool = False) -> None:
        """Find it, decide, tap it."""
        self.look(what)
        self.taps += 1
        self.steps.append((what.inner_text() or "field").split("\n")[0].strip()[:40])
        if follows:
            looking.follow(self.page, what)
            self.read.clear()
        else:
            what.click()

    def type(self, words: str) -> None:
        """With the keyboard of a telephone, letter by letter, as Korean is typed: two or three keys a syllable."""
        self.page.keyboard.insert_text(words)
        self.keys += keys_of(words)

    def answer_the_browser(self, words: int) -> None:
        """A question of the browser's own, which no journey sees: so many words, and one tap."""
        self.words += words
        self.taps += 1
        self.steps.append("the browser's question")

    def speak(self, seconds: float) -> None:
        """Talk to the telephone."""
        self.page.wait_for_timeout(1_200)  # the tone is recorded; how long a sentence takes is reckoned
        self.spoken_seconds += seconds

    def seconds(self, pace: Pace) -> float:
        """By the model."""
        reads = self.words / pace.words_a_second
        return reads + self.taps * (pace.decide + pace.tap) + self.keys * pace.key + self.spoken_seconds


def keys_of(words: str) -> int:
    """How many keys a sentence takes on a keyboard of two sets (두벌식): one for each letter of a syllable."""
    return sum(_keys(letter) for letter in words)


def _keys(letter: str) -> int:
    at = ord(letter)
    if not JAMO["first"] <= at <= JAMO["last"]:
        return 1
    return 2 + ((at - JAMO["first"]) % JAMO["finals"] != 0)
