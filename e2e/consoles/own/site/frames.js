// An about:blank frame has the console's origin and none of its address (T25).
const blank = document.querySelector('#blank').contentDocument;
blank.body.innerHTML = '<button>Act from about:blank</button>';
blank.querySelector('button').addEventListener('click', () => {
  void document.querySelector('#blank').contentWindow.fetch('/api/do/blank', { method: 'POST' });
});
