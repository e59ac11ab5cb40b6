"""A file comes whole, or it did not come."""

from __future__ import annotations

from collections.abc import Generator
from http.server import BaseHTTPRequestHandler
from pathlib import Path

import pytest
from little_site import Site, served

from pages.engine.actions.downloads import GuardedDownload
from pages.engine.view.control_query import control_called
from robot.domain.errors import Unreachable

FORM = b"<form method=post><button>Download Backup</button></form>"
SIZE = 100_000
PREPARED = b"""<!doctype html><meta http-equiv=refresh content="1;url=/backup_file">
<p>Your backup is being prepared. The download will start automatically.</p>"""


class Handler(BaseHTTPRequestHandler):
    """A form whose answer is a file, of which half comes where the path says so."""

    def do_GET(self) -> None:
        if self.path == "/backup_file":
            self.do_POST()
            return
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.send_header("Content-Length", str(len(FORM)))
        self.end_headers()
        self.wfile.write(FORM)

    def do_POST(self) -> None:
        self.send_response(200)
        if self.path == "/prepared":
            self.send_header("Content-Type", "text/html")
            self.end_headers()
            self.wfile.write(PREPARED)
            self.close_connection = True
            return
        self.send_header("Content-Type", "application/octet-stream")
        self.send_header("Content-Disposition", 'attachment; filename="x.nsb"')
        self.send_header("Content-Length", str(SIZE))
        self.end_headers()
        self.wfile.write(b"\1" * (SIZE // 2 if self.path == "/half" else SIZE))
        self.close_connection = True

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - it is called so there
        """Say nothing."""


@pytest.fixture
def server() -> Generator[str]:
    with served(Handler) as address:
        yield address


def test_a_file_that_comes_whole_is_kept_under_a_name_of_its_own(site: Site, server: str, tmp_path: Path) -> None:
    site.tab.goto(f"{server}/whole")
    name, landed = GuardedDownload(site.tab, control_called(site.tab, "."), "Download Backup").fetch(tmp_path)
    assert (name, landed and landed.stat().st_size) == ("x.nsb", SIZE)


def test_a_file_that_comes_by_itself_after_a_page_is_waited_for(site: Site, server: str, tmp_path: Path) -> None:
    site.tab.goto(f"{server}/prepared")
    name, landed = GuardedDownload(site.tab, control_called(site.tab, "."), "Download Backup").fetch(tmp_path)
    assert (name, landed and landed.stat().st_size) == ("x.nsb", SIZE)


def test_a_file_that_breaks_off_is_not_the_page_that_the_browser_fetches_in_its_place(
    site: Site, server: str, tmp_path: Path
) -> None:
    site.tab.goto(f"{server}/half")
    with pytest.raises(Unreachable, match=f"did not come whole .* {SIZE} bytes were promised"):
        GuardedDownload(site.tab, control_called(site.tab, "."), "Download Backup").fetch(tmp_path)
    assert list(tmp_path.iterdir()) == []
