/** ` Did you mean "grafana"?` where a known word is at most two slips away, else an empty string. */
export function suggest(word: string, known: readonly string[]): string {
  let best: string | undefined;
  let least = Math.min(2, Math.floor(word.length / 2)) + 1;
  for (const candidate of known) {
    const slips = distance(word, candidate);
    if (slips < least) {
      least = slips;
      best = candidate;
    }
  }
  return best === undefined ? '' : ` Did you mean "${best}"?`;
}

/** Edits between two words, where swapping two neighbours is one edit. Long words are not worth the square. */
function distance(a: string, b: string): number {
  if (a.length > 64 || b.length > 64) return Infinity;
  let before: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1];
      let least = Math.min((last[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1, (last[j - 1] ?? 0) + (same ? 0 : 1));
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) {
        least = Math.min(least, (before[j - 2] ?? 0) + 1);
      }
      row.push(least);
    }
    before = last;
    last = row;
  }
  return last[b.length] ?? 0;
}
