/** Scenes to draw: everyday ones, and those in which pictures break. */
import { Story } from './story'

const mail = (took: number) => ({ name: 'sendWelcomeEmail', args: "'ada@example.org'", took })
const note = { name: 'notifyAdmin', args: "'ada'", took: 233 }
const refused = {
  name: 'sendWelcomeEmail',
  args: "'ada@bounce.test'",
  took: 300,
  fails: '550 no such mailbox',
}
const hostile = '<script>alert(1)</script>'
const escapes = '\u001b[31mred\u001b[0m \u202eturned\u0007'
const long = 'a'.repeat(40) + 'TheMiddleOfAVeryLongName' + 'z'.repeat(40)
const zalgo = `z${'\u0300\u0301\u0302\u0303'.repeat(30)}algo`

export const stories: readonly Story[] = [
  new Story('nothing but a start', 400, () => {}),
  new Story('one request of 1 ms', 300, (story) =>
    story.request(100, { method: 'GET', path: '/', took: 1 }),
  ),
  new Story('one request of less than a millisecond', 300, (story) =>
    story.request(100, {
      method: 'GET',
      path: '/',
      took: 0.3,
      tasks: [{ name: 'count', took: 0.2 }],
    }),
  ),
  new Story('a good run and a failed one', 8_600, (story) =>
    story
      .request(900, { tasks: [mail(262), note] })
      .request(7_700, { tasks: [refused, note] })
      .poll('/tasks', 1_200, 2_200, 3_200, 4_200, 5_200, 6_200, 7_200, 8_200),
  ),
  new Story('all there is', 10_000, (story) =>
    story
      .request(100, { tasks: [mail(262), note] })
      .request(6_920, { tasks: [refused, note] })
      .request(7_620, {
        path: '/here',
        took: 3,
        tasks: [{ name: 'countPrimes', args: '5000000', took: 1_023 }],
      })
      .hole(7_623, 8_646)
      .request(8_646, { method: 'GET', path: '/ping', took: 1 })
      .flag(8_930, 'mail server down')
      .request(8_970, { path: '/workers', took: 2, tasks: [{ name: 'pool.countPrimes' }] })
      .poll('/tasks', 500, 1_500, 2_500, 3_500, 4_500, 5_500, 6_500, 7_500, 8_650, 8_654, 9_500)
      .worker(1, 20, [[8_973, 'countPrimes']])
      .worker(2, 22, [[9_220, 'crash']], [9_400, 'exited, code 3'])
      .job('3ab5be91', 6_930, [
        [6_940, 300, 'no'],
        [7_740, 510],
      ]),
  ),
  new Story('ten seconds', 11_400, (story) =>
    story
      .flag(80, 'service takes 10 s')
      .request(100, {
        path: '/collect',
        code: 303,
        took: 1,
        tasks: [
          { name: 'fetchRows', args: "'sales'", took: 10_011 },
          { name: 'saveRows', took: 1 },
        ],
      })
      .request(2_200, { method: 'GET', path: '/ping', took: 1 })
      .hole(3_100, 3_220)
      .request(6_500, {
        path: '/collect',
        code: 303,
        took: 2,
        tasks: [{ name: 'fetchRows', args: "'sales'" }],
      })
      .poll('/tasks', 0, 5_000, 10_000),
  ),
  new Story('a burst of 46', 2_100, (story) => {
    for (let i = 0; i < 46; i++) {
      const at = 60 + (i < 12 ? i * 37 : 620 + (i - 12) * 17)
      const took = 120 + ((i * 53) % 190)
      const first = i % 11 === 7 ? { ...refused, took } : mail(took)
      story.request(at, { tasks: [first, { ...note, took: 140 }] })
    }
    story.poll('/tasks', 20, 1_020, 2_020)
  }),
  new Story('forty at once', 1_500, (story) => {
    for (let i = 0; i < 40; i++) story.request(100 + i, { tasks: [mail(900 + i * 3)] })
  }),
  new Story('forty that still run', 1_500, (story) => {
    for (let i = 0; i < 40; i++) story.request(100 + i, { tasks: [{ name: 'slow' }, note] })
  }),
  new Story('four at once', 1_200, (story) => {
    for (let i = 0; i < 4; i++) story.request(100 + i * 90, { tasks: [mail(500), note] })
  }),
  new Story('requests close behind each other', 3_000, (story) => {
    for (let i = 0; i < 12; i++)
      story.request(100 + i * 220, { method: 'GET', path: `/page/${i}`, took: 20 })
  }),
  new Story('hostile names', 900, (story) =>
    story
      .request(100, {
        path: `/${hostile}`,
        tasks: [
          { ...refused, name: hostile, args: hostile, fails: hostile },
          { name: escapes, took: 1 },
        ],
      })
      .request(600, {
        path: escapes,
        tasks: [
          { name: escapes, took: 50, fails: escapes },
          { name: zalgo, took: 10 },
        ],
      })
      .flag(700, hostile)
      .worker(1, 20, [[620, hostile, 40]], [690, escapes])
      .job(hostile, 300, [[310, 60, hostile]], 1),
  ),
  new Story('very long names', 1_400, (story) =>
    story
      .request(100, {
        path: `/${long}`,
        tasks: [
          { name: long, took: 300 },
          { name: long, took: 200, fails: long.repeat(4) },
          { name: long },
        ],
      })
      .request(600, {
        path: `/${long}`,
        took: 200,
        tasks: [{ name: long, took: 90, fails: long }, { name: `${long}2` }],
      })
      .flag(610, long)
      .flag(640, long)
      .job(long, 300, [[310, 60, long]])
      .worker(1, 20, [
        [620, long, 40],
        [700, long],
      ]),
  ),
  new Story('wide letters', 900, (story) =>
    story.request(100, {
      path: '/登録',
      tasks: [
        { name: '歓迎メールを送る', took: 200 },
        { name: 'emoji👩‍👩‍👧‍👦', took: 100, fails: '宛先が見つかりません' },
      ],
    }),
  ),
  new Story('many holes', 4_000, (story) => {
    for (let i = 0; i < 8; i++) story.hole(300 + i * 400, 300 + i * 400 + 60 + i * 40)
    story
      .request(100, { tasks: [{ name: 'block', took: 3_500 }] })
      .request(3_162, { method: 'GET', path: '/ping', took: 1 })
  }),
  new Story('a hole right now', 2_000, (story) =>
    story
      .request(100, { path: '/here', tasks: [{ name: 'countPrimes', took: 1_800 }] })
      .hole(110, 1_905),
  ),
  new Story('workers with many calls', 3_000, (story) =>
    story
      .worker(
        1,
        10,
        Array.from({ length: 60 }, (_, i) => [50 + i * 45, 'resize', 40]),
      )
      .worker(
        2,
        10,
        [
          [100, 'resize', 800],
          [1_000, 'crash'],
        ],
        [1_400, 'exited, code 3'],
      )
      .worker(3, 1_450, [
        [1_500, 'resize', 300],
        [2_800, 'resize'],
      ])
      .request(90, { path: '/pictures', tasks: [{ name: 'pool.resize', took: 2_000 }] }),
  ),
  new Story('many jobs', 5_000, (story) => {
    for (let i = 0; i < 30; i++)
      story.job(`job${i}`, 100 + i * 60, [
        [200 + i * 120, 100, i % 7 ? undefined : 'no'] as [number, number, string?],
      ])
    story.job('waits', 4_000, []).job('runs', 4_100, [[4_200]])
  }),
  new Story('folds', 45_000, (story) => {
    for (let i = 0; i < 6; i++)
      story.request(500 + i * 8_000, { tasks: [i % 2 ? refused : mail(250), note] })
  }),
  new Story('idle for half a minute', 31_000, (story) =>
    story.request(300, { tasks: [mail(262)] }),
  ),
  new Story('a flag in a quiet time', 20_000, (story) =>
    story
      .request(500, { tasks: [mail(262)] })
      .flag(9_000, 'mail server down')
      .flag(9_400, 'mail is gone')
      .request(19_500, { tasks: [refused, note] }),
  ),
  new Story('many flags at once', 6_000, (story) =>
    story
      .request(500, { tasks: [mail(262), note] })
      .flag(1_500, 'Mail server down')
      .flag(1_503, 'mail has stopped')
      .flag(2_900, 'app has stopped')
      .flag(2_950, 'mail is ready', 'ready')
      .flag(3_300, 'app is ready', 'ready')
      .request(5_000, { tasks: [refused, note] }),
  ),
  new Story('killed at work', 3_000, (story) =>
    story
      .request(500, { tasks: [{ name: 'sendWelcomeEmail' }, note] })
      .flag(1_200, 'app was killed (SIGKILL)', 'killed')
      .flag(2_000, 'app is ready', 'ready')
      .job('3ab', 480, [[490]]),
  ),
  new Story('many tasks in one request', 6_000, (story) =>
    story.request(100, {
      tasks: Array.from({ length: 14 }, (_, i) => ({
        name: `step${i}`,
        took: 150 + i * 20,
        ...(i === 11 ? { fails: 'no' } : {}),
      })),
    }),
  ),
  new Story('requests that take long', 9_000, (story) =>
    story
      .request(100, { path: '/slow', took: 3_000 })
      .request(3_500, { path: '/slow', took: 5_400, code: 500 }),
  ),
]
