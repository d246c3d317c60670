"""A stand-in of the Hub's HTTP interface, as `huggingface_hub` calls it: one owner, in memory.

Files of Parquet go the way of large files, as on the Hub: their bytes are put first, by digest, and
the commit only names them.
"""

import base64
import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from hashlib import sha1, sha256
from http.server import BaseHTTPRequestHandler
from typing import Any
from urllib.parse import unquote, urlsplit

import yaml  # noqa: TID251 -- reads the card as the Hub does

from tests.studio.proxy import serving

OWNER, TOKEN = "me", "hf_secretOfTheOwner"
Files = dict[str, bytes]


@dataclass(slots=True)
class Repo:
    """A dataset: its commits, the oldest first, which begin with an empty one."""

    private: bool
    commits: list[tuple[str, Files]] = field(default_factory=lambda: [(_oid("", {}), {})])

    @property
    def files(self) -> Files:
        return self.commits[-1][1]

    def at(self, revision: str) -> tuple[str, Files] | None:
        if revision == "main":
            return self.commits[-1]
        return next((commit for commit in self.commits if commit[0] == revision), None)


@dataclass(slots=True)
class Hub:
    """What the stand-in holds, and how it misbehaves.

    Attributes:
        failing: Path ending -> status to answer in its place.
        hits: Method and path of every request.
    """

    url: str = ""
    repos: dict[str, Repo] = field(default_factory=dict)
    large: dict[str, bytes] = field(default_factory=dict)
    failing: dict[str, int] = field(default_factory=dict)
    hits: list[str] = field(default_factory=list)


def _oid(parent: str, files: Files) -> str:
    content = "".join(f"{name} {sha1(files[name]).hexdigest()}" for name in sorted(files))
    return sha1(f"{parent} {content}".encode()).hexdigest()


def blob_id(raw: bytes) -> str:
    """The id that git gives a file."""
    return sha1(b"blob %d\0" % len(raw) + raw).hexdigest()


class _RefusalError(Exception):
    def __init__(self, status: int, code: str = "", words: str = "") -> None:
        self.status, self.code, self.words = status, code, words


@contextmanager
def serving_hub() -> Iterator[Hub]:
    hub = Hub()

    class Handler(_Handler):
        state = hub

    with serving(Handler) as hub.url:
        yield hub


class _Handler(BaseHTTPRequestHandler):
    state: Hub

    def log_message(self, *args: Any) -> None:
        pass

    def do_GET(self) -> None:
        self._answer()

    def do_HEAD(self) -> None:
        self._answer()

    def do_POST(self) -> None:
        self._answer()

    def do_PUT(self) -> None:
        self._answer()

    def _answer(self) -> None:
        path = unquote(urlsplit(self.path).path)
        self.state.hits.append(f"{self.command} {path}")
        body = self._body()
        try:
            for ending, status in self.state.failing.items():
                if path.endswith(ending):
                    raise _RefusalError(status)
            answer = self._route(path.strip("/").split("/"), body)
        except _RefusalError as refusal:
            headers = {"X-Error-Code": refusal.code, "X-Error-Message": refusal.words}
            self._send(refusal.status, b"{}", headers)
            return
        if isinstance(answer, bytes):
            self._send(200, answer, {})
        elif answer is not None:
            self._send(200, json.dumps(answer).encode(), {"Content-Type": "application/json"})

    def _body(self) -> bytes:
        if self.headers["Transfer-Encoding"] != "chunked":
            return self.rfile.read(int(self.headers["Content-Length"] or 0))
        body = b""
        while size := int(self.rfile.readline(), 16):
            body += self.rfile.read(size)
            self.rfile.readline()
        self.rfile.readline()
        return body

    def _send(self, status: int, raw: bytes, headers: dict[str, str]) -> None:
        self.send_response(status)
        for name, value in headers.items():
            if value:
                self.send_header(name, value)
        self.send_header("Content-Length", str(len(raw)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(raw)

    @property
    def _owner(self) -> bool:
        return self.headers["Authorization"] == f"Bearer {TOKEN}"

    def _route(self, parts: list[str], body: bytes) -> Any:
        match parts:
            case ["api", "repos", "create"]:
                return self._create(json.loads(body))
            case ["api", "validate-yaml"]:
                return {"errors": [], "warnings": []}
            case ["api", "datasets", owner, name, *rest]:
                return self._api(f"{owner}/{name}", rest, body)
            case ["datasets", owner, git, "info", "lfs", "objects", "batch"]:
                self._repo(f"{owner}/{git.removesuffix('.git')}", write=True)
                return self._batch(json.loads(body))
            case ["large", oid]:
                self.state.large[oid] = body
                return b""
            case ["datasets", owner, name, "resolve", revision, *path]:
                return self._resolve(f"{owner}/{name}", revision, "/".join(path))
        raise _RefusalError(404)

    def _repo(self, id_: str, *, write: bool = False) -> Repo:
        repo = self.state.repos.get(id_)
        if self.headers["Authorization"] and not self._owner:
            raise _RefusalError(401, words="Invalid credentials in Authorization header")
        if repo is None or (repo.private and not self._owner):
            raise _RefusalError(404 if self._owner else 401, "RepoNotFound", "Repository not found")
        if write and not (self._owner and id_.startswith(f"{OWNER}/")):
            raise _RefusalError(403, words="You don't have the rights to write here")
        return repo

    def _create(self, wanted: dict[str, Any]) -> Any:
        if not self._owner:
            raise _RefusalError(401, words="Invalid credentials in Authorization header")
        if wanted.get("organization") not in (None, OWNER):
            raise _RefusalError(403, words="You don't have the rights to create it here")
        id_ = f"{OWNER}/{wanted['name']}"
        if id_ in self.state.repos:
            raise _RefusalError(409)
        private = wanted.get("private") is True or wanted.get("visibility") == "private"
        self.state.repos[id_] = Repo(private)
        return {"url": f"{self.state.url}/datasets/{id_}"}

    def _api(self, id_: str, rest: list[str], body: bytes) -> Any:
        match rest:
            case [] | ["revision", _]:
                return self._info(id_, rest[-1] if rest else "main")
            case ["preupload", _]:
                return self._preupload(self._repo(id_, write=True), json.loads(body))
            case ["commit", _]:
                return self._commit(id_, [json.loads(line) for line in body.splitlines()])
            case ["tree", revision, *folder]:
                return self._tree(id_, revision, "/".join(folder))
            case ["paths-info", revision]:
                return self._tree(id_, revision, "")
        raise _RefusalError(404)

    def _at(self, id_: str, revision: str) -> tuple[str, Files]:
        commit = self._repo(id_).at(revision)
        if commit is None:
            raise _RefusalError(404, "RevisionNotFound", "Invalid rev id")
        return commit

    def _info(self, id_: str, revision: str) -> Any:
        sha, files = self._at(id_, revision)
        card = files.get("README.md", b"").decode().split("---\n")
        return {
            "id": id_,
            "sha": sha,
            "private": self._repo(id_).private,
            "siblings": [{"rfilename": name} for name in sorted(files)],
            "cardData": yaml.safe_load(card[1]) if len(card) > 2 else None,
        }

    def _tree(self, id_: str, revision: str, folder: str) -> Any:
        _, files = self._at(id_, revision)
        under = f"{folder}/" if folder else ""
        rows = [
            {"type": "file", "path": name, "size": len(raw), "oid": blob_id(raw)}
            for name, raw in sorted(files.items())
            if name.startswith(under)
        ]
        folders = sorted({name.split("/")[0] for name in files if "/" in name and not folder})
        return [*({"type": "directory", "path": f, "oid": "0" * 40} for f in folders), *rows]

    def _preupload(self, repo: Repo, wanted: dict[str, Any]) -> Any:
        def row(name: str) -> dict[str, Any]:
            mode = "lfs" if name.endswith(".parquet") else "regular"
            raw, digest = repo.files.get(name), sha256 if mode == "lfs" else None
            oid = None if raw is None else digest(raw).hexdigest() if digest else blob_id(raw)
            return {"path": name, "uploadMode": mode, "shouldIgnore": False, "oid": oid}

        return {"files": [row(file["path"]) for file in wanted["files"]]}

    def _batch(self, wanted: dict[str, Any]) -> Any:
        objects = [
            {
                **{key: each[key] for key in ("oid", "size")},
                "actions": {"upload": {"href": f"{self.state.url}/large/{each['oid']}"}},
            }
            for each in wanted["objects"]
        ]
        return {"transfer": "basic", "objects": objects}

    def _commit(self, id_: str, lines: list[dict[str, Any]]) -> Any:
        repo = self._repo(id_, write=True)
        parent, files = repo.commits[-1]
        files = dict(files)
        for line in lines:
            value = line["value"]
            match line["key"]:
                case "header" if value.get("parentCommit", parent) != parent:
                    raise _RefusalError(412, words="The branch moved")
                case "file":
                    files[value["path"]] = base64.b64decode(value["content"])
                case "lfsFile":
                    files[value["path"]] = self.state.large[value["oid"]]
                case "deletedFile":
                    del files[value["path"]]
        repo.commits.append((_oid(parent, files), files))
        sha = repo.commits[-1][0]
        return {"commitOid": sha, "commitUrl": f"{self.state.url}/datasets/{id_}/commit/{sha}"}

    def _resolve(self, id_: str, revision: str, name: str) -> None:
        sha, files = self._at(id_, revision)
        if name not in files:
            raise _RefusalError(404, "EntryNotFound", "Entry not found")
        headers = {"ETag": f'"{blob_id(files[name])}"', "X-Repo-Commit": sha}
        self._send(200, files[name], headers)
