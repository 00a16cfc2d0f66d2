import { MAX_TEMPLATE_NAME } from '#shared/domain/templates/limits.ts';
import { useEffect, useState } from 'preact/hooks';
import { Banner, Button, Icon, Row, SafeText, TextField } from '#shared/ui/index.ts';
import type { TemplateView } from '#shared/domain/templates/views.ts';
import { send } from '../platform/send.ts';
import { useSend } from './useSend.ts';
import styles from './templates.module.css';

/** A person's templates for a console. Without them the form is as it always was, so a failure shows nothing. */
export function useTemplates(console: string) {
  const [templates, setTemplates] = useState<readonly TemplateView[]>([]);
  useEffect(() => {
    let current = true;
    send('templates', { console }).then(
      (answer) => void (current && setTemplates(answer.templates)),
      () => undefined,
    );
    return () => {
      current = false;
    };
  }, [console]);
  return { templates, setTemplates };
}

/** Fills the form in from a template, or deletes one. */
export function Templates({
  console,
  templates,
  onUse,
  onTemplates,
}: {
  console: string;
  templates: readonly TemplateView[];
  onUse: (template: TemplateView) => void;
  onTemplates: (templates: readonly TemplateView[]) => void;
}) {
  const [deleting, setDeleting] = useState<TemplateView>();
  if (templates.length === 0) return null;
  return (
    <section class={styles['templates']} aria-label="Templates">
      <h3>Templates</h3>
      {deleting ? (
        <Delete
          console={console}
          template={deleting}
          onDone={(left) => {
            setDeleting(undefined);
            if (left) onTemplates(left);
          }}
        />
      ) : (
        <ul>
          {templates.map((template) => (
            <li key={template.id}>
              <button type="button" class={styles['use']} onClick={() => onUse(template)}>
                <SafeText text={template.name} max={MAX_TEMPLATE_NAME} />
              </button>
              <button
                type="button"
                class={styles['delete']}
                aria-label={`Delete the template ${template.name}`}
                onClick={() => setDeleting(template)}
              >
                <Icon name="x" />
              </button>
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}

/** One question in place: a dialog's backdrop would cover the form (T17). */
function Delete({
  console,
  template,
  onDone,
}: {
  console: string;
  template: TemplateView;
  onDone: (left?: readonly TemplateView[]) => void;
}) {
  const { run, busy, failure } = useSend('delete-template');
  const remove = async (): Promise<void> => {
    const answer = await run({ console, template: template.id });
    if (answer) onDone(answer.templates);
  };
  return (
    <div class={styles['ask']} role="group" aria-label="Delete this template">
      <p>
        {failure?.sentence ?? (
          <>
            Delete the template “<SafeText text={template.name} max={MAX_TEMPLATE_NAME} />
            ”?
          </>
        )}
      </p>
      <Row end>
        <Button size="s" autoFocus onClick={() => onDone()}>
          Keep
        </Button>
        <Button kind="danger" size="s" busy={busy} onClick={() => void remove()}>
          Delete template
        </Button>
      </Row>
    </div>
  );
}

/** Keeps what was just requested under a name, to request it again with one press. */
export function SaveTemplate({ request }: { request: string }) {
  const [name, setName] = useState<string>();
  const [saved, setSaved] = useState<string>();
  const { run, busy, failure } = useSend('save-template');
  if (saved !== undefined)
    return (
      <Banner kind="success" live>
        Saved as “<SafeText text={saved} max={MAX_TEMPLATE_NAME} />
        ”. You will find it above the form.
      </Banner>
    );
  if (name === undefined)
    return (
      <Button size="s" kind="quiet" icon="log" onClick={() => setName('')}>
        Save as template
      </Button>
    );
  const save = async (): Promise<void> => {
    if (await run({ request, name })) setSaved(name.trim());
  };
  return (
    <form
      class={styles['save']}
      aria-label="Save as template"
      onSubmit={(event) => {
        event.preventDefault();
        void save();
      }}
    >
      <TextField
        label="Template name"
        value={name}
        onValue={setName}
        error={failure?.sentence}
        autoComplete="off"
        autoFocus
      />
      <Row end>
        <Button size="s" onClick={() => setName(undefined)}>
          Cancel
        </Button>
        <Button kind="primary" size="s" busy={busy} onClick={() => void save()}>
          Save template
        </Button>
      </Row>
    </form>
  );
}
