"""multiprocessing.Pool with two workers: reads lines "number count bytes", makes so many calls, prints the number."""
import multiprocessing
import sys


def noop(payload):
    pass


if __name__ == '__main__':
    with multiprocessing.Pool(2) as pool:
        pool.map(noop, range(100))
        print('ready', flush=True)
        for line in sys.stdin:
            number, count, size = map(int, line.split())
            payload = 'x' * size
            for _ in pool.imap_unordered(noop, (payload for _ in range(count))):
                pass
            print(number, flush=True)
