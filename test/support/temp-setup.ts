import { afterAll } from 'vitest';
import { removeFoldersOfFile } from './temp.ts';

afterAll(removeFoldersOfFile);
