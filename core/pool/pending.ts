/** How much is under way, and a promise for the moment when nothing is. */
export class Pending {
  count = 0
  private whenNone: PromiseWithResolvers<void> | undefined = undefined

  begin(): void {
    this.count++
  }

  end(): void {
    this.count--
    if (this.count > 0 || !this.whenNone) return
    this.whenNone.resolve()
    this.whenNone = undefined
  }

  async none(): Promise<void> {
    while (this.count > 0) await (this.whenNone ??= Promise.withResolvers<void>()).promise
  }
}
