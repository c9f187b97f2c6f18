import {bundlePath} from './components.tsx';

/** Returns the path of a page with a file of a bundle. */
export function artifactPath(bundleId: string, relpath: string): string {
  return `${bundlePath(bundleId)}/artifacts/${relpath.split('/').map(encodeURIComponent).join('/')}`;
}

/** Returns the path of a file of a bundle as it is. */
export function rawPath(bundleId: string, relpath: string): string {
  return artifactPath(bundleId, relpath).replace('/ui/', '/');
}
