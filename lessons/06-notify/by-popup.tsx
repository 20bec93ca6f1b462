// 4. Pop-up: popup.js listens to the events and shows the last one.
export function Popup({ id }: { id: string }) {
  return (
    <section class="way">
      <h2>
        <label class="check">
          <input
            id="popup"
            type="checkbox"
            autocomplete="off"
            data-events={`/mailings/${id}/events`}
          />
          Pop-up
        </label>
      </h2>
      <p class="quiet">
        A toast on this page, and a notification if you allow it.
      </p>
      <p id="popup-said" role="status" />
      <script src="/popup.js" type="module" />
    </section>
  )
}

/** Shown when it is over. */
export function Toast() {
  return (
    <div id="toast" role="alert" hidden>
      <p />
      <button type="button" class="plain">
        Close
      </button>
    </div>
  )
}
