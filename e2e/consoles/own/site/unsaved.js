// The browser's "Leave site?" would let the user stay (T36).
const draft = document.querySelector('#draft');
draft.value = 'max-length: 10000\noverflow: reject-publish\n';
draft.addEventListener('input', () => {
  document.querySelector('#dirty').textContent = 'not saved';
});
addEventListener('beforeunload', (event) => {
  if (document.querySelector('#dirty').textContent !== 'not saved') return;
  event.preventDefault();
  event.returnValue = true;
});
