// T16: a modal dialog of the page makes everything outside it inert, an overlay of ours included.
const modal = document.querySelector('#modal');
const open = () => {
  if (modal.open) modal.close();
  modal.showModal();
};
harbour.openModal = open;
document.querySelector('#open-modal').addEventListener('click', open);
if (location.search === '?war') setInterval(open, 50);
