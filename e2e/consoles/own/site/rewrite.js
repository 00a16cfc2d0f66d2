// document.open() takes every listener of the document and window with it (T19).
document.querySelector('#rewrite').addEventListener('click', () => {
  document.open();
  document.write(
    '<!doctype html><title>Rewritten · Harbour</title><main><h1>Rewritten</h1><button id="after" aria-label="Purge rewritten">Purge rewritten</button></main>',
  );
  document.close();
  document
    .querySelector('#after')
    .addEventListener('click', () => void fetch('/api/do/rewritten', { method: 'POST' }));
});
