"""Slack's payloads as a page that looks as Slack shows them. Pure: no script, nothing is loaded, everything is escaped."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from html import escape
from typing import Any

Plain = Mapping[str, Any]
Names = Mapping[str, str]  # of channels, by their ids

POLICY = "default-src 'none'; style-src 'unsafe-inline'"
STYLE = """
body { margin: 0; padding: 24px; background: #f4ede4; color: #1d1c1d; width: 760px;
  font: 15px/1.47 Lato, "Helvetica Neue", "DejaVu Sans", sans-serif; }
article { background: #fff; border: 1px solid #ddd; border-radius: 8px; padding: 16px 20px; margin: 0 0 16px; }
article.message { padding-left: 68px; position: relative; }
.who { font-weight: 700; margin: 0 0 4px; } .who small { background: #ddd; border-radius: 2px; padding: 1px 4px;
  font-size: 10px; font-weight: 400; color: #616061; vertical-align: 2px; }
.face { position: absolute; left: 20px; top: 16px; width: 36px; height: 36px; border-radius: 8px; background: #1d3557;
  color: #fff; text-align: center; font: 700 20px/36px Georgia, "DejaVu Serif", serif; }
h1 { font-size: 18px; margin: 0 0 12px; } h2 { font-size: 18px; line-height: 1.33; margin: 4px 0; }
article.view h2 { margin-top: 22px; } article.view h1 + h2 { margin-top: 0; }
p, blockquote, ul { margin: 0; } div.block { margin: 8px 0; overflow-wrap: anywhere; }
ul { padding-left: 24px; } ul.in-1 { margin-left: 28px; list-style: circle; } ul.in-2 { margin-left: 56px; list-style: square; }
blockquote { border-left: 4px solid #ddd; padding-left: 12px; }
.context { color: #616061; font-size: 13px; } .section { display: flex; gap: 16px; align-items: flex-start; }
.section p { flex: 1; } .button { display: inline-block; border: 1px solid #bbb; border-radius: 4px; padding: 4px 12px;
  font-size: 13px; font-weight: 700; margin: 0 8px 8px 0; white-space: nowrap; } .section .button { margin: 0; }
.primary { background: #007a5a; border-color: #007a5a; color: #fff; } .danger { border-color: #e01e5a; color: #e01e5a; }
.field { display: block; border: 1px solid #868686; border-radius: 4px; padding: 8px 12px; min-height: 22px; }
a, .channel { color: #1264a3; text-decoration: none; } hr { border: 0; border-top: 1px solid #ddd; }
"""


def page(title: str, payloads: Iterable[Plain], names: Names | None = None) -> str:
    """A page with messages (as arguments of `chat.postMessage`) and views, in their order."""
    drawn = "\n".join(_drawn(payload, names or {}) for payload in payloads)
    return (
        f'<!doctype html>\n<html lang="en"><head><meta charset="utf-8"><title>{escape(title)}</title>'
        f'<meta http-equiv="Content-Security-Policy" content="{POLICY}"><style>{STYLE}</style></head>\n'
        f"<body>\n{drawn}\n</body></html>\n"
    )


def _drawn(payload: Plain, names: Names) -> str:
    blocks = "\n".join(_block(block, names) for block in payload.get("blocks", ()))
    if payload.get("type") in {"home", "modal"}:
        title = _plain(payload["title"]) if "title" in payload else "Home"
        ends = "".join(_ending(payload, part) for part in ("close", "submit"))
        return f'<article class="view"><h1>{title}</h1>\n{blocks}\n{ends}</article>'
    said = blocks or f"<p>{_lines(_read(payload.get('text', '')))}</p>"
    who = '<span class="face">n</span><p class="who">newsdelta <small>APP</small></p>'
    return f'<article class="message">{who}\n{said}</article>'


def _ending(view: Plain, part: str) -> str:
    look = "primary" if part == "submit" else ""
    return f'<span class="button {look}">{_plain(view[part])}</span>' if part in view else ""


# -- blocks ------------------------------------------------------------------------------------------------------------


def _block(block: Plain, names: Names) -> str:
    match block["type"]:
        case "header":
            return f"<h2>{_plain(block['text'])}</h2>"
        case "divider":
            return "<hr>"
        case "context":
            said = " ".join(_plain(element) for element in block["elements"])
            return f'<div class="block context">{said}</div>'
        case "section":
            button = _element(block["accessory"]) if "accessory" in block else ""
            return f'<div class="block section"><p>{_plain(block["text"])}</p>{button}</div>'
        case "actions":
            return f'<div class="block">{"".join(map(_element, block["elements"]))}</div>'
        case "input":
            return f'<div class="block"><p>{_plain(block["label"])}</p>{_element(block["element"])}</div>'
        case "rich_text":
            said = "".join(_rich(part, names) for part in block["elements"])
            return f'<div class="block">{said}</div>'
    return f'<div class="block context">{escape(block["type"])}</div>'


def _element(element: Plain) -> str:
    match element["type"]:
        case "button":
            look = escape(element.get("style", ""))
            return f'<span class="button {look}">{_plain(element["text"])}</span>'
        case "radio_buttons" | "static_select":
            return "".join(f"<p>○ {_option(option)}</p>" for option in element["options"])
    return '<span class="field"></span>'


def _option(option: Plain) -> str:
    note = f' <span class="context">{_plain(option["description"])}</span>' if "description" in option else ""
    return _plain(option["text"]) + note


def _rich(part: Plain, names: Names) -> str:
    match part["type"]:
        case "rich_text_section":
            return f"<p>{_runs(part, names)}</p>"
        case "rich_text_quote":
            return f"<blockquote>{_runs(part, names)}</blockquote>"
        case "rich_text_list":
            entries = "".join(f"<li>{_runs(entry, names)}</li>" for entry in part["elements"])
            return f'<ul class="in-{int(part.get("indent", 0))}">{entries}</ul>'
    return f'<p class="context">{escape(part["type"])}</p>'


# -- words -------------------------------------------------------------------------------------------------------------


def _runs(part: Plain, names: Names) -> str:
    return "".join(_run(element, names) for element in part["elements"])


def _run(element: Plain, names: Names) -> str:
    if element["type"] == "channel":
        name = names.get(element["channel_id"], element["channel_id"])
        return f'<span class="channel">#{escape(name)}</span>'
    said = _lines(element.get("text", ""))
    style = element.get("style", {})
    said = f"<b>{said}</b>" if style.get("bold") else said
    said = f"<i>{said}</i>" if style.get("italic") else said
    address = element.get("url", "")
    return f'<a href="{escape(address)}">{said}</a>' if address.startswith(("https://", "http://")) else said


def _plain(text: Plain) -> str:
    return _lines(_read(text["text"]))


def _read(text: str) -> str:
    """The text as Slack reads it: three characters are spelled out in it, and no others."""
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def _lines(text: str) -> str:
    return escape(text).replace("\n", "<br>")
