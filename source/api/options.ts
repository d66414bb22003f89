/** Made from the table of options by `npm run docs`: the keys are those of `.sti/config.json`. */

/** What {@link build} takes. */
export interface BuildOptions {
  /** What to build, as on the command line (default: the working folder). */
  readonly source?: string | undefined;
  /** Builder image. */
  readonly image?: string | undefined;
  /** Name of the new image. */
  readonly tag?: string | undefined;
  /** Set a variable for the scripts and in the image. */
  readonly env?: Readonly<Record<string, string>> | undefined;
  /** Read variables from a file, one NAME=VALUE a line. */
  readonly envFile?: string | undefined;
  /** Build this branch, tag or commit of a git source. */
  readonly ref?: string | undefined;
  /** Build this folder of the source instead of all of it. */
  readonly contextDir?: string | undefined;
  /** Leave out files whose path in the source matches. */
  readonly exclude?: string | undefined;
  /** Clone a git source without its submodules. */
  readonly ignoreSubmodules?: boolean | undefined;
  /** Take scripts from this URL first. */
  readonly scripts?: string | undefined;
  /** Look for the builder image's own scripts at this URL (default: what the image says). */
  readonly imageScriptsUrl?: string | undefined;
  /** Put source and scripts into this folder of the container (default: what the image says, else /tmp). */
  readonly destination?: string | undefined;
  /** Run assemble as this user of the builder image. */
  readonly assembleUser?: string | undefined;
  /** Refuse builder images that run scripts as other users. */
  readonly allowedUids?: string | undefined;
  /** Connect the containers of the build to this network (default: the engine's own). */
  readonly network?: string | undefined;
  /** Add a host name during the build. */
  readonly addHost?: readonly string[] | undefined;
  /** Run the scripts without this capability. */
  readonly capDrop?: readonly string[] | undefined;
  /** Trust these authorities too, here and in scripts. */
  readonly ca?: string | undefined;
  /** Build on the builder image for this platform (default: the engine's own). */
  readonly platform?: string | undefined;
  /** Let each container of the build use this much memory (default: no limit). */
  readonly memory?: number | string | undefined;
  /** Let each container of the build use this many cores (default: no limit). */
  readonly cpus?: number | undefined;
  /** Do not reuse artifacts of the previous image. */
  readonly clean?: boolean | undefined;
  /** Reuse artifacts of the previous image (default: on). */
  readonly incremental?: boolean | undefined;
  /** Give up on save-artifacts after this time (default: 10m). */
  readonly artifactsTimeout?: string | undefined;
  /** Choose when to pull the builder image (default: if-not-present). */
  readonly pullPolicy?: 'always' | 'if-not-present' | 'never' | undefined;
  /** Choose when to pull the previous image (default: never). */
  readonly incrementalPullPolicy?: 'always' | 'if-not-present' | 'never' | undefined;
  /** Copy what was built into this image. */
  readonly runtimeImage?: string | undefined;
  /** Take this file or folder into the runtime image. */
  readonly runtimeArtifact?: readonly string[] | undefined;
  /** Run assemble-runtime as this user of the runtime image. */
  readonly assembleRuntimeUser?: string | undefined;
  /** Choose when to pull the runtime image (default: if-not-present). */
  readonly runtimePullPolicy?: 'always' | 'if-not-present' | 'never' | undefined;
  /** Give the image this display name (default: its tag). */
  readonly applicationName?: string | undefined;
  /** Give the image this description. */
  readonly description?: string | undefined;
  /** Add a label to the image. */
  readonly labels?: Readonly<Record<string, string>> | undefined;
  /** Build by a Dockerfile with this program (default: the engine, in a container). */
  readonly builder?: 'buildkit' | 'buildah' | undefined;
  /** Remove the previous image once the new one is tagged. */
  readonly rm?: boolean | undefined;
  /** Write it to oci:DIR, docker:FILE or sbom:FILE as well. */
  readonly output?: readonly string[] | undefined;
  /** Push the image to the registry that its tag names. */
  readonly push?: boolean | undefined;
  /** With --push, attach an SBOM to it in the registry. */
  readonly sbom?: boolean | undefined;
  /** Post the outcome to this URL when the build is over. */
  readonly callbackUrl?: string | undefined;
  /** Write image id, digests, tags and revision as JSON. */
  readonly metadataFile?: string | undefined;
  /** Keep the temporary folder and print its path. */
  readonly savetempdir?: boolean | undefined;
  /** Use the container engine at this address (default: DOCKER_HOST, the docker context, the usual sockets). */
  readonly url?: string | undefined;
  /** Take registry logins from this configuration of docker (default: ~/.docker/config.json). */
  readonly dockercfgPath?: string | undefined;
}

/** What {@link dev} takes. */
export interface DevOptions {
  /** What to build, as on the command line (default: the working folder). */
  readonly source?: string | undefined;
  /** Builder image. */
  readonly image?: string | undefined;
  /** Name of the new image. */
  readonly tag?: string | undefined;
  /** Serve a port of the application on this port (default: the image's exposed ports). */
  readonly ports?: readonly (string | number)[] | undefined;
  /** Serve a port for a debugger, without waiting for it. */
  readonly debugPorts?: readonly (string | number)[] | undefined;
  /** Set a variable in sti dev only, not in the image. */
  readonly devEnv?: Readonly<Record<string, string>> | undefined;
  /** Serve the ports on this address (default: 127.0.0.1). */
  readonly host?: string | undefined;
  /** Answer requests under this name; .NAME for all below it (default: localhost, addresses, the machine's name). */
  readonly allowHost?: readonly string[] | undefined;
  /** Wait until the application answers this path by HTTP. */
  readonly readyPath?: string | undefined;
  /** Give up on an application that is not ready in time (default: 1m). */
  readonly readyTimeout?: string | undefined;
  /** Set a variable for the scripts and in the image. */
  readonly env?: Readonly<Record<string, string>> | undefined;
  /** Read variables from a file, one NAME=VALUE a line. */
  readonly envFile?: string | undefined;
  /** Build this folder of the source instead of all of it. */
  readonly contextDir?: string | undefined;
  /** Leave out files whose path in the source matches. */
  readonly exclude?: string | undefined;
  /** Take scripts from this URL first. */
  readonly scripts?: string | undefined;
  /** Look for the builder image's own scripts at this URL (default: what the image says). */
  readonly imageScriptsUrl?: string | undefined;
  /** Put source and scripts into this folder of the container (default: what the image says, else /tmp). */
  readonly destination?: string | undefined;
  /** Run assemble as this user of the builder image. */
  readonly assembleUser?: string | undefined;
  /** Refuse builder images that run scripts as other users. */
  readonly allowedUids?: string | undefined;
  /** Connect the containers of the build to this network (default: the engine's own). */
  readonly network?: string | undefined;
  /** Add a host name during the build. */
  readonly addHost?: readonly string[] | undefined;
  /** Run the scripts without this capability. */
  readonly capDrop?: readonly string[] | undefined;
  /** Trust these authorities too, here and in scripts. */
  readonly ca?: string | undefined;
  /** Build on the builder image for this platform (default: the engine's own). */
  readonly platform?: string | undefined;
  /** Let each container of the build use this much memory (default: no limit). */
  readonly memory?: number | string | undefined;
  /** Let each container of the build use this many cores (default: no limit). */
  readonly cpus?: number | undefined;
  /** Choose when to pull the builder image (default: if-not-present). */
  readonly pullPolicy?: 'always' | 'if-not-present' | 'never' | undefined;
  /** Copy what was built into this image. */
  readonly runtimeImage?: string | undefined;
  /** Take this file or folder into the runtime image. */
  readonly runtimeArtifact?: readonly string[] | undefined;
  /** Run assemble-runtime as this user of the runtime image. */
  readonly assembleRuntimeUser?: string | undefined;
  /** Choose when to pull the runtime image (default: if-not-present). */
  readonly runtimePullPolicy?: 'always' | 'if-not-present' | 'never' | undefined;
  /** Give the image this display name (default: its tag). */
  readonly applicationName?: string | undefined;
  /** Give the image this description. */
  readonly description?: string | undefined;
  /** Add a label to the image. */
  readonly labels?: Readonly<Record<string, string>> | undefined;
  /** Wait this long for more changes after one (default: 10ms to 50ms). */
  readonly debounce?: string | undefined;
  /** Poll for changes instead of using file events. */
  readonly poll?: boolean | undefined;
  /** Make the image once saves pause for this long (default: 1s). */
  readonly quietTime?: string | undefined;
  /** Keep this many containers ready for the next save (default: 2). */
  readonly standbys?: number | undefined;
  /** Hold a connection this long while no version is ready (default: 10s). */
  readonly switchTimeout?: string | undefined;
  /** Give a replaced version this long to finish requests (default: 1m). */
  readonly drain?: string | undefined;
  /** Keep replaced images. */
  readonly keepImages?: boolean | undefined;
  /** The application reloads changed files by itself. */
  readonly reload?: boolean | undefined;
  /** Treat files as only copied: serve them unassembled (default: what was learned). */
  readonly sync?: readonly { readonly from: string; readonly to: string }[] | undefined;
  /** Assemble every save, also of files that are only copied. */
  readonly noSync?: boolean | undefined;
  /** Build, run until the application is ready, and end. */
  readonly once?: boolean | undefined;
  /** Use the container engine at this address (default: DOCKER_HOST, the docker context, the usual sockets). */
  readonly url?: string | undefined;
  /** Take registry logins from this configuration of docker (default: ~/.docker/config.json). */
  readonly dockercfgPath?: string | undefined;
}
