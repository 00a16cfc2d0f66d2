#!/usr/bin/env node
import { isNode24 } from '../server/node24.mjs';

/** `npm run layout`, or `npm run layout -- FOLDER` for another checkout: figures of its layout, and what breaks a rule. */
if (isNode24(import.meta.url)) {
  const { print } = await import('./layout/print.ts');
  print(process.argv[2] ?? '.');
}
