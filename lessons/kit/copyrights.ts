/** Packages that are MIT and come without its text: whose they are, as their repositories and manifests say. */
export const copyrights: Readonly<Record<string, string>> = {
  '@bull-board/api': 'Copyright (c) 2019 Vitor Capretz (capretzvitor@gmail.com)',
  '@bull-board/elysia': 'Copyright (c) 2019 Vitor Capretz (capretzvitor@gmail.com)',
  '@bull-board/ui': 'Copyright (c) 2019 Vitor Capretz (capretzvitor@gmail.com)',
  '@tokenizer/token': 'Copyright (c) 2020 Borewit',
  'bun-types': 'Copyright (c) the authors of Bun',
  'redis-info': 'Copyright (c) Francois-Guillaume Ribreau',
}
