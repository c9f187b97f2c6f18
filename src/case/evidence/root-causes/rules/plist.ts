import {rulesOf} from './rule.ts';

/** What check-plist and pkg(8) report about the list of a package's files. */
export const PLIST = rulesOf('plist', [
  {form: /^Error: Orphaned: (.+)$/, facts: ['orphaned'], examples: ['Error: Orphaned: libexec/nut/microsol-apc']},
  {form: /^Error: Missing: (.+)$/, facts: ['missing'], examples: ['Error: Missing: /etc/X11/xrdp/xorg.conf']},
  {
    form: /(?:Unable to access file |lstat\()\S*\/stage(\/.+?)\)?:\s*No such file/,
    facts: ['unstaged'],
    examples: [
      'pkg-static: Unable to access file /construction/net/foo/stage/usr/local/bin/foo:No such file or directory',
      'pkg-static: lstat(/construction/net/foo/stage/usr/local/bin/foo): No such file or directory',
    ],
  },
  {
    form: /^pkg(?:-static)?: (?:Plist error|[Uu]nknown keyword|[Mm]alformed keyword|.*pkg-plist.*: No such file)|^Error: (?:Filesystem touched|Files or directories (?:left over|removed|modified))/,
    examples: [
      'pkg-static: Plist error, directory listed as a file: /usr/local/share/foo',
      'pkg-static: unknown keyword strange, failing.',
      'Error: Filesystem touched during stage (files must install to ${STAGEDIR}):',
      'Error: Files or directories left over:',
    ],
  },
]);
