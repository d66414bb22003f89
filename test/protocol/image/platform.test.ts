import { expect, it } from 'vitest';
import { fitsPlatform, parsePlatform } from '../../../source/protocol/image/platform.ts';

it.each([
  ['linux/amd64', 'linux/amd64'],
  ['Linux/x86_64', 'linux/amd64'],
  ['linux/aarch64', 'linux/arm64'],
  ['linux/arm/v7', 'linux/arm/v7'],
  ['arm64', undefined],
  ['linux/', undefined],
  ['linux/arm/v7/x', undefined],
  ['', undefined],
])('a platform %j is %j', (text, platform) => {
  expect(parsePlatform(text)).toBe(platform);
});

it.each([
  ['linux/arm64', 'linux/arm64/v8', true],
  ['linux/arm64/v8', 'linux/arm64', true],
  ['linux/arm/v6', 'linux/arm/v7', false],
  ['linux/amd64', 'linux/arm64', false],
  ['windows/amd64', 'linux/amd64', false],
  ['linux/amd64', undefined, true],
])('an image for %j fits %j: %j', (image, asked, fits) => {
  expect(fitsPlatform(image, asked)).toBe(fits);
});
