import { append, columns } from './append.ts';
import { latency } from './latency.ts';
import { proofs, verify } from './verify.ts';

/** `npm run bench [-- name …]`: every speed that we speak of, each as a ratio to something run beside it. */
const benches: Readonly<Record<string, () => Promise<void>>> = { append, columns, latency, proofs, verify };

const asked = process.argv.slice(2);
const unknown = asked.filter((name) => !(name in benches));
if (unknown.length > 0) {
  console.error(`There is no bench ${unknown.join(', ')}. There are ${Object.keys(benches).join(', ')}.`);
  process.exitCode = 2;
} else {
  for (const [name, run] of Object.entries(benches))
    if (asked.length === 0 || asked.includes(name)) await run();
}
