import type {FastifyInstance, FastifyReply} from 'fastify';
import {openBundleFile} from '../../evidence/bundle.ts';
import {kindOf} from '../../evidence/bundle-files.ts';
import type {Reading} from '../context.ts';
import {Refusal} from '../refusal.ts';

/** Registers the path of a bundle's files, which are sent as they are. */
export function artifactRoute(app: FastifyInstance, {bundle}: Reading): void {
  const schema = {tags: ['state server'], summary: 'A file of a failure, as it is'};
  app.get('/bundles/:id/artifacts/*', {schema}, async (request, reply) => {
    const {id, '*': relpath} = request.params as {id: string; '*': string};
    if (!isInside(relpath)) throw new Refusal(400, badPath(relpath));
    const place = await bundle(id);
    if (place === undefined) throw new Refusal(404, noBundle(id));
    const file = await openBundleFile(place.dir, relpath);
    if (file === undefined)
      throw new Refusal(404, `${id} has no file ${JSON.stringify(relpath)}. GET /bundles/${id} lists those that it has.`);
    const {size} = await file.stat().catch(async (error: unknown) => {
      await file.close();
      throw error;
    });
    return withFileHeaders(reply, relpath)
      .header('content-length', size)
      .send(file.createReadStream({end: Math.max(0, size - 1)}));
  });
}

/** Whether a relative path stays inside the bundle. */
function isInside(relpath: string): boolean {
  return !relpath.split('/').some((part) => part === '..' || part === '.' || part === '');
}

function badPath(relpath: string): string {
  return `A file of a bundle is named by a relative path without "..", "." or empty parts; got ${JSON.stringify(relpath)}.`;
}

/** Sets the headers of a file, so that a browser neither renders nor runs it. */
function withFileHeaders(reply: FastifyReply, relpath: string): FastifyReply {
  const kind = kindOf(relpath);
  const type = {gzip: 'application/gzip', json: 'application/json'}[kind] ?? 'text/plain; charset=utf-8';
  const name = (relpath.split('/').at(-1) ?? 'file').replace(/[^\w.+@-]/g, '_');
  return reply
    .type(type)
    .header('content-security-policy', "default-src 'none'; sandbox")
    .header('content-disposition', `${kind === 'gzip' ? 'attachment' : 'inline'}; filename="${name}"`);
}

export function noBundle(id: string): string {
  return `There is no bundle ${id}. GET /bundles lists the latest.`;
}
