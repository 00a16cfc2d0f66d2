import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Heard } from '#shared/log/tiles/types.ts';
import { type TestLog, openLog } from '../log/testing.ts';
import { Pool } from './pool.ts';
import { openToRead } from './rows.ts';
import { checkRows } from './tree.ts';

let log: TestLog;
beforeEach(async () => {
  log = await openLog();
});
afterEach(() => log.remove());

const grow = (count: number): Promise<unknown> =>
  log.writer.run((draft) => {
    for (let n = 0; n < count; n += 1) draft.append('note.put', { id: `${n}`, text: 'x' });
  });

test('a log that grows while its rows are checked, by a full tile too, is no finding', async () => {
  await grow(300);
  const { path, raw } = log.database;
  const db = openToRead(path);
  const heard: Heard[] = [];
  try {
    for await (const one of checkRows(db, path, new Pool(0), new Map())) {
      heard.push(one);
      await grow(300);
      // Nor does the check keep what was written meanwhile in the WAL.
      expect(raw.prepare('PRAGMA wal_checkpoint(TRUNCATE)').get()).toMatchObject({ busy: 0 });
    }
  } finally {
    db.close();
  }
  expect(heard).toEqual([{ state: 'checking', done: 300, of: 300 }]);
});
