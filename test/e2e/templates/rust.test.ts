import { testTemplate } from '../../support/template-tests.ts';

testTemplate('rust');
