import type {VNode} from 'preact';
import {Icon} from '../components/icon.tsx';
import {Panel, Title} from '../components/panel.tsx';
import {Tag} from '../components/pill.tsx';
import type {ApiDocument} from './api-document.ts';
import {counted} from './components.tsx';
import {definePage} from './page.ts';

/** Every path with its keys, by the document that the routes themselves make. */
export const apiPage = definePage({
  path: '/ui/api',
  render: ({apiDocument}) => ({title: 'API', section: undefined, body: <ApiView document={apiDocument()} />}),
});

type Operation = NonNullable<ApiDocument['paths']>[string][string];

interface ListedOperation {
  readonly path: string;
  readonly method: string;
  readonly operation: Operation;
}

/** Names of the groups of paths, by their tag. */
const GROUPS: Readonly<Record<string, string>> = {
  v1: 'Cases, lists and actions',
  logs: 'Logs',
  'state server': 'Paths of the existing state server',
};

function ApiView({document}: {document: ApiDocument}): VNode {
  const operations = Object.entries(document.paths ?? {}).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]): ListedOperation => ({path, method: method.toUpperCase(), operation})),
  );
  const groups = [...new Set([...Object.keys(GROUPS), ...operations.map(groupOf)])];
  return (
    <>
      <Title
        heading="API"
        facts={[
          counted(operations.length, 'path'),
          <>
            JSON; errors are <code>{'{"error": "…"}'}</code>
          </>,
          <a href="/api/v1/openapi.json">OpenAPI document</a>,
        ]}
      />
      {groups.map((group) => (
        <Group key={group} name={group} operations={operations.filter((one) => groupOf(one) === group)} />
      ))}
    </>
  );
}

function groupOf({operation}: ListedOperation): string {
  return operation.tags?.[0] ?? 'other';
}

function Group({name, operations}: {name: string; operations: readonly ListedOperation[]}): VNode | null {
  if (operations.length === 0) return null;
  return (
    <Panel title={GROUPS[name] ?? name} count={operations.length} flush>
      {operations.map((one) => (
        <OperationDetails key={`${one.method} ${one.path}`} {...one} />
      ))}
    </Panel>
  );
}

function OperationDetails({path, method, operation}: ListedOperation): VNode {
  const {parameters = [], requestBody, responses = {}, summary} = operation;
  const name = `${method} ${path}`;
  return (
    <details class="attempt" id={name.replace(/\W+/g, '-')}>
      <summary>
        <Icon name="chev" class="chev" />
        <Tag>{method}</Tag>
        <code class="break">{path}</code>
        <span class="dim">{summary}</span>
      </summary>
      <div class="api-parts">
        {parameters.length === 0 ? null : (
          <dl class="kv text">
            {parameters.map((one) => (
              <>
                <dt key={one.name}>
                  <code>{one.name}</code>
                </dt>
                <dd>
                  {one.in}
                  {one.required ? ', required' : ''} {one.description}
                </dd>
              </>
            ))}
          </dl>
        )}
        {requestBody === undefined ? null : <Schema label={`Body of ${name}`} heading="Body" value={requestBody} />}
        <Schema label={`Answers of ${name}`} heading="Answers" value={responses} />
      </div>
    </details>
  );
}

function Schema({label, heading, value}: {label: string; heading: string; value: unknown}): VNode {
  return (
    <>
      <h3>{heading}</h3>
      <section tabIndex={0} aria-label={label}>
        <pre>{JSON.stringify(value, null, 2)}</pre>
      </section>
    </>
  );
}
