"""A server that breaks off, stalls, lies or says no: a whole file, or none."""

from __future__ import annotations

import hashlib
import json
import re
import threading
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from workbench.datasets.download import Patience, Wanted, download
from workbench.datasets.provenance import hold, note, record_of
from workbench.errors import (
    BadParameter,
    DownloadFailed,
    RejectedFile,
    Tampered,
    Unreachable,
)

CONTENT = bytes(range(256)) * 1_000
CUT = 100_000
IMPATIENT = Patience(timeout_seconds=0.5, tries=2, pause_seconds=1.0)


@dataclass
class Server:
    """What the server does, and what it was asked."""

    content: bytes = CONTENT
    etag: str | None = '"one"'
    takes_ranges: bool = True
    status: int = 200
    kind: str = "application/zip"
    cuts: int = 0
    stalls: int = 0
    sends: int = CUT
    drips: bool = False
    says_length: bool = True
    moves_to: str | None = None
    asked: list[dict[str, str]] = field(default_factory=list)
    enough: threading.Event = field(default_factory=threading.Event)
    url: str = ""


class _Answers(BaseHTTPRequestHandler):
    def do_GET(self):
        state: Server = self.server.state
        state.asked.append(dict(self.headers))
        if state.moves_to:
            self.send_response(302)
            self.send_header("Location", state.moves_to)
            self.end_headers()
            return
        start = self._start(state)
        if start is not None and start >= len(state.content):
            self.send_error(416)
            return
        self._head(state, start)
        self._body(state, state.content[start or 0 :])

    def _start(self, state):
        found = re.fullmatch(r"bytes=(\d+)-", self.headers.get("Range", ""))
        same = self.headers.get("If-Range") == state.etag
        return int(found[1]) if found and same and state.takes_ranges else None

    def _head(self, state, start):
        length = len(state.content)
        if start is None:
            self.send_response(state.status)
        else:
            self.send_response(206)
            self.send_header("Content-Range", f"bytes {start}-{length - 1}/{length}")
        if state.etag:
            self.send_header("ETag", state.etag)
        if state.says_length:
            self.send_header("Content-Length", str(length - (start or 0)))
        self.send_header("Content-Type", state.kind)
        self.end_headers()

    def _body(self, state, body):
        if state.cuts:
            state.cuts -= 1
            self.wfile.write(body[: state.sends])
        elif state.stalls:
            state.stalls -= 1
            self.wfile.write(body[: state.sends])
            self.wfile.flush()
            state.enough.wait(10)
        elif state.drips:
            for start in range(0, len(body), CUT):
                self.wfile.write(body[start : start + CUT])
                self.wfile.flush()
                state.enough.wait(0.05)
        else:
            self.wfile.write(body)

    def log_message(self, *words):
        pass


@pytest.fixture
def server(monkeypatch):
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    state = Server()
    http = ThreadingHTTPServer(("127.0.0.1", 0), _Answers)
    http.state = state
    state.url = f"http://127.0.0.1:{http.server_port}/shop.zip"
    thread = threading.Thread(target=http.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield state
    state.enough.set()
    http.shutdown()
    http.server_close()
    thread.join()


@pytest.fixture
def fetch(server, tmp_path):
    """Fetch with few tries; return the pauses that were made between them."""

    def get(check=lambda part: None, max_bytes=10**6, tries=2):
        pauses = []
        wanted = Wanted(server.url, tmp_path / "shop.zip", max_bytes, "By hand: …")
        patience = Patience(IMPATIENT.timeout_seconds, tries, IMPATIENT.pause_seconds)
        download(wanted, check, patience, pause=pauses.append)
        return pauses

    return get


def only(folder, *names):
    return sorted(path.name for path in folder.iterdir()) == sorted(names)


def test_a_whole_file_comes_at_once(server, fetch, tmp_path):
    assert fetch() == []
    assert (tmp_path / "shop.zip").read_bytes() == CONTENT
    assert only(tmp_path, "shop.zip")
    assert "Range" not in server.asked[0]


def test_a_file_without_a_stated_length_comes_too(server, fetch, tmp_path):
    server.says_length = False
    fetch()
    assert (tmp_path / "shop.zip").read_bytes() == CONTENT


def test_a_cut_line_is_gone_on_with_where_it_broke(server, fetch, tmp_path):
    server.cuts = 1
    assert fetch() == [1.0]
    assert (tmp_path / "shop.zip").read_bytes() == CONTENT
    assert server.asked[1]["Range"] == f"bytes={CUT}-"
    assert server.asked[1]["If-Range"] == '"one"'


def test_the_next_command_goes_on_where_the_last_one_gave_up(server, fetch, tmp_path):
    server.cuts = 1
    with pytest.raises(Unreachable, match=f"{CUT:,} bytes are kept.*By hand") as found:
        fetch(tries=1)
    assert found.value.exit_code == 75
    assert only(tmp_path, "shop.zip.part", "shop.zip.part.json")
    fetch(tries=1)
    assert server.asked[1]["Range"] == f"bytes={CUT}-"
    assert (tmp_path / "shop.zip").read_bytes() == CONTENT
    assert only(tmp_path, "shop.zip")


def test_a_server_that_ignores_ranges_sends_all_again(server, fetch, tmp_path):
    server.cuts, server.takes_ranges = 1, False
    fetch()
    assert "Range" in server.asked[1]
    assert (tmp_path / "shop.zip").read_bytes() == CONTENT


def test_another_version_on_the_server_is_not_mixed_with_the_first(
    server, fetch, tmp_path
):
    server.cuts = 1
    with pytest.raises(Unreachable):
        fetch(tries=1)
    server.etag, server.content = '"two"', CONTENT[::-1]
    fetch(tries=1)
    assert server.asked[1]["If-Range"] == '"one"'
    assert (tmp_path / "shop.zip").read_bytes() == CONTENT[::-1]


@pytest.mark.parametrize("etag", [None, 'W/"weak"'])
def test_without_a_strong_mark_of_its_version_nothing_is_gone_on_with(
    server, fetch, tmp_path, etag
):
    server.cuts, server.etag = 1, etag
    fetch()
    assert "Range" not in server.asked[1]
    assert (tmp_path / "shop.zip").read_bytes() == CONTENT


def test_a_part_as_long_as_the_file_is_fetched_anew(server, fetch, tmp_path):
    (tmp_path / "shop.zip.part").write_bytes(b"x" * len(CONTENT))
    mark = {"url": server.url, "version": '"one"'}
    (tmp_path / "shop.zip.part.json").write_text(json.dumps(mark))
    assert fetch() == [1.0]
    assert (tmp_path / "shop.zip").read_bytes() == CONTENT


def test_a_part_of_another_address_is_not_gone_on_with(server, fetch, tmp_path):
    (tmp_path / "shop.zip.part").write_bytes(b"other")
    mark = {"url": "https://elsewhere.example/shop.zip", "version": '"one"'}
    (tmp_path / "shop.zip.part.json").write_text(json.dumps(mark))
    fetch()
    assert "Range" not in server.asked[0]
    assert (tmp_path / "shop.zip").read_bytes() == CONTENT


def test_a_stalled_server_is_left_and_asked_again(server, fetch, tmp_path):
    server.stalls = 1
    assert fetch() == [1.0]
    assert server.asked[1]["Range"] == f"bytes={CUT}-"
    assert (tmp_path / "shop.zip").read_bytes() == CONTENT


def test_a_slow_server_is_waited_for(server, fetch, tmp_path):
    server.drips = True
    assert fetch() == []
    assert (tmp_path / "shop.zip").read_bytes() == CONTENT


def test_a_server_that_always_stalls_is_given_up_after_few_tries(server, fetch):
    server.stalls, server.sends = 9, 10
    with pytest.raises(Unreachable, match="timed out.*3 tries; 30 bytes are kept"):
        fetch(tries=3)
    assert len(server.asked) == 3


def test_a_busy_server_is_asked_again_after_longer_and_longer_pauses(server, tmp_path):
    server.status = 503
    pauses = []
    wanted = Wanted(server.url, tmp_path / "shop.zip", 10**6, "By hand: …")
    with pytest.raises(Unreachable, match="503"):
        download(wanted, lambda part: None, Patience(tries=4), pause=pauses.append)
    assert pauses == [1.0, 2.0, 4.0]
    assert len(server.asked) == 4


def test_nobody_at_the_address_is_told_with_the_way_by_hand(tmp_path):
    nobody = "http://127.0.0.1:1/shop.zip"
    wanted = Wanted(nobody, tmp_path / "shop.zip", 10, "By hand: get it.")
    with pytest.raises(Unreachable, match=r"no answer .*By hand: get it\.$"):
        download(wanted, lambda part: None, IMPATIENT, pause=lambda seconds: None)


@pytest.mark.parametrize("status", [403, 404, 410])
def test_no_such_file_is_not_asked_for_again(server, fetch, tmp_path, status):
    server.status = status
    with pytest.raises(DownloadFailed, match=f"said {status}.*By hand") as found:
        fetch()
    assert found.value.exit_code == 1
    assert len(server.asked) == 1
    assert only(tmp_path)


def test_a_page_in_place_of_the_file_is_refused(server, fetch, tmp_path):
    server.kind = "text/html; charset=utf-8"
    with pytest.raises(DownloadFailed, match="a web page.*By hand"):
        fetch()
    assert only(tmp_path)


@pytest.mark.parametrize("says_length", [True, False])
def test_more_than_is_allowed_is_not_taken(server, fetch, tmp_path, says_length):
    server.says_length = says_length
    with pytest.raises(DownloadFailed, match="at most 150,000 bytes"):
        fetch(max_bytes=150_000)
    assert only(tmp_path)


def test_content_that_fails_its_check_leaves_nothing(server, fetch, tmp_path):
    def check(part):
        raise RejectedFile(f"{part.name} is no zip", "zip")

    with pytest.raises(RejectedFile, match="is no zip"):
        fetch(check)
    assert only(tmp_path)


def test_an_address_that_anybody_could_listen_to_is_refused(tmp_path):
    for url in ("http://example.org/shop.zip", "file:///etc/hosts", "shop.zip"):
        with pytest.raises(BadParameter, match="expected an https address"):
            download(Wanted(url, tmp_path / "x", 10, ""), lambda part: None)


def test_nor_is_one_followed_to(server, fetch):
    server.moves_to = "http://example.org/shop.zip"
    with pytest.raises(BadParameter, match="expected an https address"):
        fetch()


def test_a_pinned_hash_is_enforced(server, fetch, tmp_path):
    with pytest.raises(Tampered, match=f"the pinned SHA-256 {'0' * 64}"):
        fetch(lambda part: hold(part, tmp_path, "0" * 64))
    assert only(tmp_path)
    sha256 = hashlib.sha256(CONTENT).hexdigest()
    fetch(lambda part: hold(part, tmp_path, sha256))
    assert only(tmp_path, "shop.zip")


def test_the_first_download_is_recorded_and_held_against_the_next(
    server, fetch, tmp_path
):
    fetch(lambda part: hold(part, tmp_path))
    note(tmp_path / "shop.zip", tmp_path, server.url)
    record = record_of(tmp_path)
    assert set(record) == {"url", "sha256", "bytes", "fetched_at"}
    assert (record["url"], record["bytes"]) == (server.url, len(CONTENT))
    fetch(lambda part: hold(part, tmp_path))
    server.content = CONTENT[::-1]
    with pytest.raises(Tampered, match="as first downloaded"):
        fetch(lambda part: hold(part, tmp_path))
    assert (tmp_path / "shop.zip").read_bytes() == CONTENT
    assert record_of(tmp_path) == record


def test_a_record_that_cannot_be_read_is_no_record_that_agrees(tmp_path):
    (tmp_path / "download.json").write_text("{")
    (tmp_path / "shop.zip").write_bytes(b"x")
    with pytest.raises(Tampered, match=r"expected the record of a download"):
        hold(tmp_path / "shop.zip", tmp_path)
