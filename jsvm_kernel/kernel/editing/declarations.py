"""The names that code declares, and which of them a place in it can see."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, TypeAlias

from ...session.messages import NameKind
from .tree import CLASSES, FUNCTIONS, ancestors, field, text_of

if TYPE_CHECKING:
    from tree_sitter import Node

#: How a destructured name is reached from the value: a key, or EACH for an element.
Step: TypeAlias = str | None
EACH: Final = None

_VARIABLES: Final = frozenset(("lexical_declaration", "variable_declaration"))
_DECLARED_FUNCTIONS: Final = frozenset(
    ("function_declaration", "generator_function_declaration")
)
_BLOCKS: Final = frozenset(
    [
        "program",
        "statement_block",
        "switch_case",
        "switch_default",
        "class_static_block",
        "ERROR",
    ]
)
#: Statements that hold others, to look for `var` in.
_COMPOUND: Final = frozenset(
    [
        "statement_block",
        "if_statement",
        "else_clause",
        "for_statement",
        "for_in_statement",
        "while_statement",
        "do_statement",
        "try_statement",
        "catch_clause",
        "finally_clause",
        "switch_statement",
        "switch_body",
        "switch_case",
        "switch_default",
        "labeled_statement",
        "with_statement",
    ]
)


@dataclass(frozen=True, slots=True)
class Declaration:
    """A name, and the `node` that declares it.

    Its value is reached from that of `source` by `steps`; None where there is none in
    the code, as for an import or a parameter.
    """

    name: str
    node: Node
    source: Node | None = None
    steps: tuple[Step, ...] = ()

    @property
    def kind(self) -> NameKind:
        """What completion calls it."""
        if self.node.type == "namespace_import":
            return "module"
        value = self.source if self.source is not None and not self.steps else None
        for node in (self.node, value):
            if node is not None and node.type in FUNCTIONS:
                return "function"
            if node is not None and node.type in CLASSES:
                return "class"
        return "variable"


@dataclass(frozen=True, slots=True)
class Scope:
    """Names of one function, block or cell; `top` says that they become global."""

    declarations: list[Declaration]
    top: bool


def scopes_around(node: Node, known: dict[int, Scope]) -> Iterator[Scope]:
    """Give the scopes that a node is in, from the inside out; `known` keeps them."""
    for around in ancestors(node):
        scope = known.get(around.id)
        if scope is None:
            declarations = _declarations_of(around)
            if declarations is None:
                continue
            top = around.type in _BLOCKS and around.parent is None
            scope = known[around.id] = Scope([*declarations], top)
        yield scope


def _declarations_of(node: Node) -> Iterator[Declaration] | None:
    """Give what a node declares for what is in it; None if it is no scope."""
    if node.type in _BLOCKS:
        return declared_in(node)
    if node.type in FUNCTIONS:
        return _of_function(node)
    if node.type == "for_in_statement":
        return _of_for_in(node)
    if node.type == "for_statement":
        initializer = field(node, "initializer")
        return _of_statements([initializer] if initializer is not None else [])
    if node.type == "catch_clause":
        parameter = field(node, "parameter")
        return _bound(parameter, parameter, None, ()) if parameter is not None else None
    return None


def declared_in(block: Node) -> Iterator[Declaration]:
    """Give the names that a block declares for itself."""
    yield from _of_statements(block.named_children)
    if block.parent is None or block.parent.type in FUNCTIONS:
        yield from _hoisted(block)
    if block.type == "ERROR":
        # A function whose body is still open is not seen as one.
        for child in block.named_children:
            if child.type == "formal_parameters":
                yield from _parameters(child)
    if block.parent is None:
        yield from _assigned(block.named_children)


def parameters_of(function: Node) -> Iterator[Node]:
    """Give a function's parameters, patterns and all."""
    single = field(function, "parameter")
    if single is not None:
        yield single
    several = field(function, "parameters")
    if several is not None:
        yield from several.named_children


def _of_statements(statements: Iterable[Node]) -> Iterator[Declaration]:
    for statement in statements:
        if statement.type == "export_statement":
            inner = field(statement, "declaration")
            statement = inner if inner is not None else statement
        if statement.type in _VARIABLES:
            for declarator in statement.named_children:
                yield from _of_declarator(declarator)
        elif statement.type in _DECLARED_FUNCTIONS or statement.type in CLASSES:
            name = field(statement, "name")
            if name is not None:
                yield Declaration(text_of(name), statement)
        elif statement.type == "import_statement":
            yield from _of_import(statement)


def _of_declarator(declarator: Node) -> Iterator[Declaration]:
    name = field(declarator, "name")
    if declarator.type == "variable_declarator" and name is not None:
        yield from _bound(name, declarator, field(declarator, "value"), ())


def _of_import(statement: Node) -> Iterator[Declaration]:
    for clause in statement.named_children:
        if clause.type != "import_clause":
            continue
        for part in clause.named_children:
            if part.type == "identifier":
                yield Declaration(text_of(part), part)
            elif part.type == "namespace_import":
                yield Declaration(text_of(part.named_children[-1]), part)
            for specifier in part.named_children:
                if specifier.type == "import_specifier":
                    name = field(specifier, "alias") or field(specifier, "name")
                    yield Declaration(text_of(name), specifier)


def _of_function(function: Node) -> Iterator[Declaration]:
    for parameter in parameters_of(function):
        yield from _bound(parameter, parameter, None, ())
    name = field(function, "name")
    if function.type == "function_expression" and name is not None:
        yield Declaration(text_of(name), function)


def _parameters(parameters: Node) -> Iterator[Declaration]:
    for parameter in parameters.named_children:
        yield from _bound(parameter, parameter, None, ())


def _of_for_in(loop: Node) -> Iterator[Declaration]:
    left, right = field(loop, "left"), field(loop, "right")
    operator = text_of(field(loop, "operator"))
    if left is None or field(loop, "kind") is None:
        return
    if operator == "of":
        yield from _bound(left, loop, right, (EACH,))
    else:
        yield from _bound(left, loop, None, ())


def _hoisted(block: Node) -> Iterator[Declaration]:
    """Give the `var` names of statements within the statements of a block."""
    # No recursion: a cell may nest deeper than Python's stack.
    stack = list(reversed(block.named_children))
    while stack:
        statement = stack.pop()
        if statement.type not in _COMPOUND:
            continue
        kind = field(statement, "kind")
        if statement.type == "for_in_statement" and text_of(kind) == "var":
            yield from _of_for_in(statement)
        children = statement.named_children
        for child in children:
            if child.type == "variable_declaration":
                yield from _of_statements([child])
        stack.extend(reversed(children))


def _assigned(statements: Iterable[Node]) -> Iterator[Declaration]:
    """Give names that a cell makes by assigning to them: `x = 1`."""
    for statement in statements:
        if statement.type != "expression_statement":
            continue
        expression = statement.named_children[0] if statement.named_children else None
        if expression is None or expression.type != "assignment_expression":
            continue
        left, right = field(expression, "left"), field(expression, "right")
        if left is not None and left.type == "identifier":
            yield Declaration(text_of(left), expression, right)


def _bound(
    pattern: Node, node: Node, source: Node | None, steps: tuple[Step, ...]
) -> Iterator[Declaration]:
    """Give the names that a pattern binds to parts of a value."""
    match pattern.type:
        case "identifier" | "shorthand_property_identifier_pattern":
            yield Declaration(text_of(pattern), node, source, steps)
        case "assignment_pattern":
            left, right = field(pattern, "left"), field(pattern, "right")
            if left is not None:
                found = (source, steps) if source is not None else (right, ())
                yield from _bound(left, node, *found)
        case "required_parameter" | "optional_parameter":  # of TypeScript
            inner, value = field(pattern, "pattern"), field(pattern, "value")
            if inner is not None:
                yield from _bound(inner, node, source or value, steps)
        case "array_pattern":
            for part in pattern.named_children:
                yield from _bound(part, node, source, (*steps, EACH))
        case "object_pattern":
            for part in pattern.named_children:
                yield from _bound_property(part, node, source, steps)
        case "rest_pattern":
            for part in pattern.named_children:
                yield from _bound(part, node, None, ())


def _bound_property(
    part: Node, node: Node, source: Node | None, steps: tuple[Step, ...]
) -> Iterator[Declaration]:
    if part.type == "pair_pattern":
        key, value = field(part, "key"), field(part, "value")
        if value is not None:
            yield from _bound(value, node, source, (*steps, text_of(key)))
    elif part.type == "object_assignment_pattern":
        left = field(part, "left")
        if left is not None:
            yield from _bound(left, node, source, (*steps, text_of(left)))
    elif part.type == "shorthand_property_identifier_pattern":
        yield from _bound(part, node, source, (*steps, text_of(part)))
    else:
        yield from _bound(part, node, None, ())
