// What tests read and call stands in window.harbour.
window.harbour ??= {};
// Buttons act by POST; links marked data-soft change the address without a load.
addEventListener('click', (event) => {
  const act = event.target.closest('[data-do]');
  if (act) {
    const about = act.dataset.queue ? `/${act.dataset.queue}` : '';
    void press(act.dataset.do, about);
  }
  const soft = event.target.closest('a[data-soft]');
  if (soft) {
    event.preventDefault();
    history.pushState({}, '', soft.href);
    document.querySelector('h1').textContent = soft.textContent;
    document.title = `${soft.textContent} · Harbour`;
    void fetch(`/api${soft.pathname}`);
  }
});
document
  .querySelector('#submit-by-script')
  ?.addEventListener('click', () => document.querySelector('#scripted').submit());

async function press(verb, about) {
  const answer = await fetch(`/api/do/${verb}${about}`, { method: 'POST' });
  const said = document.querySelector('#said');
  if (said) said.textContent = answer.ok ? `Done: ${verb} ${about.slice(1)}` : 'Refused.';
}
