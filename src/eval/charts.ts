/** A bar: a label, its value, the text at its end. */
export interface Bar {
  readonly label: string;
  readonly value: number;
  readonly text: string;
  /** CSS class that sets the colour. */
  readonly tone: 'plain' | 'good' | 'bad' | 'before';
}

/** Width of the picture in units, about the pixels of a phone. */
const WIDTH = 400;
const ROW = 34;

/** Renders horizontal bars, each below its label and text, as inline SVG; `most` is the full width. Escapes all labels. The title is the accessible name. */
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

/** Escapes text for HTML, attributes included. Removes control characters except newline and tab. */
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
