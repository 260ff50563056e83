/* Excel's end of the bridge that Microsoft's runtime for custom functions looks for: it sends invocations, as a
   recalculation does, and takes results. */
(() => {
  const INVOKE = 1000, CANCEL = 1001, MAY_BE_CANCELLED = 1, MAY_HAVE_ERRORS = 4;
  const waiting = new Map();
  let last = 0;
  const bridge = {
    onMessageFromHost: null,
    sendMessageToHost(text) {
      const sent = JSON.parse(text);
      if (sent.type !== 1) return;
      excelBridge.requests++;
      const body = typeof sent.message.body === "string" ? JSON.parse(sent.message.body) : sent.message.body;
      results(body.Actions);
      const told = { statusCode: 200, headers: {}, body: JSON.stringify({ Results: (body.Actions || []).map((action) => ({ ActionId: action.Id, Value: null })) }) };
      setTimeout(() => bridge.onMessageFromHost(JSON.stringify({ id: sent.id, type: 2, message: told })));
    },
  };
  // A result is an array somewhere in the request: id of the invocation, whether it succeeded, value, error.
  function results(node) {
    if (!node || typeof node !== "object") return;
    if (Array.isArray(node) && node.length >= 3 && Number.isInteger(node[0]) && typeof node[1] === "boolean") {
      const settle = waiting.get(node[0]);
      waiting.delete(node[0]);
      if (settle) settle({ ok: node[1], value: node[2], code: node[3], rest: node.slice(3) });
      return;
    }
    for (const child of Object.values(node)) results(child);
  }
  globalThis._richApiNativeBridge = bridge;
  globalThis.excelBridge = {
    requests: 0,
    invoke(calls) { // [[name, arguments, address], …] in one message; gives a promise a call
      const entries = [], all = [];
      for (const [name, given, address] of calls) {
        const id = ++last;
        entries.push([1, INVOKE, "", JSON.stringify([id, name, given, address, MAY_BE_CANCELLED | MAY_HAVE_ERRORS]), id]);
        all.push(Object.assign(new Promise((settle) => waiting.set(id, settle)), { id }));
      }
      bridge.onMessageFromHost(JSON.stringify({ type: 3, message: { entries } }));
      return all;
    },
    cancel(ids) {
      const entries = ids.map((id) => [1, CANCEL, "", JSON.stringify({ invocationId: id }), 0]);
      bridge.onMessageFromHost(JSON.stringify({ type: 3, message: { entries } }));
    },
  };
})();
