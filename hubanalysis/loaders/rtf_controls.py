"""The control words of Rich Text Format that say what is text (RTF specification 1.9.1)."""

from __future__ import annotations

from hubanalysis.loaders.paragraphs import BOXES, COMMENTS, FOOTNOTES, HEADERS

__all__ = ["CHARSETS", "ENDS", "PLACES", "SIGNS", "SKIPPED", "STARRED", "SYMBOLS"]

#: Groups that hold no words of the text. Those that begin with \* and are not known are left out too.
SKIPPED = frozenset({
    "fonttbl", "colortbl", "stylesheet", "info", "pict", "object", "filetbl", "listtable",
    "listoverridetable", "revtbl", "rsidtbl", "generator", "xe", "tc", "themedata", "colorschememapping",
    "latentstyles", "datastore", "fldinst", "listtext", "pntext", "pntxta", "pntxtb", "nonesttables", "upr",
    "nonshppict", "xmlnstbl", "mmathPr", "pgptbl", "template", "txe", "rxe", "tcn", "private", "ftnsep",
    "ftnsepc", "aftnsep", "aftnsepc",
})  # fmt: skip
PLACES = {
    **dict.fromkeys(("footnote",), FOOTNOTES),
    **dict.fromkeys(("annotation",), COMMENTS),
    **dict.fromkeys(("shptxt", "dptxbxtext"), BOXES),
    **dict.fromkeys(
        ["header", "headerl", "headerr", "headerf", "footer", "footerl", "footerr", "footerf"], HEADERS
    ),
}
#: Starred groups that hold words all the same, or lead to them.
STARRED = frozenset(("ud", "annotation", "shpinst", "do", "shptxt", "nesttableprops"))
SIGNS = {
    "tab": "\t", "line": "\n", "emdash": "—", "endash": "–", "lquote": "‘", "rquote": "’", "ldblquote": "“",
    "rdblquote": "”", "bullet": "•", "emspace": " ", "enspace": " ", "qmspace": " ", "softline": "\n", "softpage": "",
    "page": "\n", "column": "\n",
}  # fmt: skip
SYMBOLS = {b"~": " ", b"_": "-", b"\\": "\\", b"{": "{", b"}": "}", b"-": "", b"\t": "\t", b":": ":"}
ENDS = frozenset(("par", "sect", "cell", "row", "nestcell", "nestrow"))
#: Character sets of fonts (\fcharset) and what Python calls them.
CHARSETS = {
    0: "cp1252", 77: "mac_roman", 128: "cp932", 129: "cp949", 134: "gb2312", 136: "big5", 161: "cp1253",
    162: "cp1254", 163: "cp1258", 177: "cp1255", 178: "cp1256", 186: "cp1257", 204: "cp1251", 222: "cp874",
    238: "cp1250", 254: "cp437", 255: "cp850",
}  # fmt: skip
