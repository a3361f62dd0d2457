/* Keeps one page, which says that there is no connection. Everything else goes to the desk, and is never kept. */
const PARTS = ["{{ page|escapejs }}", "{{ style|escapejs }}", "{{ mark|escapejs }}"];
const KEPT = PARTS.join(" ");

self.addEventListener("install", (event) => {
  event.waitUntil(caches.open(KEPT).then((kept) => kept.addAll(PARTS)).then(() => self.skipWaiting()));
});
self.addEventListener("activate", (event) => {
  const old = (names) => names.filter((name) => name !== KEPT).map((name) => caches.delete(name));
  event.waitUntil(caches.keys().then((names) => Promise.all(old(names))).then(() => self.clients.claim()));
});
self.addEventListener("fetch", (event) => {
  const address = new URL(event.request.url);
  if (event.request.mode === "navigate" && event.request.method === "GET") {
    event.respondWith(fetch(event.request).catch(() => caches.match(PARTS[0])));
  } else if (address.origin === location.origin && PARTS.slice(1).includes(address.pathname + address.search)) {
    event.respondWith(fetch(event.request).catch(() => caches.match(event.request)));
  }
});
