import { parseCheckpoint } from '#shared/note/checkpoint.ts';
import { MOST_SIGNATURES, parseNote } from '#shared/note/note.ts';
import type { Cosigned } from './store.ts';

/**
 * The checkpoints of a log that witnesses cosigned, newest first, as notes with their lines. Those of before a recovery
 * are left out, for they may be of what was given up, and those over more than `size`, which prove nothing of it.
 */
export function cosignedNotes(
  cosigned: readonly Cosigned[],
  { origin, size }: { origin: string; size: number },
): { note: string; size: number }[] {
  const byText = new Map<string, { size: number; lines: string[] }>();
  for (const { note, line, ...of } of cosigned.toSorted((a, b) => b.size - a.size)) {
    const { text } = parseNote(note);
    if (of.size > size || parseCheckpoint(text).origin !== origin) continue;
    const found = byText.get(text) ?? { size: of.size, lines: [] };
    byText.set(text, found);
    found.lines.push(line.replace(/\n?$/, '\n'));
  }
  return [...byText].flatMap(([text, { size: over, lines }]) =>
    Array.from({ length: Math.ceil(lines.length / MOST_SIGNATURES) }, (_, n) => ({
      note: `${text}\n${lines.slice(n * MOST_SIGNATURES, (n + 1) * MOST_SIGNATURES).join('')}`,
      size: over,
    })),
  );
}
