import {readFileSync} from 'node:fs';
import {GUIDE, withActions} from './operator-actions.ts';

test('the operators’ guide lists the actions as the table has them: run `npm run operator-actions`', () => {
  const guide = readFileSync(GUIDE, 'utf8');
  expect(guide).toBe(withActions(guide));
});

test('a guide without a place for the list is refused', () => {
  expect(() => withActions('# A guide\n')).toThrow(/has no block/);
});
