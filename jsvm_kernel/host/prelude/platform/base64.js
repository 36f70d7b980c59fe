// atob and btoa: the engine's own, with the exceptions of the web.
(function (natives, kit, docs) {
  "use strict";
  const b = kit.builtins;
  const { need, text } = kit.platform("web_class");

  function invalid(message) {
    const { DOMException } = kit.platform("dom_exception");
    return new DOMException(message, "InvalidCharacterError");
  }

  function atob(data) {
    need(1, arguments.length, "atob");
    data = text(data);
    try {
      return b.atob(data);
    } catch {
      throw invalid("atob: the string is not correctly encoded in base64");
    }
  }

  function btoa(data) {
    need(1, arguments.length, "btoa");
    data = text(data);
    try {
      return b.btoa(data);
    } catch {
      throw invalid(
        "btoa: the string has characters above U+00FF; encode it first, " +
          "for example with new TextEncoder().encode(text).toBase64()",
      );
    }
  }

  docs.atob = "Decodes base64 into a string whose characters are the bytes.";
  docs.btoa = "Encodes a string whose characters are bytes (up to U+00FF) in base64.";
  return { atob, btoa };
})
