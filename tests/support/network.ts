/** A place without a network, for the claim that something does not need one. */

/** `ip` and `ifconfig` are not on everybody's PATH. */
const withLoopback =
  '(PATH=$PATH:/usr/sbin:/sbin; ip link set lo up || ifconfig lo up) && exec "$@"'

/** What to put before a command that is to run where there is only 127.0.0.1, as root and, where it is let, as others. */
export const withoutNetwork: readonly string[] | undefined = [
  ['unshare', '--net'],
  ['unshare', '--net', '--map-root-user'],
]
  .map((unshare) => [...unshare, 'sh', '-c', withLoopback, 'sh'])
  .find((prefix) => Bun.which('unshare') && Bun.spawnSync([...prefix, 'true']).success)
