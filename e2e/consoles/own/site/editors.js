/* global CodeMirror, Terminal, Quill */
const $ = (id) => document.getElementById(id);

// Fields whose value a script shows elsewhere: chips, a live preview, suggestions, the title, another frame.
const tag = $('tag');
tag.addEventListener('input', () => {
  $('preview').textContent = `Preview: ${tag.value}`;
  document.title = `${tag.value} · Harbour`;
  const half = Math.ceil(tag.value.length / 2);
  $('suggestions').innerHTML = `<li role="option"><b></b><span></span></li>`;
  $('suggestions').querySelector('b').textContent = tag.value.slice(0, half);
  $('suggestions').querySelector('span').textContent = tag.value.slice(half);
  $('shown').contentDocument.body.innerHTML = '<p></p>';
  $('shown').contentDocument.querySelector('p').textContent = tag.value;
});
tag.addEventListener('keydown', (event) => {
  if (event.key !== 'Enter') return;
  const chip = document.createElement('button');
  chip.textContent = `Remove ${tag.value}`;
  const label = document.createElement('label');
  label.innerHTML = '<input type="checkbox"> <em></em>';
  label.querySelector('em').textContent = tag.value;
  $('chips').append(chip, label);
  history.replaceState({}, '', `?tag=${encodeURIComponent(tag.value)}`);
  tag.value = '';
});

// An editor as in-house ones are built: lines are plain elements, keys go to a textarea that nobody sees.
$('plain').addEventListener('click', () => $('keys').focus());
$('keys').addEventListener('input', () => {
  $('line').textContent = $('keys').value;
});

const root = $('closed').attachShadow({ mode: 'closed' });
root.innerHTML = '<p contenteditable style="height:2em">written before: hunter2-old</p>';
$('design').contentDocument.designMode = 'on';
$('design').contentDocument.body.innerHTML = '<p>written before: hunter2-old</p>';

CodeMirror($('cm5'), { value: 'hunter2-old' });
window.harbour.quill = new Quill('#quill', { theme: 'snow' });
const terminal = new Terminal({ rows: 4, cols: 60, screenReaderMode: true });
terminal.open($('xterm'));
terminal.write('hunter2-old\r\n$ ');
terminal.onData((data) => terminal.write(data === '\r' ? '\r\n$ ' : data));
