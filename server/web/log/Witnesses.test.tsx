// @vitest-environment happy-dom
import { cleanup, render, screen, within } from '@testing-library/preact';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { WitnessesView } from '#shared/domain/witnesses/wire.ts';
import { WitnessAlarms, WitnessesCard } from './Witnesses.tsx';

afterEach(cleanup);

const view: WitnessesView = {
  now: 1,
  size: 9,
  browsers: [],
  outside: [
    {
      name: 'other.example/witness',
      kind: 'witness',
      size: 7,
      time: 1,
      trouble: 'It went back.',
      alarm: true,
    },
    { name: 'anchor', kind: 'git', size: 0, trouble: 'There is no clone.', alarm: false },
    { name: 'worm', kind: 'folder', size: 9, time: 1, alarm: false },
    { name: 'new', kind: 'folder', size: 8, time: 1, alarm: false },
  ],
  forks: [
    {
      id: 1,
      browser: 'b',
      label: 'Chromium on Linux',
      person: { id: 'ana', handle: 'ana' },
      time: 1,
      held: 'a',
      shown: 'b',
    },
  ],
};
beforeEach(() => {
  render(
    <>
      <WitnessAlarms view={view} />
      <WitnessesCard from={{ data: view, problem: undefined, code: undefined, refetch: () => undefined }} />
    </>,
  );
});

test('a fork and an anchor that disagrees are alarms above everything, named and said once', () => {
  expect(screen.getAllByRole('alert').map((alarm) => alarm.textContent)).toEqual([
    expect.stringMatching(
      /^Two different histories .*Chromium on Linux of ana.*“When a witness disagrees, or a browser shows/,
    ),
    'The witness other.example/witness disagrees.It went back.',
  ]);
  expect(screen.getAllByText('It went back.')).toHaveLength(1);
});

test('the card says how far each outside is, and why one fails', () => {
  const card = within(screen.getByRole('region', { name: 'Witnesses' }));
  expect(card.getByText('0 of 1 witness up to date')).toBeTruthy();
  expect(card.getByText('The Git repository anchor did not accept the newest checkpoint.')).toBeTruthy();
  expect(card.getByText('There is no clone.')).toBeTruthy();
  expect(card.getByText(/The server keeps retrying, less and less often\./)).toBeTruthy();
  const [, ...rows] = card.getAllByRole('row').map((row) => row.textContent);
  expect(rows).toEqual([
    expect.stringMatching(/Disagrees$/),
    expect.stringMatching(/^anchorGit repository0Not yetFailing$/),
    expect.stringMatching(/Up to date$/),
    expect.stringMatching(/Catching up$/),
  ]);
});
