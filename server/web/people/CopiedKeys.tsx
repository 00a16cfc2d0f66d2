import { Banner, SafeText, Time } from '#shared/ui/index.ts';
import type { KeyView, PersonView } from '#shared/domain/people/views.ts';

/** To administrators: whose key reported a use counter that went back. Stands until the key is removed or reset. */
export function CopiedKeys({ people }: { people: readonly PersonView[] }) {
  return people
    .filter(({ keyCopied }) => keyCopied !== undefined)
    .map(({ id, handle, keyCopied = 0 }) => (
      <Banner key={id} kind="danger" title="There may be a copy of somebody’s key">
        A key of <SafeText text={handle} max={80} /> reported a use counter that went back,{' '}
        <Time at={keyCopied} show="relative" />. That touch was refused. Ask them whether it was theirs; if in
        doubt, reset their keys.
      </Banner>
    ));
}

/** The same to whoever owns the key. */
export function CopiedKey({ of: { label, copied = 0 } }: { of: KeyView }) {
  return (
    <Banner kind="danger" title="There may be a copy of your key">
      <SafeText text={label} max={80} /> reported a use counter that went back,{' '}
      <Time at={copied} show="relative" />. That touch was refused. Tell an administrator, sign in with
      another key and remove this one.
    </Banner>
  );
}
