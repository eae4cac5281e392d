import type { JSX } from 'preact'
import { count, text } from '../lib/page-text.ts'
import type { ConsoleState } from '../state/console-state.ts'
import { IconButton } from './button.tsx'
import { Icon } from './icons.tsx'

/** Says that the server is gone, and when it is back, offers what has failed in the meantime. */
export function ConnectionBanner({ state }: { readonly state: ConsoleState }): JSX.Element {
  const { connection, sending } = state
  const passing = sending.passing.value
  return (
    <div class="banner-place" role="status">
      {connection.value === 'lost' && (
        <div class="banner banner-lost">
          <div class="banner-inner page-width">
            <Icon name="unplugged" />
            <p>
              <strong>{text.connectionLost}</strong> {text.reconnecting}
            </p>
          </div>
        </div>
      )}
      {connection.value === 'back' && passing.length > 0 && (
        <div class="banner banner-back">
          <div class="banner-inner page-width">
            <Icon name="check" />
            <p>
              <strong>{text.connectionBack}</strong>
            </p>
            <button type="button" class="button" onClick={() => sending.tryAgain(passing)}>
              {text.tryFailedAgain(count(passing.length))}
            </button>
            <IconButton icon="close" label={text.close} onClick={() => state.acknowledgeReturn()} />
          </div>
        </div>
      )}
    </div>
  )
}
