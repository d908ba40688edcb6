"""The curriculum: read from its source, checked, and what counts as done. Pure.

The limits are those of one page of the printed book at 22 points (documents/book.py) and of a reader of seventy: short
sentences, one thing at a time.
"""

import re
import tomllib
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any

from dure.base.refusals import NotFound
from dure.services.market.types.lessons import Around, Curriculum, Done, Drawn, DrawnKind, Step, Task, Week, Word

WEEKS = 8
STEPS_PER_WEEK = (4, 8)
LETTERS_MAX: Mapping[str, int] = {"title": 16, "do": 66, "see": 54, "say": 32, "wrong": 54}
WEEK_LETTERS_MAX: Mapping[str, int] = {"title": 14, "goal": 34, "bring": 40}
SENTENCE_LETTERS_MAX = 34
SENTENCE_WORDS_MAX = 9
WORD_LETTERS_MAX = 12  # so that a word always fits on a line of the book
SCREEN_LINES = (2, 5)
SCREEN_LETTERS_MAX = 18
FRIENDS_OF_TASK = 10
KEY = re.compile(r"[a-z][a-z-]{2,30}")
SENTENCE = re.compile(r"[^.?!]+[.?!]")
POLITE = re.compile(r"(니다|세요|까요|나요)[.?!]$")
LATIN = re.compile(r"[A-Za-z]+")
LATIN_KNOWN = frozenset({"QR"})  # it stands on the poster
JARGON = re.compile(
    "업로드|다운로드|클릭|터치|탭하|메뉴|콘텐츠|컨텐츠|프로필|세그먼트|브로드캐스트|디바이스|브라우저|인터넷 주소창|"
    "링크|푸시|알림톡|데이터|시스템|플랫폼|서비스|어플|앱|스캔|온라인|오프라인|템플릿|피드|팔로우|계정|아이디|버튼|팝업"
)
LABEL = re.compile(r"「([^」]+)」")


class SourceWrong(Exception):
    """The source of the lessons is not as it should be; a bug, found by its test."""


def curriculum_of(course: str, weeks: Sequence[str]) -> Curriculum:
    """The curriculum in these TOML texts. Raises SourceWrong where a field is missing, unknown or of another kind."""
    said = tomllib.loads(course)
    try:
        return Curriculum(
            title=said["title"],
            subtitle=said["subtitle"],
            welcome=tuple(said["welcome"]),
            sound=said["sound"],
            farewell=tuple(said["farewell"]),
            words=tuple(Word(**word) for word in said["word"]),
            weeks=tuple(_week(tomllib.loads(text)) for text in weeks),
        )
    except (KeyError, TypeError, ValueError) as wrong:
        raise SourceWrong(f"lessons: {wrong!r}") from wrong


def _week(said: Mapping[str, Any]) -> Week:
    number = said["number"]
    steps = tuple(_step(number, place, step) for place, step in enumerate(said["step"], start=1))
    return Week(number, said["title"], said["goal"], said["bring"], steps)


def _step(week: int, place: int, said: Mapping[str, Any]) -> Step:
    drawn = tuple(_drawn(line) for line in said["screen"])
    task = Task(said["task"]) if "task" in said else None
    words = {name: text for name, text in said.items() if name not in ("screen", "task")}
    return Step(week=week, place=place, screen=drawn, task=task, **words)


def _drawn(line: str) -> Drawn:
    kind, _, text = line.partition(" ")
    return Drawn(DrawnKind(kind), text)


def faults(curriculum: Curriculum) -> tuple[str, ...]:
    """What is wrong with the curriculum, one sentence each; none when it may be printed."""
    return tuple(_faults(curriculum))


def _faults(curriculum: Curriculum) -> Iterator[str]:
    if [week.number for week in curriculum.weeks] != list(range(1, WEEKS + 1)):
        yield "the weeks are not one to eight"
    keys = [step.key for step in curriculum.steps]
    yield from (f"{key}: the key stands twice" for key in sorted({key for key in keys if keys.count(key) > 1}))
    tasks = [step.task for step in curriculum.steps if step.task]
    yield from (f"{task}: no step, or more than one, has this task" for task in Task if tasks.count(task) != 1)
    for week in curriculum.weeks:
        where = f"week {week.number}"
        if not STEPS_PER_WEEK[0] <= len(week.steps) <= STEPS_PER_WEEK[1]:
            yield f"{where}: {len(week.steps)} steps"
        for name, limit in WEEK_LETTERS_MAX.items():
            yield from _of_text(f"{where}.{name}", getattr(week, name), limit, prose=name != "title")
        for step in week.steps:
            yield from _of_step(step)
    for place, text in enumerate((*curriculum.welcome, curriculum.sound, *curriculum.farewell)):
        yield from _of_text(f"course.{place}", text, SENTENCE_LETTERS_MAX * 2, prose=True)
    for word in curriculum.words:
        yield from _of_text(f"word {word.said}", word.means, SENTENCE_LETTERS_MAX * 2, prose=True)
        if not any(word.said in text for step in curriculum.steps for text in texts_of(step)):
            yield f"word {word.said}: no step uses it"


def _of_step(step: Step) -> Iterator[str]:
    if not KEY.fullmatch(step.key):
        yield f"{step.key}: not a key"
    for name, limit in LETTERS_MAX.items():
        yield from _of_text(f"{step.key}.{name}", getattr(step, name), limit, prose=name in ("do", "see", "wrong"))
    if not SCREEN_LINES[0] <= len(step.screen) <= SCREEN_LINES[1]:
        yield f"{step.key}: a screen of {len(step.screen)} lines"
    for line in step.screen:
        if not 1 <= len(line.text) <= SCREEN_LETTERS_MAX:
            yield f"{step.key}: {line.text!r} does not fit on the drawn screen"
        if unknown := set(LATIN.findall(line.text)) - LATIN_KNOWN:
            yield f"{step.key}: {sorted(unknown)} on the drawn screen"
    pressed = {line.text for line in step.screen if line.kind is DrawnKind.PRESS}
    if pressed and not pressed & set(LABEL.findall(step.do)) and step.task is None and "「" in step.do:
        yield f"{step.key}: presses {sorted(pressed)}, but the text says something else"


def _of_text(where: str, text: str, limit: int, *, prose: bool) -> Iterator[str]:
    if not isinstance(text, str) or not text.strip():
        yield f"{where}: is empty"
        return
    if len(text) > limit:
        yield f"{where}: {len(text)} letters, at most {limit}"
    if unknown := set(LATIN.findall(text)) - LATIN_KNOWN:
        yield f"{where}: {sorted(unknown)} is not Korean"
    if found := JARGON.search(text):
        yield f"{where}: {found[0]} is jargon"
    yield from (f"{where}: {word!r} is a long word" for word in text.split() if len(word) > WORD_LETTERS_MAX)
    if not prose:
        return
    said = sentences(text)
    if "".join(said).replace(" ", "") != text.replace(" ", ""):
        yield f"{where}: does not end like a sentence"
    for sentence in said:
        if len(sentence) > SENTENCE_LETTERS_MAX or len(sentence.split()) > SENTENCE_WORDS_MAX:
            yield f"{where}: a long sentence: {sentence}"
        if not POLITE.search(sentence):
            yield f"{where}: not said politely: {sentence}"


def sentences(text: str) -> tuple[str, ...]:
    """The sentences of a text."""
    return tuple(found.strip() for found in SENTENCE.findall(text))


def texts_of(step: Step) -> tuple[str, ...]:
    """Everything of a step that is read, in the order in which it is read."""
    return (step.title, step.do, step.see, step.say, step.wrong)


def labels_of(curriculum: Curriculum) -> frozenset[str]:
    """The buttons that the lessons name: what stands in 「」."""
    return frozenset(label for step in curriculum.steps for text in texts_of(step) for label in LABEL.findall(text))


def around(curriculum: Curriculum, key: str) -> Around:
    """The step with this key, and what comes before and after it. Raises NotFound."""
    steps = curriculum.steps
    place = next((place for place, step in enumerate(steps) if step.key == key), None)
    if place is None:
        raise NotFound(what="lesson")
    step = steps[place]
    return Around(
        step=step,
        week=curriculum.weeks[step.week - 1],
        before=steps[place - 1] if place else None,
        after=steps[place + 1] if place + 1 < len(steps) else None,
        number=place + 1,
        of=len(steps),
    )


def step_of(curriculum: Curriculum, task: Task) -> Step:
    """The step whose task it is."""
    return next(step for step in curriculum.steps if step.task is task)


def in_order(curriculum: Curriculum) -> tuple[Task, ...]:
    """All tasks, in the order in which they are taught."""
    return tuple(step.task for step in curriculum.steps if step.task)


def still_to_do(order: Sequence[Task], done: Collection[Done]) -> tuple[Task, ...]:
    """The tasks that are not done, in the order in which they are taught."""
    known = {one.task for one in done}
    return tuple(task for task in order if task not in known)


def week_of(curriculum: Curriculum, task: Task) -> int:
    """In which week a task is taught."""
    return step_of(curriculum, task).week
