"""A file of the tracker as text and as a tree, and one place in it that is changed; it knows no rule of access."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Mutant:
    """One place of one file, what stands there and what is put there instead."""

    path: str
    kind: str
    where: str
    line: int
    start: int
    end: int
    text: str
    replacement: str
    number: int = 0

    @property
    def name(self) -> str:
        """What it is called in results: stable while its function keeps its name and its order of guards."""
        return f"{self.path}::{self.where}::{self.kind}" + (f"-{self.number}" if self.number else "")

    def applied_to(self, source: str) -> str:
        """The file with this one place changed. Bytes are counted, as the syntax tree does."""
        data = source.encode()
        return (data[: self.start] + self.replacement.encode() + data[self.end :]).decode()


@dataclass(slots=True)
class Source:
    """One file: its text, its tree and where its lines begin."""

    path: str
    text: str
    tree: ast.Module
    starts: list[int] = field(default_factory=list)

    @classmethod
    def read(cls, root: Path, path: Path) -> Source:
        text = path.read_text(encoding="utf-8")
        source = cls(str(path.relative_to(root)), text, ast.parse(text))
        position = 0
        for line in text.splitlines(keepends=True):
            source.starts.append(position)
            position += len(line.encode())
        return source

    def mutant(self, kind: str, where: str, node: ast.expr | ast.stmt, replacement: str) -> Mutant:
        assert node.end_lineno is not None
        assert node.end_col_offset is not None
        start = self.starts[node.lineno - 1] + node.col_offset
        end = self.starts[node.end_lineno - 1] + node.end_col_offset
        text = " ".join(self.text.encode()[start:end].decode().split())
        return Mutant(self.path, kind, where, node.lineno, start, end, text, replacement)


def walk(tree: ast.Module) -> Iterator[tuple[ast.AST, str]]:
    """Every node with the name of the function it stands in."""

    def visit(node: ast.AST, where: str) -> Iterator[tuple[ast.AST, str]]:
        for child in ast.iter_child_nodes(node):
            inner = where
            if isinstance(child, ast.FunctionDef | ast.ClassDef):
                inner = f"{where}.{child.name}" if where else child.name
            yield child, inner
            yield from visit(child, inner)

    return visit(tree, "")


def name_of(node: ast.Call) -> str:
    """The last part of what is called."""
    if isinstance(node.func, ast.Attribute):
        return node.func.attr
    return node.func.id if isinstance(node.func, ast.Name) else ""


def owner_of(node: ast.Call) -> str:
    """What the called function belongs to, as it is written."""
    return ast.unparse(node.func.value) if isinstance(node.func, ast.Attribute) else ""
