import { compatOf } from './compat-data.js'
import { lackedBy } from './oldest.js'

/**
 * Syntax since ES2018, including regular expressions. Each entry has the eslint-plugin-es-x rule that forbids it, and
 * its path in the `javascript` part of MDN's browser-compat-data.
 */
const features = /** @type {const} */ ({
  'no-async-iteration': 'statements.for_await_of',
  'no-rest-spread-properties': 'operators.spread.spread_in_object_literals',
  'no-optional-catch-binding': 'statements.try_catch.optional_catch_binding',
  'no-bigint': 'builtins.BigInt',
  'no-dynamic-import': 'operators.import',
  'no-export-ns-from': 'statements.export.namespace',
  'no-import-meta': 'operators.import_meta',
  'no-nullish-coalescing-operators': 'operators.nullish_coalescing',
  'no-optional-chaining': 'operators.optional_chaining',
  'no-logical-assignment-operators': 'operators.nullish_coalescing_assignment',
  'no-numeric-separators': 'grammar.numeric_separators',
  'no-arbitrary-module-namespace-names': 'statements.export.arbitrary_module_namespace_identifier_names',
  'no-class-instance-fields': 'classes.public_class_fields',
  'no-class-private-fields': 'classes.private_class_fields',
  'no-class-private-methods': 'classes.private_class_methods',
  'no-class-static-fields': 'classes.static.class_fields',
  'no-class-static-block': 'classes.static.initialization_blocks',
  'no-private-in': 'classes.private_class_fields_in',
  'no-hashbang': 'grammar.hashbang_comments',
  'no-import-attributes': 'statements.import.import_attributes',
  'no-using-declarations': 'statements.using',
  'no-regexp-lookbehind-assertions': 'regular_expressions.lookbehind_assertion',
  'no-regexp-named-capture-groups': 'regular_expressions.named_capturing_group',
  'no-regexp-duplicate-named-capturing-groups':
    'regular_expressions.named_capturing_group.duplicate_named_capturing_groups',
  'no-regexp-modifiers': 'regular_expressions.modifier',
  'no-regexp-unicode-property-escapes': 'regular_expressions.unicode_character_class_escape',
  'no-regexp-s-flag': 'builtins.RegExp.dotAll',
  'no-regexp-d-flag': 'builtins.RegExp.hasIndices',
  'no-regexp-v-flag': 'builtins.RegExp.unicodeSets',
})

/**
 * Rules of eslint-plugin-es-x (as `es-x`) that forbid syntax that a browser in `oldest` cannot parse.
 *
 * @param {Parameters<typeof lackedBy>[1]} oldest
 * @returns {import('eslint').Linter.RulesRecord}
 */
export function newerSyntax(oldest) {
  const forbidden = Object.entries(features).filter(([, path]) => {
    const compat = compatOf('javascript', ...path.split('.'))
    if (compat === undefined) throw new Error(`browser-compat-data has no javascript.${path}`)
    return lackedBy(compat, oldest).length > 0
  })
  return Object.fromEntries([
    ...forbidden.map(([rule]) => [`es-x/${rule}`, 'error']),
    // Safari before 27 parses it, but fails to load such a module if two others import it.
    ['es-x/no-top-level-await', 'error'],
  ])
}
