import {LeaseBook} from '../../src/case/lease-book.ts';

const holder = (name: string) => ({workflowId: name, runId: `${name}-run`});
const request = (name: string, ...envs: string[]) => ({...holder(name), envs});

test('envs go to who came first, one holder each', () => {
  const book = new LeaseBook();
  for (const name of ['a', 'b', 'c']) book.request(request(name, 'e1', 'e2'));
  expect(book.grant()).toEqual([
    {env: 'e1', holder: holder('a')},
    {env: 'e2', holder: holder('b')},
  ]);
  expect(book.grant()).toEqual([]);
  book.release(holder('a'));
  expect(book.grant()).toEqual([{env: 'e1', holder: holder('c')}]);
});

test('a request that is made again is no second one, and is told what it has', () => {
  const book = new LeaseBook();
  expect(book.request(request('a', 'e1'))).toBeUndefined();
  book.request(request('a', 'e1'));
  expect(book.grant()).toHaveLength(1);
  expect(book.request(request('a', 'e1'))).toBe('e1');
  expect(book.state.waiting).toEqual([]);
});

test('who waits for another env is not held up', () => {
  const book = new LeaseBook();
  book.request(request('a', 'e1'));
  book.grant();
  book.request(request('b', 'e1'));
  book.request(request('c', 'e2'));
  expect(book.grant()).toEqual([{env: 'e2', holder: holder('c')}]);
});

test('closed holders lose their leases and places; who came after the question keeps his', () => {
  const book = new LeaseBook();
  book.request(request('dead', 'e1'));
  book.grant();
  book.request(request('gone', 'e1'));
  const asked = book.holders;
  book.request(request('new', 'e1'));
  book.keepOnly([], asked);
  expect(book.grant()).toEqual([{env: 'e1', holder: holder('new')}]);
});

test('the state survives a continue-as-new', () => {
  const book = new LeaseBook();
  book.request(request('a', 'e1'));
  book.grant();
  book.request(request('b', 'e1'));
  const again = new LeaseBook(JSON.parse(JSON.stringify(book.state)));
  expect(again.busy).toBe(true);
  again.release(holder('a'));
  expect(again.grant()).toEqual([{env: 'e1', holder: holder('b')}]);
});
