import {writeFile} from 'node:fs/promises';
import {join} from 'node:path';
import {execa} from 'execa';
import {caseId} from '../src/protocol/workflow-ids.ts';
import {installRoot} from '../src/setup/paths.ts';
import {startBrowser} from '../test/support/browser.ts';
import {DemoRun} from '../test/support/demo-run.ts';
import {type Printed, recordingSvg, shortened, withoutPauses} from './recording.ts';

const ORIGIN = 'net/wifimedia';
const TARGET = '@demo';
const IMAGES = join(installRoot(), 'docs', 'images');
const VIEWPORT = {width: 1280, height: 900};

/**
 * `npm run pictures`: runs the demo with its scripted model, and writes the pictures of README.md: the page on which its fix is reviewed, and a
 * recording of the terminal. Needs Chromium and a build.
 */
async function makePictures(): Promise<void> {
  const demo = await DemoRun.make();
  try {
    const recorder = new Recorder();
    recorder.type('npm run demo');
    demo.start();
    await recorder.follow(demo, /^It stays up/);
    await takeReview((await demo.line(/^Console: /)).replace('Console: ', ''));
    for (const args of [
      ['accept', ORIGIN],
      ['export', '--out', 'patches/'],
    ])
      await recorder.run(demo, args);
    await write('demo.svg', recordingSvg('npm run demo (shortened)', withoutPauses(shortened(recorder.lines))));
  } finally {
    await demo.remove();
  }
}

/** Lines of a terminal with their times. */
class Recorder {
  readonly lines: Printed[] = [];
  readonly #start = Date.now();

  type(command: string): void {
    this.#print(`$ ${command}`);
  }

  /** Records what the demo prints up to the line before the first match. */
  async follow(demo: DemoRun, end: RegExp): Promise<void> {
    for (let at = 0; ; at++) {
      const line = await demo.nth(at);
      if (end.test(line)) return;
      this.#print(line.replaceAll(demo.dir, '.portwright'));
    }
  }

  /** Runs a command of an operator beside the demo, and records it. */
  async run(demo: DemoRun, args: readonly string[]): Promise<void> {
    this.type(`npx portwright ${args.join(' ')}`);
    const program = join(installRoot(), 'bin', 'portwright.js');
    const env = {...demo.env, PORTWRIGHT_STATE_DIR: demo.dir, LOGS_ROOT: join(demo.dir, 'demo', 'logs'), USER: 'ann'};
    const identity = {
      GIT_AUTHOR_NAME: 'Ann',
      GIT_CONFIG_COUNT: '2',
      GIT_CONFIG_KEY_0: 'user.name',
      GIT_CONFIG_VALUE_0: 'Ann Lee',
    };
    const mail = {GIT_CONFIG_KEY_1: 'user.email', GIT_CONFIG_VALUE_1: 'ann@example.org'};
    const {all} = await execa(process.execPath, [program, ...args], {
      cwd: demo.dir,
      env: {...env, ...identity, ...mail},
      all: true,
    });
    for (const line of all.split('\n')) this.#print(line.replaceAll(demo.dir, '.portwright'));
    this.#print('');
  }

  #print(text: string): void {
    this.lines.push({text: text.replaceAll(`${installRoot()}/`, ''), atMs: Date.now() - this.#start});
  }
}

async function takeReview(consoleUrl: string): Promise<void> {
  const browser = await startBrowser();
  try {
    const page = await browser.newPage({viewport: VIEWPORT, colorScheme: 'light'});
    await page.goto(`${consoleUrl}/ui/cases/${encodeURIComponent(caseId({target: TARGET, origin: ORIGIN}))}`);
    await page
      .getByRole('button', {name: /^Accept/})
      .first()
      .waitFor();
    // A console that nobody has read so far asks Temporal first.
    await page.getByText('it is being started').waitFor({state: 'hidden'});
    await write('review.png', await page.screenshot());
  } finally {
    await browser.close();
  }
}

async function write(name: string, content: string | Buffer): Promise<void> {
  await writeFile(join(IMAGES, name), content);
  console.log(`docs/images/${name}: ${Math.round(Buffer.byteLength(content) / 1024)} KB`);
}

await makePictures();
