/** A kind of file that a program puts beside the one being edited and takes away again; `example` is one such name. */
export interface TemporaryName {
  readonly madeBy: string;
  readonly pattern: RegExp;
  readonly example: string;
}

/** What never counts as a save. Only names that nobody gives to a file of an application. */
export const temporaryNames: readonly TemporaryName[] = [
  { madeBy: 'vim, to see whether it may write in the folder', pattern: /^4913$/, example: '4913' },
  { madeBy: 'vim, nano: swap and lock files', pattern: /^\.(.+\.)?sw[a-z]$/, example: '.app.js.swp' },
  { madeBy: 'vim, emacs, kate, nano, joe: backups and undo files', pattern: /~$/, example: 'app.js~' },
  { madeBy: 'emacs: locks', pattern: /^\.#/, example: '.#app.js' },
  { madeBy: 'emacs: auto-saves', pattern: /^#.*#$/, example: '#app.js#' },
  { madeBy: 'JetBrains: safe write', pattern: /___jb_(tmp|old)___$/, example: 'app.js___jb_tmp___' },
  { madeBy: 'kate: swap files', pattern: /^\..+\.kate-swp$/, example: '.app.js.kate-swp' },
  { madeBy: 'gedit and all that saves by GIO', pattern: /^\.goutputstream-/, example: '.goutputstream-X2Q9T2' },
  { madeBy: 'Sublime Text: atomic save', pattern: /^\.subl.*\.tmp$/, example: '.subl1f.tmp' },
  { madeBy: 'VS Code: atomic save', pattern: /\.vsctmp$/, example: 'app.js.vsctmp' },
  { madeBy: 'TextEdit: safe save', pattern: /\.sb-[0-9a-f]{8}-\w{6}$/, example: 'a.txt.sb-1f2e3d4c-Ab12Cd' },
  { madeBy: 'LibreOffice: locks', pattern: /^\.~lock\..*#$/, example: '.~lock.a.ods#' },
  { madeBy: 'Microsoft Office: locks', pattern: /^~\$/, example: '~$a.docx' },
  { madeBy: 'macOS Finder', pattern: /^\.DS_Store$/, example: '.DS_Store' },
  { madeBy: 'macOS, on volumes of other systems', pattern: /^\._/, example: '._app.js' },
  {
    madeBy: 'NFS, for a file that is removed while open',
    pattern: /^\.nfs[0-9a-f]{8,}$/,
    example: '.nfs000000000a1b2c3d',
  },
];

/** Whether a file (not a folder) with this name, without its path, is one of an editor or the system. */
export function isTemporaryName(name: string): boolean {
  return temporaryNames.some(({ pattern }) => pattern.test(name));
}
