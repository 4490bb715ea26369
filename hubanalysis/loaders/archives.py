"""Files that are ZIP archives (.docx, .odt, .qdpx), opened without trusting what they say of themselves."""

from __future__ import annotations

import stat
import zipfile
import zlib
from pathlib import Path

from lxml import etree

from hubanalysis.errors import DataError, Problem
from hubanalysis.locale import mark

__all__ = ["Archive", "parse_xml"]

#: An hour of talk is 60 kB of text, a codebook of thousands of segments a few MB. More is a mistake or a
#: bomb.
LARGEST_MEMBER = 64 * 2**20
LARGEST_SUM = 256 * 2**20

_AGAIN = mark("export it again from the program it comes from")
_SENDER = mark("do not trust this file; ask its sender")


class Archive:
    """A ZIP archive read safely: ``names`` (in small letters) and :meth:`read`.

    Refused, as DataError with the file's name: paths that lead outside, absolute paths, links, the same
    member twice, passwords, members or sums too large, and what is no archive at all. Only members whose
    name ends in one of ``kinds`` count; pictures and sound may be as large as they like, for nobody reads
    them.
    """

    def __init__(self, path: Path, kinds: tuple[str, ...]):
        self.path = path
        try:
            self._zip = zipfile.ZipFile(path)
        except FileNotFoundError as error:
            raise self.refused(
                mark("the file is missing"), mark("put it there, or correct its name in study.yaml")
            ) from error
        except (zipfile.BadZipFile, NotImplementedError, OSError, ValueError) as error:
            raise self.refused(mark("it is not a file of the kind its name says"), _AGAIN) from error
        try:
            self._members = self._checked(kinds)
        except DataError:
            self._zip.close()
            raise

    def __enter__(self) -> Archive:
        return self

    def __exit__(self, *_: object) -> None:
        self._zip.close()

    @property
    def names(self) -> list[str]:
        return list(self._members)

    def read(self, name: str, largest: int = LARGEST_MEMBER) -> bytes:
        """The bytes of a member. KeyError where there is none of this name."""
        member = self._members[name.casefold()]
        try:
            with self._zip.open(member) as file:
                content = file.read(largest + 1)  # the size in the directory may lie
        except (zipfile.BadZipFile, zlib.error, NotImplementedError, OSError, EOFError, ValueError) as error:
            raise self.refused(mark("it is damaged"), _AGAIN) from error
        if len(content) > largest:
            raise self.refused(mark("a part of it is too large"), _SENDER)
        return content

    def refused(self, what: str, fix: str) -> DataError:
        return DataError("A file cannot be read.", [Problem(what=what, fix=fix, file=self.path.name)])

    def _checked(self, kinds: tuple[str, ...]) -> dict[str, zipfile.ZipInfo]:
        members: dict[str, zipfile.ZipInfo] = {}
        for info in self._zip.infolist():
            name = info.filename.replace("\\", "/")
            parts = name.split("/")
            if info.is_dir() or parts[0] == "__MACOSX":
                continue
            outside = name.startswith("/") or ".." in parts or ":" in parts[0]
            if outside or stat.S_ISLNK(info.external_attr >> 16):
                raise self.refused(mark("it holds a path that leads outside"), _SENDER)
            if name.casefold() in members:
                raise self.refused(mark("it holds the same part twice"), _AGAIN)
            if info.flag_bits & 0x1:
                raise self.refused(mark("it is protected by a password"), mark("save it without a password"))
            members[name.casefold()] = info
        members = {n: m for n, m in members.items() if n.endswith(kinds)}
        if sum(m.file_size for m in members.values()) > LARGEST_SUM:
            raise self.refused(mark("it is too large to be text"), _SENDER)
        return members


def parse_xml(content: bytes, archive: Archive) -> etree._Element:
    """The root of an XML part: no entities, no document type, no net."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        root = etree.fromstring(content, parser)
    except etree.XMLSyntaxError as error:
        raise archive.refused(mark("its XML is damaged"), _AGAIN) from error
    if root.getroottree().docinfo.doctype:
        raise archive.refused(mark("its XML declares a document type"), _SENDER)
    return root
