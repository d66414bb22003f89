import * as v from 'valibot';

// What sti reads of the engine's answers. Engines leave out or send as null what is empty.

/** Ids become parts of paths and of command lines. */
const id = v.pipe(v.string(), v.regex(/^[\w:.-]+$/));
/** It gets into files and on the screen. */
const digest = v.pipe(v.string(), v.regex(/^sha256:[0-9a-f]{64}$/));
const texts = v.nullish(v.array(v.string()));
const keys = v.nullish(v.record(v.string(), v.unknown()));
const text = v.nullish(v.string());

export const imageConfig = v.object({
  User: text,
  Env: texts,
  Cmd: texts,
  Entrypoint: v.nullish(v.union([v.string(), v.array(v.string())])),
  WorkingDir: text,
  Labels: v.nullish(v.record(v.string(), v.string())),
  Volumes: keys,
  ExposedPorts: keys,
  OnBuild: texts,
  StopSignal: text,
  Shell: texts,
  Healthcheck: v.optional(v.unknown()),
});

export const imageAnswer = v.object({
  Id: id,
  Size: v.number(),
  Comment: text,
  Os: text,
  Architecture: text,
  Variant: text,
  Config: v.nullish(imageConfig),
  RepoTags: texts,
  RootFS: v.nullish(v.object({ Layers: texts })),
});

export const imageListAnswer = v.array(v.object({ Id: id, ParentId: text }));

export const containerAnswer = v.object({
  Id: id,
  State: v.object({
    Running: v.boolean(),
    Paused: v.nullish(v.boolean()),
    ExitCode: v.number(),
    FinishedAt: v.string(),
  }),
  GraphDriver: v.nullish(v.object({ Data: keys })),
  NetworkSettings: v.nullish(
    v.object({
      Networks: v.nullish(v.record(v.string(), v.nullable(v.object({ IPAddress: text })))),
      Ports: v.nullish(v.record(v.string(), v.nullable(v.array(v.object({ HostPort: text }))))),
    }),
  ),
});
export type ContainerAnswer = v.InferOutput<typeof containerAnswer>;

export const containerListAnswer = v.array(v.object({ Id: id, Names: texts, State: text }));

/** No change at all is null. */
export const changesAnswer = v.nullable(v.array(v.object({ Path: v.string(), Kind: v.number() })));

/** A line of what a build tells. */
export const buildAnswer = v.object({ stream: text, error: text, aux: v.nullish(v.object({ ID: v.optional(id) })) });

/** Of whatever was made. */
export const createdAnswer = v.object({ Id: id });

export const exitAnswer = v.object({ StatusCode: v.number() });

/** Without an exit code while it runs. */
export const execAnswer = v.object({ Running: v.boolean(), ExitCode: v.nullish(v.number()) });

export const pathStatAnswer = v.object({ size: v.number(), mode: v.number(), linkTarget: text });

/** A line of the stream that an engine sends while it pulls or pushes; one about the whole image has no id. */
export const progressAnswer = v.object({
  status: text,
  id: text,
  error: text,
  progressDetail: v.nullish(v.object({ current: v.nullish(v.number()), total: v.nullish(v.number()) })),
  aux: v.nullish(v.object({ Digest: v.nullish(digest) })),
});
export type Progress = v.InferOutput<typeof progressAnswer>;

/** Docker lists it among its security options, Podman has a field of its own. */
export const infoAnswer = v.object({
  Rootless: v.nullish(v.boolean()),
  SecurityOptions: texts,
  ServerVersion: text,
  DockerRootDir: text,
  Name: text,
  KernelVersion: text,
});

/** The kernel calls what it caches by another name in each version of its control groups. */
export const usageAnswer = v.object({
  cpu_stats: v.object({ cpu_usage: v.object({ total_usage: v.pipe(v.number(), v.minValue(0)) }) }),
  memory_stats: v.object({
    usage: v.nullish(v.pipe(v.number(), v.minValue(0))),
    stats: v.nullish(v.object({ inactive_file: v.nullish(v.number()), total_inactive_file: v.nullish(v.number()) })),
  }),
});
