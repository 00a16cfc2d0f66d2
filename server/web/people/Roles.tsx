import type { Role } from '#shared/domain/primitives.ts';
import { allRoles, roleMeans } from '../parts/words.ts';
import styles from './people.module.css';

/** Which roles somebody holds; one at least. */
export function RoleBoxes({
  value,
  onValue,
  error,
}: {
  value: readonly Role[];
  onValue: (roles: Role[]) => void;
  error?: string | undefined;
}) {
  return (
    <fieldset>
      <legend class={styles['legend']}>Roles</legend>
      {allRoles.map((role) => (
        <label key={role} class={styles['box']}>
          <input
            type="checkbox"
            checked={value.includes(role)}
            onChange={({ currentTarget: { checked } }) =>
              onValue(allRoles.filter((one) => (one === role ? checked : value.includes(one))))
            }
          />
          <span>
            <strong>{role}</strong>
            <br />
            <span class={styles['means']}>{roleMeans[role]}</span>
          </span>
        </label>
      ))}
      <p role="alert" class={styles['error']}>
        {error}
      </p>
    </fieldset>
  );
}
