import { createHash } from 'node:crypto';
import { preact } from '@preact/preset-vite';
import { type Plugin, build } from 'vite';

const here = (path: string): string => new URL(path, import.meta.url).pathname;

const hashOf = (text: string): string => `'sha256-${createHash('sha256').update(text).digest('base64')}'`;

/** Puts script and styles into the page, and a policy that lets it load and send nothing, and run nothing else. */
function oneFile(): Plugin {
  return {
    name: 'one-file',
    enforce: 'post',
    generateBundle(_, bundle) {
      let script = '';
      let style = '';
      let page: { source: string | Uint8Array } | undefined;
      for (const [name, file] of Object.entries(bundle)) {
        if (file.type === 'asset' && name.endsWith('.html')) {
          page = file;
          continue;
        }
        if (file.type === 'chunk') script += file.code;
        else if (name.endsWith('.css')) style += String(file.source);
        else throw new Error(`${name} would be a file of its own`);
        delete bundle[name];
      }
      if (!page || script === '' || style === '') throw new Error('the page lacks a part');
      // The one sequence that would end the element early; in a script it stands in strings only.
      const code = script.replaceAll('</script', String.raw`<\/script`);
      const policy = [
        "default-src 'none'",
        `script-src ${hashOf(code)}`,
        `style-src ${hashOf(style)}`,
        'img-src data:',
        "form-action 'none'",
        "base-uri 'none'",
      ].join('; ');
      page.source = String(page.source)
        .replaceAll(/\s*<(script|link)[^>]*(src|rel="stylesheet")[^>]*>(<\/script>)?/g, '')
        .replace(
          '<meta charset="utf-8" />',
          () =>
            `<meta charset="utf-8" />\n    <meta http-equiv="Content-Security-Policy" content="${policy}" />`,
        )
        .replace('</head>', () => `  <style>${style}</style>\n  </head>`)
        .replace('</body>', () => `  <script type="module">${code}</script>\n  </body>`);
    },
  };
}

/** Builds the verifier as one HTML file beside the companion's pages. */
export async function buildStandalone(): Promise<void> {
  await build({
    configFile: false,
    logLevel: 'warn',
    root: here('.'),
    plugins: [preact({ devToolsEnabled: false, prefreshEnabled: false }), oneFile()],
    resolve: { alias: { '#shared': here('../../../shared') } },
    build: {
      outDir: here('../dist'),
      emptyOutDir: false,
      assetsInlineLimit: Number.MAX_SAFE_INTEGER,
      cssCodeSplit: false,
      modulePreload: false,
      target: 'es2022',
      rolldownOptions: { input: here('./verify.html'), output: { codeSplitting: false } },
    },
  });
}

/** Does so after the companion's own pages. */
export const standalone = (): Plugin => ({
  name: 'standalone',
  apply: 'build',
  closeBundle: buildStandalone,
});
