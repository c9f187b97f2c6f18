import {shortMoment} from '../components/time.tsx';

const STAMP = /(\d{4})(\d\d)(\d\d)-(\d\d)(\d\d)(\d\d)Z/;

/** Returns the moment of a stamp as the hooks write it, `20261130-102121Z`, in ISO 8601; undefined for a text without one. */
export function stampUtc(text: string): string | undefined {
  const parts = STAMP.exec(text);
  if (parts === null) return undefined;
  const [, year, month, day, hour, minute, second] = parts;
  return `${year}-${month}-${day}T${hour}:${minute}:${second}Z`;
}

/** Returns the name of a run for readers, the moment in its id: `30 Nov 10:21`; the id where it has none. */
export function runName(runId: string): string {
  const utc = stampUtc(runId);
  return utc === undefined ? runId : shortMoment(utc);
}
