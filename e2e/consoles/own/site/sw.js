// Answers from its cache first, as an offline-capable console does; fetches by itself when told to.
const CACHE = 'harbour';
addEventListener('install', (event) => {
  event.waitUntil(
    caches
      .open(CACHE)
      .then((cache) => cache.addAll(['/', '/workers', '/site/style.css', '/site/app.js', '/site/workers.js']))
      .then(() => skipWaiting()),
  );
});
addEventListener('activate', (event) => event.waitUntil(clients.claim()));
addEventListener('fetch', (event) => {
  if (event.request.method !== 'GET') return;
  event.respondWith(caches.match(event.request).then((kept) => kept ?? fetch(event.request)));
});
addEventListener('message', (event) => {
  const ask = async () => {
    for (let i = 0; i < event.data.fetch; i += 1) {
      await fetch(`/beacon?from=service-worker&n=${i}`).catch(() => undefined);
      await new Promise((next) => setTimeout(next, 250));
    }
  };
  event.waitUntil(ask());
});
