import type { BrowserContext, CDPSession, Page } from '@playwright/test';

/** A credential as CDP's WebAuthn domain hands it over; binary members are base64. */
export type VirtualCredential = {
  credentialId: string;
  isResidentCredential: boolean;
  rpId?: string;
  privateKey: string;
  userHandle?: string;
  signCount: number;
  backupEligibility?: boolean;
  backupState?: boolean;
  userName?: string;
  userDisplayName?: string;
};

type Slot = { cdp: CDPSession; authenticatorId: string; rpId: () => string };

/**
 * One hardware key in a person's hand. Chromium's virtual authenticators belong to one page each; this class
 * puts one into every page of a context, popups included, and keeps their credentials and signature counters
 * in step, so that the server sees one key whose counter only rises.
 */
export class VirtualKey {
  readonly #slots = new Map<Page, Slot>();
  readonly #attaching = new Map<Page, Promise<void>>();
  readonly #credentials = new Map<string, VirtualCredential>();
  #plugged = true;
  #changes: Promise<void> = Promise.resolve();

  /** Plugs the key into every page that the context has and every page that it opens later. */
  async follow(context: BrowserContext): Promise<void> {
    context.on('page', (page) => void this.attach(page));
    await Promise.all(context.pages().map((page) => this.attach(page)));
  }

  /** Resolves once this page has the key. A popup needs a moment: wait for it before the touch. */
  attach(page: Page): Promise<void> {
    const running = this.#attaching.get(page);
    if (running) return running;
    const attaching = this.#attach(page).catch((cause: unknown) => {
      this.#attaching.delete(page);
      this.#slots.delete(page);
      forgiveClosed(cause);
    });
    this.#attaching.set(page, attaching);
    return attaching;
  }

  async #attach(page: Page): Promise<void> {
    const cdp = await page.context().newCDPSession(page);
    await cdp.send('WebAuthn.enable');
    const slot: Slot = { cdp, authenticatorId: '', rpId: () => new URL(page.url()).hostname };
    page.once('close', () => {
      this.#slots.delete(page);
      this.#attaching.delete(page);
    });
    for (const event of ['WebAuthn.credentialAdded', 'WebAuthn.credentialAsserted'] as const) {
      cdp.on(event, ({ authenticatorId, credential }) => {
        if (authenticatorId === slot.authenticatorId) this.#heard(slot, credential);
      });
    }
    this.#slots.set(page, slot);
    await this.#inOrder(async () => {
      if (this.#plugged) await this.#insert(slot);
    });
  }

  async #insert(slot: Slot): Promise<void> {
    const { authenticatorId } = await slot.cdp.send('WebAuthn.addVirtualAuthenticator', {
      options: {
        protocol: 'ctap2',
        transport: 'usb',
        hasResidentKey: true,
        hasUserVerification: true,
        isUserVerified: true,
        automaticPresenceSimulation: true,
      },
    });
    for (const credential of this.#credentials.values()) {
      await slot.cdp.send('WebAuthn.addCredential', { authenticatorId, credential });
    }
    // Only now: the events of the lines above are this class talking to itself.
    slot.authenticatorId = authenticatorId;
  }

  #heard(from: Slot, credential: VirtualCredential): void {
    const known = this.#credentials.get(credential.credentialId);
    if (known && known.signCount >= credential.signCount) return;
    // A credential that is not discoverable comes without its rpId, and cannot be added elsewhere without one.
    const rpId = credential.rpId ?? known?.rpId ?? from.rpId();
    const kept = { ...credential, rpId };
    this.#credentials.set(credential.credentialId, kept);
    void this.#inOrder(() => this.#spread(from, kept));
  }

  async #spread(from: Slot, credential: VirtualCredential): Promise<void> {
    const { credentialId } = credential;
    for (const slot of this.#slots.values()) {
      const { cdp, authenticatorId } = slot;
      if (slot === from || !authenticatorId) continue;
      await cdp.send('WebAuthn.removeCredential', { authenticatorId, credentialId }).catch(() => undefined);
      await cdp.send('WebAuthn.addCredential', { authenticatorId, credential }).catch(() => undefined);
    }
  }

  // Touches in two windows must not interleave their copying, or a page could keep the older counter.
  #inOrder(step: () => Promise<void>): Promise<void> {
    const done = this.#changes.then(step);
    this.#changes = done.catch(() => undefined); // a step's failure is its caller's, not the next one's
    return done;
  }

  /** Waits until every page holds the same credentials with the same counters. */
  async sync(): Promise<void> {
    await Promise.all(this.#attaching.values());
    for (const slot of this.#slots.values()) {
      if (!slot.authenticatorId) continue;
      const { authenticatorId } = slot;
      const held = await slot.cdp.send('WebAuthn.getCredentials', { authenticatorId }).catch(forgiveClosed);
      for (const credential of held?.credentials ?? []) this.#heard(slot, credential);
    }
    await this.#changes;
  }

  /** What the key holds, to be carried into another browser with `load`. */
  async credentials(): Promise<VirtualCredential[]> {
    await this.sync();
    return [...this.#credentials.values()].map((credential) => ({ ...credential }));
  }

  /** Puts credentials onto the key, as if it had been enrolled in another browser. */
  async load(credentials: readonly VirtualCredential[]): Promise<void> {
    await this.unplug();
    for (const credential of credentials) this.#credentials.set(credential.credentialId, { ...credential });
    await this.plug();
  }

  /** Takes the key out of every page; its credentials stay on it. For a person with two keys. */
  async unplug(): Promise<void> {
    await this.sync();
    await this.#inOrder(async () => {
      this.#plugged = false;
      for (const slot of this.#slots.values()) {
        const { authenticatorId } = slot;
        slot.authenticatorId = '';
        if (!authenticatorId) continue;
        await slot.cdp.send('WebAuthn.removeVirtualAuthenticator', { authenticatorId }).catch(forgiveClosed);
      }
    });
  }

  /** Puts the key back into every page. */
  async plug(): Promise<void> {
    await this.#inOrder(async () => {
      this.#plugged = true;
      for (const slot of this.#slots.values()) {
        if (!slot.authenticatorId) await this.#insert(slot).catch(forgiveClosed);
      }
    });
  }
}

/** A window may close at any moment, and then needs no key; its CDP session tells before the page does. */
function forgiveClosed(cause: unknown): undefined {
  if (cause instanceof Error && /closed|detached/i.test(cause.message)) return undefined;
  throw cause;
}

/** A key plugged into this page and every other page of its context, now and later. */
export async function virtualKey(page: Page): Promise<VirtualKey> {
  const key = new VirtualKey();
  await key.follow(page.context());
  await key.attach(page);
  return key;
}
