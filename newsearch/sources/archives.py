"""Archives of files, zip and tar: each file goes through the reader that its content asks for."""

from __future__ import annotations

import struct
import tarfile
import zipfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from functools import partial
from pathlib import PurePosixPath
from typing import IO, BinaryIO, NamedTuple, cast

from newsearch.answers.reports import Remark
from newsearch.article import Article
from newsearch.sources.opening import OpenedFile, read_opened, seekable
from newsearch.sources.reader import Context
from newsearch.sources.text import NO_TEXT_FOUND
from newsearch.sources.unpacking import Allowance
from newsearch.sources.walk import readable_name

_DEEPEST = 1
_LARGEST_COPY_BYTES = 2**31
_ENCRYPTED = 0x1
_NAME_IS_UTF8 = 0x800


class _Member(NamedTuple):
    """A file of an archive: its path there, and why it cannot be read, or ''."""

    name: str
    open: Callable[[], IO[bytes] | None]
    allowance: Allowance | None = None
    fault: str = ""


def read_zip(stream: BinaryIO, context: Context) -> Iterator[Article | Remark]:
    """Read the files of a zip archive, the list of which is at its end; a `Reader`."""
    with seekable(stream, context, _LARGEST_COPY_BYTES) as file:
        yield from _read_zip(file, context)


def _read_zip(file: BinaryIO, context: Context) -> Iterator[Article | Remark]:
    from newsearch.sources import tables, zipped

    try:
        archive = zipfile.ZipFile(file)
    except (zipfile.BadZipFile, NotImplementedError, ValueError) as error:
        reason = f"the zip archive is damaged: {str(error).lower()}"
        yield context.rejected(f"{reason}; get it again, or repair it with 'zip -FF'")
        return
    # Files may lie over one another, so that few bytes hold many large ones.
    whole = Allowance(file.seek(0, 2), context.allowance)
    names = archive.namelist()
    try:
        if zipped.is_document(archive):
            yield from zipped.read_document(archive, context)
        elif zipped.BOOK in names:
            yield from _chapters(archive, whole, context)
        elif "xl/workbook.xml" in names:
            file.seek(0)
            yield from tables.read_sheets(file, context)
        elif "[Content_Types].xml" in names or "mimetype" in names:
            yield context.rejected("this kind of Office document is not read; save it as PDF")
        else:
            yield from _read_members(_zip_members(archive, archive.infolist(), whole), context)
    except zipped.FAULTS as error:
        reason = " ".join(map(str, error.args))
        yield context.rejected(f"the document cannot be read to its end: {reason}")


def _chapters(
    archive: zipfile.ZipFile, whole: Allowance, context: Context
) -> Iterator[Article | Remark]:
    """Read the chapters of a book that hold running text."""
    from newsearch.sources.properties import with_properties
    from newsearch.sources.zipped import chapters_of

    properties, infos = chapters_of(archive)
    is_read = False
    for item in _read_members(_zip_members(archive, infos, whole), context):
        if isinstance(item, Article):
            is_read = True
            yield with_properties(item, properties, context)
        elif not item.reason.endswith(NO_TEXT_FOUND):  # a cover, a title, a list of chapters
            yield item
    if not is_read:
        yield context.rejected("no chapter with running text was found")


def read_tar(stream: BinaryIO, context: Context) -> Iterator[Article | Remark]:
    """Read the files of a tar archive, in one go; a `Reader`."""
    yield from _read_members(_tar_members(stream, context), context)


def _read_members(
    members: Iterator[_Member | Remark], context: Context
) -> Iterator[Article | Remark]:
    if context.depth > _DEEPEST:
        yield context.rejected("archives are read one within another, no deeper; unpack it first")
        return
    for member in members:
        if isinstance(member, Remark):
            yield member
        else:
            yield from _read_member(member, context)


def _read_member(member: _Member, context: Context) -> Iterator[Article | Remark]:
    # Backslashes are written on Windows; '/' at the start and '.' say nothing in an archive.
    path = PurePosixPath(member.name.replace("\\", "/"))
    parts = [readable_name(part) for part in path.parts if part != "/"]
    if "__MACOSX" in parts or any(part.startswith(".") and part != ".." for part in parts):
        return
    page = context.child(f"{context.article_id or context.path}#{'/'.join(parts)}")
    if fault := "its path leads out of the archive; rename it" if ".." in parts else member.fault:
        yield page.rejected(fault)
        return
    try:
        source = member.open()
    except (zipfile.BadZipFile, NotImplementedError, OSError, ValueError, struct.error) as error:
        yield page.rejected(f"it cannot be unpacked: {str(error).lower()}")
        return
    with OpenedFile(cast(BinaryIO, source), within=member.allowance or page.allowance) as opened:
        yield from read_opened(opened, page.reader_for(path.name), page)


def _zip_members(
    archive: zipfile.ZipFile, infos: Iterable[zipfile.ZipInfo], whole: Allowance
) -> Iterator[_Member]:
    for info in infos:
        if not info.is_dir():
            is_encrypted = info.flag_bits & _ENCRYPTED
            fault = "it is encrypted; unpack it with its password first" if is_encrypted else ""
            allowance = Allowance(info.compress_size, whole)
            yield _Member(_name_of(info), partial(archive.open, info), allowance, fault)


def _name_of(info: zipfile.ZipInfo) -> str:
    if not info.flag_bits & _NAME_IS_UTF8:
        # Many programs write UTF-8 and do not say so.
        with suppress(UnicodeError):
            return info.filename.encode("cp437").decode()
    return info.filename


def _tar_members(stream: BinaryIO, context: Context) -> Iterator[_Member | Remark]:
    is_damaged = False

    class Header(tarfile.TarInfo):
        """A header that tells when it is damaged: tarfile only looks for the next one."""

        @classmethod
        def frombuf(cls, buf: bytes | bytearray, encoding: str, errors: str) -> Header:
            nonlocal is_damaged
            try:
                return super().frombuf(buf, encoding, errors)
            except tarfile.HeaderError:
                is_damaged |= any(buf)  # zeros are no header but the end
                raise

    try:
        with tarfile.open(fileobj=stream, mode="r|", tarinfo=Header, ignore_zeros=True) as archive:
            while info := archive.next():
                archive.members = []  # type: ignore[attr-defined]  # it would keep all of them
                if info.isreg():
                    yield _Member(info.name, partial(archive.extractfile, info))
                elif not info.isdir():
                    context.note(f"{readable_name(info.name)}: skipped, not a file of data")
    except tarfile.TarError as error:
        yield context.rejected(f"not read to its end: the tar archive is damaged: {error}")
    if is_damaged:
        yield context.rejected("parts of the tar archive are damaged; get it again")
