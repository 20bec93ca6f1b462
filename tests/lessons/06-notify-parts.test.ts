/** What lesson 6 computes: where a webhook may go, and how long the rest of a mailing will take. */
import { afterEach, describe, expect, mock, spyOn, test } from 'bun:test'

import { refusalOf, resolve } from '../../lessons/06-notify/destination'
import { inWords, Stopwatch } from '../../lessons/06-notify/time-left'

const known: Record<string, string[]> = {
  'public.test': ['93.184.216.34'],
  'six.test': ['2606:2800:220:1::1'],
  'rebound.test': ['93.184.216.34', '10.0.0.7'],
  'metadata.test': ['169.254.169.254'],
  'mapped.test': ['::ffff:127.0.0.1'],
  'empty.test': [],
}

const ask = async (name: string) => known[name] ?? []

afterEach(() => {
  mock.restore()
})

describe('a webhook goes', () => {
  test.each([
    ['http://public.test/', '93.184.216.34'],
    ['https://six.test:8443/x', '2606:2800:220:1::1'],
    ['https://93.184.216.34/', '93.184.216.34'],
  ])('to %s', async (url, address) => {
    expect(await resolve(new URL(url), ask)).toBe(address)
  })

  test.each([
    ['http://rebound.test/', '10.0.0.7 is in a private network'],
    ['http://metadata.test/', '169.254.169.254 is on this link'],
    ['http://mapped.test/', '::ffff:127.0.0.1 is this machine'],
    ['http://empty.test/', 'Nobody knows where empty.test is.'],
    ['http://unknown.test/', 'Nobody knows where unknown.test is.'],
  ])('not to %s, whatever name it has', (url, reason) => {
    expect(resolve(new URL(url), ask)).rejects.toThrow(reason)
  })

  test('to no address that is not one machine of the internet', () => {
    const refused =
      '0.0.0.0 10.255.255.255 100.64.0.1 127.255.0.1 169.254.0.1 172.16.0.1 172.31.255.255 192.0.0.8 ' +
      '192.168.255.1 198.18.0.1 224.0.0.1 240.0.0.1 255.255.255.255 :: ::1 fc00::1 fdff::1 fe80::1 fec0::1 ' +
      'ff02::1 64:ff9b::a00:1 64:ff9b:1::1 2001::1 2002:a00:1::1 ::ffff:192.168.0.1'
    const taken =
      '1.1.1.1 9.255.255.255 11.0.0.0 100.63.255.255 100.128.0.0 126.0.0.1 128.0.0.1 172.15.0.1 172.32.0.1 ' +
      '192.167.0.1 192.169.0.1 223.255.255.255 2606:4700::1111 2a00::1 ::ffff:8.8.8.8'

    expect(refused.split(' ').filter((address) => refusalOf(address) === undefined)).toEqual([])
    expect(taken.split(' ').filter((address) => refusalOf(address) !== undefined)).toEqual([])
  })
})

describe('the time left', () => {
  const clock = () => {
    let now = 1_000
    spyOn(performance, 'now').mockImplementation(() => now)
    return (seconds: number) => void (now += seconds * 1_000)
  }

  test('does not jump where mails come in bursts', () => {
    const pass = clock()
    const watch = new Stopwatch()
    const left: number[] = []
    // Twenty mails at once, each two seconds: ten a second.
    for (let done = 20; done <= 2_000; done += 20) {
      pass(done % 60 === 0 ? 3 : 1.5)
      for (let mail = done - 19; mail <= done; mail++) {
        const seconds = watch.timeLeft(mail, 2_000 - mail)
        if (seconds !== undefined) left.push(seconds)
      }
    }

    const jumps = left.slice(1).map((seconds, index) => Math.abs(seconds - left[index]!))
    expect(left[0]).toBeGreaterThan(100)
    expect(left[1_000]).toBeCloseTo(97, -1)
    expect(Math.max(...jumps)).toBeLessThan(10)
    expect(left.at(-1)).toBe(0)
  })

  test('is not said before twenty mails are done', () => {
    const pass = clock()
    const watch = new Stopwatch()

    pass(1)
    expect(watch.timeLeft(19, 101)).toBeUndefined()
    expect(watch.timeLeft(20, 100)).toBeUndefined()
    pass(1)
    expect(watch.timeLeft(40, 80)).toBe(4)
    expect(inWords(undefined)).toBe('…')
  })

  test('does not count a pause', () => {
    const pass = clock()
    const watch = new Stopwatch()
    pass(10)
    watch.stop()
    pass(1_000)
    watch.start()
    pass(10)

    expect(watch.timeLeft(50, 50)).toBeUndefined()
    pass(4)
    expect(watch.timeLeft(60, 40)).toBe(16)
  })

  test.each([
    [0, 'seconds'],
    [4.9, 'seconds'],
    [5, '10 s'],
    [31, '40 s'],
    [89, '90 s'],
    [91, '2 min'],
    [600, '10 min'],
  ])('of %p seconds is said as %p', (seconds, words) => {
    expect(inWords(seconds)).toBe(words)
  })
})
