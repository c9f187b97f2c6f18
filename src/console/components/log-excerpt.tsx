import type {VNode} from 'preact';
import {visible} from '../attempt/visible.ts';

interface ExcerptProps {
  readonly label: string;
  /** Number of the first line. */
  readonly from: number;
  readonly lines: readonly string[];
  /** Number of the line that names the cause. */
  readonly hit: number;
  /** Returns the address of a line in the log. */
  readonly linkTo: (line: number) => string;
}

/** Renders lines of a log around the line of the cause; those after it are dimmed. */
export function LogExcerpt({label, from, lines, hit, linkTo}: ExcerptProps): VNode {
  return (
    <section class="mach" aria-label={label} tabIndex={0}>
      <table class="lines" role="presentation">
        <tbody>
          {lines.map((text, at) => {
            const line = from + at;
            return (
              <tr key={line} class={line === hit ? 'hit' : line > hit ? 'after' : undefined}>
                <td class="ln">
                  <a href={linkTo(line)} tabIndex={-1}>
                    {line}
                  </a>
                </td>
                <td>{visible(text)}</td>
              </tr>
            );
          })}
        </tbody>
      </table>
    </section>
  );
}
