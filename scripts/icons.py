"""Draw the app's icons from one mark: icon.svg and the png files that phones ask for. Run after changing the mark."""

from pathlib import Path

from PIL import Image, ImageDraw

OUT = Path(__file__).resolve().parents[1] / "dure" / "kit" / "ui" / "static" / "dure"
PINE, PAPER = "#0b6b4f", "#faf8f4"
OVERSAMPLE = 8
UNIT = 32  # the mark is drawn on a square of this size

# Two hands' worth of people leaning together under one round roof: a ring, two heads, two shoulders.
SVG_MARK = (
    '<circle cx="16" cy="16" r="11.5" fill="none" stroke="{ink}" stroke-width="2.6"/>'
    '<circle cx="12.2" cy="13.2" r="2.5" fill="{ink}"/><circle cx="19.8" cy="13.2" r="2.5" fill="{ink}"/>'
    '<path d="M7.9 22.3c.5-3.4 2.1-5.1 4.3-5.1 1.7 0 3 .9 3.8 2.6.8-1.7 2.1-2.6 3.8-2.6 2.2 0 3.8 1.7 4.3 5.1"'
    ' fill="none" stroke="{ink}" stroke-width="2.6" stroke-linecap="round"/>'
)


def svg() -> str:
    """The icon of a browser tab."""
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {UNIT} {UNIT}"><rect width="{UNIT}" height="{UNIT}" rx="7"'
        f' fill="{PINE}"/>{SVG_MARK.format(ink=PAPER)}</svg>\n'
    )


def png(size: int, corner: float, margin: float) -> Image.Image:
    """The mark on pine; `corner` and `margin` in shares of the size. A maskable icon has no corner and more margin."""
    big = size * OVERSAMPLE
    image = Image.new("RGBA", (big, big), (0, 0, 0, 0))
    draw = ImageDraw.Draw(image)
    draw.rounded_rectangle((0, 0, big - 1, big - 1), radius=big * corner, fill=PINE)
    scale = big * (1 - 2 * margin) / UNIT
    shift = big * margin

    def at(x: float, y: float) -> tuple[float, float]:
        return shift + x * scale, shift + y * scale

    def dot(x: float, y: float, radius: float, fill: str) -> None:
        (left, top), (right, bottom) = at(x - radius, y - radius), at(x + radius, y + radius)
        draw.ellipse((left, top, right, bottom), fill=fill)

    dot(16, 16, 12.8, PAPER)
    dot(16, 16, 10.2, PINE)
    for x in (12.2, 19.8):
        dot(x, 13.2, 2.5, PAPER)
    curve = [
        *_bezier((7.9, 22.3), (8.4, 18.9), (10, 17.2), (12.2, 17.2)),
        *_bezier((12.2, 17.2), (13.9, 17.2), (15.2, 18.1), (16, 19.8)),
    ]
    curve += [(32 - x, y) for x, y in reversed(curve)]
    for x, y in curve:
        dot(x, y, 1.3, PAPER)
    return image.resize((size, size), Image.Resampling.LANCZOS)


def _bezier(*spots: tuple[float, float]) -> list[tuple[float, float]]:
    (ax, ay), (bx, by), (cx, cy), (dx, dy) = spots
    drawn = []
    for step in range(101):
        t = step / 100
        u = 1 - t
        drawn.append(
            (
                u**3 * ax + 3 * u * u * t * bx + 3 * u * t * t * cx + t**3 * dx,
                u**3 * ay + 3 * u * u * t * by + 3 * u * t * t * cy + t**3 * dy,
            )
        )
    return drawn


def main() -> None:
    """Write all icons."""
    (OUT / "icon.svg").write_text(svg(), encoding="utf-8")
    for name, size, corner, margin in (
        ("icon-180", 180, 0.0, 0.06),
        ("icon-192", 192, 0.22, 0.04),
        ("icon-512", 512, 0.22, 0.04),
        ("icon-maskable-512", 512, 0.0, 0.16),
    ):
        png(size, corner, margin).quantize(64).save(OUT / f"{name}.png", optimize=True)


if __name__ == "__main__":
    main()
