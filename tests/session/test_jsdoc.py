from __future__ import annotations

import pytest

from jsvm_kernel.session.jsdoc import comment_above, comment_on_name, read_comment


@pytest.mark.parametrize(
    "lead",
    [
        "",
        "export ",
        "export default ",
        "const f = ",
        "export const f = ",
        "static ",
        "  key: ",
        "module.exports = ",
        "\n\n",
    ],
)
def test_the_comment_right_above_is_found(lead: str) -> None:
    text = f"/** other */\nlet a\n/** About f. */\n{lead}function f() {{}}"
    assert comment_above(text, text.index("function")) == "/** About f. */"


@pytest.mark.parametrize(
    "above",
    [
        "",
        "// line\n",
        "/* no JSDoc */\n",
        "/**/\n",
        "/** a */ let x = 1;\n",
        "/** a */\ng();\n",
    ],
)
def test_what_is_no_jsdoc_right_above_is_not_taken(above: str) -> None:
    text = f"{above}function f() {{}}"
    assert comment_above(text, len(above)) == ""


def test_a_name_is_documented_where_it_is_declared_last() -> None:
    text = "/** 1 */\nconst a = 1\n/** 2 */\nlet a = 2\n/** 3 */\nlet ab = 3"
    assert comment_on_name(text, "a") == "/** 2 */"
    assert comment_on_name(text, "c") == ""


def test_a_comment_is_read() -> None:
    found = read_comment(
        """/**
         * Adds two numbers,
         * exactly.
         *
         * @param {number} a the first
         * @param {number} [b=1] - the second,
         *     which may be left out
         * @returns {number} the sum
         * @throws {TypeError} if a is text
         * @example
         * add(1)
         *   .toFixed()
         * @deprecated use plus
         * @see plus
         */"""
    )
    assert found.text == "Adds two numbers,\nexactly."
    assert [(p.name, p.type, p.text) for p in found.parameters] == [
        ("a", "number", "the first"),
        ("[b=1]", "number", "the second, which may be left out"),
    ]
    assert found.returns is not None
    assert (found.returns.type, found.returns.text) == ("number", "the sum")
    assert found.throws[0].type == "TypeError"
    assert found.examples == ["add(1)\n  .toFixed()"]
    assert found.deprecated == "use plus"
    assert found.others == ["@see plus"]


@pytest.mark.parametrize(
    ("comment", "text"), [("/** One line. */", "One line."), ("/**\n * A\n */", "A")]
)
def test_a_comment_without_tags_is_its_text(comment: str, text: str) -> None:
    assert read_comment(comment).text == text
