import {readFileSync, writeFileSync} from 'node:fs';
import {GUIDE, withActions} from './operator-actions.ts';

/** `npm run operator-actions`: writes the list of operator actions into docs/operators-guide.md. */
writeFileSync(GUIDE, withActions(readFileSync(GUIDE, 'utf8')));
