import { Banner, SafeText, Time } from '#shared/ui/index.ts';
import type { KeyView, PersonView } from '#shared/domain/people/views.ts';

/** To administrators: whose key reported a use counter that went back. Stands until the key is removed or reset. */
export function CopiedKeys({ people }: { people: readonly PersonView[] }) {
  return people
    .filter(({ keyCopied }) => keyCopied !== undefined)
    .map(({ id, handle, keyCopied = 0 }) => (
      <Banner key={id} kind="danger" title="Somebody’s key may have been copied">
        A key of <SafeText text={handle} max={80} /> reported a use counter that went backwards{' '}
        <Time at={keyCopied} show="relative" />. That touch was rejected. Ask them whether it was theirs; if
        in doubt, reset their keys.
      </Banner>
    ));
}

/** The same to whoever owns the key. */
export function CopiedKey({ of: { label, copied = 0 } }: { of: KeyView }) {
  return (
    <Banner kind="danger" title="Your key may have been copied">
      <SafeText text={label} max={80} /> reported a use counter that went backwards{' '}
      <Time at={copied} show="relative" />. That touch was rejected. Tell an administrator, sign in with
      another key and remove this one.
    </Banner>
  );
}
