/**
 * The gate: the small POSIX-sh program that is PID 1 of every container sti works in (docs/architecture.md, "the gate").
 * It waits for commands on stdin and answers with marks on its output. It uses nothing but `/bin/sh` built-ins, since
 * `/bin/sh` is the one program that the protocol requires of an image.
 *
 * The program itself comes as the first line of stdin, so the image's history shows one short command, no file is
 * needed whatever the transport, and the nonce that proves a mark is nowhere a script could read it.
 */
export const gateCommand: readonly string[] = ['/bin/sh', '-c', 'read -r sti_gate && eval "$sti_gate"'];

/**
 * The gate's first line. `nonce` is a random word of letters and digits.
 *
 * - Its variables begin with `sti_`: one that the environment has too would be changed for every script.
 * - A script runs in a background subshell, so that PID 1 goes on reading: when stdin closes because sti is gone, PID 1
 *   ends and takes the script with it.
 * - After the script, processes that it left behind are killed, as the end of PID 1 would in a container that runs the
 *   script itself; how many there were is reported, so that the commit can freeze what refused to die.
 * - `oom_kill` of the memory cgroup (v2, else v1) tells whether the kernel killed something for lack of memory.
 */
export function gateProgram(nonce: string): string {
  return [
    `mark() { echo "@@${nonce}:$1@@"; };`,
    'while read -r sti_key sti_id sti_rest; do',
    'case $sti_key in Uid:) sti_uid=$sti_id ;; Gid:) sti_gid=$sti_id ;; esac; done </proc/self/status;',
    'oom() { sti_killed=0; for sti_file in /sys/fs/cgroup/memory.events /sys/fs/cgroup/memory/memory.oom_control; do',
    'if [ -r $sti_file ]; then while read -r sti_key sti_count; do',
    'if [ "$sti_key" = oom_kill ]; then sti_killed=$sti_count; fi; done <$sti_file; fi; done; };',
    'ended() { set -- $1 /proc/[0-9]*; sti_others=$(($# - 3));',
    'if [ $sti_others -gt 0 ]; then kill -9 -1 2>/dev/null; fi;',
    'oom; mark end >&2; mark "end:$1:$sti_others:$sti_killed"; };',
    'mark "ready:$sti_uid:$sti_gid";',
    'while read -r sti_verb sti_path; do case $sti_verb in',
    // One stream keeps what is written to both in order.
    'run) ( "$sti_path" </dev/null 2>&1; ended $? ) & ;;',
    'apart) ( "$sti_path" </dev/null; ended $? ) & ;;',
    'help) ( "$sti_path" -h </dev/null; ended $? ) & ;;',
    'env) export "$sti_path"; mark "done:$?" ;;',
    // By its name: the folder that the gate began in may be another one, or gone.
    'cd) cd "$sti_path" 2>/dev/null; mark "done:$?" ;;',
    `exec) set --; while IFS= read -r sti_data && [ -n "$sti_data" ]; do sti_data=\${sti_data#=};`,
    // The dot keeps newlines at the end, which a shell takes from what a command prints.
    `case $sti_data in *\\\\*) sti_data=$(printf %b. "$sti_data"); sti_data=\${sti_data%.} ;; esac;`,
    'set -- "$@" "$sti_data"; done;',
    // A shell exports these by itself; a container of the image wouldn't have them (bash keeps SHLVL all the same).
    'unset PWD OLDPWD SHLVL _; exec "$@" </dev/null ;;',
    'list) for sti_file in "$sti_path"/* "$sti_path"/.[!.]* "$sti_path"/..?*; do',
    'if [ -e "$sti_file" ] || [ -L "$sti_file" ]; then mark "entry:$sti_file"; fi; done; mark listed ;;',
    // Paths are lines of their own, since reading a line into two words would take blanks from the second one's end.
    'put) sti_status=0; while IFS= read -r sti_path && [ -n "$sti_path" ]; do IFS= read -r sti_data;',
    '{ [ -f "$sti_path" ] && [ ! -L "$sti_path" ] && printf %b "$sti_data" >"$sti_path"; } 2>/dev/null || sti_status=1;',
    'done; mark "done:$sti_status" ;;',
    // Stops at the first that stays, so that what comes after it is still there for a commit.
    'clear) sti_status=0; while IFS= read -r sti_path && [ -n "$sti_path" ]; do',
    'if [ $sti_status = 0 ] && { [ -e "$sti_path" ] || [ -L "$sti_path" ]; }; then',
    'rm -rf "$sti_path" </dev/null >/dev/null 2>&1; sti_status=$?; fi; done;',
    'mark "done:$sti_status" ;;',
    'esac; done',
  ].join(' ');
}

/** A file of the container and what it's to have in it. */
export interface PutFile {
  /** Absolute, without a newline. */
  readonly path: string;
  readonly content: Buffer;
}

export type GateCommand =
  /** Runs a script, `apart` with a stdout and a stderr of their own, `help` so and with `-h`; answered by `end` marks. */
  | { readonly verb: 'run' | 'apart' | 'help'; readonly path: string }
  /** Sets a variable for the scripts to come, `NAME=VALUE`; answered by `done`. A container that has it would give it to its image. */
  | { readonly verb: 'env'; readonly path: string }
  /** Goes to a folder; answered by `done`. */
  | { readonly verb: 'cd'; readonly path: string }
  /** Becomes the command: PID 1, without stdin, as in a container that was made for it. Not answered. */
  | { readonly verb: 'exec'; readonly command: readonly string[] }
  /** Names what is directly in a folder; answered by `entry` marks and `listed`. */
  | { readonly verb: 'list'; readonly path: string }
  /** Writes into regular files that exist, all it can; answered by `done`. */
  | { readonly verb: 'put'; readonly files: readonly PutFile[] }
  /** Removes what is there of these paths, up to the first that can't be removed; answered by `done`. */
  | { readonly verb: 'clear'; readonly paths: readonly string[] };

/** The command as the gate reads it: one line, and for lists more of them up to an empty one. */
export function gateLine(command: GateCommand): string {
  switch (command.verb) {
    case 'put':
      return `put\n${command.files.map(({ path, content }) => `${path}\n${escapeContent(content)}\n`).join('')}\n`;
    case 'exec':
      return `exec\n${command.command.map((word) => `=${escapeContent(Buffer.from(word))}\n`).join('')}\n`;
    case 'clear':
      return `clear\n${command.paths.map((path) => `${path}\n`).join('')}\n`;
    default:
      return `${command.verb} ${command.path}\n`;
  }
}

/** Any bytes as printable ASCII that `printf %b` turns back into them. */
export function escapeContent(content: Buffer): string {
  return content.toString('latin1').replace(/[^ -[\]-~]/g, (byte) => {
    if (byte === '\n') return '\\n';
    if (byte === '\\') return '\\\\';
    return `\\0${byte.charCodeAt(0).toString(8).padStart(3, '0')}`;
  });
}

export type GateMark =
  | { readonly kind: 'ready'; readonly uid: number; readonly gid: number }
  /** On stderr: all that the script wrote there has come. */
  | { readonly kind: 'stderr-end' }
  | {
      readonly kind: 'end';
      readonly exitCode: number;
      /** Processes that the script had left running. */
      readonly others: number;
      /** Processes that the kernel killed for lack of memory. */
      readonly oomKills: number;
    }
  | { readonly kind: 'entry'; readonly path: string }
  | { readonly kind: 'listed' }
  | { readonly kind: 'done'; readonly ok: boolean };

/** The meaning of a mark's text; undefined for one that the gate doesn't write. */
export function parseMark(text: string): GateMark | undefined {
  const [word = '', ...rest] = text.split(':');
  const [first = 0, second = 0, third = 0] = rest.map(Number);
  switch (word) {
    case 'ready':
      return { kind: 'ready', uid: first, gid: second };
    case 'end':
      return rest.length === 0
        ? { kind: 'stderr-end' }
        : { kind: 'end', exitCode: first, others: Math.max(0, second), oomKills: third };
    case 'entry':
      return { kind: 'entry', path: rest.join(':') };
    case 'listed':
      return { kind: 'listed' };
    case 'done':
      return { kind: 'done', ok: rest[0] === '0' };
    default:
      return undefined;
  }
}
