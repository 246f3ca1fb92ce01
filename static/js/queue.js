// The queue of check-ins written without signal: sealed, bounded, sent one by one.
// Shared by the pages and the worker, hence one object and no module.

self.careQueue = (() => {
  "use strict";
  const DOOR = "/check-in/offline/";
  const AT_MOST = 50;
  const KEPT_FOR = 7 * 24 * 3600 * 1000;
  const PATIENCE = 20000;

  const settled = (request) =>
    new Promise((yes, no) => {
      request.onsuccess = () => yes(request.result);
      request.onerror = () => no(request.error);
    });

  function open() {
    const request = indexedDB.open("careplan", 1);
    request.onupgradeneeded = () => {
      request.result.createObjectStore("who");
      request.result.createObjectStore("queue", { keyPath: "id" });
      request.result.createObjectStore("pages", { keyPath: "path" });
    };
    return settled(request);
  }

  // One piece of work in one transaction; done only when the disk has it.
  async function within(stores, mode, work) {
    const db = await open();
    try {
      const tx = db.transaction(stores, mode, { durability: "strict" });
      const over = new Promise((yes, no) => {
        tx.oncomplete = yes;
        tx.onabort = tx.onerror = () => no(tx.error ?? new Error("not kept"));
      });
      over.catch(() => {}); // a refusal is met where `over` is awaited below
      const result = await work(tx);
      await over;
      return result;
    } finally {
      db.close();
    }
  }

  const who = () => within(["who"], "readonly", (tx) => settled(tx.objectStore("who").get("me")));
  const setWho = (me) => within(["who"], "readwrite", (tx) => settled(tx.objectStore("who").put(me, "me")));

  // Somebody else on this device, or the same person with another choice.
  async function begin(mark, keeps) {
    let me = await who();
    if (me && me.mark !== mark) {
      await wipe();
      me = undefined;
    }
    if (!me && !keeps) return undefined;
    const key =
      me?.key ?? (await crypto.subtle.generateKey({ name: "AES-GCM", length: 256 }, false, ["encrypt", "decrypt"]));
    me = { mark, keeps, key, sealedAt: 0 };
    await setWho(me);
    if (!keeps.includes("s")) await forgetPages();
    if (!keeps && !(await count())) await wipe();
    return me;
  }

  // What stays is locked: no form, no plan, until the same person is signed in again.
  async function seal() {
    const me = await who();
    if (!me) return;
    await forgetPages();
    if (await count()) await setWho({ ...me, sealedAt: Date.now() });
    else await wipe();
  }
  const wipe = () =>
    within(["who", "queue", "pages"], "readwrite", (tx) =>
      Promise.all(["who", "queue", "pages"].map((name) => settled(tx.objectStore(name).clear()))),
    );
  const forgetPages = () => within(["pages"], "readwrite", (tx) => settled(tx.objectStore("pages").clear()));
  const isOpen = (me, kind) => Boolean(me && !me.sealedAt && me.keeps.includes(kind));

  const bound = (me, name) => new TextEncoder().encode(`${me.mark}:${name}`);
  async function lock(me, name, text) {
    const iv = crypto.getRandomValues(new Uint8Array(12));
    const way = { name: "AES-GCM", iv, additionalData: bound(me, name) };
    return { iv, sealed: await crypto.subtle.encrypt(way, me.key, new TextEncoder().encode(text)) };
  }
  async function unlock(me, name, kept) {
    const way = { name: "AES-GCM", iv: kept.iv, additionalData: bound(me, name) };
    return new TextDecoder().decode(await crypto.subtle.decrypt(way, me.key, kept.sealed));
  }

  // Fields as an address's query. Says "kept", "full", or "off". The id names it for good.
  async function put(fields) {
    const me = await who();
    if (!isOpen(me, "c")) return "off";
    const told = new URLSearchParams(fields);
    told.delete("csrfmiddlewaretoken");
    const id = told.get("client_id") || crypto.randomUUID();
    const at = Date.now();
    told.set("client_id", id);
    told.set("about", new Date(at).toISOString());
    told.set("person", me.mark);
    const kept = { id, at, ...(await lock(me, id, told.toString())) };
    return within(["queue"], "readwrite", async (tx) => {
      const store = tx.objectStore("queue");
      if (await settled(store.getKey(id))) return "kept"; // a second press of Save
      if ((await settled(store.count())) >= AT_MOST) return "full";
      await settled(store.add(kept));
      return "kept";
    });
  }
  const list = async () =>
    (await within(["queue"], "readonly", (tx) => settled(tx.objectStore("queue").getAll()))).sort((a, b) => a.at - b.at);
  const count = () => within(["queue"], "readonly", (tx) => settled(tx.objectStore("queue").count()));
  const drop = (id) => within(["queue"], "readwrite", (tx) => settled(tx.objectStore("queue").delete(id)));
  const refuse = (kept, sentence) =>
    within(["queue"], "readwrite", (tx) => settled(tx.objectStore("queue").put({ ...kept, refused: sentence })));
  async function takeBack() {
    const last = (await list()).at(-1);
    if (last) await drop(last.id);
  }

  // Older than seven days goes, whatever happened meanwhile.
  async function expire(now = Date.now()) {
    for (const kept of await list()) if (now - kept.at > KEPT_FOR) await drop(kept.id);
    const me = await who();
    if (me?.sealedAt && (now - me.sealedAt > KEPT_FOR || !(await count()))) await wipe();
  }

  const ask = (options = {}) =>
    fetch(DOOR, {
      credentials: "same-origin",
      cache: "no-store",
      redirect: "manual",
      signal: AbortSignal.timeout(PATIENCE),
      ...options,
    });
  const isPlain = (answer) => (answer.headers.get("Content-Type") ?? "").startsWith("text/plain");

  // One sender at a time on this device; a second one would only repeat. Who waits for
  // the first then sends what is left.
  const send = ({ waits = false } = {}) =>
    navigator.locks
      ? navigator.locks.request("careplan-send", { ifAvailable: !waits }, (held) => (held ? sendAll() : "busy"))
      : sendAll();

  async function sendAll() {
    const me = await who();
    if (!me || !(await count())) return { sent: 0, lead: "" };
    const said = await ask();
    if (!said.ok || !isPlain(said)) return { sent: 0, lead: "", signedOut: true };
    const [mark, token] = (await said.text()).split("\n");
    if (mark !== me.mark) {
      await wipe();
      return { sent: 0, lead: "" };
    }
    let sent = 0;
    let lead = "";
    let word = "";
    for (const kept of await list()) {
      if (kept.refused) continue;
      const body = new URLSearchParams(await unlock(me, kept.id, kept));
      body.set("csrfmiddlewaretoken", token);
      const answer = await ask({ method: "POST", body });
      const text = isPlain(answer) ? await answer.text() : "";
      if (answer.ok && text) {
        await drop(kept.id);
        sent += 1;
        [word, lead] = [text.split("\n")[0], text.split("\n")[1] ?? lead];
      } else if ([409, 410, 422].includes(answer.status) && text) await refuse(kept, text);
      else return { sent, lead, word, signedOut: answer.status === 403 || answer.type === "opaqueredirect" };
    }
    return { sent, lead, word };
  }

  async function keepPage(path, html) {
    const me = await who();
    if (!isOpen(me, "s")) return;
    const kept = { path, at: Date.now(), ...(await lock(me, path, html)) };
    await within(["pages"], "readwrite", (tx) => settled(tx.objectStore("pages").put(kept)));
  }
  async function page(path) {
    const me = await who();
    if (!isOpen(me, "s")) return null;
    const kept = await within(["pages"], "readonly", (tx) => settled(tx.objectStore("pages").get(path)));
    return kept ? { html: await unlock(me, path, kept), at: kept.at } : null;
  }

  return { who, begin, seal, wipe, isOpen, put, list, count, takeBack, expire, send, keepPage, page };
})();
