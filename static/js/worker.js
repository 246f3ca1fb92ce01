// The service worker: pages of strangers from the cache, a sealed plan for whoever asked,
// and check-ins into the queue when the network fails. Nothing of a record is cached.

const CACHE = "careplan-shell";
const SUPPORT = "/support/";
const OFFLINE = "/offline/";
const FORM = "/offline/check-in/";
const PLAN = "/offline/safety/";
const asStranger = (path) => new Request(path, { credentials: "omit", cache: "reload" });

async function fill() {
  const cache = await caches.open(CACHE);
  await Promise.all([...FILES, ...PAGES].map(async (path) => {
    const answer = await fetch(asStranger(path));
    if (answer.ok && !answer.redirected) await cache.put(path, answer);
  }));
  const wanted = new Set([...FILES, ...PAGES]);
  for (const kept of await cache.keys())
    if (!wanted.has(new URL(kept.url).pathname)) await cache.delete(kept);
}
const cached = async (path) => (await caches.open(CACHE)).match(path, { ignoreSearch: true, ignoreVary: true });
const isFilled = async () => Boolean(await cached(OFFLINE));

self.addEventListener("install", (event) => {
  self.skipWaiting();
  event.waitUntil(fill());
});
self.addEventListener("activate", (event) =>
  event.waitUntil(Promise.all([self.clients.claim(), careQueue.expire()])));

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (url.origin !== self.location.origin) return;
  if (request.method === "GET" && FILES.includes(url.pathname)) event.respondWith(file(request, url.pathname));
  else if (request.mode === "navigate" && request.method === "GET") event.respondWith(shown(request, url.pathname));
  else if (request.mode === "navigate" && request.method === "POST" && url.pathname === "/check-in/")
    event.respondWith(saved(request));
});

async function file(request, path) {
  return (await cached(path)) ?? fetch(request);
}

async function shown(request, path) {
  try {
    return await fetch(request);
  } catch {
    return instead(path);
  }
}

async function instead(path) {
  const me = await careQueue.who().catch(() => undefined);
  if (path === SUPPORT) return (await cached(SUPPORT)) ?? Response.error();
  if (/^\/(offline\/safety|plan\/safety|p\/[^/]+\/plan\/safety)\/$/.test(path)) {
    const kept = await careQueue.page(PLAN).catch(() => null);
    if (kept) return asPage(kept.html);
  }
  if ([FORM, "/check-in/", "/today/"].includes(path) && careQueue.isOpen(me, "c"))
    return (await cached(FORM)) ?? Response.error();
  return (await cached(OFFLINE)) ?? Response.error();
}

// The sealed plan is opened for this one answer; it needs no script.
const asPage = (html) =>
  new Response(html, {
    headers: {
      "Content-Type": "text/html; charset=utf-8",
      "Content-Security-Policy":
        "default-src 'none'; style-src 'self'; img-src 'self'; font-src 'self'; base-uri 'none'; form-action 'self'",
      "Cache-Control": "no-store",
    },
  });

// A check-in whose sending failed: kept, and said so. Sent twice, it counts once.
async function saved(request) {
  const copy = request.clone();
  try {
    return await fetch(request);
  } catch (failure) {
    const fields = [...(await copy.formData()).entries()].filter(([, value]) => typeof value === "string");
    const became = await careQueue.put(fields).catch(() => "off");
    if (became === "kept") {
      await self.registration.sync?.register("checkins").catch(() => {});
      return Response.redirect(`${FORM}?kept`, 303);
    }
    if (became === "full") return Response.redirect(`${FORM}?full`, 303);
    throw failure;
  }
}

self.addEventListener("sync", (event) => {
  if (event.tag === "checkins") event.waitUntil(careQueue.send());
});

self.addEventListener("message", (event) => {
  const { kind, url } = event.data ?? {};
  const work = {
    fill: async () => (await isFilled()) || fill(),
    forget: async () => {
      await caches.delete(CACHE);
      await careQueue.wipe();
    },
    leave: async () => {
      await caches.delete(CACHE);
      await careQueue.seal();
    },
    support: async () => {
      const answer = await fetch(asStranger(url));
      if (answer.ok) await (await caches.open(CACHE)).put(SUPPORT, answer);
    },
  }[kind];
  if (work) event.waitUntil(work().then(() => event.ports[0]?.postMessage("done")));
});

// A reminder: the words are the device's own, since the message holds an id and nothing
// else. The id as tag: a second attempt replaces the first on the screen.
self.addEventListener("push", (event) => {
  let tag = "reminder";
  try {
    tag = String(event.data.json().id).slice(0, 36);
  } catch {
    // an empty or foreign message is shown like any other: neutral
  }
  const { title, body, icon } = NOTICE;
  event.waitUntil(self.registration.showNotification(title, { body, icon, badge: icon, tag }));
});
self.addEventListener("notificationclick", (event) => {
  event.notification.close();
  event.waitUntil(self.clients.openWindow("/today/"));
});
