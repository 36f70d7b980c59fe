// setTimeout, setInterval, setImmediate and their clear functions. The host keeps the clock and
// the order and knows which cell a timer belongs to; callbacks and arguments stay here.
(function (natives, kit) {
  "use strict";
  const b = kit.builtins;
  const MAX_DELAY_MS = 2 ** 31 - 1; // as in browsers; a longer delay would be at once there
  const callbacks = new b.Map(); // id -> {callback, args, repeats}
  let lastId = 0;

  function start(name, callback, delay, args, repeats) {
    if (typeof callback !== "function") {
      throw new b.TypeError(
        `${name} expects a function to call, got ${kit.inspect(callback, { depth: 0 })}`,
      );
    }
    let ms = +delay;
    if (!(ms >= 0)) ms = 0; // NaN and negative delays mean "as soon as possible"
    if (ms > MAX_DELAY_MS) {
      throw new b.RangeError(`${name}: a delay is at most ${MAX_DELAY_MS} ms, got ${ms}`);
    }
    // An interval of 0 would keep the host from ever resting.
    if (repeats && ms < 1) ms = 1;
    const id = ++lastId;
    b.mapSet(callbacks, id, { __proto__: null, callback, args, repeats });
    natives.timerStart(id, ms, repeats ? 1 : 0);
    return id;
  }

  function stop(id) {
    if (b.mapDelete(callbacks, id)) natives.timerStop(id);
  }

  // For files of ours: timers that the user's replacing of setTimeout does not reach.
  kit.startTimer = start;
  kit.stopTimer = stop;

  // The host calls it when a timer is due; gives JSON of what the callback threw, or "".
  kit.fireTimer = function (id) {
    const timer = b.mapGet(callbacks, id);
    if (timer === undefined) return "";
    if (!timer.repeats) b.mapDelete(callbacks, id);
    try {
      b.apply(timer.callback, undefined, timer.args);
    } catch (error) {
      return b.stringify(kit.describeError(error));
    }
    return "";
  };

  // The host has given these timers up: their cell was stopped.
  kit.dropTimers = function (...ids) {
    for (let i = 0; i < ids.length; i++) b.mapDelete(callbacks, ids[i]);
  };

  kit.defineGlobal("setTimeout", function setTimeout(callback, delay = 0, ...args) {
    return start("setTimeout", callback, delay, args, false);
  });
  kit.defineGlobal("setInterval", function setInterval(callback, delay = 0, ...args) {
    return start("setInterval", callback, delay, args, true);
  });
  kit.defineGlobal("setImmediate", function setImmediate(callback, ...args) {
    return start("setImmediate", callback, 0, args, false);
  });
  kit.defineGlobal("clearTimeout", function clearTimeout(id) {
    stop(id);
  });
  kit.defineGlobal("clearInterval", function clearInterval(id) {
    stop(id);
  });
  kit.defineGlobal("clearImmediate", function clearImmediate(id) {
    stop(id);
  });
})
