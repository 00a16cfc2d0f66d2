import { resolve } from 'node:path';
import { z } from 'zod';

/** The extension's id in Chromium, fixed by the `key` in its manifest (extension/wxt.config.ts). */
const chromiumExtension = 'chrome-extension://apimfhcinbcanhfbokjmolpbjepfekaf';

const origin = z
  .url({ protocol: /^https?$/ })
  .refine(
    (text) => new URL(text).origin === text,
    'an origin only: scheme, host and port, without a path or a slash at the end',
  )
  .refine(
    (text) => text.startsWith('https:') || /^(localhost|.+\.localhost)$/.test(new URL(text).hostname),
    'https, because browsers offer hardware keys in secure contexts only (http works for localhost)',
  );

const environment = z.object({
  COUNTERSIGN_ORIGIN: origin.default('http://localhost:7400'),
  COUNTERSIGN_DATA: z.string().min(1).default('data'),
  COUNTERSIGN_LISTEN: z
    .string()
    .regex(/^(\[[0-9a-f:]+\]|[^:\s]+):\d{1,5}$/i, 'host:port, such as 127.0.0.1:7400')
    .optional(),
  COUNTERSIGN_POLICY: z.string().min(1).optional(),
  COUNTERSIGN_EXTENSION_ORIGINS: z
    .string()
    .default(chromiumExtension)
    .transform((text) => text.split(',').map((part) => part.trim()))
    .pipe(
      z.array(
        z.string().regex(/^(chrome|moz)-extension:\/\/[^/]+$/, 'extension origins, separated by commas'),
      ),
    ),
  COUNTERSIGN_LOG_LEVEL: z.enum(['debug', 'info', 'warn', 'error', 'silent']).default('info'),
});

export interface Config {
  /** Where people's browsers find this server: scheme, host and port. */
  webOrigin: string;
  rpId: string;
  dataFolder: string;
  policyFile: string;
  listen: { host: string; port: number };
  extensionOrigins: string[];
  logLevel: z.infer<typeof environment>['COUNTERSIGN_LOG_LEVEL'];
}

/** Reads the environment. Throws an Error whose message names each wrong variable and what it should be. */
export function readConfig(env: NodeJS.ProcessEnv): Config {
  const parsed = environment.safeParse(env);
  if (!parsed.success) {
    const lines = parsed.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`);
    throw new Error(`The environment is not valid.\n${lines.join('\n')}`);
  }
  const e = parsed.data;
  const url = new URL(e.COUNTERSIGN_ORIGIN);
  const dataFolder = resolve(e.COUNTERSIGN_DATA);
  const listen =
    e.COUNTERSIGN_LISTEN ?? `127.0.0.1:${url.port || (url.protocol === 'https:' ? '443' : '80')}`;
  const colon = listen.lastIndexOf(':');
  return {
    webOrigin: e.COUNTERSIGN_ORIGIN,
    rpId: url.hostname,
    dataFolder,
    policyFile: resolve(e.COUNTERSIGN_POLICY ?? `${dataFolder}/policy.yaml`),
    listen: { host: listen.slice(0, colon).replace(/^\[|\]$/g, ''), port: Number(listen.slice(colon + 1)) },
    extensionOrigins: e.COUNTERSIGN_EXTENSION_ORIGINS,
    logLevel: e.COUNTERSIGN_LOG_LEVEL,
  };
}
