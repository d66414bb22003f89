import { expect, it, onTestFinished } from 'vitest';
import { connect } from '../support/engine-fixtures.ts';
import { answer, startFalseEngine } from '../support/false-engine.ts';

const imageId = `sha256:${'0'.repeat(64)}`;

it.each([
  ['is being removed for somebody else', '500 Internal Server Error', `unrecognized image ID ${imageId}`, 'absent'],
  ['is not there', '404 Not Found', `No such image: ${imageId}`, 'absent'],
  ['is in use', '409 Conflict', `conflict: unable to delete ${imageId}`, 'in-use'],
])('removing an image says that it %s', async (_, status, message, said) => {
  const { address } = await startFalseEngine(/^DELETE \/images\//, (socket) =>
    answer(socket, status, 'application/json', JSON.stringify({ message })),
  );
  const engine = await connect(address);
  onTestFinished(() => engine.close());
  expect(await engine.removeImage(imageId)).toBe(said);
});
