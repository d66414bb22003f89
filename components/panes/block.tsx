import { Box, type DOMElement } from 'ink';
import { useContext, useLayoutEffect, useRef } from 'react';
import { CanvasContext } from '../screen/canvas.ts';

export interface BlockProps {
  /** What a pointer there points at. */
  readonly name?: string;
  /** Each fits in the columns that the block has. */
  readonly lines: readonly string[];
  /** As wide as all there is when nothing is said. */
  readonly columns?: number;
}

/** Exact lines: Ink gives them their place, and the canvas takes them as they are. */
export function Block({ lines, columns, name = '' }: BlockProps) {
  const canvas = useContext(CanvasContext);
  const box = useRef<DOMElement>(null);
  useLayoutEffect(() => {
    const { current } = box;
    if (current === null) return;
    canvas.set(current, lines, name);
    return () => canvas.delete(current);
  });
  return <Box ref={box} height={lines.length} flexShrink={0} {...(columns !== undefined && { width: columns })} />;
}
