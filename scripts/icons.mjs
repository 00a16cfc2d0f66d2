// Renders the toolbar icons from their SVG sources into PNGs of 16, 32, 48 and 128 pixels, with Chromium.
// Run it after changing a drawing in shared/ui/brand/toolbar, and commit what it writes:
//   node scripts/icons.mjs
import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { chromium } from '@playwright/test';

const brand = join(import.meta.dirname, '../shared/ui/brand');
const sizes = [16, 32, 48, 128];

const known = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  chromium.executablePath(),
];
const executablePath = process.env['CHROMIUM_PATH'] ?? known.find((path) => existsSync(path));
if (executablePath === undefined) {
  console.error('No Chromium found. Install one, or name it in CHROMIUM_PATH, and run this again.');
  process.exit(1);
}

const browser = await chromium.launch({ executablePath, args: ['--no-sandbox'] });
try {
  const page = await browser.newPage();
  await mkdir(join(brand, 'png'), { recursive: true });
  const sources = (await readdir(join(brand, 'toolbar'))).filter((name) => name.endsWith('.svg'));
  for (const source of sources) {
    const svg = await readFile(join(brand, 'toolbar', source), 'utf8');
    for (const size of sizes) {
      await page.setViewportSize({ width: size, height: size });
      await page.setContent(
        `<style>*{margin:0}svg{display:block;width:${size}px;height:${size}px}</style>${svg}`,
      );
      await page.screenshot({
        path: join(brand, 'png', `${source.replace('.svg', '')}-${size}.png`),
        omitBackground: true,
      });
    }
  }
  console.log(`Wrote ${sources.length * sizes.length} icons to shared/ui/brand/png.`);
} finally {
  await browser.close();
}
