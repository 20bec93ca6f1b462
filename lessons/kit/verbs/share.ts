import { exits, type Verb } from './verb'

export const share: Verb = (kit) =>
  void kit
    .command('share')
    .summary('give the one file to the room, at an address that you choose')
    .description(
      'Serves the files of the build that lie beside this one to all who can reach the address, until Ctrl-C.\n' +
        'In a terminal it asks for the address. It serves nothing else, and answers who only reads.',
    )
    .option('--address <address>', 'one of those that this machine has')
    .option('--port <port>', 'where it listens', '8000')
    .action(
      exits(async ({ address, port }: { address?: string; port: string }) => {
        const { share: shareAt } = await import('../share/share')
        return shareAt(address, port)
      }),
    )
