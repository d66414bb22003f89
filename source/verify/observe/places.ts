/** What the engine or the build itself puts there, and what is gone with the container. */
const notOfTheApplication = /^\/(?:proc|sys|dev|run|tmp|var\/tmp|etc\/(?:hosts|hostname|resolv\.conf|mtab))(?:\/|$)/;
/** What Python compiles has times in it. */
const compiled = /\.pyc$/;

export function isOfTheApplication(path: string): boolean {
  return !notOfTheApplication.test(path) && !compiled.test(path);
}

/** How many archives are asked for: each takes a call, and a folder has more in it than what has changed. */
const most = 24;

/**
 * A few folders and files below which all of these are: the deepest give way to their folders first.
 * @param paths absolute
 */
export function commonPlaces(paths: readonly string[], limit = most): string[] {
  let places = outermost(paths);
  while (places.length > limit) {
    const deepest = places.reduce((most, path) => Math.max(most, depthOf(path)), 0);
    if (deepest <= 1) return ['/'];
    places = outermost(places.map((path) => (depthOf(path) === deepest ? folderOf(path) : path)));
  }
  return places;
}

/** Without those that are below others. */
function outermost(paths: readonly string[]): string[] {
  const all = new Set(paths);
  return [...all].filter((path) => !foldersAbove(path).some((folder) => all.has(folder))).sort();
}

/** `/a/b/c` → `/a`, `/a/b` */
export function foldersAbove(path: string): string[] {
  const parts = path.split('/').slice(1, -1);
  return parts.map((_, index) => `/${parts.slice(0, index + 1).join('/')}`);
}

function depthOf(path: string): number {
  return path.split('/').length - 1;
}

function folderOf(path: string): string {
  return path.slice(0, path.lastIndexOf('/')) || '/';
}
