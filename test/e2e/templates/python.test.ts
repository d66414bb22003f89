import { testTemplate } from '../../support/template-tests.ts';

testTemplate('python');
