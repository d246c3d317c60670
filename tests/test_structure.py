"""How the code is laid out: few modules at the top, folders with a purpose, names that tell."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from benchmarks.structure import arrows, code_lines, cycles, upward

ROOT = Path(__file__).parent.parent
HALVES = ("annotate", "train")
SHARED = {"conftest.py", "__init__.py"}  # of the tests
# Each says nothing of what the variable holds.
VAGUE = frozenset({"found", "said", "own", "there", "held"})


def sources() -> list[Path]:
    return [file for half in HALVES for file in sorted((ROOT / half).rglob("*.py"))]


def test_annotate_has_at_most_four_modules_beside_its_folders() -> None:
    beside = {file.name for file in (ROOT / "annotate").glob("*.py")}

    assert beside <= {"__init__.py", "cli.py", "demo.py", "workspace.py"}


def test_every_folder_says_in_a_sentence_what_it_is_for() -> None:
    folders = {file.parent for file in sources()}
    silent = [
        str(folder.relative_to(ROOT))
        for folder in sorted(folders)
        if not (sentence(folder / "__init__.py") or "").endswith(".")
    ]

    assert silent == []


def sentence(file: Path) -> str | None:
    return ast.get_docstring(ast.parse(file.read_text(encoding="utf-8"))) if file.exists() else None


def test_no_folder_is_empty() -> None:
    folders = {file.parent for file in sources()}
    empty = [
        str(folder.relative_to(ROOT))
        for folder in sorted(folders)
        if {path.name for path in folder.iterdir()} <= {"__init__.py", "__pycache__"}
    ]

    assert empty == []


def test_tests_stand_where_their_module_stands() -> None:
    tests = [
        file.relative_to(ROOT / "tests")
        for half in HALVES
        for file in sorted((ROOT / "tests" / half).rglob("test_*.py"))
    ]

    assert tests
    assert [str(test) for test in tests if not has_subject(test)] == []


def has_subject(test: Path) -> bool:
    """Return whether a module, a folder or a data file has the name that the test file says."""
    name = test.stem.removeprefix("test_")
    return any(path.stem == name for path in (ROOT / test.parent).glob(f"{name}*"))


def vague_names(code: str) -> list[str]:
    """Return `LINE NAME` for each variable, parameter and attribute that the code defines."""
    nodes = ast.walk(ast.parse(code))
    names = [(line, name) for node in nodes for line, name in defined(node) if name in VAGUE]
    return [f"{line} {name}" for line, name in sorted(names)]


def defined(node: ast.AST) -> Iterator[tuple[int, str]]:
    if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
        yield node.lineno, node.id
    elif isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store):
        yield node.lineno, node.attr
    elif isinstance(node, ast.arg):
        yield node.lineno, node.arg
    elif isinstance(node, ast.ExceptHandler | ast.MatchAs | ast.MatchStar) and node.name:
        yield node.lineno, node.name
    elif isinstance(node, ast.MatchMapping) and node.rest:
        yield node.lineno, node.rest
    elif isinstance(node, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
        yield node.lineno, node.name  # a property is an attribute
    elif isinstance(node, ast.alias) and node.asname:
        yield node.lineno, node.asname


@pytest.mark.parametrize(
    "code",
    [
        "found = 1",
        "found: int = 1",
        "a, *found = rows",
        "found += 1",
        "for found in rows: pass",
        "with open(path) as found: pass",
        "[found for found in rows]",
        "if found := rows: pass",
        "def f(*, found: int) -> None: pass",
        "def f(*found: int) -> None: pass",
        "lambda found: 1",
        "class C:\n    found: int",
        "self.found = 1",
        "class C:\n    @property\n    def found(self) -> int: pass",
        "try: pass\nexcept ValueError as found: pass",
        "match row:\n    case [found, 1]: pass",
        "import a as found",
    ],
)
def test_a_vague_name_is_seen_wherever_it_is_defined(code: str) -> None:
    (name,) = vague_names(code)

    assert name.split()[1] == "found"


@pytest.mark.parametrize("code", ["matches = 1", "print(found)", "row.found", "f(found=1)"])
def test_other_names_and_the_use_of_somebody_elses_are_no_vague_names(code: str) -> None:
    assert vague_names(code) == []


@pytest.mark.parametrize("half", HALVES)
def test_names_say_what_they_hold(half: str) -> None:
    vague = {
        str(file.relative_to(ROOT)): names
        for file in sorted((ROOT / half).rglob("*.py"))
        if (names := vague_names(file.read_text(encoding="utf-8")))
    }

    assert vague == {}


def test_lines_of_code_leave_out_docstrings_comments_and_blanks() -> None:
    head = '"""Two\n\nlines."""\n\n# why\nx = f(  # here\n    1,\n)\n\n\n'
    body = 'def g():\n    """Go."""\n    y = """\n    text"""\n'

    assert code_lines(head) == 3
    assert code_lines(head + body) == 6


def test_a_circle_of_folders_and_an_arrow_upward_are_seen() -> None:
    pairs = {("annotate.a", "annotate.b"), ("annotate.b", "annotate.c")}
    back = pairs | {("annotate.c", "annotate.a")}
    layers = [{"containers": ["annotate"], "layers": ["a", "b | c"]}]

    assert cycles(pairs) == []
    assert cycles(back) == [["annotate.a", "annotate.b", "annotate.c"]]
    assert upward(pairs, layers) == set()
    assert upward(back, layers) == {("annotate.c", "annotate.a")}


def test_an_import_is_an_arrow_between_the_folders_of_its_modules() -> None:
    import grimp

    graph = grimp.ImportGraph()
    for module in ("annotate.core.io.files", "annotate.core.errors", "annotate.sync.push"):
        graph.add_module(module)
    graph.add_import(importer="annotate.core.io.files", imported="annotate.core.errors")
    graph.add_import(importer="annotate.sync.push", imported="annotate.core.io.files")

    assert arrows(graph) == {("annotate.sync", "annotate.core")}
