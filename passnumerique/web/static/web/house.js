// What the pages do beyond HTML; each of them works without it.
(() => {
  "use strict"
  const all = (selector, root = document) => root.querySelectorAll(selector)

  // What was refused or must be corrected takes the focus, and the title of the window says so.
  const focusTold = (root) => {
    const told = root.querySelector("[data-focus]")
    if (!told) return
    told.focus()
    const words = { en: "Error: " }[document.documentElement.lang] || "Erreur\u202f: "
    if (!document.title.startsWith(words)) document.title = words + document.title
  }

  // A menu that can be folded starts folded on a small screen.
  const fold = (button) => {
    const list = document.getElementById(button.getAttribute("aria-controls"))
    const show = (open) => { list.hidden = !open; button.setAttribute("aria-expanded", open) }
    button.hidden = false
    show(matchMedia("(min-width: 62rem)").matches)
    button.addEventListener("click", () => show(list.hidden))
    matchMedia("(min-width: 62rem)").addEventListener("change", (wide) => show(wide.matches))
  }

  // A form is sent once: a second press within the wait does nothing.
  const guard = (event) => {
    const form = event.target
    const question = event.submitter?.dataset.confirm
    if (question && !confirm(question)) return event.preventDefault()
    if (form.method !== "post") return
    if (form.dataset.sent) return event.preventDefault()
    form.dataset.sent = "yes"
    event.submitter?.setAttribute("aria-disabled", "true")
    if (form.dataset.wait) sayWaiting(form.dataset.wait)
    setTimeout(() => release(form), 8000)
  }
  const release = (form) => {
    delete form.dataset.sent
    for (const button of all("[aria-disabled=true]", form)) button.removeAttribute("aria-disabled")
  }
  const sayWaiting = (words) => {
    const told = document.createElement("p")
    told.className = "wait"
    told.setAttribute("role", "status")
    told.textContent = words
    document.body.append(told)
  }

  document.addEventListener("submit", guard)
  addEventListener("pageshow", () => { for (const form of all("form[data-sent]")) release(form) })

  document.addEventListener("change", ({ target }) => {
    if (target.dataset.chooseAll !== undefined) {
      for (const box of all(`input[name="${CSS.escape(target.dataset.chooseAll)}"]`)) box.checked = target.checked
    }
    const form = target.closest("form[data-auto]")
    if (form && target.matches("select, [type=checkbox], [type=radio]")) form.requestSubmit()
  })

  // Fields left empty by a filter stay out of the address.
  document.addEventListener("formdata", ({ target, formData }) => {
    if (!target.matches("form[data-auto]")) return
    for (const [name, value] of [...formData]) if (value === "") formData.delete(name)
  })

  document.addEventListener("click", ({ target }) => {
    if (target.closest("[data-print]")) print()
    for (const menu of all("details[data-menu][open]")) if (!menu.contains(target)) menu.open = false
  })
  document.addEventListener("keydown", ({ key }) => {
    if (key !== "Escape") return
    for (const menu of all("details[data-menu][open]")) { menu.open = false; menu.querySelector("summary").focus() }
  })

  // The code of a pass is shown in groups of four while it is typed.
  document.addEventListener("input", ({ target }) => {
    if (!target.matches("input.code-entry") || target.selectionStart !== target.value.length) return
    const letters = target.value.toUpperCase().replace(/[^0-9A-Z]/g, "").slice(0, 12)
    target.value = letters.match(/.{1,4}/g)?.join("-") ?? ""
  })

  // What is shown once is selected whole as soon as it is reached, ready to be copied.
  document.addEventListener("focusin", ({ target }) => { if (target.matches("[data-select]")) target.select() })

  const begin = () => {
    for (const button of all("[data-toggle]")) fold(button)
    focusTold(document)
  }
  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", begin)
  else begin()
  document.addEventListener("htmx:after:swap", ({ target }) => focusTold(target instanceof Element ? target : document))
})()
