import type {SeededRandom} from '../seeded-random.ts';
import type {Cause} from './causes.ts';

const PHASES = [
  'check-sanity',
  'pkg-depends',
  'fetch-depends',
  'fetch',
  'checksum',
  'extract-depends',
  'extract',
  'patch-depends',
  'patch',
  'build-depends',
  'lib-depends',
  'configure',
  'build',
  'run-depends',
  'stage',
  'check-plist',
  'package',
];
const RULE = '-'.repeat(79);

/** A port, as named in its log. */
export interface BuiltPort {
  readonly origin: string;
  /** `foo-1.2` */
  readonly pkgname: string;
  readonly target: string;
}

/** Generates dsynth's log of a failed build, 200 to 600 lines. */
export function generateLog(port: BuiltPort, cause: Cause, random: SeededRandom): string {
  const phases = PHASES.slice(0, PHASES.indexOf(cause.phase) + 1);
  return phases
    .map((phase) => {
      const lines = phase === cause.phase ? failedPhase(port, cause, random) : succeededPhase(port, phase, random);
      return [RULE, `-- Phase: ${phase}`, RULE, ...lines, ''].join('\n');
    })
    .join('\n');
}

function succeededPhase({pkgname}: BuiltPort, phase: string, random: SeededRandom): string[] {
  const done = ['', `SUCCEEDED 00:00:0${random.between(0, 9)}`];
  if (phase.endsWith('-depends'))
    return [`===>   ${pkgname} depends on file: /usr/local/sbin/pkg - found`, ...found(pkgname, random), ...done];
  if (phase === 'configure') return [`===>  Configuring for ${pkgname}`, ...checks(random.between(20, 120)), ...done];
  if (phase === 'build') return [`===>  Building for ${pkgname}`, ...compiles(random.between(40, 200), random), ...done];
  return [`===>  ${phase} for ${pkgname}`, ...done];
}

function failedPhase({pkgname, origin, target}: BuiltPort, {phase, lines}: Cause, random: SeededRandom): string[] {
  const before = phase === 'build' ? compiles(random.between(60, 300), random) : phase === 'configure' ? checks(80) : [];
  const after = phase === 'build' ? ['*** [all] Error code 1', '', `make[1]: stopped in /construction/${origin}/${pkgname}`] : [];
  const stop = ['*** Error code 1', '', 'Stop.', `make: stopped in /work/artifacts/compose/${target}/${origin}`, ''];
  return [`===>  ${phase} for ${pkgname}`, ...before, ...lines, ...after, ...stop, `FAILED 00:00:${random.between(10, 59)}`];
}

function found(pkgname: string, random: SeededRandom): string[] {
  const names = ['gmake>=4.4.1', 'pkgconf>=1.3.0_1', 'libtool>=2.4', 'python3.11', 'perl5>=5.36', 'gettext-tools>0'];
  return names.slice(0, random.between(0, 6)).map((name) => `===>   ${pkgname} depends on package: ${name} - found`);
}

function checks(count: number): string[] {
  return Array.from({length: count}, (_, at) => `checking for function_${at}... ${at % 3 === 0 ? 'no' : 'yes'}`);
}

function compiles(count: number, random: SeededRandom): string[] {
  return Array.from({length: count}, (_, at) =>
    at % 23 === 22
      ? `src/file${at}.c:${random.between(10, 900)}:7: warning: unused variable 'left' [-Wunused-variable]`
      : `cc -O2 -pipe -fno-strict-aliasing -DHAVE_CONFIG_H -I. -I../include -c src/file${at}.c -o file${at}.o`,
  );
}

/** Renders logs/errors.txt of a log, with the parts of the failure hook; `lines` are the numbers of the causes, from 1. */
export function errorsText(log: string, logfile: string, lines: readonly number[]): string {
  const all = log.split('\n');
  const text = (line: number): string => all[line - 1] ?? '';
  const around = (line: number): string[] =>
    [-2, -1, 0, 1, 2].map((step) => `${line + step}${step === 0 ? ':' : '-'}${text(line + step)}`);
  return [
    '== Summary ==',
    `logfile: ${logfile}`,
    '',
    '== First error candidates (max 60 matches) ==',
    ...lines.map((line) => `${line}:${text(line)}`),
    '',
    '== Error blocks (context +/-2, truncated later) ==',
    ...lines.flatMap((line, at) => [...(at === 0 ? [] : ['--']), ...around(line)]),
    '',
    '== Tail (last 200 lines) ==',
    ...all.slice(-200),
  ].join('\n');
}
