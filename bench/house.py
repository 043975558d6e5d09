"""How the code is written, counted: `python -m bench.house FOLDER ...` prints a table, a column for each package. Default: monitor.

Private functions are those whose name begins with one underscore, methods included; one is used once when its name stands
once more than it is defined, anywhere in the package. Lines of code hold neither blanks nor comments alone; docstrings count.
Tests, migrations and vendored code (`test*`, `migrations`, `_vendor`) are left out. Chosen figures: docs/notes/house.md.
"""

from __future__ import annotations

import ast
import io
import re
import sys
import tokenize
from collections import Counter
from pathlib import Path

_LEFT_OUT = re.compile(
    r"(?:^|/)(?:tests?|migrations|_vendor|node_modules)(?:/|$)|(?:^|/)(?:test_[^/]*|conftest)\.py$"
)
_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)
_COMPREHENSIONS = (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)


def figures(folder: Path) -> dict[str, str]:
    """Name -> figure of the package in `folder`. Raises OSError for one that is not there, SyntaxError for code of another language."""
    files = [
        file
        for file in sorted(folder.rglob("*.py"))
        if not _LEFT_OUT.search(file.relative_to(folder).as_posix())
    ]
    if not files:
        raise FileNotFoundError(f"no Python files in {folder}")
    widths, sizes, longest_files = [], [], []
    defined, names = Counter[str](), Counter[str]()
    functions = clauses = comprehensions = 0
    for file in files:
        source = file.read_text("utf-8")
        lines = _code_lines(source)
        widths += [len(line.rstrip()) for line in lines]
        longest_files.append(source.count("\n"))
        for node in ast.walk(ast.parse(source)):
            if isinstance(node, _FUNCTIONS):
                functions += 1
                sizes.append((node.end_lineno or node.lineno) - node.lineno + 1)
                if node.name.startswith("_") and not node.name.startswith("__"):
                    defined[node.name] += 1
            elif isinstance(node, _COMPREHENSIONS):
                comprehensions += 1
                clauses += len(node.generators) > 1
        names.update(re.findall(r"\b_[a-zA-Z]\w*", source))
    private = sum(defined.values())
    once = sum(count for name, count in defined.items() if names[name] <= count + 1)
    doubles = [
        stem
        for stem, count in Counter(f.stem for f in files if f.stem not in ("__init__", "__main__")).items()
        if count > 1
    ]
    return {
        "files": f"{len(files)}",
        "lines of code": f"{len(widths):,}",
        "longest file, lines": f"{max(longest_files)}",
        "functions": f"{functions:,}",
        "function length p90 / longest": f"{_share_of(sizes, 0.9)} / {max(sizes, default=0)}",
        "private functions, share": f"{private / max(1, functions):.0%}",
        "used once, of private": f"{once / max(1, private):.0%}",
        "comprehensions per 1,000 lines": f"{1000 * comprehensions / len(widths):.1f}",
        "... with several clauses": f"{clauses}",
        "line width p90": f"{_share_of(widths, 0.9)}",
        "lines over 100 characters": f"{sum(width > 100 for width in widths):,}",
        "module names used twice": f"{len(doubles)}",
    }


def _code_lines(source: str) -> list[str]:
    """The lines that hold a token other than a comment."""
    told = set[int]()
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        if token.type not in (
            tokenize.COMMENT,
            tokenize.NL,
            tokenize.NEWLINE,
            tokenize.INDENT,
            tokenize.DEDENT,
            tokenize.ENDMARKER,
        ):
            told.update(range(token.start[0], token.end[0] + 1))
    return [line for number, line in enumerate(source.splitlines(), 1) if number in told and line.strip()]


def _share_of(values: list[int], share: float) -> int:
    """The value that a share of all do not exceed; 0 of none."""
    return sorted(values)[min(len(values) - 1, int(share * len(values)))] if values else 0


def main(arguments: list[str]) -> int:
    """Print the table of the folders named; 2 with a sentence for one that cannot be read."""
    folders = [Path(each) for each in arguments or ["monitor"]]
    try:
        columns = [figures(folder) for folder in folders]
    except (OSError, SyntaxError, tokenize.TokenError) as error:
        print(f"{error}; name folders of Python packages", file=sys.stderr)
        return 2
    print("| | " + " | ".join(folder.name for folder in folders) + " |")
    print("|---" * (len(folders) + 1) + "|")
    for name in columns[0]:
        print(f"| {name} | " + " | ".join(column[name] for column in columns) + " |")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
