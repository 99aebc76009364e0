"""The looks of a diff: a sheet for pages, in light and dark and on paper, and styles for mails."""

from __future__ import annotations

__all__ = ["DARK_LOOKS", "MAIL", "MAIL_DARK", "ROOT", "SHEET"]

# The one class that everything below it is scoped by.
ROOT = "changetrack-diff"

_MONO = "ui-monospace,SFMono-Regular,Menlo,Consolas,'Liberation Mono',monospace"
_SANS = "system-ui,-apple-system,'Segoe UI',Roboto,'Helvetica Neue',Arial,sans-serif"

# Every pair of ink and ground has a contrast of 4.5 at least; a test computes them.
LIGHT = {
    "paper": "#ffffff",
    "ink": "#1b2422",
    "soft": "#566360",
    "line": "#dde3e0",
    "head": "#f1f5f3",
    "link": "#0b6b5d",
    "del": "#fdeceb",
    "del-ink": "#5f1519",
    "del-word": "#f9c3bf",
    "del-edge": "#c4373f",
    "add": "#e6f5e9",
    "add-ink": "#0c4420",
    "add-word": "#aee3ba",
    "add-edge": "#1f8a46",
    "moved": "#eef0fd",
    "moved-ink": "#333a8c",
    "moved-edge": "#6670d8",
    "none": "#f7f9f8",
}
DARK = {
    "paper": "#111816",
    "ink": "#e2eae7",
    "soft": "#9bada7",
    "line": "#2a3733",
    "head": "#1a2421",
    "link": "#6fcfbb",
    "del": "#34191b",
    "del-ink": "#ffc9c5",
    "del-word": "#78292e",
    "del-edge": "#e5686c",
    "add": "#142d1d",
    "add-ink": "#b5ecc4",
    "add-word": "#1f6136",
    "add-edge": "#4dbd74",
    "moved": "#1d2142",
    "moved-ink": "#c3c9ff",
    "moved-edge": "#8089ee",
    "none": "#151d1a",
}


def _set(colors: dict[str, str]) -> str:
    return "".join(f"--{name}:{color};" for name, color in colors.items())


# Narrower than this, two columns of text hold too few words a line.
_STACKED = """
@media (max-width:700px){
& .split colgroup,& .split thead,& .fields colgroup,& .fields thead{display:none}
& .split,& .fields,& .split caption,& .fields caption,& .split tbody,& .fields tbody{display:block}
& .split td.num:nth-child(4){border-left:0}
& .split tr{display:grid;grid-template-columns:3.2em 1.4em minmax(0,1fr)}
& .split tr.wide{display:block}
& .split td.void,& .split td.twin{display:none}
& .fields tr{display:grid;grid-template-columns:minmax(0,1fr) minmax(0,1fr);padding:4px 0;
border-top:1px solid var(--line)}
& .fields th,& .fields td{border:0;padding:2px 10px}
& .fields th,& .fields .wide{grid-column:1/-1}
& .fields td[data-label]::before{content:attr(data-label);display:block;color:var(--soft);
font:11px/1.6 var(--sans)}
& .fields td.void{display:none}
& .split .wide th,& .split .wide td,& .fields .wide td{display:block}
}
"""

# Paper has no grounds, and often no colours: what differs is struck or underlined, and edges tell
# deleted (dashed) from added (solid).
_PRINTED = f"""
@media print{{
&{{{_set(LIGHT)}border:0;border-radius:0}}
& del{{text-decoration:line-through}}
& ins{{text-decoration:underline;font-weight:700}}
& td.text.del{{border-left:2px dashed #000}}
& td.text.add{{border-left:2px solid #000}}
& tr{{break-inside:avoid}}
& tr.wide{{break-after:avoid}}
& a{{color:inherit;text-decoration:none}}
}}
"""

_SHEET = f"""
&{{{_set(LIGHT)}--mono:{_MONO};--sans:{_SANS};color-scheme:light dark;box-sizing:border-box;
margin:0;border:1px solid var(--line);border-radius:8px;overflow:hidden;background:var(--paper);
color:var(--ink);font:14px/1.5 var(--sans);text-align:left}}
@media (prefers-color-scheme:dark){{&{{{_set(DARK)}}}}}
& *{{box-sizing:border-box}}
& p{{margin:0;padding:10px 14px}}
& p.title{{font-weight:600;overflow-wrap:anywhere;border-bottom:1px solid var(--line)}}
& p.title:last-child{{border-bottom:0}}
& table{{width:100%;margin:0;border:0;border-collapse:collapse;border-spacing:0;
table-layout:fixed;background:none;font:inherit;color:inherit}}
& table+table caption{{border-top:1px solid var(--line)}}
& caption{{padding:8px 14px;caption-side:top;text-align:left;color:var(--ink);font-size:13px}}
& tr,& tr:hover,& tr:nth-child(even){{background:none}}
& th,& td{{border:0;padding:1px 8px;text-align:left;vertical-align:top;font-weight:400;
white-space:normal;max-width:none}}
& thead th,& thead td{{padding:3px 8px;color:var(--soft);font-size:12px;
border-top:1px solid var(--line)}}
& .num{{color:var(--soft);text-align:right;padding:1px 6px;user-select:none;
-webkit-user-select:none;font:12px/20px var(--mono);font-variant-numeric:tabular-nums}}
& .sign{{padding:1px 0;text-align:center;user-select:none;-webkit-user-select:none;
font:13px/20px var(--mono)}}
& .text{{font:13px/20px var(--mono);white-space:pre-wrap;overflow-wrap:anywhere;
word-break:normal;tab-size:4;unicode-bidi:plaintext}}
& col.num{{width:4.2em;font:12px/20px var(--mono)}}
& col.sign{{width:1.4em}}
& td.void{{background:var(--none)}}
& td.del{{background:var(--del);color:var(--del-ink)}}
& td.add{{background:var(--add);color:var(--add-ink)}}
& td.moved{{background:var(--moved);color:var(--moved-ink)}}
& .split td.num:nth-child(4){{border-left:1px solid var(--line)}}
& del,& ins{{text-decoration:none;border-radius:2px;padding:1px 0;color:inherit;
-webkit-box-decoration-break:clone;box-decoration-break:clone}}
& .text del{{background:var(--del-word);box-shadow:inset 0 -2px 0 var(--del-edge)}}
& .text ins{{background:var(--add-word);box-shadow:inset 0 -2px 0 var(--add-edge)}}
& .gap{{color:var(--soft);font:italic 12px/20px var(--sans)}}
& .wide th,& .wide td{{padding:5px 14px;font:13px/1.5 var(--sans);overflow-wrap:anywhere}}
& .hunk th{{background:var(--head);border-top:1px solid var(--line);
border-bottom:1px solid var(--line)}}
& .hunk .place{{font-weight:600}}
& .hunk .where,& .hunk a{{color:var(--soft);font-size:12px}}
& .hunk a{{font-family:var(--mono);text-decoration:none}}
& .hunk a:hover,& .hunk a:focus{{color:var(--link);text-decoration:underline}}
& .note td{{padding:2px 14px;background:var(--moved);color:var(--moved-ink);font-size:12px}}
& .note td.void{{background:var(--none)}}
& .rest td{{background:var(--head);color:var(--soft);border-top:1px solid var(--line)}}
& :target td{{box-shadow:inset 0 2px 0 var(--link),inset 0 -2px 0 var(--link)}}
& .fields th,& .fields td{{padding:5px 10px;border-top:1px solid var(--line);
overflow-wrap:anywhere}}
& .fields .path{{font:600 13px/20px var(--mono)}}
& .fields thead th{{padding:3px 10px}}
& .fields .op{{display:block;color:var(--soft);font:12px/1.5 var(--sans)}}
& .fields .delta{{font-weight:600;font-variant-numeric:tabular-nums;white-space:nowrap}}
& .fields td.void{{background:none}}
& .fields col.path{{width:28%}}
& .fields col.delta{{width:7.5em}}
"""


def _scope(sheet: str) -> str:
    # Nesting with `&` is younger than some of the readers; it is written out here.
    return sheet.replace("\n", "").replace("&", f".{ROOT}")


SHEET = _scope(_SHEET + _STACKED + _PRINTED)

_CELL = "vertical-align:top;text-align:left;border:0"
_CODE = f"font-family:{_MONO};font-size:13px;line-height:20px"
_SAY = f"font-family:{_SANS};font-size:13px;line-height:20px"
_WRAP = "word-break:break-word;overflow-wrap:anywhere"


def _style_mail(colors: dict[str, str]) -> dict[str, str]:
    """Return the looks of a mail in these colours."""
    ground, soft = f"background-color:{colors['paper']}", f"color:{colors['soft']}"
    ink, edge = f"color:{colors['ink']}", f"border-top:1px solid {colors['line']}"
    head = f"background-color:{colors['head']}"
    looks = {
        "num": "padding:1px 6px;font-size:11px;text-align:right;width:34px",
        "sign": "padding:1px 2px;text-align:center;width:12px",
        "text": "padding:1px 8px;white-space:pre-wrap;word-break:break-word",
        "frame": (
            f"width:100%;border-collapse:collapse;border:1px solid {colors['line']};{ground};{ink};"
            f"margin:0 0 12px 0;{_CODE}"
        ),
        "title": f"margin:0 0 8px 0;{_SAY};font-size:15px;font-weight:bold;{ink}",
        "words": f"margin:0;{_SAY};{ink}",
        "caption": f"padding:6px 0;text-align:left;{_SAY};{ink}",
        "label": f"{_CELL};padding:4px 8px;{_SAY};font-size:12px;font-weight:400;{soft};{ground}",
        "hunk": f"{_CELL};padding:6px 8px;{_SAY};font-weight:normal;{_WRAP};{head};{ink};{edge}",
        "place": "font-weight:bold",
        "where": f"{soft};font-size:12px",
        "note": (
            f"{_CELL};padding:2px 8px;{_SAY};font-size:12px;background-color:{colors['moved']};"
            f"color:{colors['moved-ink']}"
        ),
        "rest": f"{_CELL};padding:6px 8px;{_SAY};{head};{soft};{edge}",
        "path": f"padding:5px 8px;text-align:left;font-weight:normal;width:30%;{_WRAP};{edge}",
        "value": f"padding:5px 8px;{_WRAP};{edge}",
        "delta": f"padding:5px 8px;font-family:{_SANS};font-weight:bold;white-space:nowrap;{edge}",
        "op": f"font-family:{_SANS};font-size:12px;font-weight:normal;{soft}",
        "gap": f"font-family:{_SANS};font-size:12px;{soft}",
    }
    for kind in ("del", "add"):
        looks[f"word-{kind}"] = (
            f"text-decoration:none;background-color:{colors[f'{kind}-word']};"
            f"border-bottom:2px solid {colors[f'{kind}-edge']}"
        )
    return looks | _style_rows(colors)


def _style_rows(colors: dict[str, str]) -> dict[str, str]:
    rows = {"same": ("paper", "soft"), "field": ("paper", "ink")}
    rows |= {"deleted": ("del", "del-ink"), "added": ("add", "add-ink")}
    rows |= {"moved": ("moved", "moved-ink")}
    return {
        f"row-{kind}": f"background-color:{colors[ground]};color:{colors[ink]};vertical-align:top"
        for kind, (ground, ink) in rows.items()
    }


# A mail program drops sheets, and knows neither variables nor the dark: each element carries its
# own looks, on a ground of its own. Lines are many, so what their cells share is on their row, and
# what all rows share on their table.
MAIL = _style_mail(LIGHT)
# What is otherwise where a mail program does know the dark, and leaves a mail its sheet.
DARK_LOOKS = {
    look: ";".join(
        f"{part}!important" for part in dark.split(";") if part not in MAIL[look].split(";")
    )
    for look, dark in _style_mail(DARK).items()
    if dark != MAIL[look]
}
MAIL_DARK = "".join(f".{ROOT}-{look}{{{style}}}" for look, style in DARK_LOOKS.items())
