import type {VNode} from 'preact';
import type {ApiDocument} from './api-document.ts';
import {definePage} from './page.ts';

/** Every path with its keys, by the document that the routes themselves make. */
export const apiPage = definePage({
  path: '/ui/api',
  render: ({apiDocument}) => ({title: 'HTTP interface', section: undefined, body: <ApiView document={apiDocument()} />}),
});

function ApiView({document}: {document: ApiDocument}): VNode {
  const operations = Object.entries(document.paths ?? {}).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({path, method: method.toUpperCase(), operation})),
  );
  const groups = [...new Set(operations.map(({operation}) => operation.tags?.[0] ?? 'other'))];
  return (
    <>
      <h1>HTTP interface</h1>
      <p class="facts">
        JSON, errors as <code>{'{"error": "…"}'}</code>. The paths without a prefix are those of the existing state server.{' '}
        <a href="/api/v1/openapi.json">The OpenAPI document</a>
      </p>
      {groups.map((group) => (
        <section key={group}>
          <h2>{group}</h2>
          {operations
            .filter(({operation}) => (operation.tags?.[0] ?? 'other') === group)
            .map(({path, method, operation}) => (
              <details key={`${method} ${path}`} id={`${method} ${path}`.replace(/\W+/g, '-')}>
                <summary>
                  <strong>{method}</strong> <code class="wrap">{path}</code> {operation.summary}
                </summary>
                <dl class="facts">
                  {(operation.parameters ?? []).map((one) => (
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
                {operation.requestBody === undefined ? null : (
                  <pre tabIndex={0}>{JSON.stringify(operation.requestBody, null, 2)}</pre>
                )}
                <pre tabIndex={0}>{JSON.stringify(operation.responses ?? {}, null, 2)}</pre>
              </details>
            ))}
        </section>
      ))}
    </>
  );
}
