"""Takes the types out of a text, by the tree that tree-sitter makes of it.

Where a type's place could change what JavaScript reads (a line that now begins with a
bracket, a line end before an arrow), a semicolon or a bracket takes the place of one of
its bytes. tree-sitter repairs what it can't parse; such places are left as they are for
the engine's own parser to complain about.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Final

from .enums import rewrite_enum
from .errors import TypeScriptError
from .patch import Patch
from .usage import (
    TYPE_DECLARATIONS,
    TYPES,
    declared_types,
    erased_imports,
    local_name,
)

if TYPE_CHECKING:
    from tree_sitter import Node, Parser

_MODIFIERS: Final = frozenset(
    {"accessibility_modifier", "override_modifier", "readonly", "abstract", "declare"}
)
#: Statements and fields that a line end may finish.
_ENDED_BY_LINE: Final = frozenset(
    {
        "expression_statement",
        "lexical_declaration",
        "variable_declaration",
        "return_statement",
        "throw_statement",
        "export_statement",
        "public_field_definition",
    }
)
#: What can't begin the body of an arrow function or a statement as an expression.
_NEEDS_BRACKETS: Final = frozenset({"object", "function_expression", "class"})


@functools.cache
def _parser() -> Parser:
    import tree_sitter
    import tree_sitter_typescript as typescript

    return tree_sitter.Parser(tree_sitter.Language(typescript.language_typescript()))


def strip_types(source: str, *, cell: bool = False) -> str:
    """Give the JavaScript that is left of TypeScript `source` without its types.

    Each byte that is left keeps its line and, but behind an enum or a parameter
    property on the same line, its column. `cell`: names that nobody uses may be
    imported for later cells. Raises TypeScriptError.
    """
    data = source.encode("utf-8", "surrogatepass")
    root = _parser().parse(data).root_node
    patch = Patch(data)
    _Eraser(data, root, patch, cell=cell).run()
    return patch.apply().decode("utf-8", "surrogatepass")


class _Eraser:
    """Visits every node that is no type; a handler says which children to visit."""

    def __init__(self, data: bytes, root: Node, patch: Patch, *, cell: bool) -> None:
        self._data = data
        self._root = root
        self._patch = patch
        self._cell = cell
        self._handlers: dict[str, Callable[[Node], Sequence[Node]]] = {
            "import_statement": self._import,
            "import_alias": self._import_alias,
            "export_statement": self._export,
            "enum_declaration": self._enum,
            "internal_module": self._namespace,
            "module": self._namespace,
            "abstract_class_declaration": self._abstract_class,
            "public_field_definition": self._field,
            "method_definition": self._method,
            "required_parameter": self._parameter,
            "optional_parameter": self._parameter,
            "variable_declarator": self._declarator,
            "arrow_function": self._arrow,
            "as_expression": self._cast,
            "satisfies_expression": self._cast,
            "type_assertion": self._assertion,
            "non_null_expression": self._non_null,
            "decorator": self._decorator,
        }

    @functools.cached_property
    def _erased_imports(self) -> set[str]:
        return erased_imports(self._root, cell=self._cell)

    @functools.cached_property
    def _declared_types(self) -> set[str]:
        return declared_types(self._root)

    def run(self) -> None:
        # No recursion: a text may nest deeper than Python's stack.
        stack = [self._root]
        while stack:
            node = stack.pop()
            kind = node.type
            if kind in TYPES:
                self._patch.blank(node.start_byte, self._end_of_type(node))
            elif kind in TYPE_DECLARATIONS:
                self._blank_statement(node)
            else:
                handler = self._handlers.get(kind)
                stack.extend(handler(node) if handler else node.children)

    # ---- modules -------------------------------------------------------------------

    def _import(self, node: Node) -> Sequence[Node]:
        kinds = [child.type for child in node.children]
        if kinds[1:2] in (["type"], ["typeof"]):
            return self._blank_statement(node)
        if "import_require_clause" in kinds:
            self._patch.put(node.start_byte, b"const ")
            return ()
        clause = next((c for c in node.children if c.type == "import_clause"), None)
        if clause is not None and self._imports_nothing(clause):
            self._blank_statement(node)
        return ()

    def _imports_nothing(self, clause: Node) -> bool:
        """Take the names of types out of an import; tells whether none is left."""
        left = False
        for child in clause.children:
            if child.type == "identifier":
                if (child.text or b"").decode() in self._erased_imports:
                    self._blank_item(child)
                else:
                    left = True
            elif child.type == "named_imports":
                left |= self._specifiers(child, self._erased_imports)
            elif child.type == "namespace_import":
                left = True
        return not left

    def _specifiers(self, clause: Node, types: set[str]) -> bool:
        """Take the names of types out of braces; tells whether any other is there."""
        specifiers = [c for c in clause.children if c.type.endswith("_specifier")]
        left = not specifiers
        for specifier in specifiers:
            marked = specifier.children[0].type == "type"
            if marked or local_name(specifier) in types:
                self._blank_item(specifier)
            else:
                left = True
        return left

    def _import_alias(self, node: Node) -> Sequence[Node]:
        self._patch.put(node.start_byte, b"const ")
        return ()

    def _export(self, node: Node) -> Sequence[Node]:
        kinds = [child.type for child in node.children]
        declaration = node.child_by_field_name("declaration")
        value = node.child_by_field_name("value")
        if "=" in kinds:
            raise TypeScriptError(
                '"export =" is for CommonJS; write "export default"', node
            )
        if kinds[1:2] == ["type"] or kinds[1:3] == ["as", "namespace"]:
            return self._blank_statement(node)
        if declaration is not None and declaration.type in TYPE_DECLARATIONS:
            return self._blank_statement(node)
        is_type = value is not None and value.type == "identifier"
        if is_type and (value.text or b"").decode() in self._declared_types:  # type: ignore[union-attr]
            return self._blank_statement(node)
        clause = next((c for c in node.children if c.type == "export_clause"), None)
        if clause is not None:
            own = node.child_by_field_name("source") is None
            if not self._specifiers(clause, self._declared_types if own else set()):
                self._blank_statement(node)
            return ()
        return node.children

    def _namespace(self, node: Node) -> Sequence[Node]:
        body = node.child_by_field_name("body")
        if body is not None and not all(map(_declares_types, body.children[1:-1])):
            raise TypeScriptError(
                "a namespace that holds values is not supported; "
                "export them from a module, or use an object",
                node,
            )
        return self._blank_statement(node)

    # ---- declarations --------------------------------------------------------------

    def _enum(self, node: Node) -> Sequence[Node]:
        rewrite_enum(node, self._patch)
        return ()

    def _abstract_class(self, node: Node) -> Sequence[Node]:
        self._blank(next(c for c in node.children if c.type == "abstract"))
        return node.children

    def _field(self, node: Node) -> Sequence[Node]:
        kinds = {child.type for child in node.children}
        if kinds & {"abstract", "declare"}:
            return self._blank_statement(node)
        self._blank_modifiers(node)
        annotation = node.child_by_field_name("type")
        if annotation is not None and node.child_by_field_name("value") is None:
            # A field called get or static would take the next line as its own.
            self._patch.put(annotation.start_byte, b";")
        return node.children

    def _method(self, node: Node) -> Sequence[Node]:
        self._blank_modifiers(node)
        name = node.child_by_field_name("name")
        if name is not None and name.text == b"constructor":
            self._assign_parameters(node)
        return node.children

    def _blank_modifiers(self, node: Node) -> None:
        for index, child in enumerate(node.children):
            if child.type in _MODIFIERS:
                self._blank(child)
                if index == 0:
                    # What follows may be a bracket or a star.
                    self._patch.put(child.start_byte, b";")
            elif child.type in ("?", "!"):
                self._blank(child)

    def _assign_parameters(self, node: Node) -> None:
        """Keep what ``constructor(private x)`` means: ``this.x = x``."""
        parameters = node.child_by_field_name("parameters")
        body = node.child_by_field_name("body")
        if parameters is None or body is None:
            return
        assignments = ""
        for parameter in parameters.children:
            pattern = parameter.child_by_field_name("pattern")
            if pattern is None or parameter.children[0].type not in _MODIFIERS:
                continue
            if pattern.type != "identifier":
                raise TypeScriptError("a parameter property must be a name", pattern)
            name = (pattern.text or b"").decode()
            assignments += f" this.{name} = {name};"
        if assignments:
            at = next((c.end_byte for c in body.children if _calls_super(c)), None)
            separator = "" if at is None else ";"
            self._patch.insert(at or body.start_byte + 1, separator + assignments)

    def _parameter(self, node: Node) -> Sequence[Node]:
        pattern = node.child_by_field_name("pattern")
        if pattern is not None and pattern.type == "this":
            self._blank_item(node)
            return ()
        for child in node.children:
            if child.type in _MODIFIERS or child.type == "?":
                self._blank(child)
        return node.children

    def _declarator(self, node: Node) -> Sequence[Node]:
        for child in node.children:
            if child.type == "!":
                self._blank(child)
        return node.children

    def _decorator(self, node: Node) -> Sequence[Node]:
        raise TypeScriptError("decorators are not supported by the engine", node)

    # ---- expressions ---------------------------------------------------------------

    def _arrow(self, node: Node) -> Sequence[Node]:
        """Keep brackets on the line of what follows them, as arrows need it."""
        parameters = node.child_by_field_name("parameters")
        returned = node.child_by_field_name("return_type")
        generics = node.child_by_field_name("type_parameters")
        if parameters is None:
            return node.children
        if returned is not None and self._breaks(parameters.end_byte, returned):
            self._patch.put(parameters.end_byte - 1, b" ")
            self._patch.put(returned.end_byte - 1, b")")
        if generics is not None and self._breaks(generics.start_byte, generics):
            self._patch.put(generics.start_byte, b"(")
            self._patch.put(parameters.start_byte, b" ")
        return node.children

    def _cast(self, node: Node) -> Sequence[Node]:
        start, end = node.children[1].start_byte, self._end_of_type(node)
        self._patch.blank(start, end)
        outer = node.parent
        if end < node.end_byte or _is_called(node):
            self._patch.put(start, b";")  # a statement ended here, with its line
            return node.children[:1]
        while outer is not None and outer.end_byte == end:
            if outer.type in _ENDED_BY_LINE:
                # The next line may begin with a bracket, which would go on.
                self._patch.put(start, b";")
                break
            outer = outer.parent
        return node.children[:1]

    def _assertion(self, node: Node) -> Sequence[Node]:
        operand = node.children[-1]
        parent = node.parent.type if node.parent is not None else ""
        starts = parent in ("arrow_function", "expression_statement")
        if starts and operand.type in _NEEDS_BRACKETS:
            self._patch.put(node.start_byte, b"(")
            self._patch.insert(node.end_byte, ")")
        return node.children

    def _non_null(self, node: Node) -> Sequence[Node]:
        self._blank(node.children[-1])
        return node.children

    # ---- tools ---------------------------------------------------------------------

    def _end_of_type(self, node: Node) -> int:
        """Give where the type at the end of `node` ends.

        A bracket on the next line begins a statement; tree-sitter takes it for a part
        of the type (``T[0]``).
        """
        end, inner = node.end_byte, node
        while inner.children:
            if inner.type in ("lookup_type", "array_type"):
                owner, bracket = inner.children[:2]
                if b"\n" in self._data[owner.end_byte : bracket.start_byte]:
                    end = owner.end_byte
                inner = owner
            else:
                inner = inner.children[-1]
        return end

    def _breaks(self, start: int, node: Node) -> bool:
        """Whether a line ends between `start` and the end of `node`."""
        return b"\n" in self._data[start : node.end_byte]

    def _blank(self, node: Node) -> None:
        self._patch.blank(node.start_byte, node.end_byte)

    def _blank_statement(self, node: Node) -> Sequence[Node]:
        """Leave an empty statement: the line before may have no semicolon."""
        self._blank(node)
        self._patch.put(node.start_byte, b";")
        return ()

    def _blank_item(self, node: Node) -> None:
        """Take an item out of a list, with the comma behind it."""
        self._blank(node)
        follower = node.next_sibling
        if follower is not None and follower.type == ",":
            self._blank(follower)


def _declares_types(node: Node) -> bool:
    declaration = node.child_by_field_name("declaration") or node
    return declaration.type in TYPE_DECLARATIONS or declaration.type == "comment"


def _is_called(cast: Node) -> bool:
    """Whether tree-sitter took the next line's bracket for a call of the cast."""
    parent = cast.parent
    return parent is not None and parent.child_by_field_name("function") == cast


def _calls_super(node: Node) -> bool:
    if node.type != "expression_statement":
        return False
    function = node.children[0].child_by_field_name("function")
    return function is not None and function.type == "super"
