import { expect, test, vi } from 'vitest';
import { judgeSender } from './receive.ts';

vi.mock('webextension-polyfill', () => ({ default: {} }));

const own = { id: 'us', base: 'chrome-extension://us/' };
const tab = {
  id: 7,
  url: 'https://harbour.test/',
  index: 0,
  highlighted: false,
  active: true,
  pinned: false,
  incognito: false,
};

test('our pages may ask, in a tab, in the popup and framed', () => {
  expect(judgeSender({ id: 'us', url: 'chrome-extension://us/popup.html' }, own)?.kind).toBe('page');
  expect(judgeSender({ id: 'us', url: 'chrome-extension://us/gate.html', tab, frameId: 0 }, own)).toEqual({
    kind: 'page',
    sender: { tab: 7 },
  });
  expect(judgeSender({ id: 'us', url: 'chrome-extension://us/form.html', tab, frameId: 3 }, own)).toEqual({
    kind: 'page',
    sender: { tab: 7, framedIn: 'https://harbour.test/' },
  });
});

test('what runs in a page is a console, never one of our pages (case 41)', () => {
  for (const url of ['https://harbour.test/', 'https://evil.test/chrome-extension://us/popup.html'])
    expect(judgeSender({ id: 'us', url, tab, frameId: 0 }, own)).toEqual({
      kind: 'console',
      sender: { tab: 7, frame: url },
    });
});

test('other extensions, and senders without an address, are nobody (case 40)', () => {
  expect(judgeSender({ id: 'other', url: 'chrome-extension://us/popup.html' }, own)).toBeUndefined();
  expect(judgeSender({ id: 'us' }, own)).toBeUndefined();
  expect(judgeSender({ id: 'us', url: 'chrome-extension://usx/popup.html' }, own)).toBeUndefined();
});
