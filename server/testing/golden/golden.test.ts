import { describe, expect, test } from 'vitest';
import { utf8 } from '#shared/bytes.ts';
import { decodeEntry, nameOf, schemas } from '#shared/domain/entries.ts';
import { verifyLog } from '#shared/verify/log.ts';
import { run } from '../forgery.ts';
import { laidOut, sourceOf } from '../log-files.ts';
import { goldenNames, readGolden, stateOf } from './golden.ts';

test('every type and version of entry is in a golden log', () => {
  const found = goldenNames().flatMap((name) =>
    readGolden(name).entries.map((bytes) => nameOf(decodeEntry(bytes))),
  );
  expect([...new Set(found)].sort()).toEqual(Object.keys(schemas).sort());
});

describe.each(goldenNames())('the golden log %s', (name) => {
  const { logKey, genesis, checkpoint, entries, state } = readGolden(name);

  test('gives the state that it gave', () => {
    expect(stateOf(entries)).toEqual(state);
  });

  test('holds', async () => {
    const { files } = laidOut(entries);
    files.set('checkpoint', utf8(checkpoint));
    const { verdict, steps } = await run(verifyLog(sourceOf(files), { logKey, genesis }));
    expect(verdict, JSON.stringify(steps.filter((step) => step.state !== 'ok'))).toMatchObject({
      state: 'ok',
    });
  });

  test('fails where one character of it is another one', async () => {
    const at = entries.length - 1;
    const changed = entries.with(
      at,
      utf8(new TextDecoder().decode(entries[at]).replace('"rand":"', '"rand":"A')),
    );
    const { files } = laidOut(changed);
    files.set('checkpoint', utf8(checkpoint));
    expect((await run(verifyLog(sourceOf(files), { logKey, genesis }))).verdict.state).toBe('failed');
  });
});
