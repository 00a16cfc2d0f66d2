import {
  Badge,
  Banner,
  Card,
  Code,
  Columns,
  DefinitionList,
  EmptyState,
  Hash,
  ModeBadge,
  PageHeader,
  SafeText,
  Stack,
  Table,
  Time,
} from '#shared/ui/index.ts';
import { sayDuration } from '#shared/policy/duration.ts';
import { mode as modeForm } from '#shared/domain/primitives.ts';
import { wire } from '#shared/wire/index.ts';
import type { AnswerOf } from '#shared/wire/route.ts';
import { Loaded } from '../parts/Loaded.tsx';
import { usePage } from '../parts/usePage.ts';
import { count, levelName, listed } from '../parts/words.ts';
import { api } from '../state/api.ts';
import { useResource } from '../state/useResource.ts';
import styles from '../parts/parts.module.css';

type Shown = AnswerOf<typeof wire.listConsoles>;

const unreachableWords: Record<string, string> = {
  close: 'The console closes',
  keep: 'The console stays open until the grant ends, marked unconfirmed',
};
/** `role:approver` → "any approver"; `group:core` → "the group core". */
const named = (who: string): string => who.replace(/^role:/, 'any ').replace(/^group:/, 'the group ');
const deciders = (decides: 'nobody' | string[]): string =>
  decides === 'nobody'
    ? 'self-approved, with your own touch'
    : `approved by ${new Intl.ListFormat('en-GB', { type: 'disjunction' }).format(decides.map(named))}`;

function ConsoleCard({ of }: { of: Shown['consoles'][number] }) {
  const mode = modeForm.safeParse(of.mode).data;
  return (
    <Card
      title={<SafeText text={of.console.name} max={80} />}
      {...(of.running > 0 && { tone: 'open' })}
      aside={
        <>
          {of.running > 0 && (
            <Badge tone="open" icon="lock-open">
              {count(of.running, 'session')} running
            </Badge>
          )}
          {mode && <ModeBadge mode={mode} />}
        </>
      }
    >
      <DefinitionList
        items={[
          {
            term: 'You can request',
            value:
              of.offers.length > 0 ? (
                <ul>
                  {of.offers.map(({ level, durations, decides, eligibility }) => (
                    <li key={`${level} ${eligibility}`}>
                      {levelName[level]} for up to {sayDuration(Math.max(...durations))}; {deciders(decides)}
                    </li>
                  ))}
                </ul>
              ) : (
                <span class={styles['small']}>
                  {of.whyNot ?? 'Nothing right now. No rule in the policy lets you request it.'}
                </span>
              ),
          },
          {
            term: 'Hosts',
            value: of.hosts.map((host) => (
              <div key={host}>
                <code>{host}</code>
              </div>
            )),
          },
          { term: 'Recorded', value: of.record },
          { term: 'Server offline', value: unreachableWords[of.unreachable] ?? of.unreachable },
        ]}
      />
    </Card>
  );
}

function Rules({ rules, consoles: known }: { rules: Shown['eligibility']; consoles: Shown['consoles'] }) {
  const names = new Map(known.map(({ console }) => [console.id, console.name]));
  return (
    <Card title="Who can request access" flush>
      <Table
        caption="Eligibility rules"
        rows={rules}
        keyOf={({ name }) => name}
        columns={[
          { key: 'name', head: 'Rule', names: true, cell: ({ name }) => name },
          { key: 'who', head: 'Who', cell: ({ who }) => listed(who.map(named)) },
          {
            key: 'consoles',
            head: 'Consoles',
            cell: ({ consoles }) => listed(consoles.map((id) => names.get(id) ?? id)),
          },
          { key: 'levels', head: 'Levels', cell: ({ levels }) => levels.join(', ') },
          { key: 'longest', head: 'Up to', cell: ({ longest }) => sayDuration(longest) },
          {
            key: 'decides',
            head: 'Approved by',
            cell: ({ decides }) =>
              decides === 'nobody' ? (
                <Badge tone="wait" icon="user">
                  Self-approved
                </Badge>
              ) : (
                listed(decides.map(named))
              ),
          },
        ]}
        empty={
          <EmptyState icon="users" title="No rule lets anyone request access.">
            Add one under “eligibility” in the policy file.
          </EmptyState>
        }
      />
    </Card>
  );
}

function Problems({ problems }: { problems: Shown['policy']['problems'] }) {
  return (
    <Banner kind="danger" title="The policy file was rejected. The previous policy stays in force.">
      <ul>
        {problems.map(({ line, column, field, message }) => (
          <li key={`${line}:${column} ${message}`}>
            Line {line}
            {field !== '' && (
              <>
                , <code>{field}</code>
              </>
            )}
            : {message}
          </li>
        ))}
      </ul>
    </Banner>
  );
}

function PolicyCard({ policy }: { policy: Shown['policy'] }) {
  return (
    <Card title="Policy in force">
      <Stack>
        <DefinitionList
          items={[
            { term: 'Hash', value: <Hash value={policy.hash} what="policy hash" /> },
            { term: 'In force since', value: <Time at={policy.loadedAt} /> },
            { term: 'Log entry', value: policy.entry },
          ]}
        />
        {policy.text !== undefined && (
          <details>
            <summary>Full text</summary>
            <Code text={policy.text} what="Policy text" />
          </details>
        )}
        <a href="/api" target="_blank" rel="noopener">
          API reference
        </a>
      </Stack>
    </Card>
  );
}

/** Consoles and policy: what there is, who may ask, and why not. */
export function Consoles() {
  usePage('Consoles');
  const shown = useResource('consoles', () => api(wire.listConsoles, {}), ['policy', 'live']);
  return (
    <>
      <PageHeader
        title="Consoles and policy"
        lead="The consoles that Countersign guards and what you can request right now. To change them, edit the policy file."
      />
      <Loaded from={shown} lines={10}>
        {({ consoles, policy, eligibility }) => (
          <Stack gap={6}>
            {policy.problems.length > 0 && <Problems problems={policy.problems} />}
            <Columns
              main={
                consoles.length > 0 ? (
                  consoles.map((one) => <ConsoleCard key={one.console.id} of={one} />)
                ) : (
                  <Card>
                    <EmptyState icon="console" title="No consoles yet.">
                      Add one to the policy file and save it. It appears here within two seconds.
                    </EmptyState>
                  </Card>
                )
              }
              side={<PolicyCard policy={policy} />}
            />
            <Rules rules={eligibility} consoles={consoles} />
          </Stack>
        )}
      </Loaded>
    </>
  );
}
