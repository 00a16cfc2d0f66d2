import { importMap } from './libraries.ts';

/** One page of Harbour: its address, what stands in it, and the headers that only it sends. */
export type HarbourPage = {
  path: string;
  /** The name in the side bar; without one the page is reached by address only. */
  nav?: string;
  title: string;
  /** One sentence under the title. */
  lead: string;
  body: string;
  /** Scripts of `site/`, in order. */
  scripts?: readonly string[];
  headers?: Record<string, string>;
};

const row = (name: string, ready: number, host: string, state: 'running' | 'paused') => `<tr>
  <td><a href="/queues/${name}" data-soft>${name}</a></td><td>${host}</td>
  <td class="${state === 'running' ? 'ok' : 'warn'}">${state}</td><td class="number">${ready}</td>
  <td><button data-do="purge" data-queue="${name}" aria-label="Purge ${name}">Purge</button>
  <button data-do="pause" data-queue="${name}"><svg width="12" height="12" aria-hidden="true"><path d="M2 1h3v10H2zM7 1h3v10H7z" fill="currentColor"/></svg></button></td></tr>`;

const queues = `<section><h2>Queues</h2><table>
<thead><tr><th>Name<th>Host<th>State<th>Ready<th>Actions</tr></thead><tbody>
${row('orders', 1284, 'eu-1', 'running')}
${row('invoices', 96, 'eu-1', 'running')}
${row('refunds', 0, 'eu-2', 'paused')}
${row('mail-out', 412, 'eu-2', 'running')}
</tbody></table><p><output id="said"></output></p></section>
<section><h2>Hosts</h2><table>
<thead><tr><th>Host<th>Region<th>Load<th>Since</tr></thead><tbody>
<tr><td>eu-1<td>Frankfurt<td>0.42<td>41 days<tr><td>eu-2<td>Dublin<td>0.18<td>12 days</tbody></table>
<p><button data-do="restart" class="alert">Restart eu-2</button> <button data-do="drain"><svg width="14" height="14" aria-hidden="true"><path d="M2 3h10L7 12z" fill="currentColor"/></svg></button></p></section>`;

const forms = `<section><h2>Find a message</h2><form id="find" action="/search" method="get">
<label>Message id<input name="q"></label><button>Find</button></form></section>
<section><h2>Credentials of a user</h2><form id="user" action="/users" method="post">
<label>User<input name="user" autocomplete="off"></label>
<label>Password<input name="password" type="password" autocomplete="new-password"></label>
<button class="main">Save user</button></form></section>
<section><h2>Import definitions</h2><form id="import" action="/definitions" method="post" enctype="multipart/form-data">
<label>File<input type="file" name="file"></label><label>Note<input name="note"></label>
<button>Import</button></form></section>
<section><h2>Rotate by script</h2><form id="scripted" action="/rotate" method="post">
<input type="hidden" name="key" value="payments"><input type="password" name="secret" value="hunter2-hidden"></form>
<p>The button calls <code>form.submit()</code>, which fires no submit event.</p>
<button id="submit-by-script">Rotate keys</button></section>`;

const signIn = `<section><form id="sign-in" action="/login" method="post">
<label>User<input name="user" autocomplete="off"></label>
<label>Password<input name="password" type="password" autocomplete="new-password"></label>
<button class="main">Sign in</button></form>
<p><a href="/sso/oidc">By OpenID Connect</a> · <a href="/sso/saml">By SAML</a></p></section>`;

const workers = `<section><h2>Workers</h2><p>A service worker caches this console and answers from its cache; a shared
worker and a sandboxed frame ask the server every half second.</p><output id="workers">starting</output></section>
<section><h2>Sandboxed frame</h2><iframe sandbox="allow-scripts" src="/sandboxed" title="Sandboxed"></iframe></section>`;

const frames = `<section><h2>Same origin</h2><iframe id="same" src="/inner" title="Same origin"></iframe></section>
<section><h2>about:blank</h2><iframe id="blank" title="Blank"></iframe></section>
<section><h2>srcdoc</h2><iframe id="srcdoc" title="Written"
 srcdoc="<button onclick=&quot;fetch('/api/do/srcdoc',{method:'POST'})&quot;>Act from srcdoc</button>"></iframe></section>`;

const live = `<section><h2>Messages per second</h2><p>WebSocket <output id="ws">0</output> · events <output id="sse">0</output></p></section>`;

const unsaved = `<section><h2>Edit policy of orders</h2><label>Policy<textarea id="draft" rows="6"></textarea></label>
<button class="main" data-do="save-policy">Save</button> <output id="dirty">nothing to save</output></section>`;

const editors = `<link rel="stylesheet" href="/library/codemirror5.css"><link rel="stylesheet" href="/library/quill.css">
<link rel="stylesheet" href="/library/xterm.css"><style>#plain,#rich{border:1px solid #999;min-height:1.5em;position:relative}
#keys{position:absolute;opacity:0;width:1px;height:1px} .CodeMirror{height:4em} iframe{height:5em} #line{white-space:pre}</style>
<section><h2>Shown elsewhere</h2><label>Tag<input id="tag"></label> <span id="chips"></span><p id="preview"></p><ul id="suggestions" role="listbox"></ul>
<iframe id="shown" title="Shown" src="about:blank"></iframe></section>
<section><h2>Editable</h2><div id="rich" contenteditable aria-label="Note"><p>hunter2-old</p></div><div id="closed"></div>
<iframe id="design" title="Design" src="about:blank"></iframe></section>
<section><h2>Plain lines</h2><div id="plain"><textarea id="keys"></textarea><div id="line">hunter2-old</div></div></section>
<section><h2>CodeMirror 5</h2><div id="cm5"></div></section><section><h2>CodeMirror 6</h2><div id="cm6"></div></section>
<section><h2>xterm</h2><div id="xterm"></div></section><section><h2>Quill</h2><div id="quill">hunter2-old</div></section>
${importMap}<script type="module" src="/site/editors-module.js"></script>
<script src="/library/codemirror5.js"></script><script src="/library/quill.js"></script><script src="/library/xterm.js"></script>`;

/** Every page, in the order of the side bar. */
export const pages: readonly HarbourPage[] = [
  { path: '/', nav: 'Overview', title: 'Overview', lead: 'Four queues on two hosts.', body: queues },
  {
    path: '/forms',
    nav: 'Users and keys',
    title: 'Users and keys',
    lead: 'Forms of every kind.',
    body: forms,
  },
  { path: '/live', nav: 'Live', title: 'Live', lead: 'Two open streams.', body: live, scripts: ['live.js'] },
  {
    path: '/workers',
    nav: 'Workers',
    title: 'Workers',
    lead: 'Requests that no page makes.',
    body: workers,
    scripts: ['workers.js'],
  },
  {
    path: '/frames',
    nav: 'Frames',
    title: 'Frames',
    lead: 'Documents inside this one.',
    body: frames,
    scripts: ['frames.js'],
  },
  {
    path: '/unsaved',
    nav: 'Policy editor',
    title: 'Policy editor',
    lead: 'Asks before it lets you go.',
    body: unsaved,
    scripts: ['unsaved.js'],
  },
  { path: '/sign-in', title: 'Sign in', lead: 'The console asks who you are.', body: signIn },
  {
    path: '/strays',
    title: 'Strays',
    lead: 'Makes windows and frames without an address of their own.',
    body: '<section>Here.</section>',
    scripts: ['strays.js'],
  },
  {
    path: '/inline',
    title: 'Inline',
    lead: 'Counts every time that its script runs.',
    // Inline on purpose: it runs while the parser does, before any script that has to be fetched (T7).
    body: `<script>(window.harbour = {}).inlineRan = true; fetch('/api/inline', { method: 'POST', keepalive: true });</script><img src="/pixel.svg?inline" alt="" width="1" height="1"><section>Here.</section>`,
  },
  {
    path: '/rewrite',
    title: 'Rewrite',
    lead: 'Replaces its own document by document.open().',
    body: '<button id="rewrite">Rewrite this page</button>',
    scripts: ['rewrite.js'],
  },
  {
    path: '/vanish',
    title: 'Vanish',
    lead: 'The button is gone before the click.',
    body: '<section id="place"><button id="vanish" aria-label="Delete vhost staging">Delete vhost staging</button></section>',
    scripts: ['vanish.js'],
  },
  {
    path: '/scripted',
    title: 'Scripted',
    lead: 'A script presses the button.',
    body: '<section><button id="pressed" data-do="purge" data-queue="orders">Purge orders</button></section>',
    scripts: ['scripted.js'],
  },
  {
    path: '/modal',
    title: 'Modal',
    lead: 'Opens its own modal dialog over everything, again and again.',
    body: '<button id="open-modal">Open</button><dialog id="modal"><p>Sign here first.</p><button id="in-modal" data-do="modal">Delete all</button></dialog>',
    scripts: ['modal.js'],
  },
  {
    path: '/overlay',
    title: 'Overlay',
    lead: 'A popover that lets clicks through.',
    body: '<div id="cover" class="cover" popover="manual">Nothing to see here.</div><button id="show-cover">Cover</button>',
    scripts: ['overlay.js'],
  },
  {
    path: '/keys',
    title: 'Keys',
    lead: 'Logs every key and focus.',
    body: '<section><label>Type<input id="bait"></label></section>',
    scripts: ['keys.js'],
  },
  {
    path: '/clobber',
    title: 'Clobber',
    lead: 'Attacks the content scripts.',
    body: '<section id="attack">Attacking.</section>',
    scripts: ['clobber.js'],
  },
  {
    path: '/locked',
    title: 'Locked',
    lead: 'Forbids WebAuthn and isolates itself.',
    body: queues,
    headers: {
      'permissions-policy': 'publickey-credentials-get=(), publickey-credentials-create=()',
      'cross-origin-embedder-policy': 'require-corp',
      'cross-origin-opener-policy': 'same-origin',
      'content-security-policy': "default-src 'self'; frame-src 'none'; connect-src 'self'",
    },
  },
  {
    path: '/forge',
    title: 'Forge',
    lead: 'Says "granted" to anybody who listens.',
    body: '<output id="forged">0</output>',
    scripts: ['forge.js'],
  },
  {
    path: '/kept',
    title: 'Kept',
    lead: 'May be kept for Back, and prefetches the next page.',
    body: '<section><a id="away" href="/kept?next">Next</a> <output id="restored">no</output></section>',
    scripts: ['kept.js'],
    headers: { 'cache-control': 'private, max-age=600' },
  },
  {
    path: '/editors',
    title: 'Editors',
    lead: 'Text that people write, as libraries draw it.',
    body: editors,
    scripts: ['editors.js'],
  },
  {
    path: '/leak',
    title: 'Signed in',
    lead: 'Its address and links hold codes and signatures.',
    body: `<section><a id="signed" href="/files/report.csv?X-Amz-Algorithm=AWS4-HMAC-SHA256&amp;X-Amz-Credential=AKIAEXAMPLE%2F20261122&amp;X-Amz-Signature=5ecre75ecre75ecre75ecre7&amp;X-Amz-Security-Token=t0kent0kent0ken">Download report</a>
<a id="callback" href="/leak?code=0auth-c0de-secret&amp;state=xyz#access_token=hash-t0ken-secret">Signed in</a>
<a id="sas" href="/files/backup.bak?sv=2024-11-04&amp;sig=azure-s1gnature-secret">Download backup</a></section>`,
  },
];
