/** A line of a terminal, and when it was printed. */
export interface Printed {
  readonly text: string;
  /** Milliseconds since the start of the recording. */
  readonly atMs: number;
}

const COLUMNS = 108;
const ROWS = 26;
const LINE = 19;
const CHARACTER = 8.13;
const PADDING = 16;
const BAR = 30;
/** Pauses of the recording are cut to this, so that nobody waits for a build. */
const LONGEST_PAUSE_MS = 700;
const END_MS = 6000;

/** Lines of the demo without facts about the case: its setup, and what dsynth prints besides the port. */
const ASIDE = /^ +dsynth:(?!.*\b(?:START|FAILURE)\b)|^Temporal's CLI|^Creating|^Web UI|^Worker|^ +Set DP_|^https?:/;
/** Start of the proof's file, which ends with an empty line. */
const PROOF = /^The proof \(/;

/** Returns the lines that are worth showing, without empty ones that follow each other. */
export function shortened(lines: readonly Printed[]): Printed[] {
  let inProof = false;
  const shown = lines.filter(({text}) => {
    inProof = PROOF.test(text) || (inProof && text !== '');
    return !inProof && !ASIDE.test(text);
  });
  return shown.filter(({text}, at) => text !== '' || (shown[at - 1]?.text ?? '') !== '');
}

/** Returns the recording without its long pauses. */
export function withoutPauses(lines: readonly Printed[]): Printed[] {
  let saved = 0;
  return lines.map(({text, atMs}, at) => {
    const pause = atMs - (lines[at - 1]?.atMs ?? 0);
    saved += Math.max(0, pause - LONGEST_PAUSE_MS);
    return {text, atMs: atMs - saved};
  });
}

/**
 * Renders a recording as an animated SVG: a terminal whose lines are printed and scroll, over and over. It needs no script, so that it also moves
 * as an image; where a reader wants no motion, it shows the end.
 */
export function recordingSvg(title: string, lines: readonly Printed[]): string {
  const width = Math.round(COLUMNS * CHARACTER + 2 * PADDING);
  const height = ROWS * LINE + BAR + 2 * PADDING;
  const totalMs = (lines.at(-1)?.atMs ?? 0) + END_MS;
  const steps = stepsOf(lines);
  const frames = (place: (count: number) => number): string =>
    steps.map(({atMs, count}) => `${percent(atMs, totalMs)}{transform:translateY(${place(count)}px)}`).join('');
  const lasts = `${(totalMs / 1000).toFixed(1)}s step-end infinite`;
  const [end, coverEnd] = [shift, coverAt].map((place) => `transform:translateY(${place(lines.length)}px)`);
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="img" aria-label="${escapeXml(title)}">
<style>
text{font:13.5px ui-monospace,SFMono-Regular,"DejaVu Sans Mono",Menlo,Consolas,monospace;fill:#e6e8ec;white-space:pre}
.dim{fill:#a0a8b5}.ok{fill:#72dc9a}.bad{fill:#ff9c94}.link{fill:#a3aeff}.run{fill:#7cc7f5}.you{fill:#fff;font-weight:700}
.lines{animation:scroll ${lasts}}.cover{animation:uncover ${lasts}}
@keyframes scroll{${frames(shift)}to{${end}}}
@keyframes uncover{${frames(coverAt)}to{${coverEnd}}}
@media (prefers-reduced-motion:reduce){.lines{animation:none;${end}}.cover{animation:none;${coverEnd}}}
</style>
<clipPath id="screen"><rect y="${BAR}" width="${width}" height="${height - BAR}"/></clipPath>
<rect width="${width}" height="${height}" rx="8" fill="#101216"/>
<rect width="${width}" height="${BAR}" rx="8" fill="#1e222a"/>
<text class="dim" x="${width / 2}" y="20" text-anchor="middle">${escapeXml(title)}</text>
<g clip-path="url(#screen)"><g class="lines">
${lines.map(({text}, at) => lineSvg(text, at)).join('\n')}
</g><rect class="cover" y="${BAR + PADDING}" width="${width}" height="${height}" fill="#101216"/></g>
</svg>
`;
}

/** Returns for each time at which lines were printed how many there were then. */
function stepsOf(lines: readonly Printed[]): {atMs: number; count: number}[] {
  const counts = new Map<number, number>();
  for (const [at, {atMs}] of lines.entries()) counts.set(Math.round(atMs / 50) * 50, at + 1);
  return [...counts].map(([atMs, count]) => ({atMs, count}));
}

function percent(atMs: number, totalMs: number): string {
  return `${((100 * atMs) / totalMs).toFixed(2)}%`;
}

/** Returns by how much the lines move when `count` of them are printed: a full screen scrolls. */
function shift(count: number): number {
  return Math.min(0, ROWS - count) * LINE;
}

/** Returns where the cover over the lines that are not printed yet begins. */
function coverAt(count: number): number {
  return Math.min(ROWS, count) * LINE;
}

function lineSvg(text: string, at: number): string {
  const shown = text.length > COLUMNS ? `${text.slice(0, COLUMNS - 1)}…` : text;
  return `<text x="${PADDING}" y="${BAR + PADDING + (at + 1) * LINE - 5}">${partsOf(shown)}</text>`;
}

/** Colours a line by its form: commands, times with their phase, addresses, lines of a diff, results. */
function partsOf(text: string): string {
  if (text.startsWith('$ ')) return span('dim', '$ ') + span('you', text.slice(2));
  if (/^ *\+(?!\+\+ )/.test(text)) return span('ok', text);
  if (/^ *-(?!-- )/.test(text)) return span('bad', text);
  const [, time, phase = '', rest = ''] = /^(\d\d:\d\d:\d\d )(\S+ +)(.*)$/.exec(text) ?? [];
  return time === undefined ? phrases(text) : span('dim', time) + span('run', phase) + phrases(rest);
}

function phrases(text: string): string {
  const parts = text.split(/(https?:\/\/\S+|(?<![-\w])(?:FAILURE|failed|error|passed|fixed|accepted|ok)(?![-\w]))/);
  return parts.map((part, at) => (at % 2 === 0 ? escapeXml(part) : span(classOf(part), part))).join('');
}

function classOf(phrase: string): string {
  if (phrase.startsWith('http')) return 'link';
  return /^(?:FAILURE|failed|error)$/.test(phrase) ? 'bad' : 'ok';
}

function span(name: string, text: string): string {
  return `<tspan class="${name}">${escapeXml(text)}</tspan>`;
}

function escapeXml(text: string): string {
  return text
    .replace(/[^\P{Cc}\t]/gu, '')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('"', '&quot;');
}
