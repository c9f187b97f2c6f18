/** One bar: a label, its value, the words at its end. */
export interface Bar {
  readonly label: string;
  readonly value: number;
  readonly text: string;
  /** A class of the page's style: what colour it has. */
  readonly tone: 'plain' | 'good' | 'bad' | 'before';
}

/** Units of the picture, of which a phone shows about one a pixel. */
const WIDTH = 400;
const ROW = 34;

/** Horizontal bars, each below its label and its words, as inline SVG; `most` is the whole width. All labels are escaped here. The title is its name for those who cannot see it. */
export function barChart(title: string, bars: readonly Bar[], most = Math.max(1, ...bars.map(({value}) => value))): string {
  const height = bars.length * ROW + 2;
  const rows = bars.map(({label, value, text, tone}, at) => {
    const y = at * ROW;
    const length = Math.max(value > 0 ? 2 : 0, Math.round((WIDTH * value) / most));
    return [
      `<text x="0" y="${y + 13}">${escapeHtml(shortened(label))}</text>`,
      `<text x="${WIDTH}" y="${y + 13}" class="value">${escapeHtml(text)}</text>`,
      `<rect x="0" y="${y + 18}" width="${WIDTH}" height="10" rx="2" class="track"/>`,
      `<rect x="0" y="${y + 18}" width="${length}" height="10" rx="2" class="${tone}"/>`,
    ].join('');
  });
  return `<svg viewBox="0 0 ${WIDTH} ${height}" role="img" aria-label="${escapeHtml(title)}">${rows.join('\n')}</svg>`;
}

/** Text as it may stand in HTML, in an attribute too. Controls but newline and tab go. */
export function escapeHtml(text: string): string {
  return text
    .replace(/[^\P{Cc}\t\n]/gu, '')
    .replace(/&/g, '&amp;')
    .replace(/</g, '&lt;')
    .replace(/>/g, '&gt;')
    .replace(/"/g, '&quot;')
    .replace(/'/g, '&#39;');
}

function shortened(label: string): string {
  return label.length <= 32 ? label : `${label.slice(0, 31)}…`;
}
