/** Browsers cut elements that are higher than some 16 million pixels; rows of a longer log are scrolled past faster than pixels. */
const MOST_PX = 10_000_000;
/** Up to so near to either end, scrolling moves a longer log by pixels too, so that its ends are reached as in any other. */
const EXACT_PX = 500_000;
/** A scroll of fewer views than these moves the log by as many pixels; a longer one, by its part of the whole. */
const SMALL_VIEWS = 2;

/** Where a log with rows of equal height is, by where its scroll container is. All lengths in pixels. */
export class Scale {
  /** Height of all rows. */
  readonly whole: number;
  /** Height of what is scrolled. */
  readonly height: number;
  readonly #view: number;

  constructor(rows: number, rowPx: number, viewPx: number, mostPx = MOST_PX) {
    this.whole = rows * rowPx;
    this.height = Math.min(this.whole, mostPx);
    this.#view = viewPx;
  }

  /** The lowest place that the view's upper edge can have in the log. */
  get end(): number {
    return Math.max(0, this.whole - this.#view);
  }

  get #scrollEnd(): number {
    return Math.max(0, this.height - this.#view);
  }

  clamp(top: number): number {
    return Math.min(this.end, Math.max(0, top));
  }

  /** The place in the log that belongs to a scroll position. */
  topOf(scroll: number): number {
    return this.clamp(between(scroll, this.#scrollEnd, this.end));
  }

  /** The scroll position that belongs to a place in the log. */
  scrollOf(top: number): number {
    return between(this.clamp(top), this.end, this.#scrollEnd);
  }

  /** The place in the log after a scroll from one position to another. */
  after(top: number, from: number, to: number): number {
    const moved = to - from;
    const isExact = this.height === this.whole;
    return isExact || Math.abs(moved) > SMALL_VIEWS * this.#view ? this.topOf(to) : this.clamp(top + moved);
  }

  /** Whether a scroll position leaves no way to go on to where the log still goes on. */
  isStuck(top: number, scroll: number): boolean {
    return (scroll <= 0 && top > 0) || (scroll >= this.#scrollEnd - 1 && top < this.end);
  }
}

/** A place on a way of one length as the place on one of another: near the ends as far from them, else by its part of the rest. */
function between(place: number, length: number, other: number): number {
  const exact = Math.min(EXACT_PX, length / 4, other / 4);
  if (place <= exact) return place;
  if (place >= length - exact) return other - (length - place);
  return exact + ((place - exact) / (length - 2 * exact)) * (other - 2 * exact);
}
