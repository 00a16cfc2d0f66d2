import { useEffect, useRef, useState } from 'preact/hooks';
import {
  Badge,
  Banner,
  Boundary,
  Button,
  CopyButton,
  EmptyState,
  Skeleton,
  Stack,
  Time,
  useFocusKept,
  Wordmark,
} from '#shared/ui/index.ts';
import { send } from '../../platform/send.ts';
import { activeAddress } from '../../platform/pages.ts';
import type { Status } from '../../platform/status.ts';
import { shutReason } from '../../features/access/index.ts';
import { RefusedRules } from '../RefusedRules.tsx';
import { goneWords, keptWords } from '../FormerServer.tsx';
import { useSend } from '../useSend.ts';
import { forkText } from '../words.ts';
import { Unfit } from '../NotRenewed.tsx';
import { useStatus } from '../useStatus.ts';
import { Missing } from './Missing.tsx';
import { NotPaired } from './NotPaired.tsx';
import styles from './popup.module.css';
import { Requests } from './Requests.tsx';
import { Running } from './Running.tsx';
import { Here, hereOf, isOpen } from './Here.tsx';

/** What the toolbar's button opens: every running session, soonest end first, and whatever needs a hand. */
export function Popup() {
  const status = useStatus();
  const [address, setAddress] = useState('');
  const main = useRef<HTMLElement>(null);
  useFocusKept(main);
  useEffect(() => {
    send('refresh', {}).catch(() => undefined);
    activeAddress().then(setAddress, () => undefined);
  }, []);
  return (
    <div class={styles['popup']}>
      <header class={styles['mast']}>
        <h1>
          <Wordmark size={20} />
        </h1>
        {status?.pairing === 'paired' && status.person && (
          <span class={styles['who']}>{status.person.handle}</span>
        )}
      </header>
      <main ref={main} class={styles['main']}>
        {status ? (
          <Boundary>
            <Body status={status} address={address} />
          </Boundary>
        ) : (
          <Skeleton lines={4} />
        )}
      </main>
      {status && status.server !== '' && (
        <footer class={styles['foot']}>
          <span class={styles['server']}>{new URL(status.server).host}</span>
          <a href={status.server} target="_blank" rel="noopener">
            Open Countersign
          </a>
        </footer>
      )}
    </div>
  );
}

function Body({ status, address }: { status: Status; address: string }) {
  if (status.pairing !== 'paired')
    return (
      <Stack gap={3}>
        <WrongPolicy managed={status.managed} />
        {!status.managed?.fault && <NotPaired status={status} address={address} />}
        <FormerServers status={status} />
      </Stack>
    );
  const running = status.grants
    .filter((grant) => grant.status === 'running' && grant.localUntil > Date.now())
    .toSorted((a, b) => a.localUntil - b.localUntil);
  const open = status.requests.filter(isOpen);
  const shut = shutReason(status, { id: '', hosts: [] }) !== undefined;
  const here = shut ? undefined : hereOf(status, address);
  return (
    <Stack gap={3}>
      <WrongPolicy managed={status.managed} />
      <Unfit status={status} />
      {!status.reachable && <Unreachable since={status.unreachableSince} held={status.outbox.size} />}
      {status.fork && (
        <Banner
          kind="danger"
          live
          title="The log has conflicting histories"
          action={<CopyButton text={forkText(status.fork)} label="Copy both checkpoints" />}
        >
          Every console is shut. Send both checkpoints to an administrator outside Countersign. Once they have
          resolved it, choose “Pair this browser” in Countersign.
        </Banner>
      )}
      <Outbox {...status.outbox} />
      <RefusedRules status={status} />
      {status.missing.length > 0 && <Missing status={status} />}
      {running.length > 0 && (
        <section aria-label="Running sessions">
          <ul class={styles['list']}>
            {running.map((grant) => (
              <Running key={grant.id} grant={grant} status={status} />
            ))}
          </ul>
        </section>
      )}
      {open.length > 0 && <Requests requests={open} status={status} />}
      {here && <Here console={here} />}
      {running.length === 0 && open.length === 0 && !here && !shut && status.missing.length === 0 && (
        <EmptyState icon="lock" title="Nothing is open">
          Open a console to request access.
        </EmptyState>
      )}
      <FormerServers status={status} />
      {status.witnessed.at > 0 && !status.fork && (
        <p class={styles['small']}>
          Log verified <Time at={status.witnessed.at} show="relative" />: {status.witnessed.size}{' '}
          {status.witnessed.size === 1 ? 'entry' : 'entries'}, none altered.
        </p>
      )}
      {status.outbox.size > 0 && !status.outbox.full && (
        <p class={styles['small']}>
          <Badge icon="log">{status.outbox.size}</Badge>{' '}
          {status.outbox.size === 1 ? 'action is' : 'actions are'} being sent to the log.
        </p>
      )}
    </Stack>
  );
}

function WrongPolicy({ managed }: Pick<Status, 'managed'>) {
  if (!managed?.fault) return null;
  return (
    <Banner kind="danger" live title="This browser’s policy has an error">
      {managed.fault} The consoles it names stay shut. Contact whoever manages this browser.
    </Banner>
  );
}

/** What servers before keep shut here. */
function FormerServers({ status }: { status: Status }) {
  // Pairing with the server that its policy names lifts it.
  if (status.managed) return null;
  return status.former.map((by) => (
    <Banner
      key={by.server}
      kind={by.trouble === '' ? 'info' : 'warn'}
      title={`Kept shut by ${new URL(by.server).host}`}
    >
      {[`${by.names.join(', ')}.`, keptWords(by), ...goneWords(by, status.server)].map((words) => (
        <p key={words}>{words}</p>
      ))}
    </Banner>
  ));
}

function Unreachable({ since, held }: { since: number; held: number }) {
  const { run, busy } = useSend('refresh');
  return (
    <Banner
      kind="warn"
      live
      title="The server is not responding"
      action={
        <Button size="s" icon="refresh" busy={busy} onClick={() => void run({})}>
          Try again
        </Button>
      }
    >
      {since > 0 && (
        <>
          Since <Time at={since} show="local" />.{' '}
        </>
      )}
      Shut consoles stay shut
      {held > 0 && `; ${held} ${held === 1 ? 'action is' : 'actions are'} kept here and sent later`}.
    </Banner>
  );
}

/** What stands in the way of the record, if anything does. */
function Outbox({ size, full, trouble }: Status['outbox']) {
  if (!full && trouble === '') return null;
  return (
    <Banner kind="danger" live title="Actions cannot be delivered">
      {trouble}{' '}
      {full &&
        `This browser holds ${size} undelivered actions, its maximum. Every console is shut until they are delivered.`}
    </Banner>
  );
}
