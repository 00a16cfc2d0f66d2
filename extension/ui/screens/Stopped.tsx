import { sentences } from '#shared/errors.ts';
import { Banner, Button, Card, CopyButton, Icon, LinkButton, Stack, Time } from '#shared/ui/index.ts';
import type { Fork } from '../../platform/witness-store.ts';
import type { Status } from '../../platform/status.ts';
import { AllowHosts } from '../AllowHosts.tsx';
import { forkText } from '../words.ts';
import styles from '../pages.module.css';
import { useSend } from '../useSend.ts';

/** Asks the worker to fetch everything anew. */
function Retry() {
  const { run, busy, failure } = useSend('refresh');
  return (
    <>
      {failure && (
        <Banner kind="warn" live>
          {failure.sentence}
        </Banner>
      )}
      <Button kind="primary" icon="refresh" busy={busy} onClick={() => void run({})}>
        Try again
      </Button>
    </>
  );
}

/** The server does not answer: since when, and what still works. */
export function Unreachable({ since, server, held }: { since: number; server: string; held: number }) {
  return (
    <Card tone="shut" title="The server is not responding" footer={<Retry />}>
      <Stack gap={3}>
        <p role="status">
          <b>{server === '' ? 'Countersign' : new URL(server).host}</b> has not responded{' '}
          {since > 0 && (
            <>
              {' '}
              since <Time at={since} />
            </>
          )}
          . This console stays shut until it does. This page updates by itself.
        </p>
        <div>
          <h3 class={styles['label']}>What still works</h3>
          <ul class={styles['notes']}>
            <li>
              <Icon name="eye" />
              <span>Consoles in watch mode, and sessions that policy lets run to their end.</span>
            </li>
            <li>
              <Icon name="log" />
              <span>{keptWords(held)}</span>
            </li>
          </ul>
        </div>
      </Stack>
    </Card>
  );
}

/** Server and extension are too far apart to work together: who has to do what. */
export function VersionsUnfit({ unfit }: { unfit: 'extension_outdated' | 'server_outdated' }) {
  return (
    <Card tone="shut" title="Server and extension are incompatible" footer={<Retry />}>
      <p role="status">{sentences[unfit]}</p>
    </Card>
  );
}

function keptWords(held: number): string {
  if (held === 0) return 'Recording: actions are kept in this browser and sent later.';
  return `Recording: ${held} ${held === 1 ? 'action is' : 'actions are'} kept in this browser and sent later.`;
}

/** Too many actions wait to be delivered, so everything is shut (T28). */
export function Full({ size, trouble }: { size: number; trouble: string }) {
  return (
    <Card tone="shut" title="Actions cannot be delivered" footer={<Retry />}>
      <Stack gap={3}>
        <p>
          This browser holds {size} undelivered actions, its maximum. Every console is shut until they are
          delivered. None of them are dropped.
        </p>
        {trouble !== '' && <Banner kind="danger">{trouble}</Banner>}
      </Stack>
    </Card>
  );
}

/** The browser does not let us see a host of this console: what is done there could not be recorded (T33). */
export function HostsMissing({ status }: { status: Status }) {
  return (
    <Card tone="shut" title="Allow Countersign on this console">
      <Stack gap={3}>
        <p role="status">
          Countersign needs permission for these hosts. This console stays shut until you allow them, even
          with access.
        </p>
        <AllowHosts status={status} />
      </Stack>
    </Card>
  );
}

/** The browser refused the rules that gate this console, so nothing may open it here. */
export function RulesRefused() {
  return (
    <Card tone="shut" title="This browser cannot protect this console">
      <Stack gap={3}>
        <p role="status">
          The browser rejected the rules that open and shut it, so it stays shut here, even with access.
        </p>
        <p>
          Restart and update the browser. If that does not help, ask an administrator to change how policy
          names this console’s hosts.
        </p>
      </Stack>
    </Card>
  );
}

/** The log showed this browser two histories. */
export function Forked({ fork, server }: { fork: Fork; server: string }) {
  return (
    <Card
      tone="shut"
      title="The log has conflicting histories"
      footer={
        <>
          <CopyButton
            text={forkText(fork)}
            label="Copy both checkpoints"
            what="for an administrator"
            kind="primary"
          />
          {server !== '' && (
            <LinkButton size="s" icon="external" href={server} target="_blank">
              Open Countersign
            </LinkButton>
          )}
        </>
      }
    >
      <Stack gap={3}>
        <p role="alert">
          The server presented a signed checkpoint that contradicts the one this browser verified before (
          <Time at={fork.at} show="local" /> ). Every console is shut.
        </p>
        <p>
          Contact an administrator outside Countersign and send them both checkpoints, which are kept in this
          browser. Once they have resolved it, choose “Pair this browser” in Countersign.
        </p>
      </Stack>
    </Card>
  );
}

/** This browser is paired with nobody. `managed`: the server is the one that its policy names. */
export function Unpaired({ ended, server, managed }: { ended: boolean; server: string; managed: boolean }) {
  return (
    <Card
      tone="shut"
      title={ended ? 'This browser is no longer paired' : 'This browser is not paired yet'}
      footer={
        server !== '' && (
          <LinkButton kind="primary" icon="link" href={`${server}/pair`} target="_blank">
            Pair this browser
          </LinkButton>
        )
      }
    >
      <p>
        {ended && 'Its pairing was ended, so you cannot request access from here. '}
        {managed && !ended && 'Your organization keeps its consoles shut until this browser is paired. '}
        {server === ''
          ? 'Sign in to your company’s Countersign and choose “Pair this browser”.'
          : `Sign in to ${new URL(server).host} and choose “Pair this browser” there.`}{' '}
        It takes one touch of your key.
      </p>
    </Card>
  );
}

/** The policy of this browser cannot be read whole: what it names stays shut. */
export function Misconfigured({ fault }: { fault: string }) {
  return (
    <Card tone="shut" title="This browser’s policy has an error">
      <Stack gap={3}>
        <p role="alert">
          The Countersign settings in this browser’s policy are not valid. The consoles they name stay shut,
          and the browser cannot be paired, until this is fixed. Send this to whoever manages the browser:
        </p>
        <p class={styles['small']}>{fault}</p>
      </Stack>
    </Card>
  );
}

/** Policy offers nothing here now. */
export function NotEligible({ whyNot, server }: { whyNot: string; server: string }) {
  return (
    <Card
      tone="shut"
      title="You cannot request this now"
      footer={
        <LinkButton icon="external" href={`${server}/consoles`} target="_blank">
          See who can request access
        </LinkButton>
      }
    >
      <p>{whyNot}</p>
    </Card>
  );
}
