// T17: painted over everything in the top layer, while clicks fall through it.
const cover = document.querySelector('#cover');
harbour.cover = () => {
  if (cover.matches(':popover-open')) cover.hidePopover();
  cover.showPopover();
};
document.querySelector('#show-cover').addEventListener('click', harbour.cover);
if (location.search === '?war') setInterval(() => harbour.cover(), 100);
