import {readFileSync} from 'node:fs';
import {join} from 'node:path';
import fc from 'fast-check';
import {addressesOf, DistinfoError, parseDistinfo} from '../../src/case/distinfo.ts';
import {guardContext, guardDiff} from '../../src/case/guard/index.ts';
import {untilTime} from '../../src/case/hold.ts';
import {patchProblem} from '../../src/case/patch-form.ts';
import {parsePlaybook} from '../../src/case/playbooks.ts';
import {checkPolicy} from '../../src/case/policy-check.ts';
import {dopsStatements} from '../../src/case/recipes/dops.ts';
import {readPatches} from '../../src/case/recipes/overlay.ts';
import {RootCauseScan} from '../../src/case/root-causes/index.ts';
import {maskSecrets} from '../../src/case/secrets.ts';
import {parseSnippetRequests} from '../../src/case/snippet-requests.ts';
import {parseTriageReply} from '../../src/case/triage-reply.ts';
import {checkArguments, TOOLS} from '../../src/devenv/tools/index.ts';
import {readable, relativePath, writable} from '../../src/devenv/tools/paths.ts';
import {failedSpecs} from '../../src/evidence/dsynth-logs.ts';
import {parseJob, serializeJob} from '../../src/evidence/job.ts';
import {keyValues} from '../../src/evidence/names.ts';
import {ModelError} from '../../src/llm/model-error.ts';
import {readReply} from '../../src/llm/reply.ts';
import {callsInText} from '../../src/llm/text-tools.ts';
import {installRoot} from '../../src/setup/paths.ts';
import {longTexts, texts} from './texts.ts';

// Whatever they are given, readers of others' texts answer, or throw the error that they are known for, and soon.

const file = (...path: string[]): string => readFileSync(join(installRoot(), ...path), 'utf8');
const SCHEMA = JSON.parse(file('policy', 'policy.schema.json')) as object;
const CLASSES = ['compile-error', 'link-error', 'plist-error'];
const TOOL_SPECS = TOOLS.map(({name, description, parameters}) => ({name, description, parameters}));

const TRIAGE =
  '## Classification\ncompile-error\n\n## Platform\ndragonfly-specific\n\n## Root Cause\nA header.\n\n## Confidence\nhigh\n\n## Snippet Requests\n- `log:1:20`\n- `source:a/b.c:12:5`\n';
const TRIAGE_JSON = '```json\n{"classification": "compile-error", "confidence": "high", "snippet_requests": ["log:1:2"]}\n```';
const DIFF = `diff --git a/ports/net/foo/Makefile.DragonFly b/ports/net/foo/Makefile.DragonFly
new file mode 100644
index 0000000..1111111
--- /dev/null
+++ b/ports/net/foo/Makefile.DragonFly
@@ -0,0 +1,2 @@
+CFLAGS+=	-D_BSD_SOURCE
+USES+=	ssl
diff --git a/ports/net/foo/dragonfly/patch-a.c b/ports/net/foo/dragonfly/patch-a.c
deleted file mode 100644
index 1111111..0000000
--- a/ports/net/foo/dragonfly/patch-a.c
+++ /dev/null
@@ -1,4 +0,0 @@
---- a.c.orig
-+++ a.c
-@@ -1 +1 @@
--x
`;
const PATCH = '--- src/a.c.orig\n+++ src/a.c\n@@ -1,3 +1,4 @@\n one\n-two\n+2\n+2b\n three\n\\ No newline at end of file\n';
const LOG = `${'-'.repeat(79)}\n-- Phase: build\n${'-'.repeat(79)}\ncc -c main.c\nmain.c:3:10: fatal error: 'linux/if.h' file not found\n    3 | #include <linux/if.h>\n      |          ^~~~\n*** [main.o] Error code 1\n\nFAILED 00:00:02\n`;
const DISTINFO = `TIMESTAMP = 1700000000\nSHA256 (a.tar.gz) = ${'0a'.repeat(32)}\nSIZE (a.tar.gz) = 12\n`;
const FAILURES = '[000] FAILURE net/foo ##           build 00:00:02\n[001] FAILURE www/bar@py311 ##  stage 00:01:02\n';
const JOB =
  'type=report\norigin=net/foo\nflavor=\nprofile=Live\nrun_id=run-live-20260118-140501Z-1\nbundle_id=net_foo-20260118-140501Z\ntarget=@2026Q2\ncreated_ts_utc=20260118-140501Z\n';
const DOPS =
  'port net/foo\ntype port\ntarget @any\nfile materialize dragonfly/patch-a -> dragonfly/patch-a\nmk set CFLAGS "a \\"b\\""\ntext append Makefile <<\'E\'\nX=1\nE\n';
const SECRETS = `key sk-${'Ab3'.repeat(10)} https://ann:pass-4711@example.invalid/ -----BEGIN RSA PRIVATE KEY-----\nMIIE\n-----END RSA PRIVATE KEY-----\n`;
const CALL =
  'I look.\n```tool\n{"name": "get_file", "arguments": {"path": "/work/x"}}\n```\n<tool_call>{"name":"grep","arguments":{}}</tool_call>';

interface Reader {
  readonly name: string;
  readonly examples: readonly string[];
  readonly read: (text: string) => unknown;
  /** What it may throw. */
  readonly error?: new (
    ...words: never[]
  ) => Error;
}

const json =
  (read: (value: unknown) => unknown) =>
  (text: string): unknown => {
    let value: unknown = text;
    try {
      value = JSON.parse(text);
    } catch {
      // The text itself, then.
    }
    return read(value);
  };

const READERS: readonly Reader[] = [
  {name: 'a triage reply', examples: [TRIAGE, TRIAGE_JSON], read: (text) => parseTriageReply(text, CLASSES)},
  {name: 'snippet requests', examples: [TRIAGE], read: parseSnippetRequests},
  {name: 'calls in a text', examples: [CALL], read: (text) => callsInText(text, TOOL_SPECS, 1)},
  {
    name: 'a chat completion',
    examples: [
      '{"choices":[{"message":{"content":"x","tool_calls":[{"id":"a","function":{"name":"grep","arguments":"{}"}}]}}],"usage":{"prompt_tokens":1}}',
    ],
    read: json((value) => readReply(value, 'sk-key')),
    error: ModelError,
  },
  {
    name: 'arguments of every tool',
    examples: ['{"path":"/work/DeltaPorts/x","content":"y","encoding":"text"}', '{"origin":"net/foo","patches":["patch-a"]}'],
    read: json((value) => TOOLS.map((tool) => checkArguments(tool, tool.name, value))),
  },
  {
    name: 'a path of a tool',
    examples: ['/work/DeltaPorts/ports/net/foo/Makefile.DragonFly', '/work/obj/net/foo/a.c'],
    read: (text) => [readable(text), writable(text, 'net/foo'), relativePath(text)],
  },
  {name: 'a diff', examples: [DIFF], read: (text) => guardDiff(text, 'net/foo', guardContext(undefined))},
  {name: 'patches', examples: [PATCH, DIFF], read: readPatches},
  {name: 'the form of a patch', examples: [PATCH], read: patchProblem},
  {name: 'a policy', examples: [file('policy', 'policy.json')], read: json((value) => checkPolicy(SCHEMA, value))},
  {
    name: 'a playbook',
    examples: ['---\ntriggers:\n  classification: [compile-error]\n---\nAdvice.\n'],
    read: (text) => parsePlaybook('a.md', text),
    error: Error,
  },
  {name: 'meta.txt', examples: [JOB], read: keyValues},
  {name: 'a job', examples: [JOB], read: parseJob, error: Error},
  {name: 'a log', examples: [LOG], read: (text) => scanned([text])},
  {name: 'a distinfo', examples: [DISTINFO], read: parseDistinfo, error: DistinfoError},
  {name: 'sites', examples: ['a.tgz:one b.tgz', 'https://a.example/:one,two http://b/'], read: (text) => addressesOf(text, text)},
  {name: "dsynth's list of failures", examples: [FAILURES], read: failedSpecs},
  {name: 'an overlay.dops', examples: [DOPS], read: dopsStatements},
  {name: 'secrets', examples: [SECRETS], read: (text) => maskSecrets(text, ['own secret'])},
  {name: 'the end of a hold', examples: ['12h', '2026-12-31T10:00Z'], read: (text) => untilTime(text, 0), error: Error},
];

function scanned(pieces: readonly string[]): unknown {
  const scan = new RootCauseScan();
  for (const piece of pieces) scan.take(Buffer.from(piece));
  return scan.finish();
}

/** Throws what `read` may not throw. */
function tried({read, error}: Reader, text: string): void {
  try {
    read(text);
  } catch (thrown) {
    if (error === undefined || !(thrown instanceof error)) throw thrown;
    // An error that speaks is one of ours; those of the language say what went wrong in the code.
    if (thrown instanceof TypeError || thrown instanceof RangeError || thrown instanceof SyntaxError) throw thrown;
  }
}

test.each(READERS)('$name: any text is read, or refused by its own error', (reader) => {
  fc.assert(
    fc.property(texts(reader.examples), (text) => tried(reader, text)),
    {numRuns: 400},
  );
});

test.each(READERS)('$name: half a megabyte of one thing is read in less than two seconds', (reader) => {
  for (const text of longTexts(reader.examples)) {
    const begun = performance.now();
    tried(reader, text);
    // The first 30 characters tell which one it is.
    expect([text.slice(0, 30), performance.now() - begun < 2000]).toEqual([text.slice(0, 30), true]);
  }
});

test('a log says the same in whatever pieces it comes', () => {
  fc.assert(
    fc.property(texts([LOG]), fc.array(fc.nat({max: 400}), {maxLength: 6}), (text, cuts) => {
      const bytes = Buffer.from(text);
      const ends = [...cuts.filter((cut) => cut < bytes.length).sort((a, b) => a - b), bytes.length];
      const scan = new RootCauseScan();
      let from = 0;
      for (const end of ends) {
        scan.take(bytes.subarray(from, end));
        from = end;
      }
      expect(scan.finish()).toEqual(scanned([text]));
    }),
    {numRuns: 300},
  );
});

test('what is masked stays so, and holds no known secret', () => {
  fc.assert(
    fc.property(texts([SECRETS]), (text) => {
      const once = maskSecrets(text, ['own secret']);
      expect(maskSecrets(once, ['own secret'])).toBe(once);
      expect(once).not.toContain('own secret"');
    }),
    {numRuns: 500},
  );
});

test('a job that is written is read the same', () => {
  const value = fc.string({unit: 'grapheme', maxLength: 60}).map((text) => text.replace(/[\r\n]/g, '').trimEnd());
  const key = fc.stringMatching(/^[a-z_]{1,20}$/);
  fc.assert(
    fc.property(fc.dictionary(key, value, {maxKeys: 8}), (more) => {
      const fields = new Map([...Object.entries(more), ...parseJob(JOB).fields]);
      expect(parseJob(serializeJob(fields)).fields).toEqual(fields);
    }),
  );
});
