// T18: whatever a page can learn about typing ends up in harbour.keys.
harbour.keys = [];
for (const type of [
  'keydown',
  'keypress',
  'keyup',
  'beforeinput',
  'input',
  'paste',
  'focusin',
  'compositionend',
]) {
  addEventListener(
    type,
    (event) =>
      harbour.keys.push({
        type,
        key: event.key,
        data: event.data,
        value: event.target?.value,
        on: event.target?.nodeName,
        into: event.composedPath().map((node) => node.nodeName),
      }),
    true,
  );
}
