import { parseCheckpoint } from '#shared/log/note/checkpoint.ts';
import { MOST_SIGNATURES, parseNote } from '#shared/log/note/note.ts';
import type { Cosigned } from './store.ts';

/**
 * Whether a cosignature says something of this log. One of before a recovery may be of what was given up, and one over
 * more than `size` proves nothing of it.
 */
export const isOf = ({ note, size }: Cosigned, log: { origin: string; size: number }): boolean =>
  size <= log.size && parseCheckpoint(parseNote(note).text).origin === log.origin;

/** The checkpoints of a log that witnesses cosigned, newest first, as notes with their lines. */
export function cosignedNotes(
  cosigned: readonly Cosigned[],
  log: { origin: string; size: number },
): { note: string; size: number }[] {
  const byText = new Map<string, { size: number; lines: string[] }>();
  const newestFirst = cosigned.filter((each) => isOf(each, log)).toSorted((a, b) => b.size - a.size);
  for (const { note, line, size } of newestFirst) {
    const { text } = parseNote(note);
    const found = byText.get(text) ?? { size, lines: [] };
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
