// Transfers of fetch(): the front runs them, here is the end that JavaScript holds.
(function (natives, kit) {
  "use strict";
  const b = kit.builtins;
  const open = new b.Map(); // number -> the callbacks of startTransfer

  // request: {method, url, headers, redirect, body, length, replayable}, as FetchStart.
  // callbacks: head({status, reason, url, redirected, headers}), data(Uint8Array), end(),
  // failed(message, code), pull(restart), dropped(). Gives the transfer's number.
  kit.startTransfer = function (request, callbacks) {
    const number = natives.post("fetch", b.stringify(request));
    b.mapSet(open, number, callbacks);
    return number;
  };

  // The next part of the request's body.
  kit.sendBody = function (number, bytes, last) {
    if (b.mapHas(open, number)) {
      natives.post("fetch_body", b.stringify({ number, last }), bytes);
    }
  };

  // JavaScript has taken `amount` bytes of the response: as many more may come.
  kit.creditTransfer = function (number, amount) {
    if (b.mapHas(open, number)) {
      natives.post("fetch_credit", b.stringify({ number, amount }));
    }
  };

  // Nothing more comes of the transfer, and no callback is called.
  kit.cancelTransfer = function (number) {
    if (b.mapDelete(open, number)) natives.post("fetch_cancel", b.stringify({ number }));
  };

  function last(number) {
    const callbacks = b.mapGet(open, number);
    b.mapDelete(open, number);
    return callbacks;
  }

  kit.receive("fetch_pull", (number, restart) => b.mapGet(open, number)?.pull(restart));
  kit.receive("fetch_head", (number, head) => b.mapGet(open, number)?.head(b.parse(head)));
  kit.receive("fetch_data", (number, bytes) => b.mapGet(open, number)?.data(bytes));
  kit.receive("fetch_end", (number) => last(number)?.end());
  kit.receive("fetch_failed", (number, message, code) =>
    last(number)?.failed(message, code),
  );
  // The host has given the transfer up: its cell was stopped.
  kit.receive("fetch_dropped", (number) => last(number)?.dropped());
})
