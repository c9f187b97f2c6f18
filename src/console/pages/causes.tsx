import type {VNode} from 'preact';
import type {RootCauses} from '../../case/evidence/root-causes/index.ts';
import {Badge, bundlePath} from './components.tsx';

/** The lines that name the cause, each with those around it, and where they are in the log. */
export function Causes({bundleId, causes}: {bundleId: string; causes: RootCauses | undefined}): VNode {
  if (causes === undefined || causes.findings.length === 0) return <p class="dim">No line of the log names a cause.</p>;
  return (
    <>
      <p class="facts">
        {causes.failedPhase === ''
          ? 'The log does not name the phase in which it stopped'
          : `It stopped in phase ${causes.failedPhase}`}
        ; {causes.lines} lines.
      </p>
      <ol class="causes">
        {causes.findings.map((one) => (
          <li key={one.line}>
            <a href={`${bundlePath(bundleId)}/log?line=${one.line}#L${one.line}`}>line {one.line}</a> <Badge value={one.kind} />{' '}
            {one.phase} {one.count > 1 ? <span class="dim">{one.count} like it</span> : null}
            <code class="cause">{one.text}</code>
            <details id={`around-${one.line}`}>
              <summary>lines around it</summary>
              <pre tabIndex={0}>
                {one.context.lines.map((line, at) => `${String(one.context.from + at).padStart(6)}  ${line}`).join('\n')}
              </pre>
            </details>
          </li>
        ))}
      </ol>
    </>
  );
}
