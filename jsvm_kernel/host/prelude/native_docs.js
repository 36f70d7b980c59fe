// What completion and inspection tell of native modules, as their authors declare them.
(function (natives, kit) {
  "use strict";
  const b = kit.builtins;
  const modules = new b.WeakMap(); // holder -> {name, doc, members: JSON}

  // members: JSON of name -> member (session/message.py), with the line of its declaration.
  kit.documentModule = function (holder, name, doc, members) {
    b.weakMapSet(modules, holder, { __proto__: null, name, doc, members });
    const all = b.parse(members);
    document(holder, all, classesOf(holder, all));
  };

  // Prototypes by name, of which results are.
  function classesOf(holder, members) {
    const classes = b.create(null);
    const names = b.keysOf(members);
    for (let i = 0; i < names.length; i++) {
      if (members[names[i]].kind !== "class") continue;
      const cls = kit.ownData(holder, names[i]);
      if (typeof cls === "function") classes[names[i]] = kit.ownData(cls, "prototype");
    }
    return classes;
  }

  function document(holder, members, classes) {
    if (!kit.isObject(holder)) return;
    const names = b.keysOf(members);
    for (let i = 0; i < names.length; i++) {
      const descriptor = b.descriptorOf(holder, names[i]);
      const fn = descriptor === undefined ? undefined : (descriptor.get ?? descriptor.value);
      if (typeof fn !== "function") continue;
      const member = members[names[i]];
      kit.document(fn, {
        __proto__: null,
        kind: member.kind,
        signature: member.signature,
        returns: member.type,
        classes,
        declared: member.declared,
        doc: member.doc,
        place: member.place,
        line: member.line,
        source: "",
      });
      if (member.kind !== "class") continue;
      document(kit.ownData(fn, "prototype"), member.members, classes);
      document(fn, member.static, classes);
    }
  }

  // {name, doc, members} of the object that holds a module's functions.
  kit.nativeModuleOf = (value) => (kit.isObject(value) ? b.weakMapGet(modules, value) : undefined);
})
