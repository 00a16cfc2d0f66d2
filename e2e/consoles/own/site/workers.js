// T4 and T5: requests that belong to no tab, and a console that is served from its own cache.
const said = document.querySelector('#workers');
harbour.workers = (async () => {
  await navigator.serviceWorker.register('/sw.js');
  if (!navigator.serviceWorker.controller) {
    await new Promise((taken) =>
      navigator.serviceWorker.addEventListener('controllerchange', taken, { once: true }),
    );
  }
  harbour.shared = new SharedWorker('/site/shared.js');
  harbour.shared.port.start();
  said.textContent = 'running';
  return 'running';
})();
harbour.askServiceWorker = (times) =>
  navigator.serviceWorker.controller.postMessage({ fetch: times }, { transfer: [] });
