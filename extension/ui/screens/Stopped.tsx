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
    <Card tone="shut" title="The server does not answer" footer={<Retry />}>
      <Stack gap={3}>
        <p role="status">
          <b>{server === '' ? 'Countersign' : new URL(server).host}</b> has not answered
          {since > 0 && (
            <>
              {' '}
              since <Time at={since} />
            </>
          )}
          . This console stays shut until it does, and this page goes on by itself.
        </p>
        <div>
          <h3 class={styles['label']}>What still works</h3>
          <ul class={styles['notes']}>
            <li>
              <Icon name="eye" />
              <span>Consoles in watch mode, and grants that policy lets run on to their end.</span>
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
    <Card tone="shut" title="Server and extension do not fit" footer={<Retry />}>
      <p role="status">{sentences[unfit]}</p>
    </Card>
  );
}

function keptWords(held: number): string {
  if (held === 0) return 'Recording: what you do is kept in this browser and sent later.';
  return `Recording: ${held} ${held === 1 ? 'action is' : 'actions are'} kept in this browser and sent later.`;
}

/** Too many actions wait to be delivered, so everything is shut (T28). */
export function Full({ size, trouble }: { size: number; trouble: string }) {
  return (
    <Card tone="shut" title="Records wait to be delivered" footer={<Retry />}>
      <Stack gap={3}>
        <p>
          This browser holds {size} actions that the server has not confirmed, as many as it may. Every
          console is shut until they are delivered; nothing of them is dropped.
        </p>
        {trouble !== '' && <Banner kind="danger">{trouble}</Banner>}
      </Stack>
    </Card>
  );
}

/** The browser does not let us see a host of this console: what is done there could not be recorded (T33). */
export function HostsMissing({ status }: { status: Status }) {
  return (
    <Card tone="shut" title="Allow Countersign to see this console">
      <Stack gap={3}>
        <p role="status">
          The browser does not let Countersign see every host that it needs. This console stays shut until you
          allow them, whatever access you have; this page then goes on by itself.
        </p>
        <AllowHosts status={status} />
      </Stack>
    </Card>
  );
}

/** The browser refused the rules that gate this console, so nothing may open it here. */
export function RulesRefused() {
  return (
    <Card tone="shut" title="This browser cannot gate this console">
      <Stack gap={3}>
        <p role="status">
          The browser refused the rules that open and shut it, so it stays shut here, whatever access you
          have. Its pages are left as soon as they load.
        </p>
        <p>
          Restart the browser and update it. If that does not help, tell an administrator: policy must name
          this console’s hosts otherwise.
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
      title="The log showed two histories"
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
          The server showed a signed record that does not follow from the one that this browser had checked
          before (<Time at={fork.at} show="local" />
          ). Every console is shut here.
        </p>
        <p>
          Tell an administrator by another way than this server, and give them both checkpoints; they are kept
          in this browser. When they say that it is settled, choose “Pair this browser” in Countersign.
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
        {ended && 'Its pairing was ended, so nothing can be asked from here. '}
        {managed && !ended && 'Whoever manages this browser keeps the consoles shut until it is paired. '}
        {server === ''
          ? 'Sign in to your company’s Countersign and choose “Pair this browser”.'
          : `Sign in to ${new URL(server).host} and choose “Pair this browser” there.`}{' '}
        It takes one touch.
      </p>
    </Card>
  );
}

/** The policy of this browser cannot be read whole: what it names stays shut. */
export function Misconfigured({ fault }: { fault: string }) {
  return (
    <Card tone="shut" title="The policy of this browser is wrong">
      <Stack gap={3}>
        <p role="alert">
          Whoever manages this browser set Countersign up in a way that cannot be read. The consoles that it
          names stay shut, and nothing can be paired, until that is mended. Tell them what it says:
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
      title="You cannot ask for this now"
      footer={
        <LinkButton icon="external" href={`${server}/consoles`} target="_blank">
          See who may ask
        </LinkButton>
      }
    >
      <p>{whyNot}</p>
    </Card>
  );
}
