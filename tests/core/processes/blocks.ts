/** Runs the same blocking task twice, and one that does not block. */
import { BackgroundRunner } from '../../../core'

const runner = new BackgroundRunner()
const resizePicture = () => Bun.sleepSync(60)
const waitPolitely = () => Bun.sleep(60)

for (const task of [resizePicture, resizePicture, waitPolitely]) runner.addTask(task)
await runner.idle()
