#!/usr/bin/env node
import { isNode24 } from '../server/node24.mjs';

/** `npm test`: everything. `npm test -- PATH…`: the tests there. `check`, `unit` and `browser` stand for all of one kind. */
if (isNode24(import.meta.url)) {
  const { test } = await import('./test/run.ts');
  process.exitCode = await test(process.argv.slice(2));
}
