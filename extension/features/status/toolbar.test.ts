import { expect, test } from 'vitest';
import { isNotRenewed } from '../leases/index.ts';
import { minutesText, toolbarOf, warningsDue } from './toolbar.ts';

const MINUTE_MS = 60_000;
const open = (left: number, grant = 'g') => ({ name: 'Harbour', left, grant });

test('the badge shows the minutes of the grant that ends first', () => {
  const { text, icon } = toolbarOf({
    open: [open(40 * MINUTE_MS), open(12 * MINUTE_MS)],
    alarm: '',
    gated: true,
  });
  expect([text, icon]).toEqual(['12m', 'open']);
  expect(minutesText(1)).toBe('1m');
  expect(minutesText(119 * MINUTE_MS)).toBe('119m');
  expect(minutesText(150 * MINUTE_MS)).toBe('2h');
});

test('it is empty when nothing is open, and says so when something is wrong (T33)', () => {
  expect(toolbarOf({ open: [], alarm: '', gated: true })).toMatchObject({ text: '', icon: 'shut' });
  expect(toolbarOf({ open: [], alarm: '', gated: false })).toMatchObject({ text: '', icon: 'idle' });
  expect(toolbarOf({ open: [], alarm: 'A host is missing.', gated: true })).toMatchObject({
    text: '!',
    icon: 'attention',
  });
  expect(toolbarOf({ open: [open(5 * MINUTE_MS)], alarm: '', gated: true }).icon).toBe('warning');
});

test('what the server does not renew is counted down in seconds, before everything else', () => {
  const cut = { ...open(12 * MINUTE_MS), cutoff: 41_700 };
  const shown = toolbarOf({
    open: [cut, open(4 * MINUTE_MS, 'h')],
    alarm: 'A host is missing.',
    gated: true,
  });
  expect(shown).toMatchObject({ text: '41s', icon: 'attention' });
  expect(shown.title).toBe(
    'Countersign: Harbour shuts in 41 seconds because access was not renewed. Save your work.',
  );
});

test('it is told once a renewal was missed, and again at the next time', () => {
  const at = (cutoff: number) => [{ ...open(12 * MINUTE_MS), cutoff }];
  expect(warningsDue(at(59_000), [])).toEqual([]);
  const [first] = warningsDue(at(44_900), []);
  expect(first?.title).toBe('Harbour shuts in 44 seconds');
  const given = first?.marks ?? [];
  expect(warningsDue(at(30_000), given)).toEqual([]);
  expect(
    warningsDue(
      at(30_000),
      given.filter((mark) => !isNotRenewed(mark)),
    ),
  ).toHaveLength(1);
});

test('each warning is given once, at five minutes and at one', () => {
  expect(warningsDue([open(5 * MINUTE_MS + 1)], [])).toEqual([]);
  const [five] = warningsDue([open(5 * MINUTE_MS)], []);
  expect(five?.title).toBe('Harbour shuts in 5 minutes');
  expect(warningsDue([open(4 * MINUTE_MS)], five?.marks ?? [])).toEqual([]);
  const [oneLeft] = warningsDue([open(MINUTE_MS)], five?.marks ?? []);
  expect(oneLeft?.title).toBe('Harbour shuts in one minute');
  // A worker that slept through the first one does not give both.
  expect(warningsDue([open(MINUTE_MS)], [])).toHaveLength(1);
  expect(warningsDue([open(MINUTE_MS / 2)], warningsDue([open(MINUTE_MS)], [])[0]?.marks ?? [])).toEqual([]);
});
