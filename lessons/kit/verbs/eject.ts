import { exits, type Verb } from './verb'

export const eject: Verb = (kit) =>
  void kit
    .command('eject')
    .summary('write out a workspace: all files, to be edited, without a network')
    .description(
      'Writes out a workspace: lessons, library, checks, packages, and a Bun of its own. It needs no network.\n' +
        'Where there is one already, it brings back what is missing, and leaves alone what was edited.',
    )
    .argument('[folder]', 'where; without it the workspace that one stands in, else workshop')
    .option('-f, --force', 'put the original in the place of what was edited, and keep a copy')
    .action(
      exits(async (folder: string | undefined, { force = false }: { force?: boolean }) => {
        const { eject: ejectTo } = await import('../eject/eject')
        return ejectTo(folder, { isForced: force })
      }),
    )
