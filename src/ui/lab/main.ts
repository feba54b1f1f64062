import { mount } from 'svelte'
import Page from './Page.svelte'
import '../app.css'
import './lab.css'

const target = document.getElementById('lab')
if (!target) throw new Error('lab/index.html has no element with the id "lab"')
target.replaceChildren()
mount(Page, { target })
