import path from 'node:path'
import { writeFile } from 'node:fs/promises'
import { createDiskStorage } from '@wx-upload/receiver/fs'
import { createServer } from '@wx-upload/receiver/server'
import { expect, it, onTestFinished } from 'vitest'
import { createCertificate } from '../../packages/client/src/lib/node/certificate.fixture.ts'
import { createFolder, patient, useChromium } from './console.fixture.ts'

const openPage = useChromium()

it('R-13 the console works over HTTPS, by HTTP/2: it sends, and shows at once what is stored', async () => {
  const folder = await createFolder()
  const server = await createServer({
    storage: createDiskStorage(folder),
    log: 'silent',
    tls: await createCertificate(),
  })
  onTestFinished(() => server.close())
  const { url } = await server.listen()
  const page = await openPage({ browser: { ignoreHTTPSErrors: true } })
  await page.goto(url)
  const protocol = await page.evaluate(
    () => performance.getEntriesByType('navigation')[0]?.toJSON().nextHopProtocol,
  )
  expect(protocol).toBe('h2')
  const file = path.join(folder, 'hello.txt')
  await writeFile(file, 'hello')
  const [chooser] = await Promise.all([
    page.waitForEvent('filechooser'),
    page.getByRole('button', { name: 'Choose files' }).click(),
  ])
  await chooser.setFiles([file])
  await expect
    .poll(() => page.getByRole('link', { name: 'hello.txt' }).first().getAttribute('href'), patient)
    .toMatch(new RegExp(`^(?:${url})?/uploads/`))
})
