/** One bar: a label, its value, the words at its end. */
export interface Bar {
  readonly label: string;
  readonly value: number;
  readonly text: string;
  /** A class of the page's style: what colour it has. */
  readonly tone: 'plain' | 'good' | 'bad' | 'before';
}

const ROW = 26;
const LABEL = 220;
const WIDTH = 680;
const LONGEST = 300;

/** Horizontal bars as inline SVG, `most` as the longest. All labels are escaped here. The title is its name for those who cannot see it. */
export function barChart(title: string, bars: readonly Bar[], most = Math.max(1, ...bars.map(({value}) => value))): string {
  const height = bars.length * ROW + 6;
  const rows = bars.map((bar, at) => {
    const y = at * ROW + 4;
    const length = Math.max(bar.value > 0 ? 2 : 0, Math.round((LONGEST * bar.value) / most));
    return [
      `<text x="${LABEL - 10}" y="${y + 15}" class="label">${escapeHtml(shortened(bar.label))}</text>`,
      `<rect x="${LABEL}" y="${y + 2}" width="${LONGEST}" height="17" rx="3" class="track"/>`,
      `<rect x="${LABEL}" y="${y + 2}" width="${length}" height="17" rx="3" class="${bar.tone}"/>`,
      `<text x="${LABEL + LONGEST + 8}" y="${y + 15}" class="value">${escapeHtml(bar.text)}</text>`,
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
