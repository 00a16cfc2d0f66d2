// T2 and T3. WXT's scripts tell each other by an event that a newer one has started; a page that overhears it, or
// knows the extension's id (?ext=…&script=…), can tell them so too. A page may also define the globals they read.
const evil = new Proxy(() => evil, { get: () => evil });
for (const name of ['browser', 'chrome']) {
  try {
    Object.defineProperty(window, name, { value: evil, configurable: false, writable: false });
  } catch {
    window[name] = evil;
  }
}
// Elements with a name are globals in every script's world, ours included.
document.body.insertAdjacentHTML(
  'beforeend',
  '<form id="browser"><input id="runtime" name="runtime"><input name="storage"></form><form name="documentElement"></form>',
);
harbour.attacks = 0;
const attack = (type, contentScriptName) => {
  harbour.attacks += 1;
  const detail = { contentScriptName, messageId: `forged-${harbour.attacks}` };
  document.dispatchEvent(new CustomEvent(type, { detail }));
  window.postMessage({ type, ...detail }, '*');
};
addEventListener('message', ({ data }) => {
  if (typeof data?.type !== 'string' || !data.type.endsWith('wxt:content-script-started')) return;
  if (!String(data.messageId).startsWith('forged-')) attack(data.type, data.contentScriptName);
});
const told = new URLSearchParams(location.search);
for (const script of told.getAll('script')) {
  const type = `${told.get('ext')}:${script}:wxt:content-script-started`;
  attack(type, script);
  setInterval(() => attack(type, script), 250);
}
document.querySelector('#attack').textContent = 'Attacked.';
