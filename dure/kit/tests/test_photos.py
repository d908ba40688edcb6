"""What somebody sends as a picture: any bytes at all. It becomes a small upright WebP that hides nothing, or a named refusal."""

import io
import random
import tracemalloc

import pytest
from PIL import ExifTags, Image, ImageOps

from dure.base.refusals import BadValue
from dure.kit import photos
from dure.kit.photos import small_webp


def sent(picture: Image.Image, kind: str, **how: object) -> bytes:
    out = io.BytesIO()
    picture.save(out, kind, **how)
    return out.getvalue()


def shown(content: bytes) -> Image.Image:
    return Image.open(io.BytesIO(small_webp(content)[0]))


def held_sideways(orientation: int = 6) -> Image.Exif:
    exif = Image.Exif()
    exif[ExifTags.Base.Orientation] = orientation
    exif[ExifTags.IFD.GPSInfo] = {1: "N", 2: (36.0, 7.0, 12.0)}
    return exif


def noise(mode: str = "RGB") -> Image.Image:
    return Image.effect_noise((64, 48), 50).convert(mode)


def samples() -> list[bytes]:
    some = [sent(noise(), kind, exif=held_sideways()) for kind in ("JPEG", "PNG", "WEBP")]
    return [*some, sent(noise("CMYK"), "JPEG"), sent(noise(), "PNG", save_all=True, append_images=[noise()])]


def test_whatever_is_sent_it_is_a_picture_or_a_named_refusal() -> None:
    """Decoders raise more than their documents say: SyntaxError for a broken chunk, TypeError for odd camera data."""
    chance = random.Random(1)  # noqa: S311 - the same chance every time
    refused = 0
    for sample in samples():
        for _ in range(600):
            broken = bytearray(sample)
            for _ in range(chance.choice((1, 2, 4, 8))):
                broken[chance.randrange(min(len(broken), chance.choice((100, 400, len(broken)))))] = chance.randrange(
                    256
                )
            try:
                small_webp(bytes(broken))
            except BadValue:
                refused += 1
    assert refused > 100


def is_red(picture: Image.Image, at: tuple[int, int]) -> bool:
    return picture.convert("RGB").getchannel("G").tobytes()[at[1] * picture.width + at[0]] < 128


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_a_picture_stands_upright_and_hides_nothing(orientation: int, kind: str) -> None:
    halves = Image.new("RGB", (40, 20), "white")
    halves.paste((200, 0, 0), (0, 0, 20, 10))
    content = sent(halves, kind, exif=held_sideways(orientation), xmp=b"<x:xmpmeta>where it was taken</x:xmpmeta>")
    upright = ImageOps.exif_transpose(Image.open(io.BytesIO(content))).convert("RGB")
    written = shown(content)
    assert written.size == upright.size
    for at in ((3, 3), (upright.width - 3, 3), (3, upright.height - 3)):
        assert is_red(written, at) == is_red(upright, at)
    assert not written.getexif()
    assert "xmp" not in written.info


@pytest.mark.parametrize("mode", ["RGBA", "LA", "P"])
def test_what_was_transparent_lies_on_white(mode: str) -> None:
    """A logo on nothing must not turn black."""
    clear = Image.new("RGBA", (10, 10), (0, 0, 0, 0)).convert(mode)
    content = sent(clear, "PNG", **({"transparency": clear.getpixel((5, 5))} if mode == "P" else {}))
    assert shown(content).convert("RGB").getpixel((5, 5)) == (255, 255, 255)


def test_a_small_file_that_unfolds_to_too_much_is_refused_before_it_does() -> None:
    bomb = sent(Image.new("1", (9_000, 9_000)), "PNG")
    assert len(bomb) < 20_000
    tracemalloc.start()
    try:
        with pytest.raises(BadValue) as refused:
            small_webp(bomb)
        assert tracemalloc.get_traced_memory()[1] < 5_000_000
    finally:
        tracemalloc.stop()
    assert (refused.value.field, refused.value.reason) == ("picture", "size")


def test_two_of_them_are_never_unfolded_at_the_same_time(monkeypatch: pytest.MonkeyPatch) -> None:
    assert not photos._one_at_a_time.locked()
    held: list[bool] = []
    real = Image.Image.transpose

    def watched(self: Image.Image, turn: Image.Transpose) -> Image.Image:
        held.append(photos._one_at_a_time.locked())
        return real(self, turn)

    monkeypatch.setattr(Image.Image, "transpose", watched)
    small_webp(sent(noise(), "JPEG", exif=held_sideways()))
    assert held == [True]


@pytest.mark.parametrize(
    "content", [b"", b"<svg xmlns='http://www.w3.org/2000/svg'/>", b"GIF89a", b"%PDF-1.7", b"\xff\xd8\xff"]
)
def test_what_is_no_photograph_is_refused(content: bytes) -> None:
    with pytest.raises(BadValue):
        small_webp(content)
