"""Pictures that people send: read, turned, made small and written anew, so that no hidden data of a camera is shown."""

import io
import threading

from PIL import ExifTags, Image

from dure.base.refusals import BadValue

PICTURE_BYTES_MAX = 12_000_000
SIDE_PIXELS_MAX = 1_600
PIXELS_MAX = 60_000_000  # of a telephone's largest; some 240 MB of memory while it is read
QUALITY = 82
TURNS = {  # what a camera wrote about how it was held -> what puts the picture upright
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
_one_at_a_time = threading.Lock()  # a few small files that unfold to that much must not fill the memory together


def small_webp(content: bytes) -> tuple[bytes, int, int]:
    """(WebP, width, height) of the picture: upright, at most SIDE_PIXELS_MAX a side, without metadata. Raises BadValue."""
    if not 0 < len(content) <= PICTURE_BYTES_MAX:
        raise BadValue(field="picture", reason="size")
    try:
        with Image.open(io.BytesIO(content), formats=["JPEG", "PNG", "WEBP"]) as opened:
            if opened.width * opened.height > PIXELS_MAX:
                raise BadValue(field="picture", reason="size")
            with _one_at_a_time:
                return _written_anew(opened)
    except BadValue:
        raise
    except Exception as error:
        raise BadValue(field="picture", reason="kind") from error


def _written_anew(opened: Image.Image) -> tuple[bytes, int, int]:
    """Small, upright, on white where it was transparent."""
    opened.draft("RGB", (SIDE_PIXELS_MAX, SIDE_PIXELS_MAX))  # a JPEG is read at about the size that is needed
    whole = opened.convert("RGBA" if opened.has_transparency_data else "RGB")
    whole.thumbnail((SIDE_PIXELS_MAX, SIDE_PIXELS_MAX))
    turn = TURNS.get(whole.getexif().get(ExifTags.Base.Orientation, 1))
    upright = whole.transpose(turn) if turn is not None else whole
    if upright.mode == "RGBA":
        sheet = Image.new("RGBA", upright.size, "white")
        upright = Image.alpha_composite(sheet, upright).convert("RGB")
    out = io.BytesIO()
    upright.save(out, "WEBP", quality=QUALITY, method=4)
    return out.getvalue(), upright.width, upright.height
