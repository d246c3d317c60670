"""Push datasets to the Hugging Face Hub, and pull them: the same files on both sides."""

import re
import shutil
import tempfile
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Any

from annotate.core.dataset_folder import TABLES, open_dataset, read_manifest
from annotate.core.dataset_versions import versions_folder
from annotate.core.errors import HubError, InputError
from annotate.core.io.files import point_link, writing_folder
from annotate.core.plurals import counted
from annotate.dataset.card import NO_LICENCE
from annotate.dataset.cooccurrence import PICTURE
from annotate.dataset.hub.client import find_repo, open_hub, plain_hub_errors
from annotate.dataset.hub.licences import check_licence, no_licence
from annotate.dataset.rehydrate import write_without_text
from annotate.dataset.splits.lineage import FILE as LINEAGE
from annotate.dataset.splits.lineage import check_replaces
from annotate.dataset.writer import check_link

if TYPE_CHECKING:
    from huggingface_hub import HfApi
    from huggingface_hub.hf_api import DatasetInfo

_CARD, _MANIFEST = "README.md", "manifest.json"
_TABLES = (*TABLES, "annotations")
_AT_TOP = ("agreement.json", "taxonomy.yaml", LINEAGE)
_TYPE = "dataset"
_LICENCE_LINE = re.compile(r"^license: (.*)$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class PushOptions:
    """What a push says of the dataset.

    Attributes:
        licence: Its id on the Hub; empty keeps the one that the dataset has there.
        public: Everybody may read it.
        without_text: Leave out the articles' texts and the comments.
    """

    licence: str = ""
    public: bool = False
    without_text: bool = False


@dataclass(frozen=True, slots=True)
class HubReport:
    """What was pushed or pulled.

    Attributes:
        repo: OWNER/NAME.
        digest: Of the dataset's version.
        commit: On the Hub.
        licence: The licence's id; empty where nobody chose one.
        private: Only its owner may read it.
        changed: Whether the Hub's side, or here the dataset's link, was changed.
    """

    repo: str
    digest: str
    commit: str
    licence: str
    private: bool
    changed: bool


def push_to_hub(folder: Path, repo: str, options: PushOptions) -> HubReport:
    """Push a dataset in one commit; a second push of the same content changes nothing.

    Raises:
        InputError: The folder is no dataset or was changed, or there is no licence yet.
        HubError: The Hub refuses, or is out of reach.
    """
    dataset = open_dataset(folder)
    names = _files(dataset.manifest, str(folder))
    dataset.check_unchanged()
    licence = check_licence(options.licence) if options.licence else ""
    api = open_hub()
    existing = find_repo(api, repo)
    _check_visibility(repo, existing, options.public)
    licence = licence or _licence_of(folder / _CARD) or _remote_licence(existing)
    if not licence:
        raise no_licence(repo)
    with tempfile.TemporaryDirectory(prefix="hub-push-") as name:
        staged = Path(name)
        if options.without_text and not dataset.manifest.get("without_text"):
            write_without_text(dataset, staged)
        else:
            _copy(folder, staged, [*names, _CARD, _MANIFEST])
        _set_licence(staged / _CARD, licence)
        digest = read_manifest(staged)["digest"]
        commit = _commit(api, repo, staged, existing, private=not options.public)
    changed = existing is None or existing.sha != commit
    return HubReport(repo, digest, commit, licence, not options.public, changed)


def _check_visibility(repo: str, existing: "DatasetInfo | None", public: bool) -> None:
    if existing is None or bool(existing.private) is not public:
        return
    if public:
        raise InputError(
            f"{repo}: is private on the Hub, so --public cannot publish it; make it public in its "
            "settings there"
        )
    raise InputError(
        f"{repo}: is public on the Hub, so everybody could read what you push; nothing was "
        "pushed: choose another name, or say --public"
    )


def _commit(
    api: "HfApi", repo: str, folder: Path, existing: "DatasetInfo | None", *, private: bool
) -> str:
    """Push the files of a folder; return the commit, the last one if nothing changed."""
    from huggingface_hub import CommitOperationAdd, CommitOperationDelete

    paths = {p.relative_to(folder).as_posix(): p for p in folder.rglob("*") if p.is_file()}
    remote = [file.rfilename for file in (existing.siblings or [] if existing else [])]
    stale = [name for name in remote if name not in paths and _may_be_missing(name)]
    digest = read_manifest(folder)["digest"]
    with plain_hub_errors(repo):
        if existing is None:
            api.create_repo(repo, private=private, repo_type=_TYPE, exist_ok=True)
        return api.create_commit(
            repo,
            [
                *(CommitOperationAdd(name, path) for name, path in sorted(paths.items())),
                *(CommitOperationDelete(name) for name in stale),
            ],
            commit_message=f"Dataset version {digest}",
            repo_type=_TYPE,
            parent_commit=existing.sha if existing else None,
        ).oid


def pull_from_hub(
    repo: str,
    link: Path,
    revision: str | None = None,
    is_withdrawn: Callable[[str, str], bool] = lambda article_id, url: False,
) -> HubReport:
    """Write a pushed dataset as a version of the dataset `link`, and point the link at it.

    Args:
        repo: OWNER/NAME.
        link: The dataset to write.
        revision: Branch, tag or commit; None for the newest.
        is_withdrawn: Tells by its id and address whether an article was withdrawn here.

    Raises:
        InputError: Something other than our link is there, or a dataset with other splits; it has
            a withdrawn article; or it cannot be written.
        HubError: No such dataset, not one of ours, changed on the Hub, or out of reach.
    """
    check_link(link)
    api = open_hub()
    info = find_repo(api, repo, revision)
    if info is None or info.sha is None:
        raise HubError(f"{repo}: no such dataset on the Hub, or you have to log in to see it")
    with tempfile.TemporaryDirectory(prefix="hub-pull-") as name:
        manifest = _manifest(api, info, Path(name))
        digest = manifest["digest"]
        check_replaces(link, manifest)
        folder = versions_folder(link) / digest
        if folder.is_dir():
            open_dataset(folder).check_unchanged()
            _check_withdrawn(repo, folder, is_withdrawn)
        else:
            with writing_folder(folder) as fresh:
                _download(api, info, [*_files(manifest, repo), _CARD, _MANIFEST], fresh)
                _check_pulled(repo, fresh)
                _check_withdrawn(repo, fresh, is_withdrawn)
    before = link.resolve() if link.exists() else None
    point_link(link, folder)
    licence = _licence_of(folder / _CARD)
    changed = before != folder.resolve()
    return HubReport(repo, digest, info.sha, licence, bool(info.private), changed)


def _manifest(api: "HfApi", info: "DatasetInfo", folder: Path) -> Mapping[str, Any]:
    if _MANIFEST not in {file.rfilename for file in info.siblings or []}:
        raise HubError(f"{info.id}: holds no dataset that 'hub push' wrote (no {_MANIFEST})")
    _download(api, info, [_MANIFEST], folder)
    (folder / "gold").mkdir()  # by which a dataset's folder is known
    manifest = read_manifest(folder)
    if not re.fullmatch(r"[0-9a-f]{8,64}", str(manifest.get("digest"))):
        raise HubError(f"{info.id}: its {_MANIFEST} has no digest; it was not written by us")
    return manifest


def _download(api: "HfApi", info: "DatasetInfo", names: Iterable[str], folder: Path) -> None:
    with plain_hub_errors(info.id):
        for name in names:
            api.hf_hub_download(info.id, name, repo_type=_TYPE, revision=info.sha, local_dir=folder)
    shutil.rmtree(folder / ".cache", ignore_errors=True)  # the library's notes on the files


def _check_pulled(repo: str, folder: Path) -> None:
    """Check that the files are those that were pushed, and make a dataset."""
    if name := open_dataset(folder).changed_file():
        raise HubError(
            f"{repo}: {name} was changed on the Hub after it was pushed; pull an earlier commit "
            "with --revision"
        )


def _check_withdrawn(repo: str, folder: Path, is_withdrawn: Callable[[str, str], bool]) -> None:
    articles = {(row["article_id"], row["url"]) for row in open_dataset(folder).published()}
    if count := len({id_ for id_, url in articles if is_withdrawn(id_, url)}):
        was = "was" if count == 1 else "were"
        raise InputError(
            f"{repo}: has {counted(count, 'article')} that {was} withdrawn here, so nothing was "
            "written; pull it from Label Studio and push it again without"
        )


def _files(manifest: Mapping[str, Any], where: str) -> list[str]:
    """Return the names of the files that the manifest lists."""
    files = manifest.get("files")
    names = list(files) if isinstance(files, dict) else []
    if not names or not all(_is_ours(name) for name in names):
        raise InputError(
            f"{where}: its {_MANIFEST} does not list the dataset's files; pull the dataset again "
            "from Label Studio with this version, then push it"
        )
    return names


def _is_ours(name: str) -> bool:
    """Tell whether a file may be part of a dataset."""
    return name in _AT_TOP or _may_be_missing(name)


def _may_be_missing(name: str) -> bool:
    """Tell whether one version of a dataset may have a file that another lacks."""
    path = PurePosixPath(name)
    table = len(path.parts) == 2 and path.parts[0] in _TABLES and path.suffix == ".parquet"
    return table or name == PICTURE


def _copy(source: Path, target: Path, names: Iterable[str]) -> None:
    for name in names:
        (target / name).parent.mkdir(exist_ok=True)
        shutil.copyfile(source / name, target / name)


def _licence_of(card: Path) -> str:
    """Return the licence that a card names; empty where nobody chose one."""
    match = _LICENCE_LINE.search(card.read_text(encoding="utf-8")) if card.is_file() else None
    return match[1] if match and match[1] != NO_LICENCE else ""


def _remote_licence(info: "DatasetInfo | None") -> str:
    licence = info.card_data.get("license") if info and info.card_data else None
    return licence if isinstance(licence, str) and licence != NO_LICENCE else ""


def _set_licence(card: Path, licence: str) -> None:
    text = card.read_text(encoding="utf-8")
    card.write_text(_LICENCE_LINE.sub(f"license: {licence}", text, count=1), encoding="utf-8")
