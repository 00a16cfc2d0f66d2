import { visible } from '#shared/ui/record/visible.ts';

/**
 * Everything that a command says goes through here. Origins, handles, labels and answers of servers are a stranger's
 * words: on a terminal they must not move the cursor, hide or turn around what stands beside them (case 71).
 */

/** Text whose line breaks are ours: all else that does not show as itself stands in ⟦brackets⟧. */
export const shown = (text: string): string =>
  visible(text, true)
    .map((piece) => ('text' in piece ? piece.text : `⟦${piece.label}⟧`))
    .join('');

/** One sentence: a line break in it is not ours. */
export const line = (sentence: string): string => shown(sentence.replace(/\r?\n/g, '⟦↵⟧'));

export const print = (text: string): void => console.log(shown(text));
export const complain = (text: string): void => console.error(shown(text));

/** JSON for machines, which a terminal can show too: the same values, with escapes. */
export function printJson(value: unknown, indent?: number): void {
  const text = JSON.stringify(value, null, indent);
  console.log(text.replace(/[^\n\P{C}]|[\p{Zl}\p{Zp}]/gu, escaped));
}

const escaped = (character: string): string =>
  Array.from({ length: character.length }, (_, at) => {
    const unit = character.charCodeAt(at).toString(16).padStart(4, '0');
    return `\\u${unit}`;
  }).join('');

/** The words of an error, whatever was thrown. */
export const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
