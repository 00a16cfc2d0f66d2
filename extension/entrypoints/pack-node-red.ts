import { defineUnlistedScript } from 'wxt/utils/define-unlisted-script';
import { nodeRedPage } from '../packs/node-red-page.ts';
import { providePack } from '../packs/page.ts';

export default defineUnlistedScript(() => providePack('node-red', nodeRedPage));
