"""The pages of a twin: what a payer would see at the provider's. Plainly marked as practice; no script, no picture, no card."""

from collections.abc import Iterable, Sequence
from html import escape

LOOK = (
    ":root{color-scheme:light dark;--ink:#1d1d1f;--paper:#fff;--edge:#767680;--most:#1b4fd8;--on:#fff;--mark:#fff4d6}"
    "@media(prefers-color-scheme:dark){:root{--ink:#f1f1f4;--paper:#17181c;--edge:#8d8d99;--most:#9db9ff;--on:#0b1330;--mark:#3a2f12}}"
    "body{font:18px/1.5 system-ui,sans-serif;max-width:28rem;margin:0 auto;padding:1rem;color:var(--ink);background:var(--paper)}"
    "*{box-sizing:border-box;word-break:keep-all;overflow-wrap:anywhere}h1{font-size:1.3rem}h2{font-size:1.05rem;margin:0}"
    "button{font:inherit;min-height:48px;width:100%;margin:.25rem 0;padding:.4rem 1rem;border-radius:12px;cursor:pointer;"
    "border:1px solid var(--edge);background:var(--paper);color:var(--ink)}"
    "button.most{background:var(--most);color:var(--on);border-color:var(--most);font-weight:700}"
    ".mark{background:var(--mark);padding:.75rem;border-radius:12px}a{color:var(--most)}"
    "section{border:1px solid var(--edge);border-radius:12px;padding:1rem;margin:1rem 0}"
    "dl{margin:.5rem 0}dl div{display:flex;flex-wrap:wrap;gap:0 1rem;justify-content:space-between;padding:.1rem 0}"
    "dd{margin:0 0 0 auto;font-weight:600;text-align:right}"
    "a.way{display:flex;align-items:center;min-height:48px}"
)
MARK = "연습용입니다. 돈은 움직이지 않습니다. · This is practice: no money moves."


def page(title: str, parts: Iterable[str]) -> str:
    inner = "".join(parts)
    return (
        f'<!doctype html><html lang="ko"><meta charset="utf-8"><meta name="viewport" content="width=device-width">'
        f'<title>{escape(title)}</title><link rel="icon" href="data:,"><style>{LOOK}</style><main><h1>{escape(title)}</h1>'
        f'<p class="mark" role="note">{MARK}</p>{inner}</main></html>'
    )


def facts(rows: Iterable[tuple[str, str]]) -> str:
    lines = (f"<div><dt>{escape(name)}</dt><dd>{escape(value)}</dd></div>" for name, value in rows)
    return f"<dl>{''.join(lines)}</dl>"


def section(title: str, parts: Iterable[str]) -> str:
    return f"<section><h2>{escape(title)}</h2>{''.join(parts)}</section>"


def words(said: str) -> str:
    return f"<p>{escape(said)}</p>"


def way(to: str, said: str) -> str:
    """A link on."""
    return f'<a class="way" href="{escape(to)}">{escape(said)}</a>'


def choices(action: str, offered: Sequence[tuple[str, str]], *, most: bool = True) -> str:
    """One form; the first choice is the one most people want, where there is such a one."""
    buttons = "".join(
        f'<button name="choice" value="{escape(value)}"{" class=most" if most and not number else ""}>{escape(label)}</button>'
        for number, (value, label) in enumerate(offered)
    )
    return f'<form method="post" action="{escape(action)}">{buttons}</form>'
