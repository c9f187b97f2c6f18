import {readdirSync, readFileSync} from 'node:fs';
import {join} from 'node:path';
import type {ChatMessage} from '../../../src/case/attempt/conversation.ts';
import {classesOf, type Policy} from '../../../src/case/policy/policy.ts';
import {parsePlaybook, selectPlaybooks} from '../../../src/case/prompt/playbooks.ts';
import {attemptMessage, buildPatchPrompt, buildTriagePrompt} from '../../../src/case/prompt/prompt.ts';
import {installRoot} from '../../../src/setup/paths.ts';

const POLICY = join(installRoot(), 'policy');
const read = (...path: string[]): string => readFileSync(join(POLICY, ...path), 'utf8');
const NONCE = 'abcdef0123456789';

/** Classes of the shipped policy. */
export const CLASSES = classesOf(JSON.parse(read('policy.json')) as Policy);

/** errors.txt of each port, as the hook distils it from what the framework prints. */
export const ERRORS: Readonly<Record<string, string>> = {
  'net/wifimedia':
    "80:wifimedia.c:7:11: error: 'IFM_IEEE80211_11A' undeclared here (not in a function)\nwifimedia.c:7:11: error: 'IFM_IEEE80211_11A' undeclared here (not in a function)",
  'textproc/rangearg': "94:rangearg.c:(.text.startup+0x3c): undefined reference to `strtonum'",
  'sysutils/clockfmt':
    '64:1 out of 1 hunk FAILED -- saving rejects to file clockfmt.c.rej\n65:===>  FAILED Applying ports patch-clockfmt.c',
  'sysutils/dfwho': '99:Error: Orphaned: libexec/dfwho-helper\n101:Error: Missing: bin/dfwho-linux',
  'devel/evloop': '84:configure: error: no event backend is known for DragonFly',
  'net/hopcount': '80:hopcount.c:8:2: error: #error "hopcount does not support this system"',
  'sysutils/cpuload':
    '60:2 out of 2 hunks FAILED -- saving rejects to file units.c.rej\n61:===>  FAILED Applying dragonfly patch-units.c',
  'www/tinyserve': '99:Error: Missing: share/tinyserve/varsym.conf',
  'security/sumtool': '33:=> SHA256 Checksum mismatch for sumtool-3.1.tar.gz.',
  'devel/needlib': '70:===>   needlib-1.0 depends on shared library: libfoobar.so - not found',
};

function parts(origin: string, errors: string, flow: 'triage' | 'patch', classification?: string) {
  const all = readdirSync(join(POLICY, 'playbooks')).map((file) => parsePlaybook(file, read('playbooks', file)));
  const playbooks = selectPlaybooks(all, {flow, toolchains: [], classification});
  const port = {target: '@demo', origin};
  return {
    template: read('prompts', `${flow}.md`),
    port,
    metadata: {origin},
    findings: errors,
    files: [],
    playbooks,
    nonce: NONCE,
  };
}

const opening = ({system, user}: {system: string; user: string}): ChatMessage[] => [
  {role: 'system', content: system},
  {role: 'user', content: user},
];

/** The real first messages of a triage, with our prompts and playbooks. */
export function triageMessages(origin: string, errors = ERRORS[origin] ?? ''): ChatMessage[] {
  return opening(buildTriagePrompt({...parts(origin, errors, 'triage'), classes: CLASSES, snippetRounds: 5}));
}

/** The real first messages of a patch attempt. */
export function patchMessages(origin: string, attempt = 1, errors = ERRORS[origin] ?? ''): ChatMessage[] {
  const limits = {attempts: 4, tier: 'ASSIST', turns: 12};
  const first = opening(buildPatchPrompt({...parts(origin, errors, 'patch', 'unknown'), triage: '## Classification\nx', limits}));
  const tried = [{attempt: attempt - 1, turns: 5, reason: 'its last build failed', said: 'gave up', changed: [], finalError: ''}];
  const told = {attempt, of: 4, tried, diff: '+x', diffApplied: true, findings: '', originalError: '', firstErrors: 'x'};
  return attempt === 1 ? first : [...first, {role: 'user', content: attemptMessage({...told, nonce: NONCE})}];
}
