// The element goes at pointerdown, so no click ever reaches it (T20).
const vanish = document.querySelector('#vanish');
vanish.addEventListener('pointerdown', () => {
  vanish.remove();
  void fetch('/api/do/vanish', { method: 'POST' });
});
