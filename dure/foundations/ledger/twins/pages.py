"""The pages of a twin: what a payer would see at the provider's. Plainly marked as practice; no script, no picture, no card."""

from collections.abc import Iterable, Sequence
from html import escape

LOOK = (
    "body{font:18px/1.5 system-ui,sans-serif;max-width:26rem;margin:0 auto;padding:1rem;color:#1d1d1f;background:#fff}"
    "*{box-sizing:border-box;word-break:keep-all}button{font:inherit;min-height:48px;width:100%;margin:.25rem 0}"
    "button{border:1px solid #555;border-radius:12px;background:#fff;color:#111}"
    "button.most{background:#1b4fd8;color:#fff;border-color:#1b4fd8}.mark{background:#fff4d6;padding:.75rem;border-radius:12px}"
    "dl{display:grid;grid-template-columns:auto 1fr;gap:.25rem 1rem}dd{margin:0;font-weight:600}"
)
MARK = "연습용입니다. 돈은 움직이지 않습니다. · This is practice: no money moves."


def page(title: str, parts: Iterable[str]) -> str:
    inner = "".join(parts)
    return (
        f'<!doctype html><html lang="ko"><meta charset="utf-8"><meta name="viewport" content="width=device-width">'
        f"<title>{escape(title)}</title><style>{LOOK}</style><main><h1>{escape(title)}</h1>"
        f'<p class="mark" role="note">{MARK}</p>{inner}</main></html>'
    )


def facts(rows: Iterable[tuple[str, str]]) -> str:
    return "<dl>" + "".join(f"<dt>{escape(name)}</dt><dd>{escape(value)}</dd>" for name, value in rows) + "</dl>"


def choices(action: str, offered: Sequence[tuple[str, str]]) -> str:
    """One form; the first choice is the one most people want."""
    buttons = "".join(
        f'<button name="choice" value="{escape(value)}"{" class=most" if not number else ""}>{escape(label)}</button>'
        for number, (value, label) in enumerate(offered)
    )
    return f'<form method="post" action="{escape(action)}">{buttons}</form>'
