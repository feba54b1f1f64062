// @ts-check
import { createRoot } from 'react-dom/client'
import { App } from './app.jsx'

const root = document.querySelector('#app')
if (root) createRoot(root).render(<App />)
