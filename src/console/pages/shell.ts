/** Parts of the console, in the order of its menu. */
export const SECTIONS = [
  ['overview', 'Overview', '/'],
  ['cases', 'Cases', '/ui/cases'],
  ['runs', 'Runs', '/ui/runs'],
  ['ports', 'Ports', '/ui/ports'],
  ['activity', 'Activity', '/ui/events'],
] as const;
export type Section = (typeof SECTIONS)[number][0];

export type Theme = 'light' | 'dark' | 'auto';

/** What all pages show of the moment. */
export interface Shell {
  readonly theme: Theme;
  readonly lastEventId: number;
  /** Why the console cannot show or do all. */
  readonly problems: readonly string[];
  /** Cases that wait for an operator. */
  readonly waiting: number;
  readonly operator: string | undefined;
  /** Role of whoever is logged in, and how; undefined where the console asks for no login. */
  readonly login: {readonly role: string; readonly text: string} | undefined;
  readonly canLogOut: boolean;
}
