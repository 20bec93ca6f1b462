/** What a task does that should have been on a worker. */
export const milliseconds = 200

export function block(): void {
  const end = performance.now() + milliseconds
  while (performance.now() < end);
}
