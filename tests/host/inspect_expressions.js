// Expressions whose text is compared with Node's, one a line. Lines that begin with "//" are
// titles; {…} blocks give a helper to the expression: the last one is its value.

// Numbers and other primitives
0
-0
[0, -0]
1.5e300
1e21
123456789.123
0.1 + 0.2
NaN
-Infinity
2n ** 70n
-5n
[1n, -1n]
true
null
undefined
[undefined, null, false]
Symbol()
Symbol("")
Symbol("a b")
Symbol.for("it's")
Symbol.iterator
Symbol("new\nline")

// Strings
""
"plain"
"it's"
"a\"b'c"
"a\"b'c`d"
"a\"b'c${d}"
"tab\tback\\slash"
"\0\x07\b\f\v\r\x1b\x7f\x80\x9f"
"\ud800"
"a\udc00b\ud83d\ude00"
"é日本😀"
["line\nend"]
"x".repeat(10003)
"x".repeat(10001)
["a".repeat(100)]
["a".repeat(60) + "\n" + "b".repeat(60) + "\n"]
({ text: "first line\nsecond line which is longer\nthird line that ends the text and is long" })
({ key: { text: ("w".repeat(30) + "\n").repeat(4) } })
"a\nb".repeat(30)

// Plain objects
({})
({ a: 1, "b-c": 2, 3: 4, "": 5 })
({ "1a": 1, a1: 2, $x: 3, _y: 4, "é": 5 })
({ a: { b: { c: { d: 1 } } } })
({ a: { b: { c: {} } } })
({ a: { b: { c: [] } } })
({ a: { b: { c: [1] } } })
({ a: { b: { c: new Map([[1, 2]]) } } })
({ a: { b: { c: new Set() } } })
({ a: { b: { c: () => 1 } } })
({ a: { b: { c: Object.assign(() => 1, { x: 1 }) } } })
({ a: { b: { c: new Date(0) } } })
({ a: { b: { c: new (class Deep { x = 1 })() } } })
({ a: { b: { c: Object.assign(Object.create(null), { x: 1 }) } } })
({ a: { b: { c: new Uint8Array(2) } } })
({ a: { b: { c: (function () { return arguments })(1) } } })
({ a: { b: { c: Promise.resolve(1) } } })
({ a: { b: { c: new ArrayBuffer(2) } } })
({ get a() { throw 1 }, set b(v) {}, get c() { return 1 }, set c(v) {} })
({ get [Symbol("g")]() { throw 1 } })
({ [Symbol("s")]: 1, [Symbol()]: 2, [Symbol.for("t u")]: { x: 1 } })
Object.defineProperty({}, "hidden", { value: 1 })
Object.defineProperty({ a: 1 }, Symbol("hidden"), { value: 1 })
({ __proto__: { inherited: 1 }, own: 2 })
({ ["__proto__"]: 1 })
Object.create(null)
Object.assign(Object.create(null), { a: 1 })
Object.create(Object.create(null))
Object.create({})
Object.create({ constructor: 5 })
({ constructor: "x" })
({ constructor: { name: "Fake" } })
({ constructor: class Fake {} })
Object.create({ constructor: class Named {} })
Object.create(class Own {}.prototype)
Object.prototype
Object.freeze({ a: 1 })
({ a: 1, b: "two", c: [3], d: { e: 4 }, f: null, g: undefined, h: true, i: 10n })
({ alpha: "a".repeat(20), beta: "b".repeat(20), gamma: "c".repeat(20), delta: "d".repeat(20) })
({ aaaaaaaaaaaaaaaa: 1, bbbbbbbbbbbbbbbbbb: 2, cccccccccccccccccc: 3, ddddddddddddddd: 4, e: 5 })
({ aaaaaaaaaaaaaaaa: 1, bbbbbbbbbbbbbbbbbb: 2, cccccccccccccccccc: 3, dddd: 4 })
({ a: { b: { c: 1 } }, d: 1 })
({ x: { y: { z: 1 } } })
({ valueOf() { return 1 }, toString() { return "s" } })
Object.fromEntries(Array.from({ length: 30 }, (_, i) => ["key" + i, i]))
({ f() {}, async g() {}, *h() {}, async *i() {}, j: () => {}, k: class {}, l: class M {} })
globalThis.Math
globalThis.JSON
globalThis.Reflect
globalThis.Atomics

// Classes, tags, names
new (class Point { x = 1; #y = 2 })()
new (class extends (class Base {}) {})()
new (class Sub extends (class Base { b = 1 }) { s = 2 })()
new (class Tagged { get [Symbol.toStringTag]() { return "T" } })()
new (class Same { get [Symbol.toStringTag]() { return "Same" } })()
new (class Bad { get [Symbol.toStringTag]() { throw new Error("no") } })()
({ [Symbol.toStringTag]: "T", a: 1 })
Object.create({ [Symbol.toStringTag]: "T" })
Object.create(null, { [Symbol.toStringTag]: { value: "T" } })
({ [Symbol.toStringTag]: 5 })
new (class Quiet { static name = "Loud" })()
new (class { static name = 7 })()
{ class A {} const a = new A(); Object.setPrototypeOf(a, null); a }
{ class A { v = 1 } const a = new A(); Object.setPrototypeOf(a, Object.prototype); a }
{ function Old() { this.a = 1 } new Old() }
{ function Old() {} Old.prototype = null; new Old() }
{ function Old() {} Old.prototype = {}; new Old() }
{ function Old() {} Old.prototype = { constructor: undefined }; new Old() }
{ const F = function () {}; Object.defineProperty(F, "name", { value: "" }); new F() }

// Arrays
[]
[[]]
[1, , 3]
[, ,]
[1, , , 4, , 6]
new Array(3)
new Array(1e9)
{ const a = []; a[5] = 1; a }
{ const a = [1]; a[1000] = 2; a.x = 3; a }
Object.assign([1], { x: 2 })
Object.assign([], { x: 2, [Symbol("s")]: 1, "-1": 3 })
[[[[1]]]]
[[[[]]]]
[[[{}]]]
[[[{ a: 1 }]]]
new (class Stack extends Array {})(2)
new (class Stack extends Array {})()
{ class Stack extends Array { extra = 1 } const s = new Stack(); s.push(1, 2); s }
{ const a = [1, 2]; Object.setPrototypeOf(a, null); a }
{ const a = [1, 2]; Object.setPrototypeOf(a, {}); a }
{ const a = []; Object.setPrototypeOf(a, null); a }
{ const a = [1]; a[Symbol.toStringTag] = "T"; a }
Object.defineProperty([1, 2], 0, { get() { throw 1 }, enumerable: true })
Object.defineProperty([1, 2], 1, { value: 5, enumerable: false })
Array.from({ length: 6 }, (_, i) => i)
Array.from({ length: 7 }, (_, i) => i)
Array.from({ length: 27 }, (_, i) => i * i * 1000)
Array.from({ length: 100 }, (_, i) => i)
Array.from({ length: 101 }, (_, i) => i)
Array.from({ length: 102 }, (_, i) => "s" + i)
Array.from({ length: 30 }, (_, i) => "x".repeat(i % 9))
Array.from({ length: 20 }, (_, i) => ({ i }))
Array.from({ length: 8 }, (_, i) => [i, i + 1])
Array.from({ length: 10 }, (_, i) => (i % 2 ? "text" : i))
Array.from({ length: 10 }, (_, i) => BigInt(i) ** 9n)
Array.from({ length: 10 }, () => undefined)
Array.from({ length: 10 }, () => "a".repeat(30))
Array.from({ length: 7 }, (_, i) => -i)
Array.from({ length: 12 }, (_, i) => i / 7)
[1, "a", null, undefined, true, Symbol("s"), {}, [], () => 1, /x/, new Date(0), 1n]
[["a", 1], ["b", 2]]
[[1, 2, [3, 4, [5, [6]]]]]
["a".repeat(40), "b".repeat(40)]
["a".repeat(30), "b".repeat(30), "c".repeat(5)]
[{ a: 1, b: 2 }, { a: 3, b: 4 }]
[{ name: "Ada Lovelace", born: 1815, city: "London" }, { name: "Alan Turing", born: 1912 }]
(function () { return arguments })(1, "a")
(function () { return arguments })()
(function () { "use strict"; return arguments })([1])
Object.assign((function () { return arguments })(1), { x: 1 })
Array.prototype
[function () {}, class {}, class A extends Array {}]
new Array(150).fill().map((_, i) => (i % 50 === 49 ? undefined : i))
{ const a = new Array(200); a[150] = 1; a }
{ const a = Array.from({ length: 120 }, (_, i) => i); delete a[50]; a }

// Cycles and shared references
{ const o = {}; o.self = o; o }
{ const p = { a: {} }; p.a.p = p; p.a.q = p.a; p }
{ const l = [1]; l.push(l); l }
{ const m = new Map(); m.set("me", m); m.set(m, 1); m }
{ const s = new Set(); s.add(s); s }
{ const o = { list: [] }; o.list.push(o, { o }); o }
{ const shared = { x: 1 }; [shared, shared] }
{ const o = { n: { m: {} } }; o.n.m.deep = o; o }
{ const f = function f() {}; f.self = f; f }
{ const e = new Date(0); e.self = e; e }
{ class Node { next = this } new Node() }
{ const a = Object.create(null); a.a = a; a }
{ const o = { get me() { return o } }; o }

// Collections
new Map()
new Map([["a", { b: 1 }], [{ c: 2 }, "d"]])
new Map([[1, new Map([[2, new Map([[3, new Map([[4, 5]])]])]])]])
new Map(Array.from({ length: 101 }, (_, i) => [i, i]))
new Map([["a".repeat(40), "b".repeat(40)], ["c", "d"]])
Object.assign(new Map([[1, 2]]), { x: 1 })
{ const m = new Map([[1, 2]]); Object.setPrototypeOf(m, null); m }
{ const m = new Map(); Object.setPrototypeOf(m, null); m }
{ const m = new Map(); Object.setPrototypeOf(m, {}); m }
new (class Bag extends Map {})([[1, 2]])
new (class Map2 extends Map { x = 1 })()
new Set()
new Set([1, "a", [2], { b: 1 }])
new Set(Array.from({ length: 102 }, (_, i) => i))
new Set(Array.from({ length: 10 }, (_, i) => i))
new (class Bag extends Set {})([1])
{ const s = new Set([1]); Object.setPrototypeOf(s, null); s }
Object.create(Map.prototype)
Object.create(Set.prototype)
Map.prototype
Set.prototype
new WeakMap()
new WeakSet()
Object.assign(new WeakMap(), { x: 1 })
{ globalThis.kept = { a: 1 }; new WeakRef(kept) }
new Map([[1, 2]]).entries()
new Map([["k", { v: 1 }]])[Symbol.iterator]()
new Map([[1, 2]]).keys()
new Map([[1, 2]]).values()
new Set([1, 2]).values()
new Set([1, 2]).entries()
{ const i = new Map([[1, 2], [3, 4]]).entries(); i.next(); i }
{ const i = new Set([1]).values(); i.next(); i.next(); i }
[1, 2][Symbol.iterator]()
"ab"[Symbol.iterator]()
"ab".matchAll(/a/g)
new Map(Array.from({ length: 102 }, (_, i) => [i, i])).keys()

// Functions and classes
(function named() {})
(() => 1)
(function () {})
(class A {})
(class B extends Map {})
(class extends Map {})
(class {})
(class C extends null {})
(class D extends (class {}) {})
Object.assign(class D {}, { x: 1 })
(class E { static s = 1; static #p = 2; static m() {} })
(class F { static name = "G" })
(async function f() {})
(async () => {})
(function* g() {})
(async function* h() {})
Math.max
Array.prototype.map
{ const f = function f() {}; Object.setPrototypeOf(f, null); f }
{ const f = () => {}; Object.setPrototypeOf(f, null); f }
{ class A {} Object.setPrototypeOf(A, null); A }
{ class A {} Object.setPrototypeOf(A, {}); A }
{ const f = function () {}; Object.defineProperty(f, "name", { value: Symbol("s") }); f }
{ const f = function f() {}; delete f.name; f }
Object.assign(function f() {}, { a: 1, b: { c: 2 } })
Object.assign(() => {}, { a: 1 })
{ const f = function f() {}; f[Symbol.toStringTag] = "T"; f }
(function named() {}).bind(null)
Object.getOwnPropertyDescriptor({ get x() { return 1 } }, "x")
Function.prototype
Symbol
Promise.resolve

// Dates, expressions, boxed primitives
new Date(0)
new Date(NaN)
new Date(1e12)
Object.assign(new Date(0), { x: 1 })
{ const d = new Date(0); Object.setPrototypeOf(d, null); d }
new (class Day extends Date {})(0)
[new Date(0), new Date(NaN)]
Date.prototype
/a\/b/gi
/(?:)/
Object.assign(/x/, { y: 1 })
new (class Rx extends RegExp {})("a", "g")
{ const r = /a/; Object.setPrototypeOf(r, null); r }
new Number(-0)
new Number(3)
new String("ab")
new String("it's")
Object.assign(new String("ab"), { x: 1 })
new Boolean(false)
Object(1n)
Object(Symbol("x"))
Object.assign(new Number(1), { x: 1 })
new (class Num extends Number {})(5)
new (class Str extends String {})("s")
{ const n = new Number(5); Object.setPrototypeOf(n, null); n }
{ const s = new String("abc"); Object.setPrototypeOf(s, null); s }
{ const n = new Boolean(true); n[Symbol.toStringTag] = "T"; n }

// Memory
new Uint8Array([1, 2])
new Uint8Array()
new Uint8ClampedArray([300])
new Float64Array([1.5, -0, NaN])
new Float32Array([0.1])
new BigInt64Array([1n])
new BigUint64Array(2)
new Int16Array(101)
new Uint8Array(120)
Object.assign(new Uint8Array([1]), { x: 1 })
new (class Bytes extends Uint8Array {})(2)
{ const t = new Uint8Array(2); Object.setPrototypeOf(t, null); t }
new Uint8Array([1, 255]).buffer
new ArrayBuffer(0)
new ArrayBuffer(60)
new Uint8Array(new ArrayBuffer(8), 2, 3)
Object.assign(new ArrayBuffer(1), { x: 1 })
new SharedArrayBuffer(2)
new DataView(new Uint8Array([1, 2, 3]).buffer, 1)
{ const b = new ArrayBuffer(2); detach(b); b }
{ const t = new Uint8Array(2); detach(t.buffer); t }

// Promises, generators
Promise.resolve({ a: 1 })
Promise.resolve()
new Promise(() => {})
{ const r = Promise.reject(7); r.catch(() => 1); r }
Object.assign(Promise.resolve(1), { x: 1 })
new (class P extends Promise {})(() => {})
{ const p = Promise.resolve(1); Object.setPrototypeOf(p, null); p }
(function* () {})()
(async function* () {})()
(function* named() { yield 1 })()
{ class G { *items() {} } new G().items() }
Object.getPrototypeOf(function* () {})

// Proxies
new Proxy({ a: 1 }, { get() { throw 1 }, ownKeys() { throw 1 } })
new Proxy([1, 2], {})
new Proxy(function f() {}, {})
new Proxy(class A {}, {})
new Proxy(new Map([[1, 2]]), {})
new Proxy(new Proxy({ a: 1 }, {}), {})
{ const v = Proxy.revocable({}, {}); v.revoke(); v.proxy }
{ const v = Proxy.revocable({}, {}); v.revoke(); [v.proxy, { p: v.proxy }] }
{ const v = Proxy.revocable(function () {}, {}); v.revoke(); v.proxy }

// Hooks
({ [Symbol.for("nodejs.util.inspect.custom")]() { return "mine" } })
({ [Symbol.for("nodejs.util.inspect.custom")]() { return { other: 1 } } })
({ [Symbol.for("nodejs.util.inspect.custom")]() { return 42 } })
({ [Symbol.for("nodejs.util.inspect.custom")]() { return this } })
({ [Symbol.for("nodejs.util.inspect.custom")]() { return "two\nlines" } })
({ in: { [Symbol.for("nodejs.util.inspect.custom")]() { return "two\nlines" } } })
({ [Symbol.for("nodejs.util.inspect.custom")]: "no function" })
({ [Symbol.for("nodejs.util.inspect.custom")](depth) { return "depth " + depth } })
({ a: { [Symbol.for("nodejs.util.inspect.custom")](depth) { return "depth " + depth } } })
({ [Symbol.for("nodejs.util.inspect.custom")](d, o) { return o.stylize("x", "number") } })
({ [Symbol.for("nodejs.util.inspect.custom")](d, o, inspect) { return inspect({ a: [{ b: { c: 1 } }] }, { depth: 0 }) } })
({ [Symbol.for("nodejs.util.inspect.custom")](d, o, inspect) { return "<" + inspect({ a: { b: { c: { d: {} } } } }, o) + ">" } })
new (class Money { constructor(v) { this.v = v } [Symbol.for("nodejs.util.inspect.custom")]() { return `$${this.v}` } })(5)
[new (class Money { [Symbol.for("nodejs.util.inspect.custom")](depth, options) { return Object.keys(options).includes("depth") ? "yes" : "no" } })()]

// Errors without frames (their stack is given)
{ const e = new Error("m"); e.stack = "Error: m\n    at place"; e }
{ const e = new Error("m"); e.stack = "Error: m"; e }
{ const e = new Error("m"); e.stack = ""; e }
{ const e = new Error(""); e.stack = "Error"; e }
{ const e = new TypeError("m"); e.stack = "TypeError: m"; e.code = "E1"; e }
{ const e = new RangeError("m"); e.stack = "RangeError: m\n    at x"; e.code = 5; e }
{ const e = new Error("m"); e.stack = "Error: m\n    at x"; e.name = "Renamed"; e }
{ const e = new Error("m"); e.stack = "Error: m\n    at x"; e.message = "other"; e }
{ class MyError extends Error {} const e = new MyError("m"); e.stack = "Error: m\n    at x"; e }
{ class MyError extends TypeError {} const e = new MyError("m"); e.stack = "TypeError: m\n    at x"; e }
{ const e = new Error("m", { cause: 5 }); e.stack = "Error: m\n    at x"; e }
{ const c = new Error("c"); c.stack = "Error: c\n    at y"; const e = new Error("m", { cause: c }); e.stack = "Error: m\n    at x"; e }
{ const e = new AggregateError([1, "b"], "all"); e.stack = "AggregateError: all\n    at x"; e }
{ const e = new Error("m"); e.stack = "Error: m\n    at x"; [e] }
{ const e = new Error("m"); e.stack = "Error: m\n    at x"; ({ e }) }
{ const e = new Error("m"); e.stack = "Error: m"; ({ a: { b: { e } } }) }
{ const e = new Error("m"); e.stack = "Error: m\n    at x"; ({ a: { b: { c: { e } } } }) }
{ const e = new Error("two\nlines"); e.stack = "Error: two\nlines\n    at x"; ({ e }) }
{ const e = new Error("m"); e.stack = "Error: m\n    at x"; e.self = e; e }
{ const e = new Error("m"); Object.setPrototypeOf(e, null); e.stack = "Error: m\n    at x"; e }
{ const e = new Error("m"); e.stack = "Error: m\n    at x"; e.name = 5; e }
{ const e = new Error("m"); e.stack = "Error: m\n    at x"; e[Symbol("s")] = 1; e }
Error.prototype
Object.create(Error.prototype)
{ const e = Object.create(Error.prototype); e.message = "fake"; e }

// Modules, misuse, odd objects
globalThis.Symbol.prototype
BigInt.prototype
Number.prototype
String.prototype
Boolean.prototype
RegExp.prototype
Promise.prototype
ArrayBuffer.prototype
Uint8Array.prototype
Object.getPrototypeOf(Uint8Array.prototype)
(function () {}).prototype
(class A {}).prototype
(class B extends (class A {}) {}).prototype
(class B extends Map {}).prototype
Object.getPrototypeOf([][Symbol.iterator]())
new Proxy(Object.create(null), {})
{ const o = { toString: null, hasOwnProperty: null, a: 1 }; o }
({ then: 5 })
new (class FinalizationRegistry2 extends FinalizationRegistry {})(() => 1)
new FinalizationRegistry(() => 1)
