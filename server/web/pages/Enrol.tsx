import { useEffect, useState } from 'preact/hooks';
import { useLocation } from 'preact-iso/router';
import { Card, DefinitionList, EmptyState, LinkButton, Stack, Stage, TextField } from '#shared/ui/index.ts';
import { type Code, sentences } from '#shared/errors.ts';
import { isBlank } from '#shared/domain/blank.ts';
import { handle as handleForm } from '#shared/domain/primitives.ts';
import { wire } from '#shared/wire/index.ts';
import type { AnswerOf } from '#shared/wire/route.ts';
import { Loaded } from '../parts/Loaded.tsx';
import { TouchPanel } from '../parts/TouchPanel.tsx';
import { usePage } from '../parts/usePage.ts';
import { roleMeans } from '../parts/words.ts';
import { api, refreshMe } from '../state/api.ts';
import { about } from '../state/me.ts';
import { useResource } from '../state/useResource.ts';
import { hashOfCode } from '../touch/code.ts';
import { register } from '../touch/registration.ts';
import { enrolmentStatement } from '../touch/statements.ts';
import { touch } from '../touch/touch.ts';
import { useTouch } from '../touch/useTouch.ts';
import styles from '../parts/parts.module.css';

type Opened = AnswerOf<typeof wire.openEnrolment>;

function KeyForm({ opened, code }: { opened: Opened; code: string }) {
  const { route } = useLocation();
  const [handle, setHandle] = useState(opened.handle);
  const [label, setLabel] = useState('');
  const [asked, setAsked] = useState(false);
  const [waiting, setWaiting] = useState('');
  const touching = useTouch();
  const wrongHandle = !handleForm.safeParse(handle).success;
  const unnamed = isBlank(label);

  const enrol = (): void => {
    setAsked(true);
    if (wrongHandle || unnamed) return;
    void touching.run(async (signal) => {
      setWaiting('Touch your key. It creates a new key pair for this server.');
      // Opened anew: the draft of the first look may be too old by now.
      const { person, draft } = await api(wire.openEnrolment, { body: { code } });
      const made = await register({ id: person, handle }, [], signal);
      setWaiting('Touch it once more to sign that it is yours.');
      const signer = { person, credential: made.credential };
      const signed = await touch(enrolmentStatement(draft, signer, handle, hashOfCode(code)), signal);
      await api(wire.enrol, { body: { code, handle, ...made, label: label.trim(), touch: signed } });
      about.value = await api(wire.about, {});
      await refreshMe();
      route('/second-key', true);
    });
  };

  return (
    <Stack>
      {opened.first ? (
        <TextField
          label="Your handle"
          hint="A short name your colleagues know you by. It appears in every record. Use a–z, 0–9 and . _ @ + -"
          value={handle}
          onValue={setHandle}
          autoComplete="off"
          maxLength={63}
          autoFocus
          error={
            asked && wrongHandle
              ? 'Start with a letter or digit. Use lowercase letters, digits and . _ @ + - only.'
              : undefined
          }
        />
      ) : (
        <DefinitionList
          items={[
            { term: 'Name', value: <bdi>{opened.handle}</bdi> },
            {
              term: 'Roles',
              value: (
                <Stack gap={1}>
                  {opened.roles.map((role) => (
                    <div key={role}>
                      <strong>{role}</strong>
                      <p class={styles['small']}>{roleMeans[role]}</p>
                    </div>
                  ))}
                </Stack>
              ),
            },
          ]}
        />
      )}
      <TextField
        label="Name of the key"
        hint="So that you can tell it from your other keys, such as “blue, on my key ring”."
        value={label}
        onValue={setLabel}
        autoComplete="off"
        maxLength={80}
        error={asked && unnamed ? 'Enter a name for the key.' : undefined}
      />
      <TouchPanel
        touching={touching}
        idle="Plug in your hardware key. You will touch it twice."
        waiting={waiting}
        done="Enrolled."
        action="Enrol this key"
        onTouch={enrol}
        among={{ keys: [], chosen: undefined, onPick: setLabel }}
      />
    </Stack>
  );
}

/** Refusals that no second try mends. */
const dead = new Set<Code>(['link_unknown', 'link_used', 'link_expired', 'disabled']);
const deadTitles: Partial<Record<Code, string>> = {
  link_used: 'This link no longer works',
  link_expired: 'This link has expired',
};

/** The link opens nothing, whatever one tries: why, and where to go from here. */
function DeadLink({ code, first }: { code: Code; first: boolean }) {
  return (
    <>
      <h1 class="cs-sr">{first ? 'Set up Countersign' : 'Enrol'}</h1>
      <EmptyState
        icon="link"
        title={deadTitles[code] ?? 'This link is not valid'}
        action={
          <LinkButton kind="primary" href="/">
            Go to sign-in
          </LinkButton>
        }
      >
        {first
          ? 'A set-up link works once. If Countersign is already set up, sign in with your key. If not, restart the server to get a new link.'
          : sentences[code]}
      </EmptyState>
    </>
  );
}

/** First run and invitation: a one-time link, a name for the key, two touches. */
export function Enrol() {
  const first = location.pathname === '/setup';
  usePage(first ? 'Set up' : 'Enrol');
  // It stays in the address until it was used, so that a reload is no loss; leaving replaces the address.
  const [code, setCode] = useState(() => location.hash.slice(1));
  useEffect(() => {
    // Another link opened in the same tab changes the fragment alone.
    const read = (): void => setCode(location.hash.slice(1));
    addEventListener('hashchange', read);
    return () => removeEventListener('hashchange', read);
  }, []);
  // Mail programs cut links; half a code is none.
  const whole = /^[\w-]{43}$/.test(code);
  const opened = useResource(`enrol ${code}`, () => api(wire.openEnrolment, { body: { code } }));
  return (
    <Stage>
      <Card>
        {!whole && <h1 class="cs-sr">Enrol</h1>}
        {!whole ? (
          <EmptyState icon="link" title="The one-time code in this link is missing or incomplete.">
            Open the full link you were sent. It works once; after that, sign in on the{' '}
            <a href="/">start page</a>.
          </EmptyState>
        ) : opened.code !== undefined && dead.has(opened.code) ? (
          <DeadLink code={opened.code} first={first} />
        ) : (
          <Stack>
            <Stack gap={1}>
              <h1>{first ? 'Set up Countersign' : 'Enrol your key'}</h1>
              <p>
                {first
                  ? 'You become the first administrator. From now on, every decision is signed with someone’s key. Yours is the first.'
                  : 'You sign in with your key, and it signs every decision you make here.'}
              </p>
            </Stack>
            <Loaded from={opened} lines={4}>
              {(data) => <KeyForm key={code} opened={data} code={code} />}
            </Loaded>
          </Stack>
        )}
      </Card>
    </Stage>
  );
}
