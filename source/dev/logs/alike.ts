/** Longer lines are no part of a run: to compare them would cost more than to show them. */
const longest = 1_000;

/** Whether two lines differ in their numbers and the spaces between their words at most. */
export function areAlike(one: string, other: string): boolean {
  if (one.length > longest || other.length > longest) return false;
  let [a, b] = [0, 0];
  while (a < one.length && b < other.length) {
    const code = one.charCodeAt(a);
    if (isDigit(code) && isDigit(other.charCodeAt(b))) {
      do a += 1;
      while (isDigit(one.charCodeAt(a)));
      do b += 1;
      while (isDigit(other.charCodeAt(b)));
    } else if (code === 32 && other.charCodeAt(b) === 32) {
      do a += 1;
      while (one.charCodeAt(a) === 32);
      do b += 1;
      while (other.charCodeAt(b) === 32);
    } else if (code === other.charCodeAt(b)) {
      a += 1;
      b += 1;
    } else return false;
  }
  return a === one.length && b === other.length;
}

function isDigit(code: number): boolean {
  return code >= 48 && code <= 57;
}
