"""An address in, the whole and checked file out, for the data sets that are fetched.

What has come is kept in ``NAME.part`` beside the file, with the server's mark of its
version in ``NAME.part.json``. The next try, or the next command, asks only for the
rest, and only if the server still has the same version; otherwise it begins again.
"""

from __future__ import annotations

import json
import os
import re
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from http.client import HTTPException, HTTPMessage, HTTPResponse
from pathlib import Path
from typing import IO, Any
from urllib.error import HTTPError, URLError
from urllib.parse import urlsplit
from urllib.request import HTTPRedirectHandler, Request, build_opener

from workbench.datasets.progress import progress
from workbench.errors import (
    BadParameter,
    DownloadFailed,
    Unreachable,
    WorkbenchError,
)
from workbench.storage import sync_folder, write_atomically

_LOOPBACK = {"127.0.0.1", "::1", "localhost"}
_PIECE_BYTES = 1 << 16
_LATER = {408, 425, 429, 500, 502, 503, 504}
_FROM = re.compile(r"bytes (\d+)-\d+/(\d+|\*)")
_RANGE_NOT_THERE = 416


@dataclass(frozen=True)
class Patience:
    """How long a server may keep us waiting.

    Parameters
    ----------
    timeout_seconds
        Longest silence before a try is given up [seconds].
    tries
        Tries in all.
    pause_seconds
        Pause before the second try; doubled before each later one [seconds].
    """

    timeout_seconds: float = 30.0
    tries: int = 4
    pause_seconds: float = 1.0


@dataclass(frozen=True)
class Wanted:
    """What is fetched, and where to.

    Parameters
    ----------
    url
        Its address: https, or http on this computer.
    to
        The file to be written.
    max_bytes
        More than this is not taken [bytes].
    by_hand
        What to do where it cannot be fetched, for the messages.
    """

    url: str
    to: Path
    max_bytes: int
    by_hand: str

    @property
    def part(self) -> Path:
        """The file that holds what has come so far."""
        return self.to.with_name(f"{self.to.name}.part")

    @property
    def mark(self) -> Path:
        """The file that holds address and version of what has come so far."""
        return self.to.with_name(f"{self.to.name}.part.json")


def download(
    wanted: Wanted,
    check: Callable[[Path], None],
    patience: Patience | None = None,
    pause: Callable[[float], None] = time.sleep,
) -> None:
    """Fetch a file; it gets its name in one step, once it is whole and checked.

    Parameters
    ----------
    wanted
        What, and where to; only one process at a time may ask for the same file.
    check
        Raises if the content is not what was wanted; then nothing is kept.
    patience
        How long to wait, and how often to try.
    pause
        Waits between two tries [seconds].

    Raises
    ------
    BadParameter
        If the address is neither https nor on this computer.
    Unreachable
        If the server does not answer, or not to the end; what has come is kept.
    DownloadFailed
        If it has no such file, has a page in its place, or has too much.
    """
    _safe(wanted.url)
    wanted.to.parent.mkdir(parents=True, exist_ok=True)
    _until_whole(wanted, patience or Patience(), pause)
    try:
        check(wanted.part)
    except WorkbenchError:
        _discard(wanted)
        raise
    os.replace(wanted.part, wanted.to)
    sync_folder(wanted.to.parent)
    _discard(wanted)


def _safe(url: str) -> None:
    parts = urlsplit(url)
    if parts.scheme == "https" and parts.hostname:
        return
    if parts.scheme == "http" and parts.hostname in _LOOPBACK:
        return
    raise BadParameter(
        f"expected an https address, found '{url}'. Give one, or a file with --from."
    )


def _until_whole(
    wanted: Wanted, patience: Patience, pause: Callable[[float], None]
) -> None:
    for turn in range(patience.tries):
        if turn:
            pause(patience.pause_seconds * 2 ** (turn - 1))
        try:
            return _fetch(wanted, patience.timeout_seconds)
        except Unreachable as error:
            last = error
    kept = f"{_size(wanted.part):,} bytes are kept, the same command goes on from there"
    raise Unreachable(
        f"{wanted.url}: {last} ({patience.tries} tries; {kept}). {wanted.by_hand}"
    ) from last


def _fetch(wanted: Wanted, timeout_seconds: float) -> None:
    """Ask once for what is missing, and put it where it belongs."""
    have, version = _so_far(wanted)
    with _answer(wanted, have, version, timeout_seconds) as answer:
        start, total = _place(wanted, answer, have)
        if total is not None and total > wanted.max_bytes:
            _too_large(wanted, total)
        if not start:
            _remember(wanted, answer.headers)
        _append(wanted, answer, start, total)


def _so_far(wanted: Wanted) -> tuple[int, str | None]:
    """Return what is there already and its version; nothing if that is not known."""
    have = _size(wanted.part)
    if not have or not wanted.mark.is_file():
        return 0, None
    try:
        mark = json.loads(wanted.mark.read_text(encoding="utf-8"))
    except ValueError:  # cut off in the middle of writing: begin again
        return 0, None
    version = mark.get("version")
    same = mark.get("url") == wanted.url and version
    return (have, version) if same else (0, None)


def _answer(
    wanted: Wanted, have: int, version: str | None, timeout_seconds: float
) -> HTTPResponse:
    headers = {"User-Agent": "workbench", "Accept-Encoding": "identity"}
    if have and version:
        headers |= {"Range": f"bytes={have}-", "If-Range": version}
    opener = build_opener(_SafeRedirects)
    try:
        answer = opener.open(
            Request(wanted.url, headers=headers), None, timeout_seconds
        )
    except HTTPError as error:
        error.close()
        raise _said_no(wanted, error.code, error.reason) from error
    except (URLError, OSError, HTTPException) as error:
        raise Unreachable(f"no answer ({_words(error)})") from error
    if answer.headers.get_content_type() == "text/html":
        answer.close()
        raise DownloadFailed(
            f"{wanted.url}: expected a file, found a web page. {wanted.by_hand}"
        )
    return answer


def _said_no(wanted: Wanted, code: int, reason: str) -> WorkbenchError:
    if code == _RANGE_NOT_THERE:
        _discard(wanted)
        return Unreachable("the server has another version by now")
    if code in _LATER:
        return Unreachable(f"the server said {code} {reason}")
    return DownloadFailed(
        f"{wanted.url}: the server said {code} {reason}. {wanted.by_hand}"
    )


def _place(wanted: Wanted, answer: HTTPResponse, have: int) -> tuple[int, int | None]:
    """Return where the answer begins in the file, and how long the file is [bytes]."""
    if answer.status == 206:
        found = _FROM.fullmatch(answer.headers.get("Content-Range", ""))
        if found is None or int(found[1]) != have:
            _discard(wanted)
            raise Unreachable("the server sent another part than was asked for")
        return have, None if found[2] == "*" else int(found[2])
    length = answer.headers.get("Content-Length")
    return 0, int(length) if length and length.isdigit() else None


def _remember(wanted: Wanted, headers: HTTPMessage) -> None:
    """Keep the server's mark of this version; a weak one does not allow to go on."""
    etag = headers.get("ETag")
    strong = etag if etag and not etag.startswith("W/") else None
    version = strong or headers.get("Last-Modified")
    wanted.part.unlink(missing_ok=True)
    write_atomically(wanted.mark, json.dumps({"url": wanted.url, "version": version}))


def _append(
    wanted: Wanted, answer: HTTPResponse, start: int, total: int | None
) -> None:
    have = start
    with (
        wanted.part.open("ab") as file,
        progress(wanted.to.name, total, "bytes") as done,
    ):
        done(start)
        for piece in _pieces(answer):
            have += len(piece)
            if have > wanted.max_bytes:
                _too_large(wanted, have)
            file.write(piece)
            done(len(piece))
        file.flush()
        os.fsync(file.fileno())
    if total is not None and have != total:
        raise Unreachable(f"the line broke after {have:,} of {total:,} bytes")


def _pieces(answer: HTTPResponse) -> Iterator[bytes]:
    while True:
        try:
            piece = answer.read1(_PIECE_BYTES)
        except (OSError, HTTPException) as error:
            raise Unreachable(f"the line broke ({_words(error)})") from error
        if not piece:
            return
        yield piece


def _too_large(wanted: Wanted, n_bytes: int) -> None:
    _discard(wanted)
    raise DownloadFailed(
        f"{wanted.url}: expected at most {wanted.max_bytes:,} bytes, found "
        f"{n_bytes:,} or more. {wanted.by_hand}"
    )


def _discard(wanted: Wanted) -> None:
    wanted.part.unlink(missing_ok=True)
    wanted.mark.unlink(missing_ok=True)


def _size(path: Path) -> int:
    return path.stat().st_size if path.is_file() else 0


def _words(error: BaseException) -> str:
    reason = getattr(error, "reason", error)
    return str(reason) or type(reason).__name__


class _SafeRedirects(HTTPRedirectHandler):
    """Follows only to addresses that could have been asked for in the first place."""

    def redirect_request(
        self,
        req: Request,
        fp: IO[bytes],
        code: int,
        msg: str,
        headers: HTTPMessage,
        newurl: str,
    ) -> Any:
        _safe(newurl)
        return super().redirect_request(req, fp, code, msg, headers, newurl)
