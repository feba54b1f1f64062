import { mount } from 'svelte'
import App from './App.svelte'
import './app.css'
import { isOldBrowser } from './old-browser.ts'

const target = document.getElementById('app')
if (!target) throw new Error('index.html has no element with the id "app"')

if (isOldBrowser()) {
  target.querySelector('.startup-fallback')?.classList.add('now')
} else {
  target.replaceChildren()
  mount(App, { target, props: { url: new URL(location.href) } })
}
