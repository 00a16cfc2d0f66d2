// T13: kept whole for Back, and the next page fetched ahead.
addEventListener('pageshow', (event) => {
  if (event.persisted) document.querySelector('#restored').textContent = 'yes';
});
const ahead = document.createElement('link');
ahead.rel = 'prefetch';
ahead.href = '/kept?next';
document.head.append(ahead);
