// @ts-check
import { clientBrowser } from './client-browser.mjs'
import { clientLarge } from './client-large.mjs'
import { clientProgress } from './client-progress.mjs'
import { clientSecure } from './client-secure.mjs'
import {
  clientSmall,
  clientSmallAtOnce,
  clientSmallNew,
  clientSmallNewAtOnce,
} from './client-small.mjs'
import { curves } from './curves.mjs'
import { parserContents, parserScenarios } from './parser.mjs'
import { receiverDurable } from './receiver-durable.mjs'
import { receiverLarge } from './receiver-large.mjs'
import { receiverS3 } from './receiver-s3.mjs'
import { receiverAtOnce, receiverSmall, receiverSmallNew } from './receiver-small.mjs'

/**
 * All that is compared, in the order of the docs.
 *
 * @type {readonly import('../lib/scenario.mjs').Scenario[]}
 */
export const allScenarios = [
  clientLarge,
  clientSecure,
  clientSmall,
  clientSmallAtOnce,
  clientSmallNew,
  clientSmallNewAtOnce,
  clientProgress,
  clientBrowser,
  receiverLarge,
  receiverDurable,
  receiverSmall,
  receiverSmallNew,
  receiverAtOnce,
  receiverS3,
  ...parserScenarios,
  parserContents,
  ...curves,
]
