// Puts pictures of the demo together into docs/images/overview.png, with Chromium. Nothing in it is drawn by hand:
//   npm run demo && node scripts/overview.mjs
import { mkdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { chromium } from '@playwright/test';
import { findChromium } from '../e2e/browser/find.ts';

const project = join(import.meta.dirname, '..');
const target = join(project, 'docs/images/overview.png');

/** What is shown of each picture, in its own pixels: from `x`, `y`, `wide` by `high`, drawn at `scale`. */
const parts = [
  { file: '01-shut', title: 'Requested in the page', x: 310, y: 0, wide: 650, high: 800, scale: 0.837 },
  { file: '03-terms', title: 'Countersigned with a key', x: 0, y: 0, wide: 1280, high: 889, scale: 0.7533 },
  { file: '04-open', title: 'Open for as long as agreed', x: 0, y: 0, wide: 1088, high: 720, scale: 0.5 },
  { file: '06-live', title: 'Recorded as it happens', x: 0, y: 0, wide: 1280, high: 478, scale: 0.7533 },
];

const figures = await Promise.all(
  parts.map(async ({ file, title, x, y, wide, high, scale }, at) => {
    const bytes = await readFile(join(project, '.cache/demo', `${file}.png`)).catch(() => {
      throw new Error(`There is no picture ${file}.png of the demo. Run npm run demo first.`);
    });
    return `<figure><figcaption><b>${at + 1}</b> ${title}</figcaption>
      <div style="width:${wide * scale}px;height:${high * scale}px"><img alt=""
      style="transform:scale(${scale}) translate(${-x}px,${-y}px)" src="data:image/png;base64,${bytes.toString('base64')}"></div></figure>`;
  }),
);
const page = `<!doctype html><style>
  body { margin: 0; padding: 28px 32px 36px; box-sizing: border-box; width: 1600px; background: #e9e5da;
    display: grid; grid-template-columns: auto auto; gap: 24px 0; justify-content: space-between; }
  figure { margin: 0 }
  figcaption { margin-bottom: 10px; color: #1e1b16; font: 600 17px system-ui, sans-serif }
  b { display: inline-block; width: 26px; margin-right: 6px; border-radius: 13px; background: #12495a; color: #fff;
    font-size: 15px; line-height: 26px; text-align: center }
  div { overflow: hidden; border-radius: 8px; box-shadow: 0 0 0 1px #cfc8b8, 0 8px 24px #342c1c29 }
  img { display: block; transform-origin: 0 0 }
</style>${figures.join('')}`;

const { path: executablePath } = await findChromium(console.log);
const browser = await chromium.launch({ executablePath, args: ['--no-sandbox'] });
try {
  const tab = await browser.newPage({ viewport: { width: 1600, height: 100 } });
  await tab.setContent(page);
  await tab.evaluate(() => Promise.all([...document.images].map((image) => image.decode())));
  await mkdir(join(project, 'docs/images'), { recursive: true });
  await tab.screenshot({ path: target, fullPage: true });
} finally {
  await browser.close();
}
console.log(`docs/images/overview.png: ${Math.round((await stat(target)).size / 1000)} kB`);
