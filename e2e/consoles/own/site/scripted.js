// T23: nobody's finger. harbour.press() presses again.
const pressed = document.querySelector('#pressed');
harbour.press = () => pressed.click();
setTimeout(() => harbour.press(), 500);
