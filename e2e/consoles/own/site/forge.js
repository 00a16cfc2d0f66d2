// T29: a page's word is not a grant. Every shape that somebody might believe.
const grant = {
  granted: true,
  state: 'open',
  level: 'change',
  grantId: 'g-forged',
  until: Date.now() + 3_600_000,
};
let count = 0;
const forge = () => {
  for (const type of ['granted', 'grant', 'countersign:granted', 'countersign/granted', 'lease', 'open']) {
    const message = { type, kind: type, source: 'countersign', lease: grant, grant, ...grant };
    window.postMessage(message, '*');
    document.dispatchEvent(new CustomEvent(type, { detail: message }));
    window.dispatchEvent(new CustomEvent(type, { detail: message }));
    for (const frame of document.querySelectorAll('iframe')) frame.contentWindow?.postMessage(message, '*');
    count += 1;
  }
  localStorage.setItem('countersign', JSON.stringify(grant));
  sessionStorage.setItem('countersign', JSON.stringify(grant));
  document.cookie = 'countersign=granted; path=/';
  document.querySelector('#forged').textContent = count;
};
harbour.forge = forge;
forge();
setInterval(forge, 1000);
