// In the browser: nobody has to send what we will not take.
const field = document.querySelector('input[type=file]')

field.addEventListener('change', () => {
  const files = [...field.files]
  const mostBytes = Number(field.dataset.mostBytes)
  const isTooMuch =
    files.length > 10 || files.some((file) => file.size > mostBytes)
  field.setCustomValidity(
    isTooMuch ? 'Up to 10 pictures, each of up to 10 MB.' : '',
  )
})
