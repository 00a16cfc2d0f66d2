import {
  Badge,
  Banner,
  Button,
  Card,
  DefinitionList,
  SafeText,
  Stack,
  Table,
  Time,
} from '#shared/ui/index.ts';
import { wire } from '#shared/wire/index.ts';
import type { WitnessesView } from '#shared/domain/witnesses/wire.ts';
import { Loaded } from '../parts/Loaded.tsx';
import { count } from '../parts/words.ts';
import { api } from '../state/api.ts';
import { type Resource, useResource } from '../state/useResource.ts';
import { sayPeople } from './people.ts';
import styles from './Witnesses.module.css';

type Fork = WitnessesView['forks'][number];

export const useWitnesses = (): Resource<WitnessesView> =>
  useResource('witnesses', () => api(wire.listWitnesses, {}), ['witnesses', 'log']);

/** A file of both notes, for whoever looks into it. */
function saveFork({ held, shown, person, label }: Fork): void {
  const text = `Two checkpoints of one log, both signed by its key, shown to ${label} of ${person.handle}.\n\nHeld before:\n\n${held}\nShown later:\n\n${shown}`;
  const link = document.createElement('a');
  link.href = URL.createObjectURL(new Blob([text], { type: 'text/plain' }));
  link.download = 'countersign-fork.txt';
  link.click();
  URL.revokeObjectURL(link.href);
}

/** What stops everything else: two histories were signed, or an anchor has seen another one. */
export function WitnessAlarms({ view: { forks, outside } }: { view: WitnessesView }) {
  const alarms = outside.filter(({ alarm }) => alarm);
  if (forks.length + alarms.length === 0) return null;
  return (
    <Stack>
      {forks.map((fork) => (
        <ForkAlarm key={fork.id} fork={fork} />
      ))}
      {alarms.map((other) => (
        <Banner key={keyOf(other)} kind="danger" live title={`The ${nameOf(other)} disagrees.`}>
          <SafeText text={other.trouble ?? ''} max={400} />
        </Banner>
      ))}
    </Stack>
  );
}

function ForkAlarm({ fork }: { fork: Fork }) {
  return (
    <Banner
      kind="danger"
      live
      title="Two different histories of this log were signed."
      action={
        <Button size="s" icon="download" onClick={() => saveFork(fork)}>
          Save both
        </Button>
      }
    >
      <SafeText text={fork.label} max={80} /> of <SafeText text={fork.person.handle} max={80} /> was shown
      both versions (<Time at={fork.time} show="local" />
      ). Either an old copy of the server ran, or somebody else is signing with its key. Stop the server and
      see “When a witness disagrees, or a browser shows a fork” in Operating Countersign.
    </Banner>
  );
}

function Summary({ view }: { view: WitnessesView }) {
  const cosigners = view.outside.filter(({ kind }) => kind === 'witness');
  const there = cosigners.filter((each) => each.size === view.size).length;
  return (
    <DefinitionList
      items={[
        { term: 'By your people', value: sayPeople(view) },
        {
          term: 'By others',
          value:
            cosigners.length === 0
              ? 'None set up. Name witnesses in witnesses.yaml on the server.'
              : `${there} of ${count(cosigners.length, 'witness', 'witnesses')} up to date`,
        },
      ]}
    />
  );
}

const kinds = { witness: 'Witness', git: 'Git repository', folder: 'Folder' } as const;
const inSentence = { witness: 'witness', git: 'Git repository', folder: 'folder' } as const;

type Other = WitnessesView['outside'][number];

const keyOf = ({ kind, name }: Other): string => `${kind} ${name}`;
const nameOf = ({ kind, name }: Other): string => `${inSentence[kind]} ${name}`;

function State({ other, size }: { other: Other; size: number }) {
  if (other.alarm)
    return (
      <Badge tone="shut" icon="alert">
        Disagrees
      </Badge>
    );
  if (other.trouble !== undefined)
    return (
      <Badge tone="wait" icon="alert">
        Failing
      </Badge>
    );
  return <>{other.size === size ? 'Up to date' : 'Catching up'}</>;
}

function Outside({ view }: { view: WitnessesView }) {
  return (
    <div class={styles['wide']}>
      <Table
        caption="External witnesses and anchors"
        keyOf={keyOf}
        columns={[
          { key: 'name', head: 'Name', names: true, cell: ({ name }) => <SafeText text={name} max={80} /> },
          { key: 'kind', head: 'Kind', cell: ({ kind }) => kinds[kind] },
          { key: 'size', head: 'Entries', numeric: true, cell: ({ size }) => size },
          {
            key: 'time',
            head: 'When',
            cell: ({ time }) => (time === undefined ? 'Not yet' : <Time at={time} show="relative" />),
          },
          { key: 'state', head: 'State', cell: (other) => <State other={other} size={view.size} /> },
        ]}
        rows={view.outside}
      />
    </div>
  );
}

/** Why an anchor has not taken the newest checkpoint. */
function Troubles({ outside }: { outside: readonly Other[] }) {
  return (
    <>
      {outside
        .filter(({ trouble, alarm }) => trouble !== undefined && !alarm)
        .map((other) => (
          <Banner
            key={keyOf(other)}
            kind="warn"
            title={`The ${nameOf(other)} did not accept the newest checkpoint.`}
          >
            <SafeText text={other.trouble ?? ''} max={400} /> The server keeps retrying, less and less often.
          </Banner>
        ))}
    </>
  );
}

/** Who has checked that the log only grows, and how far. */
export function WitnessesCard({ from }: { from: Resource<WitnessesView> }) {
  return (
    <Card title="Witnesses">
      <Loaded from={from} lines={3}>
        {(view) => (
          <Stack>
            <Summary view={view} />
            <Troubles outside={view.outside} />
            {view.outside.length > 0 && <Outside view={view} />}
          </Stack>
        )}
      </Loaded>
    </Card>
  );
}
