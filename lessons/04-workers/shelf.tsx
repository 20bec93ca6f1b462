import { Elysia, NotFoundError } from 'elysia'

import { PictureList } from './gallery'
import * as pictures from './pictures'

/** Pictures and their thumbnails, as far as they are made. */
export const shelf = new Elysia({ name: 'shelf' })
  .get('/pictures', () => <PictureList />)
  .get('/thumbnails/:id/:width', ({ params: { id, width } }) => {
    const picture = pictures.find(Number(id))
    const thumbnail = picture?.thumbnails.get(Number(width))
    if (!thumbnail) throw new NotFoundError()
    return thumbnail
  })
