import { signal } from '@preact/signals';

/** What this browser says to being told on the desktop or the phone; `broken`: it agreed and then could not. */
export type Notifying = NotificationPermission | 'broken';
const permission = (): Notifying => ('Notification' in globalThis ? Notification.permission : 'denied');
export const notifying = signal<Notifying>(permission());

/** The service worker that shows them: `new Notification` does not exist for pages on Android. */
async function shower(): Promise<ServiceWorkerRegistration> {
  await navigator.serviceWorker.register('/notifications.js');
  return navigator.serviceWorker.ready;
}

/** Asks for the permission; only a click may. */
export async function askToNotify(): Promise<void> {
  try {
    await Notification.requestPermission();
    notifying.value = permission();
    if (notifying.value === 'granted') await shower();
  } catch {
    notifying.value = 'broken';
  }
}

/** Shows one, or says on the page that this browser cannot. `path` is where a click leads. Never throws. */
export async function notify(title: string, of: { body: string; tag: string; path: string }): Promise<void> {
  if (permission() !== 'granted') return;
  try {
    const { body, tag, path } = of;
    await (await shower()).showNotification(title, { body, tag, data: path });
  } catch {
    notifying.value = 'broken';
  }
}

/** Goes where a pressed notification leads, while the page stands open. */
export function followNotifications(): void {
  if (!('serviceWorker' in navigator)) return;
  navigator.serviceWorker.addEventListener('message', ({ data }: MessageEvent<{ open?: unknown } | null>) => {
    const path = data?.open;
    if (typeof path === 'string' && path.startsWith('/requests/')) location.assign(path);
  });
}
