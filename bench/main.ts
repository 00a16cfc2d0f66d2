import { append, columns } from './append.ts';
import { evidence } from './evidence.ts';
import { growth } from './growth.ts';
import { http } from './http.ts';
import { latency } from './latency.ts';
import { proofs, verify } from './verify.ts';

/**
 * `npm run bench [-- name …]`: every speed that we speak of, each as a ratio to something run beside it. A number among
 * the names says up to how many entries `growth` grows, and how many `evidence` verifies.
 */
const isNumber = (word: string): boolean => /^\d+$/.test(word);
const size = process.argv.slice(2).filter(isNumber).map(Number)[0];
const benches: Readonly<Record<string, () => Promise<void>>> = {
  append,
  columns,
  latency,
  http,
  growth: () => growth(size ?? 1_000_000),
  proofs,
  verify,
  evidence: () => evidence(size ?? 100_000),
};

const asked = process.argv.slice(2).filter((word) => !isNumber(word));
const unknown = asked.filter((name) => !(name in benches));
if (unknown.length > 0) {
  console.error(`There is no bench ${unknown.join(', ')}. There are ${Object.keys(benches).join(', ')}.`);
  process.exitCode = 2;
} else {
  for (const [name, run] of Object.entries(benches))
    if (asked.length === 0 || asked.includes(name)) await run();
}
