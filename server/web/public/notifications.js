// The companion's service worker. It shows what a page asks it to show and brings the person to it: on Android only a
// service worker may. It hears no fetch and keeps nothing.
self.addEventListener('notificationclick', (event) => {
  event.notification.close();
  event.waitUntil(bringTo(String(event.notification.data)));
});

async function bringTo(path) {
  if (!/^\/requests\/[\w-]{22}$/.test(path)) return;
  const [page] = await self.clients.matchAll({ type: 'window', includeUncontrolled: true });
  if (!page) {
    await self.clients.openWindow(path);
    return;
  }
  page.postMessage({ open: path }, []);
  await page.focus();
}
