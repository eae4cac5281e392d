// @ts-check
import { canInstallPackages, installPackages } from '../debian-packages.mjs'
import { findProgram } from '../find-program.mjs'
import { ScriptError } from '../script-error.mjs'

/** The programs of a cluster, and the Debian packages that bring them and what they need. */
const packages = [
  { debianPackage: 'ceph-mon', programs: ['ceph', 'ceph-mon', 'monmaptool'] },
  { debianPackage: 'ceph-osd', programs: ['ceph-osd'] },
  { debianPackage: 'radosgw', programs: ['radosgw', 'radosgw-admin'] },
]

/** Installs Ceph where it is missing and can be installed unasked; else says in one line what to do. */
export async function ensureCeph() {
  const missing = packages
    .filter(({ programs }) => programs.some((program) => findProgram(program) === undefined))
    .map(({ debianPackage }) => debianPackage)
  if (missing.length === 0) return
  if (canInstallPackages() && (await installPackages(missing))) return
  throw new ScriptError(
    `A Ceph cluster needs ${missing.join(', ')}, which ${missing.length === 1 ? 'is' : 'are'} missing: ` +
      `install them ("apt-get install ${missing.join(' ')}" on Debian).`,
  )
}
