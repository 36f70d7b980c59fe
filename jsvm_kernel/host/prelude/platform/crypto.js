// crypto: random numbers that nobody can foretell, and digests.
(function (natives, kit, docs) {
  "use strict";
  const b = kit.builtins;
  const { Symbol } = b;
  const { webClass, illegal, need, isObject, shown, text } = kit.platform("web_class");
  const { DOMException } = kit.platform("dom_exception");
  const { bytesOf } = kit.platform("encoding");
  const creating = Symbol("creating");
  const MAX_BYTES = 65536; // of one call, as on the web

  const algorithms = {
    __proto__: null,
    "SHA-1": "sha1",
    "SHA-256": "sha256",
    "SHA-384": "sha384",
    "SHA-512": "sha512",
  };

  let checkSubtle;
  class SubtleCrypto {
    #brand = true;
    constructor(key) {
      if (key !== creating) throw new b.TypeError("Illegal constructor");
    }
    static {
      checkSubtle = (value) => {
        if (!isObject(value) || !(#brand in value)) throw illegal("SubtleCrypto");
      };
    }
    async digest(algorithm, data) {
      checkSubtle(this);
      need(2, arguments.length, "crypto.subtle.digest");
      const name = text(isObject(algorithm) ? algorithm.name : algorithm);
      const bytes = bytesOf(data);
      if (bytes === undefined) {
        throw new b.TypeError(
          `crypto.subtle.digest expects an ArrayBuffer or a view of one, got ${shown(data)}`,
        );
      }
      const known = algorithms[b.toUpperCase(name)];
      if (known === undefined) {
        throw new DOMException(
          `crypto.subtle.digest: there is no algorithm ${shown(name)}; ` +
            "there are SHA-1, SHA-256, SHA-384 and SHA-512",
          "NotSupportedError",
        );
      }
      return natives.digest(known, bytes);
    }
  }

  let check;
  class Crypto {
    #subtle = new SubtleCrypto(creating);
    constructor(key) {
      if (key !== creating) throw new b.TypeError("Illegal constructor");
    }
    static {
      check = (value) => {
        if (!isObject(value) || !(#subtle in value)) throw illegal("Crypto");
        return value.#subtle;
      };
    }
    get subtle() {
      return check(this);
    }
    getRandomValues(array) {
      check(this);
      need(1, arguments.length, "crypto.getRandomValues");
      const name = isObject(array) && b.isView(array) ? b.typedArrayName(array) : undefined;
      if (name === undefined || b.startsWith(name, "Float")) {
        throw new DOMException(
          `crypto.getRandomValues expects a typed array of integers, got ${shown(array)}`,
          "TypeMismatchError",
        );
      }
      const bytes = bytesOf(array);
      if (b.typedArrayLength(bytes) > MAX_BYTES) {
        throw new DOMException(
          `crypto.getRandomValues: at most ${MAX_BYTES} bytes in one call, ` +
            `got ${b.typedArrayLength(bytes)}`,
          "QuotaExceededError",
        );
      }
      natives.randomBytes(bytes);
      return array;
    }
    randomUUID() {
      check(this);
      const bytes = new b.Uint8Array(16);
      natives.randomBytes(bytes);
      bytes[6] = (bytes[6] & 0x0f) | 0x40; // version 4
      bytes[8] = (bytes[8] & 0x3f) | 0x80; // of RFC 9562
      let uuid = "";
      for (let i = 0; i < 16; i++) {
        if (i === 4 || i === 6 || i === 8 || i === 10) uuid += "-";
        uuid += b.padStart(b.numberText(bytes[i], 16), 2, "0");
      }
      return uuid;
    }
  }
  for (const Class of [SubtleCrypto, Crypto]) {
    b.defineProperty(Class, "length", { value: 0, configurable: true });
  }
  const crypto = new Crypto(creating);
  webClass(SubtleCrypto, (value) => {
    checkSubtle(value);
    return {};
  });
  webClass(Crypto, (value) => ({ subtle: check(value) }));

  const signatures = [
    [Crypto, "getRandomValues", "crypto.getRandomValues(array)", "Fills it with random integers."],
    [Crypto, "randomUUID", "crypto.randomUUID()", "A random UUID (version 4)."],
    [
      SubtleCrypto,
      "digest",
      "crypto.subtle.digest(algorithm, data)",
      "A promise of the digest: SHA-1, SHA-256, SHA-384 or SHA-512.",
    ],
  ];
  for (let i = 0; i < signatures.length; i++) {
    const [Class, name, signature, doc] = signatures[i];
    kit.document(Class.prototype[name], { signature, doc, source: "" });
  }
  return { Crypto, SubtleCrypto, crypto };
})
