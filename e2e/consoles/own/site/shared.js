// A worker that outlives the tab's own requests.
let n = 0;
setInterval(() => void fetch(`/beacon?from=shared-worker&n=${n++}`).catch(() => undefined), 500);
addEventListener('connect', (event) => event.ports[0].postMessage('here'));
