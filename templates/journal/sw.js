{% load static %}// The service worker: keeps check-ins written without signal, sealed, until they are sent.
// Opt-in per device. Nothing of the record is ever stored; the queue holds what was just typed.
// Security notes: the written deviation from ASVS 14.3.3 (docs/security.md).
"use strict";
const SHELL = "shell-{{ version }}";
const SUPPORT = "/support/", WRITE = "/check-in/offline/", SAVED = "/check-in/offline/saved/", LOST = "/check-in/offline/not-saved/";
const FILES = [{% for file in files %}"{% static file %}"{% if not forloop.last %}, {% endif %}{% endfor %}];
const MOST = 50, LONGEST = 7 * 24 * 3600 * 1000, TOO_LONG = 60000;

self.addEventListener("install", (event) => event.waitUntil(install().then(() => self.skipWaiting())));
self.addEventListener("activate", (event) => event.waitUntil(tidy().then(() => self.clients.claim())));

async function install() {
  const cache = await caches.open(SHELL);
  for (const path of [SUPPORT, WRITE, SAVED, LOST, ...FILES]) {
    // Without the cookie: what is kept here is what a stranger would see.
    const answer = await fetch(path, { credentials: "omit", cache: "no-cache" });
    if (answer.ok) await cache.put(path, answer);
  }
}
async function tidy() {
  for (const name of await caches.keys()) if (name.startsWith("shell-") && name !== SHELL) await caches.delete(name);
}

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (url.origin !== self.location.origin) return;
  if (request.method === "POST" && url.pathname.startsWith("/sign-out/")) return event.respondWith(signOut(request));
  if (request.method === "POST" && request.mode === "navigate" && url.pathname === "/check-in/") return event.respondWith(send(request));
  if (request.method !== "GET") return;
  if (request.mode === "navigate") return event.respondWith(page(request, url));
  if (url.pathname.startsWith("/static/")) event.respondWith(fetch(request).catch(() => shell(url.pathname)));
});

async function page(request, url) {
  try {
    return await fetch(request);
  } catch {
    if (url.pathname !== SUPPORT && (await isOn())) return shell(WRITE);
    return shell(SUPPORT);
  }
}
async function shell(path) {
  return (await caches.match(path, { cacheName: SHELL })) || Response.error();
}

// --- Writing -------------------------------------------------------------------------

async function send(request) {
  const copy = request.clone();
  const fields = {};
  for (const [name, value] of (await copy.formData()).entries()) (fields[name] ||= []).push(String(value));
  if (!fields.offline) {
    try {
      return await fetch(request);
    } catch {
      // No signal, or an answer that never came: client_id makes a second sending harmless.
    }
  }
  if (!(await keep(fields))) return shell(LOST);
  flush();
  return shell(SAVED);
}

async function keep(fields) {
  const on = await meta();
  if (!on || JSON.stringify(fields).length > TOO_LONG) return false;
  const waiting = await all("queue");
  if (waiting.length >= MOST) return false;
  delete fields.csrfmiddlewaretoken;
  delete fields.shown;
  delete fields.offline;
  if (!fields.client_id?.[0]) fields.client_id = [crypto.randomUUID()];
  const id = fields.client_id[0];
  const at = Date.now();
  const sealed = await seal(on.key, { fields, at: new Date(at).toISOString() });
  await put("queue", { id, at, owner: on.owner, sealed });
  return true;
}

let flushing = null;
function flush() {
  flushing ||= sendAll().catch(() => 0).finally(() => (flushing = null));
  return flushing;
}
async function sendAll() {
  const on = await meta();
  if (!on) return 0;
  const rows = (await all("queue")).sort((a, b) => a.at - b.at);
  if (!rows.length) return 0;
  const hello = await fetch("/check-in/queue/", { credentials: "same-origin", cache: "no-store", redirect: "manual" });
  if (!hello.ok) return rows.length; // signed out: everything stays sealed
  const { token, owner } = await hello.json();
  if (owner !== on.owner) return rows.length; // somebody else: never theirs to send
  for (const row of rows) {
    if (row.owner !== owner) continue;
    const body = JSON.stringify({ owner, ...(await open(on.key, row.sealed)) });
    const answer = await fetch("/check-in/queue/", { method: "POST", credentials: "same-origin", redirect: "manual", headers: { "Content-Type": "application/json", "X-CSRFToken": token }, body });
    if (!answer.ok) return (await all("queue")).length;
    await remove("queue", row.id);
  }
  return (await all("queue")).length;
}
self.addEventListener("sync", (event) => event.waitUntil(flush()));

async function signOut(request) {
  const copy = request.clone();
  await flush().catch(() => 0);
  try {
    const answer = await fetch(copy);
    await wipe();
    return answer;
  } catch {
    return shell(LOST);
  }
}

// --- What pages may ask ----------------------------------------------------------------

self.addEventListener("message", (event) => {
  const { type, owner } = event.data || {};
  const port = event.ports[0];
  event.waitUntil((async () => port?.postMessage(await answer(type, owner)))());
});
async function answer(type, owner) {
  if (type === "on") return switchOn(owner);
  if (type === "off") return wipe();
  if (type === "flush") return { waiting: await flush() };
  const on = await meta();
  return { on: Boolean(on && on.owner === owner), waiting: on ? (await all("queue")).length : 0 };
}
async function switchOn(owner) {
  const on = await meta();
  if (on && on.owner === owner) return { on: true };
  if (on) await wipe(); // another person's device now
  const key = await crypto.subtle.generateKey({ name: "AES-GCM", length: 256 }, false, ["encrypt", "decrypt"]);
  await put("meta", { id: "on", owner, key });
  return { on: true };
}
async function isOn() {
  return Boolean(await meta());
}
async function meta() {
  const on = (await all("meta"))[0];
  if (!on) return null;
  for (const row of await all("queue")) if (Date.now() - row.at > LONGEST) await remove("queue", row.id);
  return on;
}

// --- Sealing and keeping -----------------------------------------------------------------

async function seal(key, value) {
  const iv = crypto.getRandomValues(new Uint8Array(12));
  const text = new TextEncoder().encode(JSON.stringify(value));
  return { iv, data: await crypto.subtle.encrypt({ name: "AES-GCM", iv }, key, text) };
}
async function open(key, sealed) {
  const text = await crypto.subtle.decrypt({ name: "AES-GCM", iv: sealed.iv }, key, sealed.data);
  return JSON.parse(new TextDecoder().decode(text));
}
function database() {
  return new Promise((done, fail) => {
    const asked = indexedDB.open("journal", 1);
    asked.onupgradeneeded = () => {
      asked.result.createObjectStore("meta", { keyPath: "id" });
      asked.result.createObjectStore("queue", { keyPath: "id" });
    };
    asked.onsuccess = () => done(asked.result);
    asked.onerror = () => fail(asked.error);
  });
}
async function inStore(name, mode, act) {
  const db = await database();
  try {
    return await new Promise((done, fail) => {
      const work = db.transaction(name, mode, { durability: "strict" });
      const asked = act(work.objectStore(name));
      work.oncomplete = () => done(asked.result);
      work.onerror = work.onabort = () => fail(work.error);
    });
  } finally {
    db.close();
  }
}
const all = (name) => inStore(name, "readonly", (store) => store.getAll());
const put = (name, row) => inStore(name, "readwrite", (store) => store.put(row));
const remove = (name, id) => inStore(name, "readwrite", (store) => store.delete(id));
async function wipe() {
  await new Promise((done) => {
    const asked = indexedDB.deleteDatabase("journal");
    asked.onsuccess = asked.onerror = asked.onblocked = done;
  });
  return { on: false, waiting: 0 };
}
