/** Where a run's random choices begin: said in the names of its tests, and taken from there to repeat one that failed. */
export const seed = Number(process.env['COUNTERSIGN_SEED'] ?? Date.now() % 2 ** 31);

/** Ends the names of tests that choose at random. */
export const seeded = `COUNTERSIGN_SEED=${seed}`;

/** Numbers from 0 to 1, the same ones for the same seed (mulberry32). */
export function random(from: number): () => number {
  let state = from >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}
