// Counts what arrives, so that a test can see a stream die.
harbour.ticks = { ws: 0, sse: 0 };
const show = (kind) => {
  harbour.ticks[kind] += 1;
  document.querySelector(`#${kind}`).textContent = harbour.ticks[kind];
};
harbour.socket = new WebSocket(`ws://${location.host}/ticks`);
harbour.socket.addEventListener('message', () => show('ws'));
harbour.events = new EventSource('/events');
harbour.events.addEventListener('message', () => show('sse'));
