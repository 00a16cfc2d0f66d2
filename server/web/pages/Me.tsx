import { useState } from 'preact/hooks';
import {
  Badge,
  Banner,
  Button,
  Card,
  Dialog,
  EmptyState,
  LinkButton,
  PageHeader,
  SafeText,
  Stack,
  Table,
  Time,
} from '#shared/ui/index.ts';
import { sentences } from '#shared/errors.ts';
import { wire } from '#shared/wire/index.ts';
import type { BrowserView } from '#shared/domain/browsers/views.ts';
import type { KeyView } from '#shared/domain/people/views.ts';
import { AddKey } from '../parts/AddKey.tsx';
import { TouchPanel } from '../parts/TouchPanel.tsx';
import { usePage } from '../parts/usePage.ts';
import { CopiedKey } from '../people/CopiedKeys.tsx';
import { SignIns } from '../people/SignIns.tsx';
import { browserState, keyKind, listed } from '../parts/words.ts';
import { api, refreshMe, sentenceOf } from '../state/api.ts';
import { keys, me } from '../state/me.ts';
import { say } from '../state/toasts.ts';
import { keyRemovalStatement } from '../touch/statements.ts';
import { touchNow, useTouch } from '../touch/useTouch.ts';
import styles from '../parts/parts.module.css';

function RemoveKey({ target, onClose }: { target: KeyView; onClose: () => void }) {
  const touching = useTouch();
  const remove = (): void => {
    void touching.run(async (signal) => {
      const signed = await touchNow((draft, by) => keyRemovalStatement(draft, by, target.id), signal);
      await api(wire.removeKey, { body: { touch: signed } });
      await refreshMe();
      say('Key removed.');
      onClose();
    });
  };
  return (
    <Dialog title="Remove a key" onClose={onClose} actions={<Button onClick={onClose}>Cancel</Button>}>
      <Stack>
        <p>
          <SafeText text={target.label} max={80} /> can no longer sign anything here. What it has signed stays
          valid.
        </p>
        <TouchPanel
          touching={touching}
          idle="Your touch signs the removal."
          done="Removed."
          action="Remove with your key"
          danger
          onTouch={remove}
        />
      </Stack>
    </Dialog>
  );
}

function Unpair({ browser, onClose }: { browser: BrowserView; onClose: () => void }) {
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<string | undefined>();
  const unpair = async (): Promise<void> => {
    setBusy(true);
    try {
      await api(wire.unpair, { params: { browser: browser.id }, body: {} });
      await refreshMe();
      say('Browser unpaired.');
      onClose();
    } catch (error) {
      setProblem(sentenceOf(error));
      setBusy(false);
    }
  };
  return (
    <Dialog
      title="Unpair this browser"
      onClose={onClose}
      actions={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button kind="danger" busy={busy} onClick={() => void unpair()}>
            Unpair
          </Button>
        </>
      }
    >
      <p>
        What <SafeText text={browser.label} max={80} /> has open closes at once, and it cannot request access
        until it is paired again.
      </p>
      {problem !== undefined && <Banner kind="danger">{problem}</Banner>}
    </Dialog>
  );
}

function Keys({ onAdd }: { onAdd: () => void }) {
  const [removing, setRemoving] = useState<KeyView | undefined>();
  const mine = keys.value;
  return (
    <Card
      title="Keys"
      flush
      aside={
        <Button size="s" icon="plus" onClick={onAdd}>
          Add a key
        </Button>
      }
    >
      {mine.length === 1 && (
        <div class={styles['row']}>
          <Banner kind="warn">
            You have only one key. If you lose it, you are locked out. Add a second one.
          </Banner>
        </div>
      )}
      <Table
        caption="Your keys"
        rows={mine}
        keyOf={({ id }) => id}
        columns={[
          {
            key: 'label',
            head: 'Name',
            names: true,
            cell: ({ id, label }) => (
              <>
                <SafeText text={label} max={80} />{' '}
                {id === me.value?.credential && <Badge tone="accent">Used to sign in</Badge>}
              </>
            ),
          },
          {
            key: 'kind',
            head: 'Kind',
            cell: ({ kind }) => <span title={keyKind[kind].means}>{keyKind[kind].words}</span>,
          },
          { key: 'added', head: 'Added', cell: ({ added }) => <Time at={added} show="local" /> },
          { key: 'entry', head: 'Log entry', numeric: true, cell: ({ entry }) => entry },
          {
            key: 'do',
            head: 'Change',
            cell: (key) =>
              mine.length > 1 ? (
                <Button kind="quiet" size="s" onClick={() => setRemoving(key)}>
                  Remove<span class="cs-sr"> {key.label}</span>
                </Button>
              ) : (
                <span class={styles['small']}>Your only key</span>
              ),
          },
        ]}
      />
      {removing && <RemoveKey target={removing} onClose={() => setRemoving(undefined)} />}
    </Card>
  );
}

function Browsers() {
  const [leaving, setLeaving] = useState<BrowserView | undefined>();
  return (
    <Card
      title="Browsers"
      flush
      aside={
        <LinkButton size="s" icon="link" href="/pair">
          Pair this browser
        </LinkButton>
      }
    >
      <Table
        caption="Your paired browsers"
        rows={me.value?.browsers ?? []}
        keyOf={({ id }) => id}
        columns={[
          {
            key: 'label',
            head: 'Name',
            names: true,
            cell: ({ label, status, outdated, ungated = [] }) => (
              <>
                <SafeText text={label} max={80} />{' '}
                {browserState[status] && <Badge>{browserState[status]}</Badge>}
                {outdated && (
                  <Badge tone="shut" icon="alert">
                    Extension too old
                  </Badge>
                )}
                {ungated.length > 0 && (
                  <Badge tone="shut" icon="alert">
                    Gate incomplete {ungated.join(', ')}
                  </Badge>
                )}
              </>
            ),
          },
          { key: 'paired', head: 'Paired', cell: ({ paired }) => <Time at={paired} show="local" /> },
          {
            key: 'seen',
            head: 'Last heard',
            cell: ({ lastSeen }) =>
              lastSeen === undefined ? 'Not yet' : <Time at={lastSeen} show="relative" />,
          },
          {
            key: 'do',
            head: 'Change',
            cell: (browser) =>
              browser.status !== 'paired' ? null : (
                <Button kind="quiet" size="s" onClick={() => setLeaving(browser)}>
                  Unpair<span class="cs-sr"> {browser.label}</span>
                </Button>
              ),
          },
        ]}
        empty={
          <EmptyState icon="console" title="No browser is paired.">
            You need a paired browser to request access.
          </EmptyState>
        }
      />
      {me.value?.browsers.some(({ outdated }) => outdated) && (
        <div class={styles['row']}>
          <Banner kind="danger" title="Update the extension">
            {sentences.extension_outdated}
          </Banner>
        </div>
      )}
      {leaving && <Unpair browser={leaving} onClose={() => setLeaving(undefined)} />}
    </Card>
  );
}

/** One's own keys, browsers and sign-ins. */
export function MePage() {
  usePage('Keys and browsers');
  const [adding, setAdding] = useState(false);
  const person = me.value?.person;
  if (!person) return null;
  return (
    <>
      <PageHeader
        title={<SafeText text={person.handle} max={80} />}
        lead={`Your roles: ${listed(person.roles)}.`}
      />
      <Stack gap={6}>
        {keys.value.map((key) => key.copied !== undefined && <CopiedKey key={key.id} of={key} />)}
        <Keys onAdd={() => setAdding(true)} />
        <Browsers />
        <SignIns />
      </Stack>
      {adding && (
        <Dialog
          title="Add a key"
          onClose={() => setAdding(false)}
          actions={<Button onClick={() => setAdding(false)}>Cancel</Button>}
        >
          <AddKey
            onAdded={() => {
              setAdding(false);
              say('Key enrolled.');
            }}
          />
        </Dialog>
      )}
    </>
  );
}
