import { list, mostBytes, type Picture } from './pictures'
import { widths } from './thumbnails'

const every = Bun.env.POLL_EVERY ?? '1s'

export function Gallery() {
  return (
    <section>
      <script src="/choice.js" type="module" />
      <h2>Thumbnails</h2>
      <form
        class="row"
        hx-post="/pictures"
        hx-encoding="multipart/form-data"
        hx-target="#answer"
      >
        <label>
          Pictures, up to 10
          <input
            type="file"
            name="pictures"
            multiple
            required
            data-most-bytes={mostBytes}
          />
        </label>
        <button type="submit">Make thumbnails</button>
      </form>
      <div id="answer" role="status" />
      <div
        hx-get="/pictures"
        hx-trigger={`every ${every}, uploaded from:body`}
        hx-swap="innerMorph"
      >
        <PictureList />
      </div>
    </section>
  )
}

export function UploadAnswer({ problems }: { problems: string[] }) {
  return <>{problems.map(Problem)}</>
}

const Problem = (text: string) => (
  <p class="problem" safe>
    {text}
  </p>
)

export function PictureList() {
  return <ul class="list">{list().map(PictureItem)}</ul>
}

function PictureItem({ id, name, ...picture }: Picture) {
  const { size } = picture.thumbnails
  const percent = `${(size / widths.length) * 100} %`
  return (
    <li id={`picture-${id}`}>
      <span safe>{name}</span>
      <label class="progress">
        <progress value={size} max={widths.length} />
        <span safe>{percent}</span>
      </label>
      {Problem(picture.problem)}
      <div class="thumbnails">
        {Array.from(picture.thumbnails.keys(), (width) => (
          <img src={`/thumbnails/${id}/${width}`} alt="" />
        ))}
      </div>
    </li>
  )
}
