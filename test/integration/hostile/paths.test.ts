import {checkHostileArguments} from '../../support/hostile/calls.ts';
import {tally} from '../../support/hostile/figures.ts';
import {hostileArguments, hostileOrigins, hostilePatchNames, hostilePaths} from '../../support/hostile/paths.ts';
import {HostilePlace} from '../../support/hostile/place.ts';
import {resolveNames, resolvePaths} from '../../support/hostile/resolve.ts';

const seed = Number(process.env.PORTWRIGHT_SEED ?? Math.floor(Math.random() * 4_294_967_296));
process.stderr.write(`hostile paths: PORTWRIGHT_SEED=${seed}\n`);

let place: HostilePlace;
beforeAll(async () => {
  place = await HostilePlace.make();
});
afterAll(() => place.remove(), 60_000);

const HARMLESS = {escaped: 0, leaked: 0, crashed: 0};

test('no path of 10000 leads out of where a tool may read or write', async () => {
  const before = await place.digest();
  const {judged, stops} = await resolvePaths(place, hostilePaths(seed, 10_000));
  const {figures, faults} = tally(judged);
  expect(faults.slice(0, 10)).toEqual([]);
  expect(figures).toEqual({tried: 10_000, refused: 10_000, ...HARMLESS});
  expect(await place.digest()).toEqual(before);
  // Neither check has all the work, and what is harmless goes through.
  expect(stops.before).toBeGreaterThan(1000);
  expect(stops.inside).toBeGreaterThan(1000);
  expect(stops.passed).toBeGreaterThan(100);
}, 120_000);

test('no patch name or origin of 4000 does', async () => {
  const {judged, stops} = await resolveNames(place, hostilePatchNames(seed, 2000), hostileOrigins(seed, 2000));
  const {figures, faults} = tally(judged);
  expect(faults.slice(0, 10)).toEqual([]);
  expect(figures).toEqual({tried: 4000, refused: 4000, ...HARMLESS});
  expect(stops.inside).toBeGreaterThan(30);
  expect(stops.passed).toBeGreaterThan(0);
});

test('no arguments of 3000 pass against the schema, or make the check throw', () => {
  const {figures, faults} = tally(checkHostileArguments(hostileArguments(seed, 3000)));
  expect(faults.slice(0, 10)).toEqual([]);
  expect(figures).toEqual({tried: 3000, refused: 3000, ...HARMLESS});
});
