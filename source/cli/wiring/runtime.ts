/** All that a command needs to do its work, to be loaded with `await import()`: `--help` and a wrong command line need none of it. */
export { build } from '../../build/build.ts';
export { openCache } from '../../build/cache.ts';
export { dockerfilePath } from '../../build/dockerfile/place.ts';
export { writeDockerfile } from '../../build/dockerfile/write.ts';
export { planBuild } from '../../build/instead/plan.ts';
export { showUsage } from '../../build/usage.ts';
export { reap } from '../../build/workspace/reaper.ts';
export { declaredBy, shortDeclarations } from '../../dev/sync/declared.ts';
export { explain } from '../../dev/sync/explain.ts';
export { recall } from '../../dev/sync/memory.ts';
export { connectEngine } from '../../engine/connect.ts';
export { connectBuildah } from '../../engine/program/buildah.ts';
export { withBuildKit } from '../../engine/program/buildkit.ts';
export { findSyft } from '../../engine/program/syft.ts';
export { runImage } from '../../run/attached.ts';
export { reportJson, reportLines } from '../../verify/report.ts';
export { narrowest, sideBySide } from '../../verify/side-by-side.ts';
export { verify } from '../../verify/verify.ts';
