import { useState } from 'preact/hooks';
import { Select } from '#shared/ui/index.ts';
import type { KeyView } from '#shared/domain/people/views.ts';
import styles from './parts.module.css';

/** Which key is to sign, and the way to another one. The statement names the key, so it must be chosen before the touch. */
export function KeyPicker({
  keys,
  chosen,
  onPick,
}: {
  keys: readonly KeyView[];
  chosen: string | undefined;
  onPick: (id: string) => void;
}) {
  const [open, setOpen] = useState(false);
  const key = keys.find(({ id }) => id === chosen);
  if (!key) return null;
  if (open)
    return (
      <Select
        label="Key to touch"
        value={key.id}
        options={keys.map(({ id, label }) => ({ value: id, label }))}
        onValue={onPick}
      />
    );
  return (
    <p class={styles['picker']}>
      <span>
        Key: <bdi>{key.label}</bdi>
      </span>
      {keys.length > 1 && (
        <button type="button" class={styles['text']} onClick={() => setOpen(true)}>
          Use another key
        </button>
      )}
    </p>
  );
}
