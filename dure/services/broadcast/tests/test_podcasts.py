"""A listener's podcast: what apps ask of a feed, at an address that is theirs alone and ends when they say so."""

from datetime import timedelta
from email.utils import parsedate_to_datetime
from itertools import pairwise
from typing import Any
from urllib.parse import urlsplit
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from dure.base import clock
from dure.base.refusals import NotAllowed, NotFound
from dure.foundations.people.tests import making as folk
from dure.foundations.people.types import NOBODY
from dure.kit.visiting import browser, form, text
from dure.services.broadcast import actions, models, queries
from dure.services.broadcast.rules import podcast, transcript
from dure.services.broadcast.types import Kind, Standing, Timing, VoiceFault

from . import making
from .making import BY, NOON, Ground, key, person_of
from .test_pages import on_air
from .test_voicing import FILES, Maker, voiced

pytestmark = pytest.mark.django_db
NAMES = {"atom": podcast.ATOM, "itunes": podcast.ITUNES, "podcast": podcast.PODCAST}


def address(ground: Ground, number: int = 0) -> str:
    """The address of a listener's podcast, made now."""
    by = ground.listeners[number]
    actions.renew_podcast(by, ground.village.id, key=key())
    found = queries.podcast_address(by, ground.village.id)
    assert found is not None
    return reverse("broadcast:podcast", args=[found.key, found.seal])


def read(path: str) -> Any:
    answer = Client().get(path)
    assert answer.status_code == 200, answer.status_code
    assert answer["Content-Type"] == podcast.MEDIA_TYPE
    return parsed(answer.content)


def parsed(content: bytes) -> Any:
    return etree.fromstring(content, etree.XMLParser(resolve_entities=False, no_network=True))


def one(root: Any, where: str) -> str:
    found = root.xpath(where, namespaces=NAMES)
    assert len(found) == 1, (where, found)
    return str(found[0])


def inside(url: str) -> str:
    return urlsplit(url).path


# ------------------------------------------------------------------------------------------- the feed


def test_what_apps_ask_of_a_feed_stands_in_it(ground: Ground) -> None:
    voiced(on_air(ground))
    where = address(ground)
    root = read(where)
    assert (root.tag, root.get("version")) == ("rss", "2.0")
    for required in ("title", "link", "description", "language", "pubDate", "image/url", "itunes:author"):
        assert one(root, f"channel/{required}/text()").strip()
    assert inside(one(root, "channel/atom:link[@rel='self'][@type='application/rss+xml']/@href")) == where
    assert one(root, "channel/itunes:explicit/text()") == "false"
    assert one(root, "channel/itunes:block/text()") == "Yes"
    assert one(root, "channel/podcast:locked/text()") == "yes"
    assert one(root, "channel/itunes:category/@text") == "Government"
    assert one(root, "channel/itunes:image/@href").endswith(".png")
    assert one(root, "channel/podcast:location/text()") == ground.village.name


def test_what_apps_ask_of_an_episode_stands_in_it(ground: Ground) -> None:
    said = on_air(ground)
    voiced(said)
    item = read(address(ground)).xpath("channel/item")[0]
    assert one(item, "title/text()") == making.WORDS
    assert one(item, "description/text()") == making.WORDS
    assert one(item, "guid[@isPermaLink='false']/text()").startswith("urn:dure:broadcast:")
    assert abs(parsedate_to_datetime(one(item, "pubDate/text()")) - clock.now()) < timedelta(minutes=2)
    assert one(item, "itunes:duration/text()") == "13"
    assert one(item, "enclosure/@type") == "audio/mpeg"
    assert one(item, "enclosure/@length") == str(len(FILES["mp3"]))
    light = item.xpath("podcast:alternateEnclosure[@codecs='opus']", namespaces=NAMES)[0]
    usual = item.xpath("podcast:alternateEnclosure[@default='true']", namespaces=NAMES)[0]
    assert int(light.get("bitrate")) < int(usual.get("bitrate"))
    assert one(usual, "podcast:source/@uri") == one(item, "enclosure/@url")
    transcripts = {each.get("type"): each for each in item.xpath("podcast:transcript", namespaces=NAMES)}
    assert set(transcripts) == {"text/vtt", "text/plain"}
    assert all(each.get("language") == "ko" for each in transcripts.values())
    for kind, each in transcripts.items():
        answer = Client().get(inside(each.get("url")))
        assert answer["Content-Type"].startswith(kind)
        assert making.WORDS in answer.content.decode()


def test_files_come_whole_in_parts_and_not_twice(ground: Ground) -> None:
    voiced(on_air(ground))
    item = read(address(ground)).xpath("channel/item")[0]
    url = inside(one(item, "enclosure/@url"))
    client = Client()
    whole = client.get(url)
    assert (whole.status_code, whole["Content-Type"], whole.content) == (200, "audio/mpeg", FILES["mp3"])
    assert (whole["Accept-Ranges"], int(whole["Content-Length"])) == ("bytes", len(FILES["mp3"]))
    part = client.get(url, headers={"Range": "bytes=2-"})
    assert (part.status_code, part.content) == (206, FILES["mp3"][2:])
    assert part["Content-Range"] == f"bytes 2-{len(FILES['mp3']) - 1}/{len(FILES['mp3'])}"
    assert client.get(url, headers={"Range": "bytes=2-", "If-Range": '"another"'}).status_code == 200
    assert client.get(url, headers={"Range": "bytes=2-", "If-Range": whole["ETag"]}).status_code == 206
    assert client.get(url, headers={"If-None-Match": whole["ETag"]}).status_code == 304
    head = client.head(url)
    assert (head.status_code, head.content, head["Content-Length"]) == (200, b"", whole["Content-Length"])
    for answer in (whole, part):
        assert answer["Cache-Control"] == "private, no-cache"
        assert answer["X-Robots-Tag"] == "noindex"


def test_a_feed_is_not_sent_twice_and_changes_when_something_is_said(ground: Ground) -> None:
    voiced(on_air(ground))
    where, client = address(ground), Client()
    first = client.get(where)
    assert client.get(where, headers={"If-None-Match": first["ETag"]}).status_code == 304
    assert client.get(where).content == first.content
    assert first["Cache-Control"] == "private, no-cache"
    voiced(on_air(ground, words="둘째 방송입니다."))
    again = client.get(where, headers={"If-None-Match": first["ETag"]})
    assert again.status_code == 200
    guids = parsed(again.content).xpath("channel/item/guid/text()")
    assert len(set(guids)) == 2
    assert guids[1] == parsed(first.content).xpath("channel/item/guid/text()")[0]  # stable


def test_an_episode_waits_for_its_sound_and_comes_without_where_there_will_be_none(ground: Ground) -> None:
    said = on_air(ground)
    where = address(ground)
    assert not read(where).xpath("channel/item")
    actions.make_voice(BY, Maker(VoiceFault.UNSAID))
    item = read(where).xpath("channel/item")[0]
    assert not item.xpath("enclosure")
    assert one(item, "description/text()") == said.words


def test_a_recording_that_nobody_can_open_comes_as_it_is(ground: Ground) -> None:
    said = on_air(ground, voice=making.VOICE)
    actions.make_voice(BY, Maker(VoiceFault.UNREADABLE))
    item = read(address(ground)).xpath("channel/item")[0]
    assert one(item, "enclosure/@type") == "audio/ogg"
    assert one(item, "enclosure/@length") == str(len(making.VOICE.content))
    assert Client().get(inside(one(item, "enclosure/@url"))).content == making.VOICE.content
    assert Client().get(inside(one(item, "enclosure/@url")).replace(".rec", ".mp3")).status_code == 404
    assert said.seconds == 20


def test_what_kind_it_is_is_said_first(ground: Ground) -> None:
    voiced(on_air(ground, kind=Kind.DRILL))
    item = read(address(ground)).xpath("channel/item")[0]
    assert one(item, "title/text()").startswith("[훈련]")
    assert one(item, "description/text()").startswith("훈련입니다.")


def test_what_xml_cannot_hold_breaks_no_feed() -> None:
    words = "낙석\x0b \x1f <b>조심</b> & \ufffe “끝”"
    show = podcast.Show(words, words, "솔내면", "솔내리", "http://127.0.0.1/a.xml", "/", "/icon.png")
    one_item = podcast.Item("g", podcast.title_of(words, "긴급"), words, "/", NOON, 0.0, None, None, ())
    item = parsed(podcast.document(show, [one_item])).xpath("channel/item")[0]
    assert one(item, "title/text()").startswith("[긴급] 낙석")
    assert "<b>조심</b> &" in one(item, "description/text()")


# --------------------------------------------------------------------------------------- whose it is


def test_another_address_silences_the_one_before(ground: Ground) -> None:
    said = on_air(ground)
    voiced(said)
    old = address(ground)
    file = inside(one(read(old).xpath("channel/item")[0], "enclosure/@url"))
    new = address(ground)
    client = Client()
    assert client.get(old).status_code == 410
    assert client.get(file).status_code == 410
    assert client.get(new).status_code == 200
    actions.end_podcast(ground.listeners[0], ground.village.id)
    assert client.get(new).status_code == 410
    assert queries.podcast_address(ground.listeners[0], ground.village.id) is None


def test_who_left_has_none(ground: Ground) -> None:
    where, other = address(ground), address(ground, 1)
    actions.leave_village(ground.listeners[0], ground.village.id)
    assert Client().get(where).status_code == 410
    assert Client().get(other).status_code == 200
    making.join(ground.listeners[0], ground.village.id)
    assert Client().get(where).status_code == 410  # who comes back has another one made
    with pytest.raises(NotFound):
        actions.renew_podcast(folk.person("남"), ground.village.id, key=key())
    with pytest.raises(NotAllowed):
        actions.renew_podcast(NOBODY, ground.village.id, key=key())


def test_nobody_guesses_an_address(ground: Ground) -> None:
    where = address(ground)
    row = models.Feed.objects.get()
    client = Client()
    assert client.get(reverse("broadcast:podcast", args=[row.key, "0" * 32])).status_code == 404
    assert client.get(reverse("broadcast:podcast", args=[uuid4(), where[-36:-4]])).status_code == 404
    assert len(where.rsplit("/", 1)[1].removesuffix(".xml")) == 32


def test_of_other_villages_and_other_times_nothing_is_heard(ground: Ground) -> None:
    said = on_air(ground)
    voiced(said)
    draft = making.written(ground)
    voiced(draft)
    where = address(ground)
    file = inside(one(read(where).xpath("channel/item")[0], "enclosure/@url"))
    for other in (draft.id, uuid4()):
        assert Client().get(file.replace(str(said.id), str(other))).status_code == 404
    second = actions.open_village(ground.owner, ground.organisation, "옆마을 (예시)", key=key())
    making.join(ground.listeners[0], second.id)
    actions.renew_podcast(ground.listeners[0], second.id, key=key())
    theirs = queries.podcast_address(ground.listeners[0], second.id)
    assert theirs is not None
    assert not read(reverse("broadcast:podcast", args=[theirs.key, theirs.seal])).xpath("channel/item")
    assert Client().get(reverse("broadcast:episode", args=[theirs.key, theirs.seal, said.id, "mp3"])).status_code == 404
    with making.at(clock.now() + timedelta(days=31)):
        assert Client().get(file).status_code == 404


def test_what_an_app_fetched_was_not_heard(ground: Ground) -> None:
    said = on_air(ground)
    voiced(said)
    item = read(address(ground)).xpath("channel/item")[0]
    Client().get(inside(one(item, "enclosure/@url")))
    heard = queries.heard_by(person_of(ground.listeners[0]), said.id)
    assert heard is not None
    assert (heard.share, heard.standing) == (0, Standing.WAITING)


def test_a_page_explains_it_and_renews_it_by_a_tap(ground: Ground) -> None:
    client, code = browser(ground.listeners[0]), ground.village.code
    assert "팟캐스트" in text(client, "broadcast:village", code)
    assert "qr-code" not in text(client, "broadcast:my_podcast", code)
    assert client.post(reverse("broadcast:renew_podcast", args=[code]), form()).status_code == 303
    page = text(client, "broadcast:my_podcast", code)
    found = queries.podcast_address(ground.listeners[0], ground.village.id)
    assert found is not None
    assert reverse("broadcast:podcast", args=[found.key, found.seal]) in page
    assert "qr-code" in page
    assert client.post(reverse("broadcast:end_podcast", args=[code]), form()).status_code == 303
    assert browser(folk.person("남")).get(reverse("broadcast:my_podcast", args=[code])).status_code == 404


# ---------------------------------------------------------------------------------------- transcripts


@given(st.text(alphabet="가나다 .!?\n", min_size=2, max_size=80).filter(str.strip))
def test_cues_follow_each_other_and_hold_all_words(words: str) -> None:
    found = transcript.cues(words, Timing(2.0, 4.0, 8.0), 13.0)
    assert all(a.ends <= b.begins + 1e-9 for a, b in pairwise(found))
    assert all(2.0 <= one.begins < one.ends <= 12.0 + 1e-9 for one in found)
    said = "".join(one.text for one in found).replace(" ", "")
    assert said == "".join(words.split()) * 2


def test_a_transcript_is_webvtt() -> None:
    cues = transcript.cues("하나. <둘> & 셋.", Timing(2.0, 4.0, None), 8.0, ("훈련입니다.", "끝."))
    said = transcript.vtt(cues)
    assert said.startswith("WEBVTT\n\n00:00:00.000 --> 00:00:02.000\n훈련입니다.\n\n")
    assert "&lt;둘&gt; &amp; 셋." in said
    assert said.endswith("00:00:06.000 --> 00:00:08.000\n끝.\n")
