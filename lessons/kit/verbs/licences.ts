import { printLicences } from '../licences'
import { exits, type Verb } from './verb'

export const licences: Verb = (kit) =>
  void kit
    .command('licences')
    .alias('licenses')
    .summary('show the licences of all that the kit consists of')
    .description(
      'Shows the licences of this kit and of the packages in it. Whoever passes it on passes them on.',
    )
    .action(exits(printLicences))
