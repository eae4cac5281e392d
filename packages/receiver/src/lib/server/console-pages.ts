import { access } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import fastifyStatic from '@fastify/static'
import type { FastifyInstance, FastifyReply } from 'fastify'
import { requestBase } from '../http/upload-answer.ts'
import { unbuiltText, welcomeText } from './welcome.ts'

/** Where the build of the console puts its files, as seen from the sources and from what is built of them. */
export const builtConsoleFolder: string = fileURLToPath(
  new URL('../../../dist/console/', import.meta.url),
)

/** A page: its file, and what its Content-Security-Policy has other than {@link strictPolicy}. */
interface Page {
  readonly file: string
  readonly policy: Readonly<Record<string, string>>
}

const strictPolicy = {
  'default-src': "'none'",
  'script-src': "'self'",
  'style-src': "'self'",
  'img-src': "'self' blob: data:",
  'connect-src': "'self'",
  'base-uri': "'none'",
  'form-action': "'none'",
  'frame-ancestors': "'none'",
}

const consolePage: Page = { file: 'index.html', policy: {} }

const otherPages: Readonly<Record<string, Page>> = {
  '/playground': { file: 'playground.html', policy: { 'frame-src': "'self'" } },
  // Runs what a person types in; it is shown within the playground.
  '/playground/runner': {
    file: 'runner.html',
    policy: {
      'script-src': "'self' 'unsafe-eval' blob:",
      'connect-src': "'self' blob: data:",
      'frame-ancestors': "'self'",
    },
  },
}

/**
 * Serves the console from the folder it was built into: its pages, and what they consist of under `/assets/`, whose names
 * change with their content. At `/` a client that does not ask for HTML is told how to upload. The folder may be missing, and may
 * be built at any time.
 */
export async function addConsolePages(
  app: FastifyInstance,
  { folder }: { folder: string },
): Promise<void> {
  await app.register(fastifyStatic, {
    root: join(folder, 'assets'),
    prefix: '/assets/',
    index: false,
    maxAge: '1y',
    immutable: true,
    setHeaders(response) {
      response.setHeader('X-Content-Type-Options', 'nosniff')
      response.setHeader('Cross-Origin-Resource-Policy', 'same-origin')
    },
  })
  app.get('/', (request, reply) => {
    reply.header('Vary', 'Accept')
    if (request.headers.accept?.toLowerCase().includes('text/html') === true) {
      return sendPage(reply, { ...consolePage, folder })
    }
    return sendText(reply, welcomeText(requestBase(request.raw)))
  })
  for (const [path, page] of Object.entries(otherPages)) {
    app.get(path, (_request, reply) => sendPage(reply, { ...page, folder }))
  }
}

async function sendPage(
  reply: FastifyReply,
  { folder, file, policy }: Page & { folder: string },
): Promise<FastifyReply> {
  try {
    await access(join(folder, file))
  } catch {
    return sendText(reply.code(503), unbuiltText(requestBase(reply.request.raw)))
  }
  reply.headers({
    'Content-Security-Policy': formatPolicy({ ...strictPolicy, ...policy }),
    'Cross-Origin-Opener-Policy': 'same-origin',
    'Referrer-Policy': 'no-referrer',
    // With the ETag: a new build shows at once.
    'Cache-Control': 'no-cache',
  })
  return reply.sendFile(file, folder, { cacheControl: false })
}

function sendText(reply: FastifyReply, text: string): FastifyReply {
  return reply
    .type('text/plain; charset=utf-8')
    .header('X-Content-Type-Options', 'nosniff')
    .send(text)
}

function formatPolicy(policy: Readonly<Record<string, string>>): string {
  return Object.entries(policy)
    .map(([directive, sources]) => `${directive} ${sources}`)
    .join('; ')
}
