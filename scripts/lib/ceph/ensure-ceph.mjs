// @ts-check
import { ensurePrograms } from '../ensure-programs.mjs'

const packages = [
  { debianPackage: 'ceph-mon', programs: ['ceph', 'ceph-mon', 'monmaptool'] },
  { debianPackage: 'ceph-osd', programs: ['ceph-osd'] },
  { debianPackage: 'radosgw', programs: ['radosgw', 'radosgw-admin'] },
]

/** Installs what a cluster is made of; see {@link ensurePrograms}. */
export function ensureCeph() {
  return ensurePrograms('A Ceph cluster', packages)
}
