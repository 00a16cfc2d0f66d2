#!/usr/bin/env node
import { isNode24 } from '../node24.mjs';

if (isNode24(import.meta.url)) {
  const { program } = await import('./program.ts');
  await program().parseAsync();
}
