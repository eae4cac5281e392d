import { readFileSync } from 'node:fs'
import { Command, CommanderError, Option } from 'commander'
import { CliError } from './lib/errors.ts'
import { exitCodeOf, formatExitCodes } from './lib/exit-codes.ts'
import {
  addFormField,
  addHeader,
  parseConcurrency,
  parseCount,
  parseDurationMs,
  parseKeepMs,
  parsePort,
  parsePublicUrl,
  parseRetry,
  parseSizeBytes,
  parseTimeoutMs,
  parseTypes,
} from './lib/option-values.ts'
import type { FaultsOptions } from './lib/faults.ts'
import { defaultConcurrency, defaultRetries, type GivenPutOptions } from './lib/put/put-options.ts'
import type { ServeOptions } from './lib/serve.ts'
import { parseStorageUrl } from './lib/storage-url.ts'
import { createColors } from './lib/terminal.ts'
import { splitTarget } from './lib/upload-target.ts'

const examples = `
Examples:
  wx-upload serve
      receive files at http://127.0.0.1:8787/upload into ./uploads
  wx-upload put photo.jpg http://127.0.0.1:8787/upload
      upload a file as the form field "file"
  wx-upload put a.jpg b.jpg https://example.com/upload --form user=test --json
      upload two files with a form field, one line of JSON each`

const serveNotes = `
The server listens on this machine alone. For a phone in the same network, open
it with --host 0.0.0.0.

--storage takes s3://BUCKET/PREFIX?endpoint=URL&region=REGION&pathStyle=true,
where all but the bucket may be left out; pathStyle=true is for Ceph and MinIO.
Key and secret come from AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or from
wherever else Amazon's tools find them.

Secrets are no options, as others see those: WX_UPLOAD_TICKET_SECRET, or the
file of --ticket-secret-file, has 32 bytes or more, or several secrets with
names, "old=… new=…"; WX_UPLOAD_ADMIN_TOKEN, or --admin-token-file, a token.

Examples:
  wx-upload serve
  wx-upload serve /srv/uploads --port 9000 --max-file-size 2GB
  wx-upload serve --host 0.0.0.0 --log json
  wx-upload serve --storage 's3://photos?endpoint=http://ceph&pathStyle=true'
  wx-upload serve --host 0.0.0.0 --tls-self-signed`

const putNotes = `
What the server answers goes to stdout, progress and messages go to stderr. Of
several files a terminal shows a line each and no answers.

A folder is walked, in the order of names, with hidden files and without
symbolic links. The exit code is that of the first file that failed, in the
order of the files; a summary says how to upload just those that did.

Examples:
  wx-upload put photo.jpg http://127.0.0.1:8787/upload
  wx-upload put photo.jpg http://127.0.0.1:8787/upload --name avatar
  wx-upload put *.jpg https://example.com/upload --form user=test --json
  wx-upload put a.jpg https://example.com/upload --header 'Authorization: x'
  wx-upload put photos https://example.com/upload --retry --failed-to todo
  find . -print0 | wx-upload put --files-from - --null http://localhost/upload
  wx-upload put --put photo.jpg 'https://example.com/signed?signature=x'`

const faultsNotes = `
The port and those after it are taken, for connections and TLS go wrong at ports
of their own. Each path is one fault: upload to it and see what your code does.
For a phone in the same network, open it with --host 0.0.0.0.

Examples:
  wx-upload faults
  wx-upload faults --host 0.0.0.0 --port 9000
  wx-upload put photo.jpg http://127.0.0.1:8800/reset-in-body --timeout 5000`

/** Runs the command with the arguments of a process and sets its exit code. */
export async function main(argv: readonly string[]): Promise<void> {
  // Whoever reads the messages may leave; the work goes on.
  process.stderr.on('error', () => undefined)
  try {
    await createProgram().parseAsync(argv)
  } catch (error) {
    process.exitCode = report(error)
  }
}

/** Tells an error to the user and returns the exit code. */
function report(error: unknown): number {
  // Commander has said its own already; it ends with an error after --help and --version too.
  if (error instanceof CommanderError) return exitCodeOf(error.exitCode === 0 ? 'ok' : 'usage')
  if (!(error instanceof CliError)) throw error
  process.stderr.write(`${createColors(process.stderr).red('error:')} ${error.message}\n`)
  return error.exitCode
}

function createProgram(): Command {
  const program = new Command('wx-upload')
    .description('Upload files with wx.uploadFile, and receive them.')
    .version(readVersion(), '-V, --version', 'print the version')
    .helpOption('-h, --help', 'print this help')
    .helpCommand('help [command]', 'print the help of a command')
    .configureHelp({
      styleTitle: (title) => createColors(process.stdout).bold(title),
      subcommandTerm: (command) => `${command.name()} ${command.usage()}`,
    })
    .showHelpAfterError('(--help tells how it is used)')
    .exitOverride()
    .addHelpText('after', `${examples}\n\nExit codes:\n${formatExitCodes()}`)
  addServe(program)
  addPut(program)
  addFaults(program)
  return program
}

function addServe(program: Command): void {
  program
    .command('serve')
    .description('receive uploads and keep them in a folder, or in an S3 bucket')
    .argument('[dir]', 'the folder; it is made where it is missing (default: "uploads")')
    .addOption(
      new Option('--storage <url>', 'a bucket instead: s3://BUCKET/PREFIX').argParser(
        parseStorageUrl,
      ),
    )
    .addOption(
      new Option('--port <number>', 'port to listen on; 0 takes any free one')
        .env('PORT')
        .default(8787)
        .argParser(parsePort),
    )
    .option('--host <address>', 'address to listen on', '127.0.0.1')
    .option('--public-url <url>', 'where clients find it, behind a proxy', parsePublicUrl)
    .addOption(
      new Option('--max-file-size <size>', 'the largest file taken, such as 500kB or 2GB')
        .default(parseSizeBytes('200MB'), '200MB')
        .argParser(parseSizeBytes),
    )
    .option(
      '--allow-types <types>',
      'types that files may be of, by name and content, such as image/*,application/pdf (default: any)',
      parseTypes,
    )
    .addOption(
      new Option('--max-uploads <number>', 'uploads at once; the next one hears 503')
        .default(100)
        .argParser(parseCount),
    )
    .addOption(
      new Option('--durability <how>', 'whether uploads in a folder survive a power cut')
        .choices(['fsync', 'none'])
        .default('fsync'),
    )
    .addOption(
      new Option('--keep <time>', 'remove uploads after this time, such as 30d or 12h').argParser(
        parseKeepMs,
      ),
    )
    .addOption(
      new Option('--log <format>', 'how requests are logged')
        .choices(['pretty', 'json'])
        .default('pretty'),
    )
    .addOption(
      new Option(
        '--metrics-port <number>',
        'serve /metrics at a port of its own, by plain HTTP',
      ).argParser(parsePort),
    )
    .option('--metrics-host <address>', 'address of that port (default: that of --host)')
    .addOption(
      new Option('--grace <time>', 'how long uploads under way may go on when it stops')
        .default(parseDurationMs('30s'), '30s')
        .argParser(parseDurationMs),
    )
    .addOption(
      new Option('--drain <time>', 'how long it still takes new ones then')
        .default(0, '0s')
        .argParser(parseDurationMs),
    )
    .option('--ticket-secret-file <file>', 'what tickets are signed with; uploads need one then')
    .option('--admin-token-file <file>', 'what it takes to list, remove and listen')
    .option('--tls-cert <file>', 'certificate for HTTPS, in PEM; with --tls-key')
    .option('--tls-key <file>', 'its private key, in PEM')
    .addOption(
      new Option('--tls-self-signed', 'HTTPS with a certificate for development').conflicts([
        'tlsCert',
        'tlsKey',
      ]),
    )
    .addHelpText('after', serveNotes)
    .action(async (folder: string | undefined, options: ServeOptions) => {
      // Each command loads what it needs alone: the server's libraries take their time.
      const { serve } = await import('./lib/serve.ts')
      process.exitCode = await serve(folder, options)
    })
}

function addPut(program: Command): void {
  program
    .command('put')
    .description('upload files and folders')
    .usage('[options] <file...> <url>')
    .argument('<file...>', 'files and folders, then the http:// or https:// address')
    .option('--name <key>', 'key of the file in the form', 'file')
    .addOption(
      new Option('--form <key=value>', 'a field of the form; once for each key')
        .default({}, 'none')
        .argParser(addFormField),
    )
    .addOption(
      new Option('--header <name: value>', 'a request header; once for each name')
        .default({}, 'none')
        .argParser(addHeader),
    )
    .addOption(
      new Option(
        '--retry [times]',
        'try again after failures that may pass, 3 times or so many',
      ).argParser(parseRetry),
    )
    .addOption(
      new Option('--put', 'send the file alone by PUT, to a pre-signed url').conflicts([
        'name',
        'form',
        'filesFrom',
        'failedTo',
      ]),
    )
    .option('--http2', 'ask for HTTP/2')
    .addOption(
      new Option('--concurrency <number>', 'files that are sent at once')
        .default(defaultConcurrency)
        .argParser(parseConcurrency),
    )
    .option('--files-from <list>', 'files that a file lists, a line each; - is stdin')
    .option('--failed-to <list>', 'write such a list of the files that were not uploaded')
    .option('--null', 'names in these lists end with NUL, as those of find -print0')
    .option('--timeout <ms>', 'most milliseconds for one file (default: no limit)', parseTimeoutMs)
    .option('--json', 'print one line of JSON for each file')
    .option('--quiet', 'print answers and errors only')
    .addOption(
      new Option('--ca <file>', 'trust servers that this authority vouches for').conflicts(
        'insecure',
      ),
    )
    .option('--insecure', 'accept any TLS certificate')
    .addHelpText('after', putNotes)
    .action(async (filesAndUrl: string[], given: GivenPutOptions) => {
      const { put } = await import('./lib/put.ts')
      const { retry, ...others } = given
      const options = {
        ...others,
        ...(retry !== undefined && { retry: retry === true ? defaultRetries : retry }),
      }
      const target = splitTarget(filesAndUrl, { hasList: options.filesFrom !== undefined })
      process.exitCode = await put(target, options)
    })
}

function addFaults(program: Command): void {
  program
    .command('faults')
    .description('a server that goes wrong in every way, to test uploads with')
    .addOption(
      new Option('--port <number>', 'the first of its ports; 0 takes free ones')
        .default(8800)
        .argParser(parsePort),
    )
    .option('--host <address>', 'address to listen on', '127.0.0.1')
    .option('--json', 'print the list as one line of JSON, with what an upload comes to')
    .addHelpText('after', faultsNotes)
    .action(async (options: FaultsOptions) => {
      const { faults } = await import('./lib/faults.ts')
      process.exitCode = await faults(options)
    })
}

function readVersion(): string {
  const packageJson: unknown = JSON.parse(
    readFileSync(new URL('../package.json', import.meta.url), 'utf8'),
  )
  if (typeof packageJson !== 'object' || packageJson === null || !('version' in packageJson)) {
    throw new TypeError('package.json of wx-upload has no version')
  }
  return String(packageJson.version)
}
