import {ACTION_NAMES, type ActionName, actionOf} from '../../src/case/operator/actions.ts';
import {actionInput, exampleValues, portwrightCommand, temporalCommand} from '../../src/case/operator/commands.ts';
import {LABELS} from '../../src/console/operator/labels.ts';

export const GUIDE = new URL('../../docs/operators-guide.md', import.meta.url).pathname;

const BLOCK = /(<!-- npm run operator-actions -->\n)[\s\S]*?(<!-- end of operator-actions -->)/;
const OPERATOR = 'ann';
const PORT = 'net/foo';
const CASE = `port:@2026Q2:${PORT}`;

/** Returns the guide with the list of operator actions as the table has them. Throws if the guide has no markers for the list. */
export function withActions(guide: string): string {
  if (!BLOCK.test(guide)) throw new Error('docs/operators-guide.md has no block `<!-- npm run operator-actions -->`.');
  const sections = ACTION_NAMES.map(section).join('\n');
  return guide.replace(BLOCK, (_, begin: string, end: string) => `${begin}\n${sections}\n${end}`);
}

function section(name: ActionName): string {
  const {title, effect, details, refusedIf, path} = actionOf(name);
  const values = exampleValues(name, 'example');
  return [
    `### ${name}: ${title.charAt(0).toLowerCase()}${title.slice(1)}`,
    `${effect}${details === undefined ? '' : ` ${details}`}`,
    `Refused: ${refusedIf}. In the console: *${LABELS[name].open}*, or \`POST /api/v1/cases/ID/${path}\`.`,
    '',
    `    ${actionInput(OPERATOR, values)}`,
    '',
    `    ${temporalCommand(name, CASE, OPERATOR, values)}`,
    `    ${portwrightCommand(name, PORT, values)}`,
    '',
  ].join('\n');
}
