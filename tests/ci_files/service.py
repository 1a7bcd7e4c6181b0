"""A server on this machine that keeps comments, as those of GitHub and GitLab do.

In: requests by HTTP. Out: answers like theirs, a page of comments at a time, and in `comments` what would stand below the
merge request. Only with the right token may anybody write; `refuses` makes it answer as if the token had no right to.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any
from urllib.parse import parse_qs, urlsplit

from attrs import define, field

from tests.ci_files.github import TOKEN
from tests.ci_files.gitlab import NOTE_TOKEN

_LIST = re.compile(r"/repos/team/rulesets/issues/7/comments|/projects/12/merge_requests/7/notes")
_ONE = re.compile(r"/repos/team/rulesets/issues/comments/(\d+)|/projects/12/merge_requests/7/notes/(\d+)")


@define(slots=True)
class Service:
    """Where it is (`api`), what it keeps, and the requests that came, by method."""

    api: str
    comments: list[dict[str, Any]] = field(factory=list)
    requests: list[str] = field(factory=list)
    refuses: bool = False

    def add(self, body: str, *, by_bot: bool = True) -> dict[str, Any]:
        """Keep a new comment of the job's own user, or of a person."""
        comment = {
            "id": len(self.comments) + 1,
            "body": body,
            "user": {"type": "Bot" if by_bot else "User"},
            "author": {"id": 1 if by_bot else 2},
        }
        self.comments.append(comment)
        return comment

    @property
    def bodies(self) -> list[str]:
        """The texts of all comments."""
        return [comment["body"] for comment in self.comments]

    def answer(self, method: str, address: str, content: Any, authorised: bool) -> tuple[int, Any]:
        """The status and the document with which a request is answered."""
        self.requests.append(method)
        place = urlsplit(address)
        one = _ONE.fullmatch(place.path)
        if not authorised or (self.refuses and method != "GET"):
            return 403, {"message": "Resource not accessible"}
        if method == "GET" and place.path == "/user":
            return 200, {"id": 1}
        if method == "GET" and _LIST.fullmatch(place.path):
            query = parse_qs(place.query)
            size, page = int(query["per_page"][0]), int(query["page"][0])
            return 200, self.comments[(page - 1) * size : page * size]
        if method == "POST" and _LIST.fullmatch(place.path):
            return 201, self.add(content["body"])
        if method in ("PATCH", "PUT") and one:
            comment = self.comments[int(one.group(1) or one.group(2)) - 1]
            comment["body"] = content["body"]
            return 200, comment
        return 404, {"message": "Not found"}


@contextmanager
def serve() -> Iterator[Service]:
    """A service that answers until the block ends."""
    service = Service("")

    class Handler(BaseHTTPRequestHandler):
        def handle_one_request(self) -> None:
            self.raw_requestline = self.rfile.readline(65_537)
            if self.raw_requestline and self.parse_request():
                self._reply()

        def _reply(self) -> None:
            length = int(self.headers.get("Content-Length") or 0)
            content = json.loads(self.rfile.read(length)) if length else None
            headers = self.headers
            authorised = (
                headers.get("Authorization") == f"Bearer {TOKEN}"
                or headers.get("PRIVATE-TOKEN") == NOTE_TOKEN
            )
            status, document = service.answer(self.command, self.path, content, authorised)
            body = json.dumps(document).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: Any) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    service.api = f"http://127.0.0.1:{server.server_port}"
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield service
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
