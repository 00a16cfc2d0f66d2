import { useState } from 'preact/hooks';
import { cut, visible } from './visible.ts';
import styles from './SafeText.module.css';

/**
 * Text that somebody else wrote: justification, reason, page title, element name. Isolated from its surroundings,
 * nothing hidden in it, cut at `max` characters or twelve lines with a button for the rest (case 71).
 */
export function SafeText({
  text,
  max = 280,
  lines = false,
}: {
  text: string;
  max?: number;
  /** Keep line breaks, for a justification shown whole; otherwise they are drawn as ↵. */
  lines?: boolean;
}) {
  const [whole, setWhole] = useState(false);
  const { shown, left } = cut(text, max, lines ? 12 : Infinity);
  const pieces = visible(whole ? text : shown, lines);
  return (
    <span class={styles['safe']}>
      <bdi class={lines ? styles['lines'] : undefined}>
        {pieces.map((piece, index) =>
          'text' in piece ? (
            piece.text
          ) : (
            <span key={index} class={styles['glyph']} title={piece.means} role="img" aria-label={piece.means}>
              {piece.label}
            </span>
          ),
        )}
        {left > 0 && !whole && '…'}
      </bdi>
      {left > 0 && (
        <button type="button" class={styles['more']} aria-expanded={whole} onClick={() => setWhole(!whole)}>
          {whole ? 'Show less' : `Show all (${left} more)`}
        </button>
      )}
    </span>
  );
}
