import {
  Banner,
  Card,
  DefinitionList,
  EmptyState,
  Hash,
  PageHeader,
  SafeText,
  Stack,
  Time,
} from '#shared/ui/index.ts';
import { fingerprint } from '#shared/log/note/keys.ts';
import type { RecoveryView } from '#shared/domain/succession/wire.ts';
import { wire } from '#shared/wire/index.ts';
import { Loaded } from '../parts/Loaded.tsx';
import { TouchPanel } from '../parts/TouchPanel.tsx';
import { usePage } from '../parts/usePage.ts';
import { count } from '../parts/words.ts';
import { api } from '../state/api.ts';
import { me } from '../state/me.ts';
import { say } from '../state/toasts.ts';
import { useResource } from '../state/useResource.ts';
import { recoveryStatement } from '../touch/statements.ts';
import { touchNow, useTouch } from '../touch/useTouch.ts';

/** Two administrators let the log go on without what was lost. */
export function Recover() {
  usePage('Recover the log');
  const found = useResource('recovery', () => api(wire.showRecovery, {}), ['log']);
  return (
    <>
      <PageHeader
        title="Recover the log"
        lead="Use this when signed entries, the log key or the lock are lost and two administrators agree to continue without them."
      />
      <Loaded from={found} lines={8}>
        {({ recovery }) =>
          recovery ? (
            <Terms recovery={recovery} onTouched={found.refetch} />
          ) : (
            <Card>
              <EmptyState icon="log" title="No recovery is in progress.">
                If the log cannot be written and no backup helps, stop the server and run{' '}
                <code>countersign recover</code> on its host.
              </EmptyState>
            </Card>
          )
        }
      </Loaded>
    </>
  );
}

/** The exact terms, and the touch over them. */
function Terms({ recovery, onTouched }: { recovery: RecoveryView; onTouched: () => void }) {
  const touching = useTouch();
  const { lost, restored, origin, logKey, touches, made } = recovery;
  const gone = lost.size - restored.size;
  const own = touches.some(({ by }) => by.id === me.value?.person.id);
  const sign = (): void =>
    void touching.run(async (signal) => {
      const touch = await touchNow((draft, by) => recoveryStatement(draft, by, recovery), signal);
      const { done } = await api(wire.recover, { body: { touch } });
      say(done ? 'The log is recovered.' : 'Signed. Another administrator has one day to sign too.');
      onTouched();
    });
  return (
    <Stack gap={6}>
      <Banner
        kind="danger"
        title={
          gone === 0
            ? 'No signed entries are lost, but the log continues under a new key.'
            : `${count(gone, 'signed entry', 'signed entries')} will be lost for good.`
        }
      >
        {gone > 0 && 'If you have a newer backup, restore it instead to keep them. '}
        Every grant ends, and every browser must be paired again.
      </Banner>
      <Card title="What you sign">
        <DefinitionList
          items={[
            { term: 'Lost head', value: <Head {...lost} /> },
            { term: 'Restored head', value: <Head {...restored} /> },
            { term: 'New origin', value: <code>{origin}</code> },
            { term: 'New log key', value: <code>{fingerprint(logKey)}</code> },
            { term: 'Prepared', value: <Time at={made} show="local" /> },
            {
              term: 'Signed by',
              value:
                touches.length === 0
                  ? 'Nobody yet'
                  : touches.map(({ by, at }) => (
                      <span key={by.id}>
                        <SafeText text={by.handle} max={60} />, <Time at={at} show="local" />
                      </span>
                    )),
            },
          ]}
        />
      </Card>
      {own ? (
        <Banner>You signed this. Nothing changes until another administrator signs too.</Banner>
      ) : (
        <Card title="Your touch">
          <TouchPanel
            touching={touching}
            idle={`Compare the fingerprint with the one that countersign recover printed. ${
              touches.length === 0 ? 'Your touch signs exactly this.' : 'Your touch recovers the log.'
            }`}
            done="Done."
            action={touches.length === 0 ? 'Sign as the first' : 'Sign as the second'}
            danger
            onTouch={sign}
          />
        </Card>
      )}
    </Stack>
  );
}

function Head({ size, root }: { size: number; root: string }) {
  return (
    <>
      {count(size, 'entry', 'entries')}, root <Hash value={root} what="root hash" />
    </>
  );
}
