import { useState } from 'preact/hooks';
import { openBundle } from '#shared/evidence/bundle.ts';
import { openZip } from '#shared/evidence/zip.ts';
import {
  Button,
  Card,
  Icon,
  PageHeader,
  Row,
  SafeText,
  Stack,
  Stage,
  TextArea,
  TextField,
} from '#shared/ui/index.ts';
import { verifyBundle } from '#shared/verify/bundle.ts';
import { Fault, type Pins, type Verification } from '#shared/verify/types.ts';
import { Findings } from '../verify/Findings.tsx';
import { useVerification } from '../verify/useVerification.ts';
import styles from './Verifier.module.css';

/** Opens a file as a bundle and verifies it; what is no bundle gets its verdict too. */
async function* verify(file: Blob, pins: Pins): Verification {
  try {
    yield { key: 'file', state: 'checking', sentence: 'Reading the file.' };
    const bundle = await openBundle(await openZip(file));
    yield { key: 'file', state: 'ok', sentence: 'The file is a complete ZIP with a manifest.' };
    return yield* verifyBundle(bundle, pins);
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    yield { key: 'file', state: error.state, sentence: error.message };
    return { state: error.state, sentence: error.message };
  }
}

const pinsOf = (key: string, genesis: string, witnesses: string): Pins => ({
  ...(key.trim() === '' ? {} : { logKey: key.trim() }),
  ...(genesis.trim() === '' ? {} : { genesis: genesis.trim() }),
  witnesses: witnesses.split(/\s+/).filter((vkey) => vkey !== ''),
});

/** The verifier on a page of its own: drop a bundle, read the verdict. Nothing is loaded, sent or remembered. */
export function Verifier() {
  const [key, setKey] = useState('');
  const [genesis, setGenesis] = useState('');
  const [witnesses, setWitnesses] = useState('');
  const [file, setFile] = useState<File | undefined>(undefined);
  const [over, setOver] = useState(false);
  const { steps, verdict, run } = useVerification();

  const take = (chosen: File | undefined, pins = pinsOf(key, genesis, witnesses)): void => {
    if (!chosen) return;
    setFile(chosen);
    void run(() => verify(chosen, pins));
  };

  return (
    <Stage
      width="l"
      foot="This page is a single file. It loads nothing and sends nothing, so what you check stays on this machine. If it came with the bundle, it came from whoever gave you the bundle: get your own copy if that matters."
    >
      <PageHeader
        title="Verify evidence"
        lead="Checks every hash, touch, signature and decision in an evidence bundle, right in this page."
      />
      <Stack gap={6}>
        <label
          class={styles['drop']}
          data-over={over || undefined}
          onDragOver={(event) => {
            event.preventDefault();
            setOver(true);
          }}
          onDragLeave={() => setOver(false)}
          onDrop={(event) => {
            event.preventDefault();
            setOver(false);
            take(event.dataTransfer?.files[0]);
          }}
        >
          <Icon name="shield" size={20} />
          <span class={styles['call']}>
            {file ? <SafeText text={file.name} max={80} /> : 'Drop the bundle here, or choose a file'}
          </span>
          {file && <span class={styles['hint']}>Drop or choose another bundle to check it instead.</span>}
          <input
            class="cs-sr"
            type="file"
            accept=".zip,application/zip"
            onChange={(event) => {
              take(event.currentTarget.files?.[0]);
              // The same file chosen again is checked again: it may have been changed.
              event.currentTarget.value = '';
            }}
          />
        </label>
        <Findings steps={steps} verdict={verdict} />
        <Card title="What you already know">
          <form
            onSubmit={(event) => {
              event.preventDefault();
              take(file);
            }}
          >
            <Stack>
              <TextField
                label="Genesis hash"
                optional
                hint="Printed when the server was set up. It ties every person and key to the first administrator."
                value={genesis}
                onValue={setGenesis}
                autoComplete="off"
                mono
              />
              <TextField
                label="Log key"
                optional
                hint="name+id+key, if you have it from someone you trust."
                value={key}
                onValue={setKey}
                autoComplete="off"
                mono
              />
              <TextArea
                label="Keys of external witnesses"
                optional
                hint="name+id+key, one per line, for each witness to check."
                rows={2}
                value={witnesses}
                onValue={setWitnesses}
                mono
              />
              {file && (
                <Row>
                  <Button type="submit" icon="refresh" busy={verdict === 'running'}>
                    Check again
                  </Button>
                </Row>
              )}
            </Stack>
          </form>
        </Card>
      </Stack>
    </Stage>
  );
}
