#!/usr/bin/env node
import { isNode24 } from '../server/node24.mjs';

if (isNode24(import.meta.url)) await (await import('../server/testing/tamper/command.ts')).run();
