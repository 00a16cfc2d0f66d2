import { useState } from 'preact/hooks';
import { Badge, Row, Stack, TextField } from '#shared/ui/index.ts';
import { Refusal } from '#shared/errors.ts';
import { isBlank } from '#shared/domain/blank.ts';
import type { Touch } from '#shared/domain/primitives.ts';
import { wire } from '#shared/wire/index.ts';
import { api, refreshMe } from '../state/api.ts';
import { keys, me } from '../state/me.ts';
import { register, type NewKey } from '../touch/registration.ts';
import { enrolmentStatement, keyAdditionStatement } from '../touch/statements.ts';
import { NoTouch, touch } from '../touch/touch.ts';
import { touchNow, useTouch } from '../touch/useTouch.ts';
import { TouchPanel } from './TouchPanel.tsx';

const nobody = { keys: [], chosen: undefined, onPick: () => undefined };

/** Two keys, two steps: the new one signs whose it is, then one enrolled already vouches for it (case 8). */
export function AddKey({ onAdded }: { onAdded: () => void }) {
  const [label, setLabel] = useState('');
  const [asked, setAsked] = useState(false);
  const [waiting, setWaiting] = useState('');
  const [made, setMade] = useState<(NewKey & { touch: Touch }) | undefined>();
  const first = useTouch();
  const second = useTouch();
  const unnamed = isBlank(label);

  const make = (): void => {
    setAsked(true);
    if (unnamed) return;
    void first.run(async (signal) => {
      const person = me.value?.person;
      if (!person) throw new NoTouch('You are not signed in. Sign in with your key and try again.');
      setWaiting('Touch the new key. It makes a new key pair for this server.');
      const key = await register(
        person,
        keys.value.map(({ id }) => id),
        signal,
      );
      setWaiting('Touch it once more to sign that it is yours.');
      const draft = await api(wire.prepareStatement, { body: {} });
      const signer = { person: person.id, credential: key.credential };
      setMade({ ...key, touch: await touch(enrolmentStatement(draft, signer, person.handle, ''), signal) });
    });
  };

  const vouch = (): void => {
    if (!made) return;
    void second.run(async (signal) => {
      const addition = await touchNow(
        (draft, signer) => keyAdditionStatement(draft, signer, made.credential),
        signal,
      );
      try {
        await api(wire.addKey, { body: { ...made, label: label.trim(), addition } });
      } catch (error) {
        // The new key's own touch lives two minutes; too late means beginning with it again.
        if (error instanceof Refusal && error.code === 'statement_expired') setMade(undefined);
        throw error;
      }
      await refreshMe();
      onAdded();
    });
  };

  return (
    <Stack>
      <Row>
        <Badge tone={made ? 'open' : 'accent'} icon={made ? 'check' : 'key'}>
          1 · The new key
        </Badge>
        <Badge tone={made ? 'accent' : 'plain'} icon="user">
          2 · A key you already have
        </Badge>
      </Row>
      {made ? (
        <TouchPanel
          key="second"
          touching={second}
          idle="Now plug in a key you already use here. Its touch vouches for the new one."
          done="New key enrolled."
          action="Vouch with your key"
          onTouch={vouch}
        />
      ) : (
        <>
          {second.problem !== undefined && <p role="alert">{second.problem}</p>}
          <TextField
            label="Name of the new key"
            hint="Such as “spare, in the safe”."
            value={label}
            onValue={setLabel}
            autoComplete="off"
            maxLength={80}
            error={asked && unnamed ? 'Enter a name for the key.' : undefined}
          />
          <TouchPanel
            key="first"
            touching={first}
            idle="Plug in the new key. You will touch it twice."
            waiting={waiting}
            done="The new key is ready."
            action="Register the new key"
            onTouch={make}
            among={nobody}
          />
        </>
      )}
    </Stack>
  );
}
