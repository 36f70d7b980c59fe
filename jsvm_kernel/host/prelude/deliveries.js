// What the front sends that is no request: the host hands it, as plain values, to the receiver
// that a file of the prelude has registered for it.
(function (natives, kit) {
  "use strict";
  const b = kit.builtins;
  const receivers = new b.Map(); // name -> function

  kit.receive = function (name, receiver) {
    b.mapSet(receivers, name, receiver);
  };

  // Gives JSON of what the receiver threw, or "".
  kit.deliver = function (name, ...values) {
    try {
      b.apply(b.mapGet(receivers, name), undefined, values);
    } catch (error) {
      return b.stringify(kit.describeError(error));
    }
    return "";
  };
})
