import ts from 'typescript'

/** One pattern of a source file. */
export interface PatternLiteral {
  readonly line: number
  readonly source: string
  readonly flags: string
}

/**
 * The patterns of a source file: literals, and what `new RegExp` makes of texts that stand in the same file. One that is
 * made at run time is not here: the static analysis has somebody give a reason for each of those.
 */
export function patternLiterals(file: string, text: string): readonly PatternLiteral[] {
  const tree = ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true)
  const texts = new Map<string, ts.Expression>()
  const found: PatternLiteral[] = []
  const add = (node: ts.Node, source: string, flags: string): void => {
    found.push({ line: tree.getLineAndCharacterOfPosition(node.getStart()).line + 1, source, flags })
  }
  visit(tree, (node) => {
    if (ts.isVariableDeclaration(node) && ts.isIdentifier(node.name) && node.initializer !== undefined)
      texts.set(node.name.text, node.initializer)
  })
  visit(tree, (node) => {
    if (ts.isRegularExpressionLiteral(node)) {
      const slash = node.text.lastIndexOf('/')
      add(node, node.text.slice(1, slash), node.text.slice(slash + 1))
    } else if (ts.isNewExpression(node) && node.expression.getText() === 'RegExp') {
      const [source, flags] = (node.arguments ?? []).map((argument) => textOf(argument, texts))
      if (source !== undefined) add(node, source, flags ?? '')
    }
  })
  return found
}

function visit(node: ts.Node, see: (node: ts.Node) => void): void {
  see(node)
  ts.forEachChild(node, (child) => visit(child, see))
}

/** What an expression of literals and constants of the file spells, or undefined. */
function textOf(node: ts.Expression, texts: ReadonlyMap<string, ts.Expression>, depth = 0): string | undefined {
  if (depth > MOST_STEPS) return undefined
  if (ts.isStringLiteralLike(node)) return node.text
  if (ts.isIdentifier(node)) {
    const value = texts.get(node.text)
    return value === undefined ? undefined : textOf(value, texts, depth + 1)
  }
  if (!ts.isTemplateExpression(node)) return undefined
  const spans = node.templateSpans.map((span) => {
    const value = textOf(span.expression, texts, depth + 1)
    return value === undefined ? undefined : value + span.literal.text
  })
  return spans.includes(undefined) ? undefined : node.head.text + spans.join('')
}

const MOST_STEPS = 16
