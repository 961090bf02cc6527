// The product's table (loyalty/ui/tables.py says what it is given). Whatever is shown becomes text, never HTML.
//
// One stop of Tab: arrows go between rows and up to the headings. A row that opens has a real link in it, so that
// Ctrl and the middle button open a tab and a reader says «link»; a plain click goes there without a reload.

const element = (tag, properties = {}, ...children) => {
  const made = Object.assign(document.createElement(tag), properties)
  made.append(...children)
  return made
}

const isWithModifier = (event) => event.ctrlKey || event.metaKey || event.shiftKey || event.altKey
const collator = new Intl.Collator('ru', { numeric: true, sensitivity: 'base' })
const NARROW_PX = 440 // as wide as a phone
const LINE_PX = 20
const SORTED_FROM = 8 // rows of a page: fewer are seen at once on a phone
// What would be misread in two lines, or at the wrong place: a phone, an e-mail's two halves.
const WHOLE = /(\+\d[\d\u00a0-]{8,}\d|[^\s@]+(?=@\S)|@\S+)/
// The words before a value on a phone: a mere sign that parts it from the value before, then words of its own.
const LEAD = /^([^\p{L}\p{N}]*)(.*)$/su
const ZERO = /^0(,00)?(\s[₽%])?$/

/** Values of one column; what is missing stands last whichever way it is sorted. */
function compare(one, other, sign) {
  if (one === other) return 0
  if (one === null || one === '') return 1
  if (other === null || other === '') return -1
  return sign * (typeof one === 'number' && typeof other === 'number' ? one - other : collator.compare(one, other))
}

/** To another page as the browser itself goes back and forth: Streamlit hears of it, and the way back is one step. */
function go(address) {
  history.pushState({}, '', address)
  dispatchEvent(new PopStateEvent('popstate'))
}

/** Words for a cell; what must stay whole breaks only where it has no room at all, and no line begins with a sign. */
function* pieces(text) {
  for (const [at, piece] of text.replace(/ (?=[·—–→×]( |$))/g, '\u00a0').split(WHOLE).entries())
    if (at % 2) yield element('span', { className: 'whole', textContent: piece })
    else if (piece) yield piece
}

class Table {
  constructor(host) {
    this.host = host
    this.own = null // {by, descending}: how the browser itself sorts
    this.words = '' // what the browser itself seeks
    this.current = null // the row's id, or 'head', that Tab goes to
    host.addEventListener('click', (event) => this.clicked(event))
    host.addEventListener('auxclick', (event) => this.clicked(event))
    host.addEventListener('keydown', (event) => this.pressed(event))
    host.addEventListener('focusin', (event) => this.focused(event))
    this.observer = new ResizeObserver(() => this.fit())
    this.observer.observe(host)
  }

  show(data, ask) {
    this.ask = ask
    const drawn = JSON.stringify({ ...data, chosen: null })
    const isSame = drawn === this.drawn
    this.drawn = drawn
    this.data = data
    if (isSame) this.mark()
    else this.draw()
  }

  get sorted() {
    return this.data.sort === 'asked' ? this.data.sorted : this.own
  }

  get isInteractive() {
    return Boolean(this.data.opens || this.data.selects)
  }

  // --- Drawing ------------------------------------------------------------------------------------------------

  draw() {
    const { data, host } = this
    const hadFocus = host.contains(document.activeElement) ? document.activeElement.dataset.stop : undefined
    const at = this.scroller?.scrollTop ?? 0
    const role = this.isInteractive ? 'grid' : 'table'
    this.inOrder = [...data.columns.entries()].sort(([, one], [, other]) => one.order - other.order)
    this.body = element('tbody', { role: 'rowgroup' })
    this.table = element('table', { role, ariaLabel: data.alt }, this.head(), this.body)
    this.scroller = element('div', { className: 'lt-scroller' }, this.table)
    this.scroller.style.setProperty('--shown', data.shown)
    const isLong = data.rows.length > data.shown
    if (isLong && !this.isInteractive) this.scroller.tabIndex = 0 // its rows take no focus: it scrolls by keyboard itself
    this.table.classList.toggle('even', Boolean(data.even))
    host.className = ['lt', this.isInteractive && 'acts', isLong && 'long', data.sort === 'asked' && 'paged'].filter(Boolean).join(' ')
    host.replaceChildren(...this.tools(isLong), this.scroller)
    this.fill()
    this.fit()
    this.scroller.scrollTop = at
    if (hadFocus !== undefined) this.stop(hadFocus)?.focus({ preventScroll: true })
    else this.comeBack()
  }

  /** Above long lists: what to seek; by what to sort on a phone, where there are no headings. */
  tools(isLong) {
    const { data } = this
    const made = []
    if (isLong && data.sort !== 'asked') {
      const field = element('input', { type: 'search', className: 'lt-find', placeholder: 'Найти в таблице' })
      field.ariaLabel = `Найти в таблице «${data.alt}»`
      field.value = this.words
      field.addEventListener('input', () => {
        this.words = field.value
        this.fill()
      })
      made.push(field)
    }
    if (data.sort === 'asked' ? data.rows.length >= SORTED_FROM : data.sort && isLong) made.push(this.sorting())
    return made.length ? [element('div', { className: 'lt-tools' }, ...made)] : []
  }

  sorting() {
    const choice = element('select', { ariaLabel: 'По чему сортировать' })
    if (!this.sorted) choice.append(element('option', { value: '', textContent: 'Как есть' }))
    choice.append(...this.data.columns.map(({ name }) => element('option', { value: name, textContent: name })))
    choice.value = this.sorted?.by ?? ''
    choice.addEventListener('change', () => choice.value && this.sortBy(choice.value))
    const turn = element('button', { type: 'button', textContent: this.sorted?.descending ? '↓' : '↑' })
    turn.ariaLabel = 'Обратный порядок'
    turn.disabled = !this.sorted
    turn.addEventListener('click', () => this.sortBy(this.sorted.by))
    return element('div', { className: 'lt-sort' }, choice, turn)
  }

  head() {
    const headings = this.data.columns.map((column) => {
      if (!column.name) return element('td', { role: 'cell', className: this.classOf(column) }) // over names of rows
      const heading = element('th', { role: 'columnheader', scope: 'col', className: this.classOf(column) })
      if (this.data.sort) {
        const button = element('button', { type: 'button', textContent: column.name })
        button.dataset.sort = column.name
        button.dataset.stop = `heading ${column.name}`
        if (this.isInteractive) button.tabIndex = -1
        heading.append(button)
      } else if (column.href) heading.append(this.opening(column, column.name))
      else heading.textContent = column.name
      return heading
    })
    return element('thead', { role: 'rowgroup' }, element('tr', { role: 'row' }, ...headings))
  }

  /** Two lines a row on a phone, and wherever the columns do not fit. */
  fit() {
    const { host, scroller } = this
    host.classList.remove('narrow', 'folded')
    const isTooWide = () => scroller.scrollWidth > scroller.clientWidth + 1
    const isNarrow = host.clientWidth <= NARROW_PX
    host.classList.toggle('narrow', isNarrow || isTooWide())
    host.classList.toggle('folded', (isNarrow && Boolean(this.data.folds)) || isTooWide())
    this.endLines()
  }

  /** The sign between two values is not drawn where a line ends between them. */
  endLines() {
    if (!this.host.classList.contains('folded')) return
    const signs = [...this.body.querySelectorAll('.sign')]
    const breaks = signs.map(({ cell, next }) => next.offsetTop - cell.offsetTop > LINE_PX / 2)
    for (const [at, isLast] of breaks.entries()) signs[at].classList.toggle('ends', isLast)
  }

  classOf(column) {
    return [column.kind, column.right && 'right', column.grows && 'grows', column.wraps && 'wraps', column.part]
      .filter(Boolean).join(' ')
  }

  /** The rows, found and sorted. */
  fill() {
    const { columns, rows, sort } = this.data
    let shown = rows
    const words = this.words.trim().toLowerCase().split(/\s+/).filter(Boolean)
    if (words.length) {
      const text = (row) => row.cells.join(' ').replaceAll('\u00a0', ' ').toLowerCase()
      shown = shown.filter((row) => words.every((word) => text(row).includes(word)))
    }
    if (sort === 'own' && this.own) {
      const at = columns.findIndex((column) => column.name === this.own.by)
      const sign = this.own.descending ? -1 : 1
      shown = [...shown].sort((one, other) => compare(one.keys[at], other.keys[at], sign))
    }
    this.ids = shown.map((row) => row.id)
    this.body.replaceChildren(...shown.flatMap((row, at) =>
      row.group && row.group !== shown[at - 1]?.group ? [this.group(row.group), this.row(row)] : [this.row(row)]))
    if (words.length && !shown.length)
      this.body.append(element('tr', { role: 'row' },
        element('td', { role: 'cell', className: 'nobody', colSpan: columns.length, textContent: 'Ничего не нашлось' })))
    for (const heading of this.table.querySelectorAll('th')) {
      const name = heading.firstElementChild?.dataset.sort
      if (name && name === this.sorted?.by) heading.ariaSort = this.sorted.descending ? 'descending' : 'ascending'
      else heading.removeAttribute('aria-sort')
    }
    this.endLines()
    this.mark()
  }

  /** What the rows below have in common. */
  group(words) {
    const cell = element('th', { role: 'rowheader', scope: 'rowgroup', colSpan: this.data.columns.length, textContent: words })
    return element('tr', { role: 'row', className: 'group' }, cell)
  }

  row(row) {
    const made = element('tr', { role: 'row' })
    made.dataset.id = row.id
    made.row = row
    const before = new Map() // by part, the cell that stands before in it
    const cells = this.data.columns.map((column) => {
      const name = this.classOf(column)
      return element('td', { role: this.isInteractive ? 'gridcell' : 'cell', className: name })
    })
    for (const [at, column] of this.inOrder) {
      const [cell, text] = [cells[at], row.cells[at]]
      cell.style.setProperty('--order', column.order)
      if (!text) {
        cell.classList.add('none')
        continue
      }
      const [, sign, words] = LEAD.exec(column.words)
      const last = before.get(column.part)
      if (last && sign) // it stays with the value before, at the end of its line
        last.append(element('span', { className: 'lead sign', textContent: sign.replaceAll(' ', '\u00a0'), cell: last, next: cell }))
      if (words) cell.append(element('span', { className: 'lead', textContent: words }))
      if (!last && column.part === 'aside') cell.classList.add('starts')
      before.set(column.part, cell)
      cell.append(...(column.name === this.data.opens ? [this.opening(row, text)] : pieces(text)))
      if (ZERO.test(text)) cell.classList.add('zero')
      if (row.tones?.[at]) cell.classList.add(row.tones[at])
      if (at === 0 && row.tag) cell.append(element('span', { className: 'tag', textContent: '≠', role: 'img', ariaLabel: row.tag, title: row.tag }))
    }
    made.append(...cells)
    if (this.data.selects) made.dataset.stop = row.id
    return made
  }

  /** What opens a row, or what a heading names: two things compared. */
  opening(row, text) {
    const made = row.href ? element('a', { href: row.href, draggable: false }) : element('button', { type: 'button' })
    made.className = 'open'
    made.textContent = text
    made.dataset.stop = row.id
    return made
  }

  /** Which row is chosen, and which one Tab goes to. */
  mark() {
    const { chosen, selects } = this.data
    if (!this.isInteractive) return
    const stops = this.ids.map(String)
    if (!stops.includes(this.current)) this.current = stops.includes(String(chosen)) ? String(chosen) : stops[0]
    for (const row of this.body.rows) {
      if (!row.row) continue
      if (selects) row.ariaSelected = String(row.row.id === chosen)
      this.stop(row.dataset.id).tabIndex = row.dataset.id === this.current ? 0 : -1
    }
  }

  stop(name) {
    return this.table.querySelector(`[data-stop="${CSS.escape(name)}"]`)
  }

  // --- Acting -------------------------------------------------------------------------------------------------

  clicked(event) {
    const heading = event.target.closest('button[data-sort]')
    if (heading) {
      if (event.button === 0) this.sortBy(heading.dataset.sort)
      return
    }
    const named = this.data.columns[event.target.closest('th')?.cellIndex]
    if (named?.href) {
      if (!event.target.closest('a') || event.button !== 0 || isWithModifier(event)) return
      event.preventDefault()
      go(named.href)
      return
    }
    const row = event.target.closest('tbody tr')?.row
    if (!row || !this.isInteractive || event.button > 1) return
    const isOnLink = event.target.closest('a') !== null
    if (event.button === 1 || isWithModifier(event)) {
      if (row.href && !isOnLink && !event.altKey) window.open(row.href, '_blank')
      return // a link knows what to do by itself
    }
    event.preventDefault()
    const selection = document.getSelection()
    const isOfMouse = event.detail > 0 // Enter on a link is a click of none
    if (isOfMouse && !selection.isCollapsed && this.table.contains(selection.anchorNode)) return // she marked words
    this.act(row)
  }

  act(row) {
    if (this.data.opens) {
      this.remember(row)
      if (row.href) go(row.href)
      else this.ask.open(row.id)
    } else this.choose(row)
  }

  choose(row) {
    const isAgain = row.id === this.data.chosen
    if (isAgain && this.data.selects === 'first') return
    this.data = { ...this.data, chosen: isAgain ? null : row.id }
    this.current = String(row.id)
    this.mark()
    this.ask.choose(this.data.chosen)
  }

  sortBy(name) {
    if (this.data.sort === 'asked') {
      this.ask.sort(name)
      return
    }
    const isAgain = this.own?.by === name
    const column = this.data.columns.find((one) => one.name === name)
    this.own = { by: name, descending: isAgain ? !this.own.descending : column.right }
    this.fill()
    const phone = this.host.querySelector('.lt-sort')
    if (phone) phone.replaceWith(this.sorting())
  }

  pressed(event) {
    if (isWithModifier(event) || !this.isInteractive) return
    const stop = event.target.closest('[data-stop]')
    if (!stop) return
    if (stop.dataset.sort) this.pressedOnHeading(event, stop)
    else this.pressedOnRow(event, stop)
  }

  pressedOnRow(event, stop) {
    const at = this.ids.map(String).indexOf(stop.dataset.stop)
    const last = this.ids.length - 1
    const goal = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: last }[event.key]
    if (goal !== undefined) {
      event.preventDefault()
      if (goal >= 0) this.stop(String(this.ids[Math.min(goal, last)])).focus()
      else this.table.querySelector('th[aria-sort] button, th button')?.focus()
    } else if (stop.tagName === 'TR' && (event.key === 'Enter' || event.key === ' ')) {
      event.preventDefault()
      this.choose(stop.row)
    }
  }

  pressedOnHeading(event, stop) {
    const headings = [...this.table.querySelectorAll('th button')]
    const at = headings.indexOf(stop)
    const goal = {
      ArrowRight: headings[at + 1], ArrowLeft: headings[at - 1], Home: headings[0], End: headings.at(-1),
      ArrowDown: this.ids.length ? this.stop(String(this.ids[0])) : undefined,
    }[event.key]
    if (!goal) return
    event.preventDefault()
    goal.focus()
  }

  focused(event) {
    const stop = event.target.closest('[data-stop]')
    if (!stop || stop.dataset.sort) return
    this.current = stop.dataset.stop
    this.mark()
  }

  // --- Coming back --------------------------------------------------------------------------------------------

  get page() {
    return this.host.closest('[data-testid="stMain"]')
  }

  /** Where she was in the list, for when she comes back from what she opened. */
  remember(row) {
    const place = { id: String(row.id), page: this.page?.scrollTop ?? 0, table: this.scroller.scrollTop }
    sessionStorage.setItem(`table ${this.data.name}`, JSON.stringify(place))
    this.stop(place.id).closest('tr').classList.add('opening')
  }

  comeBack() {
    const name = `table ${this.data.name}`
    const kept = sessionStorage.getItem(name)
    if (!kept) return
    sessionStorage.removeItem(name)
    const place = JSON.parse(kept)
    if (!this.ids.map(String).includes(place.id)) return
    this.current = place.id
    this.mark()
    this.scroller.scrollTop = place.table
    requestAnimationFrame(() => this.page?.scrollTo(0, place.page))
  }
}

export default function ({ data, parentElement, setStateValue, setTriggerValue }) {
  const host = parentElement.querySelector('.lt')
  host.table ??= new Table(host)
  host.table.show(data, {
    open: (id) => setTriggerValue('open', id),
    choose: (id) => setStateValue('chosen', id),
    sort: (name) => setTriggerValue('sort', name),
  })
  return () => host.table.observer.disconnect()
}
