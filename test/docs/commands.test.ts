import {mkdirSync, readFileSync, writeFileSync} from 'node:fs';
import {dirname, join} from 'node:path';
import {execa} from 'execa';
import {codeIn, documents, readDocument} from '../../site/documents.ts';
import {program} from '../../src/cli/program.ts';
import {installRoot} from '../../src/setup/paths.ts';
import {NOWHERE, scratch} from '../cli/program.ts';
import {portwrightCommands, problemOf} from './command-lines.ts';

/** Languages of blocks with lines of a shell; an indented block has none. */
const SHELL = /^(?:sh(?: run)?)?$/;

test.each([
  ['portwright show net/foo # a comment', [['show', 'net/foo']]],
  ["A=1 portwright context net/foo --text 'a | b'", [['context', 'net/foo', '--text', 'a | b']]],
  ['git diff | portwright patch net/foo --diff - --judged x', [['patch', 'net/foo', '--diff', '-', '--judged', 'x']]],
  ['until portwright host remove b1; do sleep 60; done', [['host', 'remove', 'b1']]],
  ['setpriv --reuid portwright --init-groups env HOME=/x portwright host check b1', [['host', 'check', 'b1']]],
  ['eval "$(portwright completion bash)"', []],
  ['install -d -o portwright -g portwright /x && npm run demo -- --all', [['demo', '--all']]],
  ['portwright dops check FILE... [--port DIR] [--json]', [['dops', 'check', 'FILE...', '--port', 'DIR', '--json']]],
  ['portwright import A \\\n  --dry-run >out 2>&1', [['import', 'A', '--dry-run']]],
])('the commands of %s', (text, expected) => {
  expect(portwrightCommands(text)).toEqual(expected);
});

test.each([
  ['nothing of that', 'no command'],
  ['show', '0 arguments'],
  ['show a b', '2 arguments'],
  ['show a --pages 2', 'no option --pages'],
  ['show a --page', 'without a value'],
  ['reject net/foo', '--reason are required'],
  ['host move b1', 'host has no command move'],
  ['dev-env move b1', 'dev-env has no command move'],
])('portwright %s is no command line', (line, problem) => {
  expect(problemOf(program, line.split(' '), false)).toContain(problem);
});

test('a mention may leave out what a command requires', () => {
  expect(problemOf(program, ['reject'], true)).toBeUndefined();
  expect(problemOf(program, ['reject', '--cause'], true)).toContain('no option');
});

test.each(documents())('each portwright command of %s is one of the program', (document) => {
  const problems = codeIn(readDocument(document)).flatMap(({language, text}) => {
    if (language !== undefined && !SHELL.test(language)) return [];
    const commands = portwrightCommands(text);
    return commands.flatMap((args) => {
      const problem = problemOf(program, args, language === undefined);
      return problem === undefined ? [] : [`portwright ${args.join(' ')}: ${problem}`];
    });
  });
  expect(problems).toEqual([]);
});

test('the documents have many commands', () => {
  const all = documents().flatMap((document) => codeIn(readDocument(document)));
  expect(all.flatMap(({text}) => portwrightCommands(text)).length).toBeGreaterThan(200);
});

test('each benchmark that a document names exists', () => {
  const bench = readFileSync(join(installRoot(), 'bench', 'main.ts'), 'utf8');
  const names = new Set([...bench.matchAll(/\.command\('([\w-]+)/g)].map(([, name]) => name));
  const named = documents().flatMap((document) =>
    [...readDocument(document).matchAll(/npm run (?:-s )?bench -- ([a-z][\w-]*)/g)].map(([, name = '']) => ({document, name})),
  );
  expect(named.length).toBeGreaterThan(10);
  expect(named.filter(({name}) => !names.has(name))).toEqual([]);
});

/** Blocks that a test runs, each with its document. */
const RUN = documents().flatMap((document) =>
  codeIn(readDocument(document)).flatMap(({language, text}): [string, string][] =>
    language === 'sh run' ? [[document, text]] : [],
  ),
);

describe('blocks that are run', () => {
  const place = scratch();
  const write = (path: string, text: string) => {
    mkdirSync(join(place.dir, dirname(path)), {recursive: true});
    writeFileSync(join(place.dir, path), text);
  };
  beforeAll(() => {
    write('configure.log', '-- Phase: configure\n./configure: [[: not found\n*** Error code 1\n');
    write('build.log', "-- Phase: build\na.o:a.c: undefined reference to `pow'\n*** Error code 1\n");
    write('dports/math/foo/Makefile', 'PORTNAME=\tfoo\n');
    write('freebsd-ports/net/foo/Makefile', 'PORTNAME=\tfoo\nUSES=\tgmake\n\n.include <bsd.port.mk>\n');
    write('ports/net/foo/overlay.dops', 'port net/foo\ntype port\nreason "it needs libm"\n\ntarget @any\n\nmk add LDFLAGS -lm\n');
    write(
      'my.diff',
      'diff --git a/ports/net/foo/overlay.dops b/ports/net/foo/overlay.dops\n--- a/ports/net/foo/overlay.dops\n+++ b/ports/net/foo/overlay.dops\n@@ -6,2 +6,3 @@\n \n mk add LDFLAGS -lm\n+mk add USES pkgconfig\n',
    );
  });
  afterAll(() => place.remove());

  test.each(RUN)('%s: %j', async (_document, text) => {
    const script = `portwright() { "${process.execPath}" "${join(installRoot(), 'src', 'cli', 'main.ts')}" "$@"; }\n${text}`;
    const env = {
      PATH: process.env.PATH,
      HOME: place.dir,
      PORTWRIGHT_HOSTS: join(place.dir, 'hosts.json'),
      TEMPORAL_ADDRESS: NOWHERE,
    };
    const {exitCode, all} = await execa('sh', ['-euc', script], {
      cwd: place.dir,
      env,
      extendEnv: false,
      all: true,
      reject: false,
    });
    expect({exitCode, all: exitCode === 0 ? '' : all}).toEqual({exitCode: 0, all: ''});
  });

  test('there are some', () => {
    expect(RUN.length).toBeGreaterThan(5);
  });
});
