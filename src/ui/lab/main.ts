import { mount } from 'svelte'
import Lab from './Lab.svelte'
import '../app.css'
import './lab.css'

const target = document.getElementById('lab')
if (!target) throw new Error('lab/index.html has no element with the id "lab"')
target.replaceChildren()
mount(Lab, { target })
