import {rulesOf} from './rule.ts';

/** Downloads: do-fetch.sh, checksum.sh, fetch(1), and the programs that other build systems download with. */
export const FETCH = rulesOf('fetch', [
  {
    form: /(?:Checksum|Size) mismatch for (\S+?)\.?$/,
    facts: ['distfile'],
    extraFacts: {differs: 'yes'},
    examples: ['=> SHA256 Checksum mismatch for sumtool-3.1.tar.gz.', '=> Size mismatch for sumtool-3.1.tar.gz.'],
  },
  {
    form: /size mismatch: expected|^=> Fetched file size mismatch/,
    extraFacts: {differs: 'yes'},
    examples: [
      'fetch: https://example.org/a.tgz: size mismatch: expected 12, actual 13',
      '=> Fetched file size mismatch (expected 39318, actual 40534)',
    ],
  },
  {
    form: /^=> (\S+) is not in (\S*distinfo)\.?$/,
    facts: ['distfile', 'distinfo'],
    examples: ['=> foo-1.2.tar.gz is not in /xports/devel/foo/distinfo.'],
  },
  {
    form: /^(?:=> )?No (?:suitable checksum found|\w+ (?:checksum )?recorded|checksum recorded) for (\S+?)\.?$/,
    facts: ['distfile'],
    extraFacts: {unlisted: 'yes'},
    examples: [
      '=> No suitable checksum found for foo-1.2.tar.gz.',
      '=> No SHA256 checksum recorded for foo-1.2.tar.gz.',
      '=> No checksum recorded for a.tgz.',
      '=> No SHA256 recorded for a.tgz.',
    ],
  },
  {
    form: /^=> No checksum file \(|^Checksum algorithm \w+: /,
    examples: ['=> No checksum file (/xports/devel/foo/distinfo).', "Checksum algorithm SHA512: Couldn't find the executable."],
  },
  {
    form: /^fetch: (\w+:\/\/\S+): (?!size (?:unknown|of remote file))(.+)$/,
    facts: ['url', 'reason'],
    examples: [
      'fetch: https://downloads.example.org/thing-1.4.tar.xz: Not Found',
      'fetch: https://downloads.example.org/thing-1.4.tar.xz: Operation timed out',
      'fetch: ftp://ftp.example.org/a.tgz: No address record',
    ],
  },
  {
    form: /^fetch: (transfer timed out|\S+ appears to be truncated: .*)$/,
    facts: ['reason'],
    examples: ['fetch: transfer timed out', 'fetch: foo-1.2.tar.gz appears to be truncated: 4096/39318 bytes'],
  },
  {
    form: /^fetch: (?!\S+ size )(\S+?): (?!.*\bsize\b)(.+)$/,
    facts: ['file', 'problem'],
    examples: ['fetch: foo-1.2.tar.gz: Permission denied', 'fetch: open(): Not a directory'],
  },
  {
    form: /^=> Couldn't fetch it\b/,
    extraFacts: {reason: 'no site'},
    weak: true,
    examples: ["=> Couldn't fetch it - please try to retrieve this"],
  },
  {
    form: /^(?:curl: \(\d+\) |wget: |fatal: (?:unable to access|unable to look up|[Rr]emote branch|[Cc]ould not read from remote|repository '))|^Certificate verification failed for |certificate verify failed|: Temporary failure in name resolution|[Cc]ould not resolve host\b|getaddrinfo (?:ENOTFOUND|EAI_AGAIN)/,
    examples: [
      'curl: (6) Could not resolve host: example.org',
      "wget: unable to resolve host address 'example.org'",
      "fatal: unable to access 'https://example.org/x.git/': Could not resolve host: example.org",
      'fatal: Remote branch v9 not found in upstream origin',
      'fatal: could not read from remote repository.',
      'Certificate verification failed for /C=US/O=Example/CN=X1',
      'error:0A000086:SSL routines:tls_post_process_server_certificate:certificate verify failed',
      'npm ERR! request to https://registry.npmjs.org/x failed, reason: getaddrinfo ENOTFOUND registry.npmjs.org',
    ],
  },
]);
