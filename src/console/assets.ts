import {createHash} from 'node:crypto';
import {readdir, readFile} from 'node:fs/promises';
import {join} from 'node:path';
import type {FastifyInstance} from 'fastify';
import {dependencyFile, installRoot} from '../setup/paths.ts';

interface Asset {
  readonly type: string;
  readonly body: Buffer;
  readonly etag: string;
}

const TYPES: Readonly<Record<string, string>> = {
  css: 'text/css; charset=utf-8',
  js: 'text/javascript; charset=utf-8',
  svg: 'image/svg+xml',
};

/** Serves style sheets, browser code and icon: all that pages need comes from here. Throws if the installation is not built. */
export async function assetRoutes(app: FastifyInstance): Promise<void> {
  const assets = await readAssets();
  app.get('/assets/:name', {schema: {hide: true}}, (request, reply) => {
    const {name} = request.params as {name: string};
    const asset = assets.get(name);
    if (asset === undefined) return reply.code(404).send({error: `There is no asset ${name}.`});
    reply.header('cache-control', 'no-cache').header('etag', asset.etag);
    if (request.headers['if-none-match'] === asset.etag) return reply.code(304).send();
    return reply.type(asset.type).send(asset.body);
  });
}

/** One text among them, such as a style sheet for a page that stands alone. */
export async function assetText(name: string): Promise<string> {
  return readFile(join(installRoot(), 'src', 'console', 'assets', name), 'utf8');
}

async function readAssets(): Promise<Map<string, Asset>> {
  const root = installRoot();
  const client = join(root, 'dist', 'console', 'client');
  const assets = new Map<string, Asset>();
  for (const dir of [join(root, 'src', 'console', 'assets'), client]) {
    const names = await readdir(dir).catch(() => {
      throw new Error(`${dir} is not there: Portwright is not built. Run \`npm run build\` in its directory.`);
    });
    for (const name of names) await add(name, join(dir, name));
  }
  await add('idiomorph.js', dependencyFile('idiomorph', join('dist', 'idiomorph.esm.js')));
  return assets;

  async function add(name: string, path: string): Promise<void> {
    const type = TYPES[name.split('.').at(-1) ?? ''];
    if (type === undefined) return;
    const body = await readFile(path);
    assets.set(name, {type, body, etag: `"${createHash('sha256').update(body).digest('hex').slice(0, 32)}"`});
  }
}
