import { Page } from '../page'
import { mostAddresses, someAddresses } from './addresses'
import type { Mailing } from './mailing'
import { list } from './mailings'
import { sentenceOf } from './words'

type Typed = { text?: string; problems?: string[] }

export function Home({ text, problems = [] }: Typed) {
  const typed = text ?? someAddresses(200)
  return (
    <Page lesson={6} title="A mailing">
      <form
        method="post"
        action="/mailings"
        enctype="multipart/form-data"
      >
        <ul class="problem">{problems.slice(0, 10).map(Problem)}</ul>
        <label>
          Addresses, one a line, up to {mostAddresses}
          <textarea name="addresses" rows="8" spellcheck="false" safe>
            {typed}
          </textarea>
        </label>
        <label>
          Or a file of them
          <input
            name="file"
            type="file"
            accept=".txt,.csv,text/plain"
          />
        </label>
        <button type="submit">Send</button>
      </form>
      <p class="quiet">
        The mail server refuses every address at bounce.test.
      </p>
      {list().length > 0 && <h2>Mailings</h2>}
      <ul class="list">{list().map(Item)}</ul>
    </Page>
  )
}

const Problem = (words: string) => <li safe>{words}</li>

function Item(mailing: Mailing) {
  const address = `/mailings/${mailing.id}`
  return (
    <li>
      <a href={address} safe>
        {sentenceOf(mailing)}
      </a>
    </li>
  )
}
