// DOMException: an error (it has a stack, Error.isError knows it) whose name says what went
// wrong. The engine has one too, but its own is no error to Error.isError.
(function (natives, kit, docs) {
  "use strict";
  const b = kit.builtins;
  const { webClass, constants, illegal, isObject, text } = kit.platform("web_class");
  const parts = new b.WeakMap(); // exception -> {name, message}

  function partsOf(value) {
    const found = isObject(value) ? b.weakMapGet(parts, value) : undefined;
    if (found === undefined) throw illegal("DOMException");
    return found;
  }
  kit.domExceptionParts = (error) => b.weakMapGet(parts, error);

  const codes = {
    __proto__: null,
    INDEX_SIZE_ERR: 1,
    DOMSTRING_SIZE_ERR: 2,
    HIERARCHY_REQUEST_ERR: 3,
    WRONG_DOCUMENT_ERR: 4,
    INVALID_CHARACTER_ERR: 5,
    NO_DATA_ALLOWED_ERR: 6,
    NO_MODIFICATION_ALLOWED_ERR: 7,
    NOT_FOUND_ERR: 8,
    NOT_SUPPORTED_ERR: 9,
    INUSE_ATTRIBUTE_ERR: 10,
    INVALID_STATE_ERR: 11,
    SYNTAX_ERR: 12,
    INVALID_MODIFICATION_ERR: 13,
    NAMESPACE_ERR: 14,
    INVALID_ACCESS_ERR: 15,
    VALIDATION_ERR: 16,
    TYPE_MISMATCH_ERR: 17,
    SECURITY_ERR: 18,
    NETWORK_ERR: 19,
    ABORT_ERR: 20,
    URL_MISMATCH_ERR: 21,
    QUOTA_EXCEEDED_ERR: 22,
    TIMEOUT_ERR: 23,
    INVALID_NODE_TYPE_ERR: 24,
    DATA_CLONE_ERR: 25,
  };
  const codeOfName = {
    __proto__: null,
    IndexSizeError: 1,
    HierarchyRequestError: 3,
    WrongDocumentError: 4,
    InvalidCharacterError: 5,
    NoModificationAllowedError: 7,
    NotFoundError: 8,
    NotSupportedError: 9,
    InUseAttributeError: 10,
    InvalidStateError: 11,
    SyntaxError: 12,
    InvalidModificationError: 13,
    NamespaceError: 14,
    InvalidAccessError: 15,
    TypeMismatchError: 17,
    SecurityError: 18,
    NetworkError: 19,
    AbortError: 20,
    URLMismatchError: 21,
    QuotaExceededError: 22,
    TimeoutError: 23,
    InvalidNodeTypeError: 24,
    DataCloneError: 25,
  };

  class DOMException {
    constructor(message = "", name = "Error") {
      const self = new b.Error();
      b.setPrototypeOf(self, new.target.prototype);
      b.weakMapSet(parts, self, { name: text(name), message: text(message) });
      // The engine wrote the first line before there were a name and a message.
      const stack = kit.stackText(self);
      const value = kit.errorHeader(self) + b.stringSlice(stack, "Error".length);
      b.defineProperty(self, "stack", { value, writable: true, configurable: true });
      return self;
    }

    get name() {
      return partsOf(this).name;
    }

    get message() {
      return partsOf(this).message;
    }

    get code() {
      return codeOfName[partsOf(this).name] ?? 0;
    }
  }
  b.setPrototypeOf(DOMException.prototype, b.Error.prototype);
  webClass(DOMException);
  constants(DOMException, codes);

  docs.DOMException =
    "An error of the web platform; its name tells what kind: AbortError, DataCloneError, …";
  return { DOMException };
})
