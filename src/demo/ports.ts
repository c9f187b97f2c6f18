/** A failing port of the demo's tree, and its case's expected end. */
export interface DemoPort {
  readonly origin: string;
  readonly what: string;
  readonly ends: 'fixed' | 'awaiting-operator';
}

export const DEMO_PORTS: readonly DemoPort[] = [
  {origin: 'net/wifimedia', what: 'does not compile', ends: 'fixed'},
  {origin: 'textproc/rangearg', what: 'does not link', ends: 'fixed'},
  {origin: 'sysutils/clockfmt', what: 'a patch no longer applies', ends: 'fixed'},
  {origin: 'sysutils/dfwho', what: 'its plist is wrong', ends: 'fixed'},
  {origin: 'devel/evloop', what: 'its configure script does not support DragonFly', ends: 'fixed'},
  {origin: 'net/hopcount', what: 'does not compile, and then its plist is wrong', ends: 'fixed'},
  {origin: 'sysutils/cpuload', what: 'one of its dragonfly patches is stale', ends: 'fixed'},
  {origin: 'www/tinyserve', what: 'its overlay lists a file that is gone', ends: 'fixed'},
  {origin: 'security/sumtool', what: 'its distfile has another checksum', ends: 'awaiting-operator'},
  {origin: 'devel/needlib', what: 'a dependency is missing', ends: 'awaiting-operator'},
];
