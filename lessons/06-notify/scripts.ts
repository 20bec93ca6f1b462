import { scriptFiles } from '../page'
import connection from './connection.js' with { type: 'text' }
import popup from './popup.js' with { type: 'text' }

export const scripts = scriptFiles({ connection, popup })
