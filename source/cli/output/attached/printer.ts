import type { OutputPiece } from '../../../build/events.ts';
import { wantsColour } from '../../../terminal/colours.ts';
import type { Output } from '../../../terminal/output.ts';
import type { Context } from '../../context.ts';
import { createScriptOutput } from '../script-output.ts';
import { createWrite } from '../write.ts';

/** Writes what a program of a container prints to sti's own stdout and stderr. */
export function createPrinter({
  stdout,
  stderr,
  env,
}: Pick<Context, 'stdout' | 'stderr' | 'env'>): (piece: OutputPiece) => void | Promise<void> {
  const printerFor = (output: Output) => {
    const write = createWrite(output);
    const script = createScriptOutput({ indent: '', colour: wantsColour(env, output), inPlace: output.isTTY === true });
    return (piece: OutputPiece) => write(script.add(piece));
  };
  const printers = { stdout: printerFor(stdout), stderr: printerFor(stderr) };
  return (piece) => printers[piece.stream](piece);
}
