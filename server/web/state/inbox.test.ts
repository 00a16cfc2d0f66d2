// @vitest-environment happy-dom
import { expect, test } from 'vitest';
import type { RequestView } from '#shared/domain/requests/views.ts';
import { arrivals, inOneSentence, tabTitle, type Inbox } from './inbox.ts';

const request = (id: string, change: object = {}): RequestView =>
  ({
    id,
    person: { id: 'p', handle: 'ada' },
    console: { id: 'node-red', name: 'Node-RED' },
    level: 'change',
    seconds: 1800,
    ...change,
  }) as RequestView;
const inbox = (...ids: string[]): Inbox => ({
  now: 0,
  toDecide: ids.map((id) => request(id)),
  mine: [],
  lately: [],
});

test('the tab says how many wait, and which page it is', () => {
  expect(tabTitle(2, '')).toBe('(2) Countersign');
  expect(tabTitle(0, 'Live')).toBe('Live · Countersign');
  expect(tabTitle(1, 'Live')).toBe('(1) Live · Countersign');
});

test('what was there at the first look is no arrival', () => {
  expect(arrivals(undefined, inbox('a', 'b'))).toEqual([]);
});

test('only what is new arrives, and what left and came back does so again', () => {
  expect(arrivals(inbox('a'), inbox('a', 'b')).map(({ id }) => id)).toEqual(['b']);
  expect(arrivals(inbox('a', 'b'), inbox('a'))).toEqual([]);
  expect(arrivals(inbox(), inbox('a')).map(({ id }) => id)).toEqual(['a']);
});

// Case 71: the notification is drawn by the system, outside our own text rules.
test('a notification names who and what, with nothing hidden in it', () => {
  const sentence = inOneSentence(request('a', { console: { id: 'x', name: 'Vault\u202Etluav' } }));
  expect(sentence).toBe('ada requests change access to Vault⟦RLO⟧tluav for 30 minutes.');
});
