import {writeFileSync} from 'node:fs';
import {PAGES, pagePath, renderPage} from './pages.ts';

/** `npm run man`: makes the generated parts of the manual pages again. */
for (const name of PAGES) writeFileSync(pagePath(name), renderPage(name));
