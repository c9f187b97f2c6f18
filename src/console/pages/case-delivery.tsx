import type {VNode} from 'preact';
import {checkedLink, deliverySummary} from '../../case/review/delivery.ts';
import type {CaseStatus, Delivery} from '../../case/status.ts';
import {visible} from '../attempt/visible.ts';
import type {Tone} from '../components/icon.tsx';
import {Panel} from '../components/panel.tsx';
import {Pill} from '../components/pill.tsx';
import {Time} from '../components/time.tsx';

const STATES: Readonly<Record<Delivery['state'], readonly [Tone, string]>> = {
  running: ['run', 'Running'],
  delivered: ['ok', 'Delivered'],
  failed: ['warn', 'Not delivered'],
  skipped: ['calm', 'Skipped'],
};

/** Renders the delivery of an accepted fix: its state, its link, and the last lines of a command that failed. Null without one. */
export function DeliveryPanel({status: {delivery}, now}: {status: CaseStatus; now: number}): VNode | null {
  if (delivery === undefined) return null;
  const [tone, name] = STATES[delivery.state] ?? STATES.failed;
  const link = checkedLink(delivery.link ?? '');
  return (
    <Panel
      title="Delivery"
      id="delivery"
      end={<Pill tone={tone}>{name}</Pill>}
      foot={
        <>
          <code>{visible(delivery.id)}</code> · <Time utc={delivery.atUtc} now={now} />
        </>
      }
    >
      {link === undefined ? (
        <p class="break">{visible(deliverySummary(delivery))}</p>
      ) : (
        <p class="break">
          <a href={link} rel="noreferrer">
            {link}
          </a>
        </p>
      )}
      {delivery.state !== 'failed' || !delivery.tail ? null : (
        <section class="mach" aria-label="Last lines of the delivery command" tabIndex={0}>
          <pre>{visible(delivery.tail)}</pre>
        </section>
      )}
    </Panel>
  );
}
