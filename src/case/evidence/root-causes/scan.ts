import {maskSecrets, SecretLines} from '../secrets.ts';
import {excerptOf} from './excerpt.ts';
import type {Finding, Phase, RootCauses} from './finding.ts';
import {contextOf, jobKey} from './jobs.ts';
import {CONTEXT_CHARS, LineContext} from './line-context.ts';
import {LogDecoder} from './log-decoder.ts';
import {IMPLICIT_FUNCTION, type LineMatch, matchLine, nextCandidate} from './match-line.ts';
import {plainLine} from './normalise.ts';
import {PatchFacts} from './patch-facts.ts';
import {phaseOf} from './phase-header.ts';
import {addTarget, type Candidate, newPhase, type PhaseLog, rankCandidates} from './rank.ts';
import {rivalsOf} from './rivals.ts';
import {cutSignature, signatureOf} from './signature.ts';
import {isKnown, Templates} from './templates.ts';

/** A candidate whose context is still being read. */
type ReadCandidate = Candidate & {readonly surroundings: LineContext};

/** A longer line is processed in pieces. */
const LINE_CHARS = 1 << 20;
const CHUNK = 1 << 16;
/** Maximum length of a finding's text. */
const EXCERPT = 400;
/** A longer line is read about each of its matches. */
const LONG_LINE = 4 * EXCERPT;
/** Causes retained per phase: the first ones, and the last ones before the phase stopped. */
const MAX_FIRST = 40;
const MAX_LAST = 20;
/** Parallel jobs of a phase whose first causes are retained. */
const MAX_JOBS = 100;
/** Maximum number of phases; dsynth has fewer. */
const MAX_PHASES = 60;
const MAX_PLIST_ENTRIES = 200;
/** Facts of plist findings, which list an entry each. */
const PLIST_FACTS = ['orphaned', 'missing', 'unstaged'] as const;
/** Matches that are examined in one long line, besides its end. */
const MATCHES_PER_LINE = 200;
const MAX_FINDINGS = 12;
/** Functions without a declaration that are remembered for the linker's errors. */
const MAX_IMPLICIT = 200;

/**
 * Finds root causes in a log of any size, in one pass and with constant memory. Feed the bytes in order to `take`, in chunks of
 * any size, then call `finish` once.
 * Option `baseline`: the `forms` of a successful log of the same port or its neighbours. Option `mask`: replaces secrets in
 * each line; known formats by default.
 */
export class RootCauseScan {
  readonly #baseline: ReadonlySet<string> | undefined;
  readonly #templates = new Templates();
  readonly #phases: PhaseLog[] = [newPhase('', 1)];
  readonly #patches = new PatchFacts();
  #pending: ReadCandidate[] = [];
  readonly #decoder = new LogDecoder();
  readonly #secrets: SecretLines;
  #rest = '';
  #before = '';
  #line = 1;
  #bytes = 0;
  /** Warnings by the function that no header declares, each with its line. */
  readonly #implicit = new Map<string, string>();
  /** Last parts of the directory where make stopped. */
  #place = '';
  #listed: Record<(typeof PLIST_FACTS)[number], string[]> = {orphaned: [], missing: [], unstaged: []};

  constructor(options: {readonly baseline?: ReadonlySet<string>; readonly mask?: (text: string) => string} = {}) {
    this.#baseline = options.baseline;
    this.#secrets = new SecretLines(options.mask ?? maskSecrets);
  }

  take(chunk: Uint8Array): void {
    this.#bytes += chunk.length;
    for (let at = 0; at < chunk.length; at += CHUNK) {
      this.#readText(this.#decoder.decode(chunk.subarray(at, at + CHUNK)));
    }
  }

  /** Returns the templates of all matched lines so far: the baseline for a later log. */
  forms(): ReadonlySet<string> {
    return this.#templates.forms();
  }

  finish(): RootCauses {
    this.#readText(this.#decoder.finish());
    if (this.#rest !== '') this.#readBlock(this.#rest);
    const lines = this.#rest === '' ? this.#line - 1 : this.#line;
    this.#rest = '';
    const phases = this.#phases.filter((one) => one.name !== '' || this.#phases.length === 1 || one.causes.length > 0);
    const stopped = phases.find((one) => one.failed) ?? phases.findLast((one) => !one.succeeded) ?? phases.at(-1);
    const ordered = this.#newFirst(rankCandidates(phases, stopped)).slice(0, MAX_FINDINGS);
    const findings = ordered.map((one, at) =>
      this.#finding(one, at === ordered.findIndex((other) => other.matched.family === 'plist')),
    );
    return {
      version: 1,
      bytes: this.#bytes,
      lines,
      phases: phases.filter((one) => one.name !== '').map((one, at) => spanOf(one, phases[at + 1], lines)),
      failedPhase: stopped?.name ?? '',
      signature: this.#signature(findings, ordered, stopped),
      findings,
    };
  }

  #signature(findings: readonly Finding[], [top]: readonly Candidate[], stopped: PhaseLog | undefined): string {
    if (stopped === undefined) return '';
    if (findings.length === 0) return stopped.name === '' || stopped.succeeded ? '' : cutSignature(stopped.name, this.#before);
    const {causes, recent, hints, firsts, targets} = stopped;
    const isNew = (one: Candidate): boolean => !this.#isKnown(one);
    const rivals = rivalsOf(top, [...firsts.values()].filter(isNew), targets);
    return signatureOf(findings, {
      rivals: rivals.map((one) => this.#finding(one, false)),
      near: (line, lines) =>
        [...causes, ...recent, ...hints]
          .filter((one) => Math.abs(one.line - line) <= lines && isNew(one))
          .map((one) => this.#finding(one, false)),
      place: this.#place,
    });
  }

  /** Returns whether a successful log has lines of the same template. */
  #isKnown({template}: Candidate): boolean {
    return this.#baseline !== undefined && isKnown(template.words, this.#baseline);
  }

  /** Lines that a successful log has too are unlikely causes. */
  #newFirst(ordered: readonly Candidate[]): readonly Candidate[] {
    const rank = (one: Candidate): number => {
      if (one.matched.kind === 'consequence') return 2;
      return this.#isKnown(one) ? 1 : 0;
    };
    return [0, 1, 2].flatMap((wanted) => ordered.filter((one) => rank(one) === wanted));
  }

  /** Processes complete lines and buffers the rest, so that chunk boundaries make no difference. */
  #readText(text: string): void {
    const newline = text.lastIndexOf('\n');
    this.#rest += text;
    const first = newline < 0 ? this.#rest.length : this.#rest.length - text.length + text.indexOf('\n');
    for (let cut = LINE_CHARS; cut < first; cut += LINE_CHARS) {
      this.#readBlock(this.#rest.slice(0, LINE_CHARS));
      this.#rest = this.#rest.slice(LINE_CHARS);
    }
    if (newline < 0) return;
    const end = this.#rest.length - (text.length - newline - 1);
    this.#readBlock(this.#rest.slice(0, end));
    this.#rest = this.#rest.slice(end);
  }

  #readBlock(read: string): void {
    const text = this.#secrets.maskLines(read);
    this.#pending = this.#pending.filter(({surroundings}) => surroundings.append(text));
    let at = 0;
    let matches = 0;
    for (let found = nextCandidate(text, 0); found >= 0; ) {
      const start = text.lastIndexOf('\n', found) + 1;
      matches = start === at ? matches + 1 : 1;
      at = this.#advanceLine(text, at, start);
      const newline = text.indexOf('\n', found);
      const end = newline < 0 ? text.length : newline;
      const isLong = end - start > LONG_LINE;
      const from = isLong ? Math.max(start, found - EXCERPT / 2) : start;
      const to = isLong ? Math.min(end, found + EXCERPT / 2) : end;
      this.#matchLine(text, plainLine(text.slice(from, to)), start, end);
      const skipsToEnd = isLong && matches === MATCHES_PER_LINE;
      found = nextCandidate(text, skipsToEnd ? Math.max(to, end - EXCERPT) : to);
    }
    this.#advanceLine(text, at, text.length);
    this.#before = (this.#before + text).slice(-CONTEXT_CHARS);
  }

  /** Advances the line number from one offset to another. */
  #advanceLine(text: string, from: number, to: number): number {
    for (let i = text.indexOf('\n', from); i >= 0 && i < to; i = text.indexOf('\n', i + 1)) this.#line += 1;
    return to;
  }

  #matchLine(text: string, line: string, start: number, end: number): void {
    const phase = phaseOf(line);
    if (phase !== undefined) {
      this.#nextPhase(phase);
      return;
    }
    const current = this.#phases.at(-1) as PhaseLog;
    if (/^SUCCEEDED \d\d:/.test(line)) current.succeeded = true;
    if (/^FAILED \d\d:/.test(line)) current.failed = true;
    this.#place = /\bstopped (?:making .* )?in \S*?([^\s/]+\/[^\s/]+)$/.exec(line)?.[1] ?? this.#place;
    const ascii = line.replace(/[‘’]/g, "'");
    this.#takeImplicit(ascii);
    const matched = this.#patches.addFacts(matchLine(ascii), this.#phases.length);
    if (matched === undefined) return;
    for (const name of PLIST_FACTS) {
      const entry = matched.facts[name];
      if (entry !== undefined && this.#listed[name].length < MAX_PLIST_ENTRIES) this.#listed[name].push(entry);
    }
    const template = this.#templates.take(line);
    const make = (): ReadCandidate => ({
      line: this.#line,
      text: excerptOf(line, matched.end ?? line.length, EXCERPT),
      matched,
      template,
      phase: current.name,
      surroundings: new LineContext(this.#before, text, start, end),
    });
    this.#addCandidate(current, matched, make);
    if (matched.kind === 'cause' && end - start <= LONG_LINE) this.#addFirst(current.firsts, jobKey(line), make);
  }

  #addFirst(firsts: PhaseLog['firsts'], job: string, make: () => ReadCandidate): void {
    if (firsts.size < MAX_JOBS && !firsts.has(job)) firsts.set(job, this.#collectContext(make()));
  }

  #takeImplicit(line: string): void {
    const name = IMPLICIT_FUNCTION.exec(line)?.[1];
    if (name === undefined || this.#implicit.has(name) || this.#implicit.size >= MAX_IMPLICIT) return;
    this.#implicit.set(name, `line ${this.#line}: ${line.slice(0, EXCERPT)}`);
  }

  /** Of a successful phase only the first cause is retained. */
  #nextPhase(name: string): void {
    const last = this.#phases.at(-1) as PhaseLog;
    if (!last.failed) Object.assign(last, {causes: last.causes.slice(0, 1), recent: [], hints: []});
    this.#phases.push(newPhase(name, this.#line));
    if (this.#phases.length > MAX_PHASES) this.#phases.splice(this.#phases[1]?.failed === true ? 2 : 1, 1);
  }

  #addCandidate(phase: PhaseLog, matched: LineMatch, make: () => ReadCandidate): void {
    if (matched.kind === 'consequence') {
      const candidate = make();
      addTarget(phase.targets, candidate.text);
      const isFirst = phase.stop === undefined || (phase.stop.matched.wraps === true && matched.wraps !== true);
      if (isFirst) phase.stop = this.#collectContext(candidate);
      return;
    }
    const early = phase.stop === undefined;
    const list = matched.kind === 'cause' ? phase.causes : phase.hints;
    if (matched.kind === 'cause' && list.length < MAX_FIRST) list.push(this.#collectContext(make()));
    else if (early || phase.lateCount < MAX_LAST) {
      phase.lateCount += early ? 0 : 1;
      const recent = matched.kind === 'cause' ? phase.recent : phase.hints;
      recent.push(this.#collectContext(make()));
      if (recent.length > 2 * MAX_LAST) recent.shift();
    }
  }

  #collectContext(one: ReadCandidate): Candidate {
    if (one.surroundings.append('')) this.#pending.push(one);
    return one;
  }

  #finding(one: Candidate, firstOfPlist: boolean): Finding {
    const {matched, template} = one;
    const context = contextOf(one.line, withText(one.surroundings.lines(), one.text));
    const isNew = this.#baseline === undefined ? {} : {isNew: !isKnown(template.words, this.#baseline)};
    const implicit = matched.family === 'linker' ? this.#implicit.get(matched.facts.symbol ?? '') : undefined;
    const facts = {...matched.facts, ...(implicit === undefined ? {} : {implicit})};
    return {
      line: one.line,
      text: one.text,
      phase: one.phase,
      family: matched.family,
      kind: matched.kind,
      count: template.count,
      context,
      ...isNew,
      facts: firstOfPlist ? {...facts, ...this.#plistFacts()} : facts,
    };
  }

  /** Returns all entries that check-plist or pkg reported; they are attached to the first plist finding. */
  #plistFacts(): Record<string, string> {
    const listed = PLIST_FACTS.map((name) => [name, this.#listed[name].join('\n')] as const);
    return Object.fromEntries(listed.filter(([, entries]) => entries !== ''));
  }
}

function spanOf(phase: PhaseLog, next: PhaseLog | undefined, lines: number): Phase {
  return {name: phase.name, from: phase.from, to: next === undefined ? lines : Math.max(phase.from, next.from - 2)};
}

/** Returns lines in which the finding's own has the finding's text, which may be another part of a long line. */
function withText({lines, at}: {lines: readonly string[]; at: number}, text: string): {lines: readonly string[]; at: number} {
  return {lines: lines.with(at, text), at};
}
