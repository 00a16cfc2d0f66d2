// Documents of this console that have no address of their own, each with a socket of its own that talks and listens.
const size = 'width=300,height=200';
const socket = (from) => `ws://${location.host}/ticks?from=${from}`;
const talks = (from) => `<script>const ws = new WebSocket('${socket(from)}');
setInterval(() => ws.readyState === 1 && ws.send('here'), 100);</script><p>${from}</p>`;
const blobOf = (from) => URL.createObjectURL(new Blob([talks(from)], { type: 'text/html' }));
const frame = (more) => {
  const made = document.createElement('iframe');
  Object.assign(made, more);
  document.body.append(made);
  return made.contentWindow;
};
// A document that runs no script of its own is lent a socket by this page's.
const lend = (to, from) => {
  const ws = new to.WebSocket(socket(from));
  to.setInterval(() => ws.readyState === 1 && ws.send('here'), 100);
};
const write = (to, from) => {
  to.document.write(talks(from));
  to.document.close();
};
const elsewhere = `http://elsewhere.localhost:${location.port}/slow`;
// By kind; a browser lets a page open one window for each press.
harbour.strays = {
  'window-empty': (from) => lend(open('', '', size), from),
  'window-written': (from) => write(open('about:blank', '', size), from),
  'window-slow': (from) => lend(open('/slow', '', size), from),
  'window-slow-elsewhere': (from) => lend(open(elsewhere, '', size), from),
  'window-blob': (from) => open(blobOf(from), '', size),
  'window-javascript': (from) => {
    open('', '', size).location = `javascript:${JSON.stringify(talks(from))}`;
  },
  'window-srcdoc': (from) => {
    const made = open('', '', size).document;
    const inner = made.createElement('iframe');
    inner.srcdoc = talks(from);
    made.body.append(inner);
  },
  'tab-blank': (from) => lend(open('about:blank'), from),
  'frame-empty': (from) => lend(frame({}), from),
  'frame-written': (from) => write(frame({ src: 'about:blank' }), from),
  'frame-slow': (from) => lend(frame({ src: '/slow' }), from),
  'frame-srcdoc': (from) => frame({ srcdoc: talks(from) }),
  'frame-blob': (from) => frame({ src: blobOf(from) }),
  'frame-data': (from) => frame({ src: `data:text/html,${encodeURIComponent(talks(from))}` }),
  'frame-javascript': (from) => frame({ src: `javascript:${JSON.stringify(talks(from))}` }),
  'frame-sandboxed': (from) => frame({ sandbox: 'allow-scripts', srcdoc: talks(from) }),
};
// In another site's page this console's frame takes an address that names no host.
if (location.search === '?blob') location.replace(blobOf('framed-elsewhere'));
