/** Commands in other folders, run to their ends. */

/** A command of this Bun. */
export function runBun(cwd: string, args: readonly string[], env?: Record<string, string>) {
  return runProgram(process.execPath, args, cwd, env)
}

export async function runProgram(
  executable: string,
  args: readonly string[],
  cwd: string,
  env: Record<string, string> = {},
): Promise<{ code: number; output: string; errors: string }> {
  await using child = Bun.spawn([executable, ...args], {
    cwd,
    env: { ...process.env, NO_COLOR: '1', ...env },
    stdin: 'ignore',
    stdout: 'pipe',
    stderr: 'pipe',
  })
  const [output, errors] = await Promise.all([
    new Response(child.stdout).text(),
    new Response(child.stderr).text(),
  ])
  return { code: await child.exited, output, errors }
}
