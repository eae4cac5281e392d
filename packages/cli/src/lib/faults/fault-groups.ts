import { connectionFaults } from './connection-faults.ts'
import { contentFaults } from './content-faults.ts'
import { earlyAnswerFaults } from './early-answer-faults.ts'
import type { FaultGroup } from './fault.ts'
import { headerFaults } from './header-faults.ts'
import { http2Faults } from './http2-faults.ts'
import { http2SessionFaults } from './http2-session-faults.ts'
import { interimFaults } from './interim-faults.ts'
import { keepAliveFaults } from './keep-alive-faults.ts'
import { lengthFaults } from './length-faults.ts'
import { redirectFaults } from './redirect-faults.ts'
import { requestFaults } from './request-faults.ts'
import { tlsFaults } from './tls-faults.ts'

/** Every fault, in the order of an upload. */
export const faultGroups: readonly FaultGroup[] = [
  requestFaults,
  earlyAnswerFaults,
  interimFaults,
  lengthFaults,
  contentFaults,
  headerFaults,
  redirectFaults,
  keepAliveFaults,
  connectionFaults,
  tlsFaults,
  http2Faults,
  http2SessionFaults,
]
