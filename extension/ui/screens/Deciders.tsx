import { Banner, Time } from '#shared/ui/index.ts';
import type { RequestView } from '#shared/domain/requests/views.ts';
import styles from '../pages.module.css';

type Decider = RequestView['deciders'][number];

/** Who can decide: those who are there first, then by when they were last seen. */
export function Deciders({ deciders }: { deciders: readonly Decider[] }) {
  if (deciders.length === 0) {
    return (
      <Banner kind="warn">
        None of the approvers in the policy has enrolled yet. Contact an administrator; your request stays
        open.
      </Banner>
    );
  }
  const sorted = deciders.toSorted(
    (a, b) => Number(b.online) - Number(a.online) || (b.since ?? 0) - (a.since ?? 0),
  );
  return (
    <div>
      <h3 class={styles['label']}>Approvers</h3>
      <ul class={styles['people']}>
        {sorted.map((decider) => (
          <li key={decider.id} data-online={decider.online || undefined}>
            <span class={styles['person']}>{decider.handle}</span>
            <span class={styles['presence']}>
              <Presence {...decider} />
            </span>
          </li>
        ))}
      </ul>
    </div>
  );
}

function Presence({ online, since }: Decider) {
  if (online && since === undefined) return <>online</>;
  if (since === undefined) return <>never online</>;
  return (
    <>
      {online ? 'online since ' : 'last online '}
      <Time at={since} show={online ? 'local' : 'both'} />
    </>
  );
}
