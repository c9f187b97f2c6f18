/** An event as the stream sends it. */
export type StreamEvent = {readonly type: string; readonly id: number} & Readonly<Record<string, unknown>>;

const TYPES = [
  ...['run_started', 'run_ended', 'bundle_created', 'bundle_upserted', 'artifact_put', 'triage_written', 'patch_written'],
  ...['job_enqueued', 'job_claimed', 'job_done', 'job_failed', 'activity', 'runner_status', 'user_context_updated'],
];
const FIRST_PAUSE_MS = 500;
const LONGEST_PAUSE_MS = 30_000;
/** How long further events are waited for before the page is asked for again. */
const GATHER_MS = 120;
const PAUSED = 'portwright-paused';

/** Listens to the stream, from where the page was made, and has the page changed when an event is about it. */
export class Live {
  readonly #main: HTMLElement;
  readonly #change: () => Promise<void>;
  readonly #notify: (event: StreamEvent) => void;
  readonly #badge = document.getElementById('live') as HTMLElement;
  readonly #button = document.getElementById('pause') as HTMLButtonElement;
  #position: number;
  #pauseMs = FIRST_PAUSE_MS;
  #changing = false;
  #changeAgain = false;
  /** Events about the page that came while it was paused. */
  #held = 0;

  constructor(main: HTMLElement, change: () => Promise<void>, notify: (event: StreamEvent) => void) {
    this.#main = main;
    this.#change = change;
    this.#notify = notify;
    this.#position = Number(main.dataset.lastEventId ?? 0);
  }

  start(): void {
    this.#button.addEventListener('click', () => this.#turn(!this.#isPaused));
    this.#turn(this.#isPaused);
    this.#listen();
  }

  get #isPaused(): boolean {
    return localStorage.getItem(PAUSED) === 'yes';
  }

  #turn(paused: boolean): void {
    localStorage.setItem(PAUSED, paused ? 'yes' : 'no');
    this.#button.setAttribute('aria-pressed', String(paused));
    this.#label(paused ? 'Go on with live updates' : 'Pause live updates');
    if (!paused && this.#held > 0) void this.#soon();
    this.#held = 0;
  }

  #listen(): void {
    const source = new EventSource(`/events?after_id=${this.#position}`);
    source.addEventListener('open', () => {
      this.#pauseMs = FIRST_PAUSE_MS;
      this.#show(true);
    });
    source.addEventListener('error', () => {
      source.close();
      this.#show(false);
      setTimeout(() => this.#listen(), this.#pauseMs);
      this.#pauseMs = Math.min(LONGEST_PAUSE_MS, this.#pauseMs * 2);
    });
    for (const type of TYPES) source.addEventListener(type, (message) => this.#receive(type, message as MessageEvent<string>));
  }

  #show(isLive: boolean): void {
    const paused = isLive && this.#isPaused;
    this.#badge.textContent = paused ? 'Paused' : isLive ? 'Live' : 'Not live';
    this.#badge.classList.toggle('off', !isLive || paused);
  }

  #label(text: string): void {
    this.#button.title = text;
    const label = this.#button.querySelector('span');
    if (label !== null) label.textContent = text;
  }

  #receive(type: string, message: MessageEvent<string>): void {
    this.#position = Number(message.lastEventId);
    const event = {...(JSON.parse(message.data) as object), type, id: this.#position};
    this.#badge.title = `event ${this.#position}`;
    this.#notify(event);
    if (!isAbout(this.#main.dataset.live, event)) return;
    if (this.#isPaused) {
      this.#held += 1;
      this.#label(`Go on with live updates (${this.#held} new)`);
    } else {
      void this.#soon();
    }
  }

  /** Changes the page once for all events that come together. */
  async #soon(): Promise<void> {
    this.#changeAgain = true;
    if (this.#changing) return;
    this.#changing = true;
    while (this.#changeAgain) {
      await new Promise((done) => setTimeout(done, GATHER_MS));
      this.#changeAgain = false;
      await this.#change().catch(() => this.#show(false));
    }
    this.#changing = false;
  }
}

/** Whether an event is about a page that is live for `all`, or for one of some `key=value`. */
function isAbout(live: string | undefined, event: StreamEvent): boolean {
  if (live === undefined) return false;
  return live.split(' ').some((one) => {
    if (one === 'all') return true;
    const at = one.indexOf('=');
    return String(event[one.slice(0, at)]) === decodeURIComponent(one.slice(at + 1));
  });
}
