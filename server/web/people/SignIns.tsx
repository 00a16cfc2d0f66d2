import { useState } from 'preact/hooks';
import { Badge, Banner, Button, Card, Dialog, SafeText, Stack, Table, Time } from '#shared/ui/index.ts';
import { wire } from '#shared/wire/index.ts';
import type { SignInView } from '#shared/domain/people/views.ts';
import { Loaded } from '../parts/Loaded.tsx';
import { TouchPanel } from '../parts/TouchPanel.tsx';
import { api } from '../state/api.ts';
import { keys, me } from '../state/me.ts';
import { say } from '../state/toasts.ts';
import { useResource } from '../state/useResource.ts';
import { signInStatement } from '../touch/statements.ts';
import { touchNow, useTouch } from '../touch/useTouch.ts';
import styles from '../parts/parts.module.css';

/** What is to end: one sign-in, or all but this one. */
type Ending = SignInView | 'others';

function EndSignIn({ ending, onClose, onDone }: { ending: Ending; onClose: () => void; onDone: () => void }) {
  const touching = useTouch();
  const end = (): void => {
    void touching.run(async (signal) => {
      const body = { touch: await touchNow(signInStatement, signal) };
      if (ending === 'others') await api(wire.endOtherSignIns, { body });
      else await api(wire.endSignIn, { params: { signIn: ending.id }, body });
      say(ending === 'others' ? 'Signed out everywhere else.' : 'Signed out in that browser.');
      onDone();
      onClose();
    });
  };
  return (
    <Dialog
      title={ending === 'others' ? 'Sign out everywhere else' : 'Sign out another browser'}
      onClose={onClose}
      actions={<Button onClick={onClose}>Cancel</Button>}
    >
      <Stack>
        <p>
          {ending === 'others' ? (
            'This ends all your other sign-ins and closes their pages at once. Paired browsers stay paired.'
          ) : (
            <>
              The sign-in in <SafeText text={ending.agent} max={80} /> at{' '}
              <SafeText text={ending.address} max={60} /> ends, and its open pages close at once.
            </>
          )}
        </p>
        <TouchPanel
          touching={touching}
          idle="Your touch confirms that it is you."
          done="Signed out."
          action="Sign out with your key"
          danger
          onTouch={end}
          // Any key of yours will do: a sign-in names none.
          among={{ keys: [], chosen: undefined, onPick: () => undefined }}
        />
      </Stack>
    </Dialog>
  );
}

/** Where one is signed in, and the way to end that. */
export function SignIns() {
  const person = me.value?.person.id ?? '';
  const found = useResource('sign-ins', () => api(wire.listSignIns, {}), [`sign-ins:${person}`]);
  const [ending, setEnding] = useState<Ending | undefined>();
  // A key that was lost or lent may have signed in somewhere.
  const [before] = useState(() => keys.value.map(({ id }) => id).join());
  const haveKeysChanged = keys.value.map(({ id }) => id).join() !== before;
  const others = (found.data?.signIns.length ?? 1) - 1;
  return (
    <Card
      title="Sign-ins"
      flush
      aside={
        others > 0 && (
          <Button size="s" onClick={() => setEnding('others')}>
            Sign out everywhere else
          </Button>
        )
      }
    >
      <Loaded from={found} lines={2}>
        {({ signIns }) => (
          <>
            {haveKeysChanged && others > 0 && (
              <div class={styles['row']}>
                <Banner kind="warn">
                  Your keys changed. If you lost or lent one, sign out everywhere else.
                </Banner>
              </div>
            )}
            <Table
              caption="Where you are signed in"
              rows={signIns}
              keyOf={({ id }) => id}
              columns={[
                {
                  key: 'agent',
                  head: 'Browser',
                  names: true,
                  cell: ({ agent, current }) => (
                    <>
                      <SafeText text={agent} max={80} />{' '}
                      {current && <Badge tone="accent">This browser</Badge>}
                    </>
                  ),
                },
                { key: 'address', head: 'Address', cell: ({ address }) => <SafeText text={address} /> },
                { key: 'created', head: 'Since', cell: ({ created }) => <Time at={created} show="local" /> },
                {
                  key: 'seen',
                  head: 'Last used',
                  cell: ({ current, lastSeen }) => (current ? 'Now' : <Time at={lastSeen} show="relative" />),
                },
                {
                  key: 'do',
                  head: 'Change',
                  acts: true,
                  cell: (signIn) =>
                    !signIn.current && (
                      <Button kind="quiet" size="s" onClick={() => setEnding(signIn)}>
                        Sign out<span class="cs-sr"> {signIn.agent}</span>
                      </Button>
                    ),
                },
              ]}
            />
          </>
        )}
      </Loaded>
      {ending && <EndSignIn ending={ending} onClose={() => setEnding(undefined)} onDone={found.refetch} />}
    </Card>
  );
}
