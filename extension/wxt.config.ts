import { existsSync, globSync, readFileSync } from 'node:fs';
import { basename, resolve } from 'node:path';
import { preact } from '@preact/preset-vite';
import { defineConfig } from 'wxt';

const root = resolve(import.meta.dirname, '..');
const { version } = JSON.parse(readFileSync(resolve(root, 'package.json'), 'utf8')) as { version: string };
/** Drawn in shared/ui/brand; they are copied, so that both faces of the product have one set. */
const icons = resolve(root, 'shared/ui/brand/png');
const icon = (state: string) =>
  Object.fromEntries([16, 32, 48, 128].map((size) => [size, `icon/${state}-${size}.png`]));
const web = ['http://*/*', 'https://*/*'];

export default defineConfig({
  imports: false,
  modules: ['@wxt-dev/webextension-polyfill'],
  manifestVersion: 3,
  vite: () => ({
    plugins: [preact()],
    build: {
      sourcemap: false,
      // Doors of features are wide, and what runs in a console's page is small: a module of ours of which nothing is
      // used goes, with all that it imports.
      rollupOptions: {
        treeshake: {
          moduleSideEffects: (id: string) => !/\/extension\/(features|packs|platform)\b/.test(id),
        },
      },
    },
  }),
  hooks: {
    'build:publicAssets': (_, files) => {
      for (const file of existsSync(icons) ? globSync(`${icons}/*.png`) : [])
        files.push({ absoluteSrc: file, relativeDest: `icon/${basename(file)}` });
    },
  },
  zip: { artifactTemplate: 'countersign-{{version}}-{{browser}}.zip' },
  manifest: ({ browser }) => ({
    name: 'Countersign',
    description: 'On-call access to consoles, countersigned with a hardware key.',
    version,
    icons: icon('idle'),
    action: { default_title: 'Countersign', default_icon: icon('idle') },
    permissions: [
      'activeTab', // the popup reads the companion's address to pair with it
      'alarms', // ends access when the worker sleeps
      'browsingData', // a shut console's own worker must not serve it from its cache
      'declarativeNetRequest', // the gate; without WithHostAccess, so that it blocks even where a host was taken away
      ...(browser === 'firefox' ? [] : ['declarativeNetRequestFeedback']), // counts what was stopped
      'notifications', // five minutes and one minute left
      'scripting', // veil and recorder, in the policy's hosts only
      'storage',
      'unlimitedStorage', // actions wait here while the server is away
      'webNavigation',
      'webRequest', // records what changes things; blocks nothing
    ],
    // Nothing at install: the policy's hosts are asked for once, at pairing.
    optional_host_permissions: web,
    // An extension page cannot load in a private window's tab; the rules still shut the consoles there.
    incognito: 'spanning',
    web_accessible_resources: [
      { resources: ['gate.html', 'form.html', 'pair.html', 'icon/idle-16.png'], matches: web },
    ],
    ...(browser === 'firefox'
      ? {
          // Firefox's default also upgrades ws: to wss:, which cuts the connection to a server on http://localhost.
          content_security_policy: { extension_pages: "script-src 'self'" },
          browser_specific_settings: {
            gecko: {
              id: '{5c0b6a1e-2a43-4d0e-9a8b-3f1d2f6e7c11}',
              strict_min_version: '142.0',
              data_collection_permissions: { required: ['browsingActivity', 'websiteActivity'] },
            },
          },
        }
      : {
          // Fixes the extension's id, which the server names among its origins.
          key: 'MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEAuH7DA2GdqPH6e5KQDM7Ox6B53qKG0Hed0p3BsQjq3MNcH5E5JzxAls7n41GtwARN8DDCFQU06n22/jP24Xv9r5Re314bsO4mhOImKAy3IblurDPqvp2bPoEPtZjOMyrA9gNqco02b/GvpAYrOR/H1P/Wb8mo3kcjiySzSEdyGyNTP3AfnZlVx0msE4YJbjeAjZj4odEEHquAcSBwUq8h+HVzuYMcfy4UU/UoeWSvfpdCYCAtkgWb2pdFIpO6x207GqaoaM7FZynyfAZQNImxwpW1/O1kfcIt/g5Hz6hqw6+2yCp6KOrYZIoskxX5oyCWmO3yy3EXwJdxASxACiaYGwIDAQAB',
          minimum_chrome_version: '137',
          // What an administrator may fix by the browser's own policy; Firefox takes no schema.
          storage: { managed_schema: 'managed-schema.json' },
        }),
  }),
});
