/** As large as a parser or a driver of a database: about two seconds of `gcc -O2` on a processor of 2023. */
const functions = 250;

function step(index: number): string {
  return `static double step_${index}(const double *in, double *out, int length) {
  double sum = ${index};
  for (int at = 0; at < length; at += 1) {
    switch ((int)in[at] % 4) {
      case 0: sum += in[at] * ${index + 1}; break;
      case 1: sum -= out[at] / ${index + 2}; break;
      case 2: sum = sum > ${index} ? sum - in[at] : sum + out[at]; break;
      default: out[at] = sum * in[at] + ${index};
    }
  }
  return sum;
}
`;
}

/** @param entry C by which the language loads it. */
export function nativeSource(entry: string): string {
  const steps = Array.from({ length: functions }, (_, index) => index);
  const sum = steps.map((index) => `step_${index}(in, out, length)`).join(' + ');
  return `${steps.map(step).join('')}
double all(const double *in, double *out, int length) {
  return ${sum};
}

${entry}
`;
}
