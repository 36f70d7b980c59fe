"""From syntax to expressions: what a piece of code stands for, told without running it.

Names that the code declares are replaced by what it says of them, so that a `const` of
a cell that has not been run completes like a value. What can't be told is None.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, Final

from ...session.expressions import (
    Await,
    Call,
    Each,
    Either,
    Expression,
    Get,
    Instance,
    ListOf,
    Member,
    NameOf,
    New,
    Shape,
)
from .declarations import Declaration, Scope, parameters_of, scopes_around
from .tree import CLASSES, FUNCTIONS, ancestors, field, string_value, text_of

if TYPE_CHECKING:
    from tree_sitter import Node

#: Expressions deeper than this, and the nodes behind this number, are not told.
_MAX_DEPTH: Final = 12
_MAX_NODES: Final = 2_000
_MAX_MEMBERS: Final = 200
_MAX_SIGNATURE: Final = 200
_LITERALS: Final = {
    "string": "String",
    "template_string": "String",
    "true": "Boolean",
    "false": "Boolean",
    "regex": "RegExp",
    "update_expression": "Number",
}
_COMPARISONS: Final = frozenset(
    ["==", "!=", "===", "!==", "<", "<=", ">", ">=", "in", "instanceof"]
)
_FIELDS: Final = frozenset(("field_definition", "public_field_definition"))
#: Types of TypeScript whose values have methods.
_PREDEFINED: Final = {
    "string": "String",
    "number": "Number",
    "boolean": "Boolean",
    "bigint": "BigInt",
    "symbol": "Symbol",
    "object": "Object",
}
_CHOICES: Final = frozenset(("||", "??"))
_UNARY: Final = {"typeof": "String", "!": "Boolean", "-": "Number", "+": "Number"}
#: Methods whose callback gets an element of the object, and which parameters it is.
_ELEMENT_CALLBACKS: Final = {
    **dict.fromkeys(
        [
            "every",
            "filter",
            "find",
            "findIndex",
            "findLast",
            "findLastIndex",
            "flatMap",
            "forEach",
            "map",
            "some",
            "groupBy",
        ],
        (0,),
    ),
    **dict.fromkeys(("sort", "toSorted"), (0, 1)),
    **dict.fromkeys(("reduce", "reduceRight"), (1,)),
}


class Reader:
    """Reads the code of one request. `waiting` are declarations of cells to come."""

    def __init__(self, waiting: Sequence[Declaration] = ()) -> None:
        self._waiting = {declaration.name: declaration for declaration in waiting}
        self._depth = 0
        self._nodes = 0
        self._open: list[Declaration] = []
        self._classes: list[int] = []
        self._scopes: dict[int, Scope] = {}

    def expression(self, node: Node | None) -> Expression | None:
        """Give what a node stands for."""
        if node is None or self._depth >= _MAX_DEPTH or self._nodes >= _MAX_NODES:
            return None
        self._nodes += 1
        self._depth += 1
        try:
            return self._read(node)
        finally:
            self._depth -= 1

    def find(self, name: str, node: Node) -> tuple[Declaration, bool] | None:
        """Give the declaration of a name that `node` sees, and if it is a cell's."""
        for scope in scopes_around(node, self._scopes):
            for declaration in reversed(scope.declarations):
                if declaration.name == name:
                    return declaration, scope.top
        waiting = self._waiting.get(name)
        return (waiting, True) if waiting is not None else None

    def value_of(self, declaration: Declaration) -> Expression | None:
        """Give what a declaration says of its name's value."""
        if declaration in self._open:
            return None  # const a = a.b
        self._open.append(declaration)
        try:
            return self._value_of(declaration)
        finally:
            self._open.pop()

    # ---- names ----------------------------------------------------------------------

    def _name(self, node: Node) -> Expression | None:
        name = text_of(node)
        found = self.find(name, node)
        if found is None:
            return NameOf(name)
        declaration, top = found
        value = self.value_of(declaration)
        if not top:
            return value
        # A value that is there knows more than the code that once made it.
        return NameOf(name) if value is None else Either([NameOf(name), value])

    def _value_of(self, declaration: Declaration) -> Expression | None:
        node = declaration.node
        value: Expression | None
        if declaration.source is not None:
            value = self.expression(declaration.source)
        elif node.type in FUNCTIONS or node.type in CLASSES:
            value = self.expression(node)
        elif node.type == "import_specifier" or node.type == "namespace_import":
            value = None
        else:
            value = self._parameter(node)
        declared = self._of_type(field(node, "type"))
        if declared is not None:
            value = declared if value is None else Either([value, declared])
        for step in declaration.steps:
            if value is None:
                return None
            value = Each(value) if step is None else Get(value, step)
        return value

    def _parameter(self, parameter: Node) -> Expression | None:
        """Give what a function's parameter is, by how the function is used."""
        if parameter.parent is None:
            return None
        if parameter.parent.type == "catch_clause":
            return Instance("Error")
        if parameter.type == "rest_pattern":
            return ListOf()
        function = parameter.parent
        if function.type == "formal_parameters" and function.parent is not None:
            function = function.parent
        arguments = function.parent
        if arguments is None or arguments.type != "arguments":
            return None
        index = [p.id for p in parameters_of(function)].index(parameter.id)
        first = arguments.named_children[0].id == function.id
        return self._callback_argument(arguments.parent, index) if first else None

    def _of_type(self, type_: Node | None) -> Expression | None:
        """Give what a type of TypeScript says: of a class an instance."""
        if type_ is None:
            return None
        first = next(iter(type_.named_children), None)
        match type_.type:
            case "type_annotation" | "parenthesized_type" | "readonly_type":
                return self._of_type(first)
            case "predefined_type":
                of = _PREDEFINED.get(text_of(type_))
                return Instance(of) if of is not None else None
            case "array_type":
                return ListOf(self._of_type(first))
            case "generic_type":
                return self._of_type(field(type_, "name"))
            case "type_identifier":
                cls = self._name(type_)
                return New(cls) if cls is not None else None
            case _:
                return None

    def _callback_argument(self, call: Node | None, index: int) -> Expression | None:
        callee = field(call, "function") if call is not None else None
        if callee is None or callee.type != "member_expression":
            return None
        method = text_of(field(callee, "property"))
        if method == "then" and index == 0:
            owner = self.expression(field(callee, "object"))
            return Await(owner) if owner is not None else None
        if method == "catch" and index == 0:
            return Instance("Error")
        if index in _ELEMENT_CALLBACKS.get(method, ()):
            owner = self.expression(field(callee, "object"))
            return Each(owner) if owner is not None else None
        return None

    # ---- nodes ----------------------------------------------------------------------

    def _read(self, node: Node) -> Expression | None:
        if node.type in _LITERALS:
            return Instance(_LITERALS[node.type])
        if node.type in FUNCTIONS:
            return self._function(node)
        if node.type in CLASSES:
            return self._class(node)
        read = _READERS.get(node.type)
        return read(self, node) if read is not None else None

    def _member(self, node: Node) -> Expression | None:
        owner = self.expression(field(node, "object"))
        key = text_of(field(node, "property"))
        return Get(owner, key) if owner is not None else None

    def _subscript(self, node: Node) -> Expression | None:
        owner, index = self.expression(field(node, "object")), field(node, "index")
        if owner is None or index is None:
            return None
        key = text_of(index) if index.type == "number" else string_value(index)
        # An index that only running would tell: elements are alike most often.
        return Get(owner, key) if key is not None else Each(owner)

    def _call(self, node: Node) -> Expression | None:
        function = self.expression(field(node, "function"))
        return Call(function) if function is not None else None

    def _new(self, node: Node) -> Expression | None:
        cls = self.expression(field(node, "constructor"))
        return New(cls) if cls is not None else None

    def _await(self, node: Node) -> Expression | None:
        promise = self._inner(node)
        return Await(promise) if promise is not None else None

    def _inner(self, node: Node) -> Expression | None:
        inner = [child for child in node.named_children if child.type != "comment"]
        return self.expression(inner[-1]) if inner else None

    def _asserted(self, node: Node) -> Expression | None:
        """Read `value as Type`, `value satisfies Type` and `value!`."""
        return self.expression(next(iter(node.named_children), None))

    def _assignment(self, node: Node) -> Expression | None:
        return self.expression(field(node, "right"))

    def _ternary(self, node: Node) -> Expression | None:
        return self._either(field(node, "consequence"), field(node, "alternative"))

    def _binary(self, node: Node) -> Expression | None:
        operator = text_of(field(node, "operator"))
        left, right = field(node, "left"), field(node, "right")
        if operator in _CHOICES:
            return self._either(left, right)
        if operator == "&&":
            return self.expression(right)
        if operator in _COMPARISONS:
            return Instance("Boolean")
        if operator != "+":
            return Instance("Number")
        sides = (self.expression(left), self.expression(right))
        return Instance("String") if Instance("String") in sides else None

    def _either(self, *nodes: Node | None) -> Expression | None:
        read = (self.expression(node) for node in nodes)
        choices = [choice for choice in read if choice is not None]
        return Either(choices) if choices else None

    def _unary(self, node: Node) -> Expression | None:
        of = _UNARY.get(text_of(field(node, "operator")))
        return Instance(of) if of is not None else None

    def _number(self, node: Node) -> Expression:
        return Instance("BigInt" if text_of(node).endswith("n") else "Number")

    def _array(self, node: Node) -> Expression:
        elements = [e for e in node.named_children if e.type != "comment"]
        if elements and elements[0].type == "spread_element":
            spread = self._inner(elements[0])
            return ListOf(Each(spread) if spread is not None else None)
        return ListOf(self.expression(elements[0]) if elements else None)

    def _object(self, node: Node) -> Expression:
        members = [*self._properties(node)][:_MAX_MEMBERS]
        spreads = (
            self._inner(child)
            for child in node.named_children
            if child.type == "spread_element"
        )
        base = next((spread for spread in spreads if spread is not None), None)
        return Shape(members=members, base=base or Instance("Object"))

    def _properties(self, node: Node) -> Iterator[Member]:
        for child in node.named_children:
            if child.type == "pair":
                key, value = field(child, "key"), field(child, "value")
                name = _key_text(key)
                if name is not None:
                    yield Member(name, self.expression(value))
            elif child.type == "shorthand_property_identifier":
                yield Member(text_of(child), self._name(child))
            elif child.type == "method_definition":
                yield from self._method(child)

    def _method(self, node: Node) -> Iterator[Member]:
        name = _key_text(field(node, "name"))
        if name is None or name == "constructor" or name.startswith("#"):
            return
        accessor = any(child.type in ("get", "set") for child in node.children)
        yield Member(name, None if accessor else self.expression(node))

    def _this(self, node: Node) -> Expression | None:
        for around in ancestors(node):
            if around.type == "method_definition":
                return self._owner_of_method(around)
            if around.type in FUNCTIONS and around.type != "arrow_function":
                return None
            if around.type in _FIELDS or around.type == "class_static_block":
                return self._owner_of_method(around)
        return NameOf("globalThis")

    def _owner_of_method(self, method: Node) -> Expression | None:
        holder = method.parent
        if holder is None:
            return None
        if holder.type == "object":
            return self.expression(holder)
        cls = self.expression(holder.parent)
        if cls is None or _is_static(method) or method.type == "class_static_block":
            return cls
        return New(cls)

    def _super(self, node: Node) -> Expression | None:
        for around in ancestors(node):
            if around.type in CLASSES:
                base = self._heritage(around)
                return New(base) if base is not None else None
        return None

    # ---- functions and classes ------------------------------------------------------

    def _function(self, node: Node) -> Expression:
        is_async = any(child.type == "async" for child in node.children)
        is_generator = "generator" in node.type or any(
            child.type == "*" for child in node.children
        )
        if is_generator:
            returns: Expression | None = Instance(
                "AsyncGenerator" if is_async else "Generator"
            )
        elif is_async:
            returns = Instance("Promise")
        else:
            returns = self._returned(field(node, "body"))
        return Shape(
            type="function",
            signature=signature_of(node),
            base=Instance("Function"),
            returns=returns,
        )

    def _returned(self, body: Node | None) -> Expression | None:
        if body is None:
            return None
        if body.type != "statement_block":
            return self.expression(body)
        for statement in body.named_children:
            if statement.type == "return_statement":
                return self._inner(statement)
        return None

    def _class(self, node: Node) -> Expression | None:
        if node.id in self._classes:
            return None  # a method that gives `this`
        self._classes.append(node.id)
        try:
            return self._class_shape(node)
        finally:
            self._classes.pop()

    def _class_shape(self, node: Node) -> Expression:
        own: list[Member] = []
        static: list[Member] = []
        body = field(node, "body")
        for part in body.named_children if body is not None else ():
            target = static if _is_static(part) else own
            if part.type == "method_definition":
                if text_of(field(part, "name")) == "constructor":
                    own += self._constructed(field(part, "body"))
                target += self._method(part)
            elif part.type in _FIELDS:
                name = _key_text(field(part, "property") or field(part, "name"))
                if name is not None and not name.startswith("#"):
                    target.append(Member(name, self.expression(field(part, "value"))))
        heritage = self._heritage(node)
        base = New(heritage) if heritage is not None else Instance("Object")
        return Shape(
            type="class",
            signature=signature_of(node),
            members=static,
            base=heritage or Instance("Function"),
            instance=Shape(members=own, base=base),
        )

    def _constructed(self, body: Node | None) -> Iterator[Member]:
        """Give what a constructor assigns to this."""
        for statement in body.named_children if body is not None else ():
            expression = next(iter(statement.named_children), None)
            if expression is None or expression.type != "assignment_expression":
                continue
            left = field(expression, "left")
            if left is None or left.type != "member_expression":
                continue
            if text_of(field(left, "object")) == "this":
                name = text_of(field(left, "property"))
                if not name.startswith("#"):
                    yield Member(name, self._assignment(expression))

    def _heritage(self, node: Node) -> Expression | None:
        for child in node.named_children:
            if child.type == "class_heritage":
                extends = next(iter(child.named_children), None)
                of_typescript = field(extends, "value") if extends is not None else None
                return self.expression(of_typescript or extends)
        return None


def signature_of(node: Node) -> str:
    """Give "name(a, b = 1)" of a function or class."""
    name = text_of(field(node, "name"))
    if not name and node.parent is not None:
        name = text_of(field(node.parent, "name") or field(node.parent, "key"))
    if node.type in CLASSES:
        return name + _parameters(_constructor(node))
    return name + _parameters(node)


def _parameters(function: Node | None) -> str:
    if function is None:
        return "()"
    single = field(function, "parameter")
    if single is not None:
        return f"({text_of(single)})"
    text = re.sub(r"\s+", " ", text_of(field(function, "parameters"))) or "()"
    return text if len(text) <= _MAX_SIGNATURE else text[:_MAX_SIGNATURE] + "…)"


def _constructor(node: Node) -> Node | None:
    body = field(node, "body")
    for part in body.named_children if body is not None else ():
        if text_of(field(part, "name")) == "constructor":
            return part
    return None


def _is_static(part: Node) -> bool:
    return any(child.type == "static" for child in part.children)


def _key_text(key: Node | None) -> str | None:
    if key is None or key.type == "computed_property_name":
        return None
    return string_value(key) if key.type == "string" else text_of(key)


_READERS: Final[dict[str, Callable[[Reader, Node], Expression | None]]] = {
    "identifier": Reader._name,
    "shorthand_property_identifier": Reader._name,
    "this": Reader._this,
    "super": Reader._super,
    "member_expression": Reader._member,
    "subscript_expression": Reader._subscript,
    "call_expression": Reader._call,
    "new_expression": Reader._new,
    "await_expression": Reader._await,
    "parenthesized_expression": Reader._inner,
    "sequence_expression": Reader._inner,
    "assignment_expression": Reader._assignment,
    "ternary_expression": Reader._ternary,
    "binary_expression": Reader._binary,
    "unary_expression": Reader._unary,
    "as_expression": Reader._asserted,
    "satisfies_expression": Reader._asserted,
    "non_null_expression": Reader._asserted,
    "number": Reader._number,
    "array": Reader._array,
    "object": Reader._object,
}
