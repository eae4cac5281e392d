// @ts-check

/**
 * What a cluster is made of, and where.
 *
 * @typedef {{
 *   folder: string,
 *   fsid: string,
 *   monitorPort: number,
 *   gatewayPorts: number[],
 *   osds: number,
 *   store: 'bluestore' | 'memstore',
 *   osdBytes: number,
 *   replicas: number,
 * }} ClusterLayout
 */

/**
 * The file `ceph.conf` of a cluster.
 *
 * @param {ClusterLayout} layout
 */
export function formatConfiguration(layout) {
  const { folder, fsid, monitorPort, gatewayPorts, store, osdBytes, replicas } = layout
  return `[global]
fsid = ${fsid}
mon_host = v2:127.0.0.1:${monitorPort}
public_addr = 127.0.0.1
cluster_addr = 127.0.0.1
ms_bind_msgr1 = false
keyring = ${folder}/keyring
run_dir = ${folder}
admin_socket = ${folder}/$name.asok
pid_file =
log_file = ${folder}/$name.log
crash_dir = ${folder}
# One copy may be missing and the store still takes what is written.
osd_pool_default_size = ${replicas}
osd_pool_default_min_size = ${Math.max(1, replicas - 1)}
osd_pool_default_pg_num = 8
osd_pool_default_pgp_num = 8
osd_pool_default_pg_autoscale_mode = off
mon_max_pg_per_osd = 1000
mon_warn_on_pool_no_redundancy = false
# All copies are on one machine.
osd_crush_chooseleaf_type = 0
# The monitor has to know the grace too.
osd_heartbeat_interval = 1
osd_heartbeat_grace = 5
mon_osd_adjust_heartbeat_grace = false
mon_osd_min_down_reporters = 1

[mon]
mon_data = ${folder}/$name
mon_allow_pool_delete = true
mon_data_avail_warn = 2
mon_data_avail_crit = 1
paxos_propose_interval = 0.1

[osd]
osd_data = ${folder}/$name
osd_objectstore = ${store}
osd_min_pg_log_entries = 500
osd_max_pg_log_entries = 1000
osd_memory_target = 939524096
osd_scrub_begin_hour = 0
osd_scrub_end_hour = 1
bluestore_block_size = ${osdBytes}
bluestore_cache_autotune = false
bluestore_cache_size = 67108864
memstore_device_bytes = ${osdBytes}

[client]
admin_socket = ${folder}/$name.$pid.asok
log_file = ${folder}/client.log
rgw_enable_usage_log = false
# What was deleted is free again soon, and a quota counts soon what is there.
rgw_gc_obj_min_wait = 30
rgw_gc_processor_period = 10
rgw_bucket_quota_ttl = 1
rgw_user_quota_bucket_sync_interval = 1
${gatewayPorts.map((port, index) => formatGateway(folder, { port, index })).join('')}`
}

/**
 * @param {string} folder
 * @param {{ port: number, index: number }} gateway
 */
function formatGateway(folder, { port, index }) {
  return `
[client.rgw.${index}]
rgw_frontends = beast endpoint=127.0.0.1:${port}
log_file = ${folder}/rgw.${index}.log
`
}
