import eslint from '@eslint/js'
import esX from 'eslint-plugin-es-x'
import rxjs from 'eslint-plugin-rxjs-x'
import svelte from 'eslint-plugin-svelte'
import { defineConfig, globalIgnores } from 'eslint/config'
import ts from 'typescript-eslint'
import { coreSyntax, namedExportsOnly, noAmbient, realSchedulers } from './scripts/lint/ambient.js'
import { builtInsRule } from './scripts/lint/browsers/built-ins-rule.js'
import { oldestBrowsers } from './scripts/lint/browsers/oldest.js'
import { newerSyntax } from './scripts/lint/browsers/syntax.js'
import { englishRule } from './scripts/lint/english/english-rule.js'
import { layersRule } from './scripts/lint/layers.js'

const oldest = oldestBrowsers(import.meta.dirname)

/** Rules that know a type only where TypeScript itself does. */
const unsafe = ['argument', 'assignment', 'call', 'member-access', 'return']
const withoutUnsafe = Object.fromEntries(
  unsafe.map((kind) => [`@typescript-eslint/no-unsafe-${kind}`, /** @type {const} */ ('off')]),
)

const typed = {
  parserOptions: {
    projectService: true,
    tsconfigRootDir: import.meta.dirname,
    extraFileExtensions: ['.svelte'],
  },
}

export default defineConfig(
  globalIgnores(['**/dist/', 'coverage/', 'test-results/', 'examples/vue/main.js']),
  { linterOptions: { noInlineConfig: true } },
  eslint.configs.recommended,
  ts.configs.strictTypeChecked,
  { languageOptions: typed },
  {
    files: ['**/*.{ts,js,svelte}'],
    plugins: {
      rxcall: { rules: { layers: layersRule, english: englishRule, 'built-ins': builtInsRule(oldest) } },
    },
    rules: {
      'rxcall/layers': 'error',
      'no-restricted-syntax': ['error', ...namedExportsOnly],
      // `!= null` asks for null and undefined at once.
      eqeqeq: ['error', 'always', { null: 'ignore' }],
      // The compiler knows which globals there are.
      'no-undef': 'off',
      '@typescript-eslint/consistent-type-imports': 'error',
      // A number in a text is what it looks like.
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      // `() => subject.next()`, the usual way to write a callback.
      '@typescript-eslint/no-confusing-void-expression': [
        'error',
        { ignoreArrowShorthand: true, ignoreVoidReturningFunctions: true },
      ],
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
    },
  },
  {
    // tsc and svelte-check check these: they read the types in comments, and know `$store`.
    files: ['**/*.{js,svelte}'],
    rules: withoutUnsafe,
  },
  {
    files: ['**/*.{ts,svelte}', 'examples/**/*.js'],
    extends: [rxjs.configs.strict],
    rules: {
      // What was caught may be passed on as it is.
      'rxjs-x/throw-error': ['error', { allowThrowingAny: false, allowThrowingUnknown: true }],
      // Allowed with its reference count written out.
      'rxjs-x/no-sharereplay': ['error', { allowConfig: true }],
    },
  },
  {
    // A client's streams carry what goes wrong as values. An error for all that is a defect, and rxjs throws it, loudly.
    files: ['src/ui/**', 'examples/**', 'test/**', 'bench/**'],
    rules: { 'rxjs-x/no-ignored-error': 'off' },
  },
  {
    files: ['test/**'],
    rules: {
      // Says what is meant, or stands in for something that takes longer or throws anything.
      '@typescript-eslint/no-unnecessary-type-arguments': 'off',
      '@typescript-eslint/no-unsafe-class-instance-assignment': 'off',
      '@typescript-eslint/require-await': 'off',
      'rxjs-x/throw-error': 'off',
    },
  },
  {
    files: ['src/core/**/*.ts'],
    rules: {
      ...noAmbient(),
      'no-restricted-syntax': ['error', ...namedExportsOnly, ...coreSyntax, realSchedulers],
    },
  },
  {
    // The one place where the real clock and the platform's random source come in.
    files: ['src/core/ports/env.ts'],
    rules: {
      ...noAmbient({ except: ['crypto'] }),
      'no-restricted-syntax': ['error', ...namedExportsOnly, ...coreSyntax],
    },
  },
  {
    // What browsers run. The test kit and the bot run in Node.js.
    files: [
      'src/{core,adapters,check,quality,inspect,inspector,ui}/**/*.{ts,svelte}',
      'examples/plain-dom/**/*.js',
    ],
    plugins: { 'es-x': esX },
    rules: { ...newerSyntax(oldest), 'rxcall/built-ins': 'error' },
  },
  svelte.configs.recommended,
  {
    files: ['**/*.svelte', '**/*.svelte.ts'],
    languageOptions: { parserOptions: { ...typed.parserOptions, parser: ts.parser } },
  },
  {
    files: ['src/**', 'server/**', 'scripts/**', 'bench/**', 'examples/**', 'test/**'],
    // A table of Unicode's, with its licence.
    ignores: ['server/users/confusables.ts'],
    rules: { 'rxcall/english': 'error' },
  },
  {
    // They say how a package of others is made, and hold no code.
    files: ['**/*.d.ts'],
    rules: { 'no-restricted-syntax': 'off', 'rxcall/layers': 'off' },
  },
  {
    // Read by their tools, which want a default export.
    files: ['**/*.config.{js,ts}', '.size-limit.js'],
    rules: { 'no-restricted-syntax': 'off' },
  },
)
