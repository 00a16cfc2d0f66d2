import { closestMatch } from 'leven';

/** Comparing takes the square of the length, and no name is longer. */
const LONGEST = 64;

/** ` Did you mean "grafana"?` where a known word is at most two edits away, else an empty string. */
export function suggest(word: string, known: readonly string[]): string {
  if (word.length > LONGEST) return '';
  const best = closestMatch(word, known, { maxDistance: Math.min(2, Math.floor(word.length / 2)) });
  return best === undefined ? '' : ` Did you mean "${best}"?`;
}
