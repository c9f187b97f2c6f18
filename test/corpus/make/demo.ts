/**
 * Takes the logs that the demo's own ports left into the corpus: `node test/corpus/make/demo.ts STATE_DIR`,
 * after `PORTWRIGHT_STATE_DIR=STATE_DIR portwright demo --all --once`.
 */
import {globSync, readFileSync} from 'node:fs';
import {gunzipSync} from 'node:zlib';
import {labelled} from './keep.ts';

const PORTS = [
  {
    port: 'net_wifimedia',
    fails: 'build',
    cause: /error: 'IFM_IEEE80211_\w+' undeclared/,
    class: 'compile-error',
    family: 'compiler',
  },
  {port: 'textproc_rangearg', fails: 'build', cause: /undefined reference to `strtonum'/, class: 'link-error', family: 'linker'},
  {port: 'sysutils_dfwho', fails: 'check-plist', cause: /Error: (Orphaned|Missing): /, class: 'plist-error', family: 'plist'},
  {port: 'sysutils_clockfmt', fails: 'patch', cause: /hunk FAILED|FAILED Applying ports/, class: 'patch-error', family: 'patch'},
  {
    port: 'devel_evloop',
    fails: 'configure',
    cause: /configure: error: no event backend/,
    class: 'configure-error',
    family: 'autoconf',
  },
  {port: 'security_sumtool', fails: 'checksum', cause: /Checksum mismatch for sumtool/, class: 'fetch-checksum', family: 'fetch'},
  {
    port: 'devel_needlib',
    fails: 'lib-depends',
    cause: /depends on shared library: libfoobar.so - not found/,
    class: 'missing-dep',
    family: 'framework',
  },
];

const [state = '.portwright'] = process.argv.slice(2);
for (const {port, ...what} of PORTS) {
  const [found] = globSync(`${state}/**/ports/${port}-*/logs/full.log.gz`).sort();
  if (found === undefined) throw new Error(`No bundle of ${port} below ${state}; run the demo there first.`);
  const source = `demo-${port.replace(/^.*_/, '')}`;
  const label = labelled({name: source, source, note: `the demo's port`, ...what}, gunzipSync(readFileSync(found)));
  console.log(`${label.log}: cause at ${label.causeLines.join(', ')}`);
}
