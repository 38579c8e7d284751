import ts from 'typescript'
import type { PublishedPackage } from './published-packages.ts'

/**
 * What a package promises, as text: for each entry the exact list of exports, then their declarations without comments,
 * then the declarations they lean on without exporting them; each declaration once, where it appears first. Two builds
 * of the same sources give the same report.
 */
export function apiReport({ name, entries }: PublishedPackage): string {
  const program = ts.createProgram(
    entries.map(({ types }) => types),
    { module: ts.ModuleKind.NodeNext, strict: true, noEmit: true, types: ['node'] },
  )
  const printed = new Set<ts.Symbol>()
  const sections = entries.map(({ specifier, types }) => `## ${specifier}\n\n${section(program, types, printed)}`)
  return `# API of ${name}\n\nWritten by \`pnpm api\`; a change here is a change for consumers.\n\n${sections.join('\n')}`
}

/** The names that an entry exports as values: what `import * as x` holds at run time. */
export function valueExports(types: string): string[] {
  const program = ts.createProgram([types], {
    module: ts.ModuleKind.NodeNext,
    strict: true,
    noEmit: true,
    types: ['node'],
  })
  const checker = program.getTypeChecker()
  return exportsOf(program, types)
    .filter((symbol) => isValue(checker, symbol))
    .map(({ name }) => name)
}

/** False for a type, and for a class of which only the type is exported. */
function isValue(checker: ts.TypeChecker, symbol: ts.Symbol): boolean {
  const specifier = symbol.declarations?.find(ts.isExportSpecifier)
  if (specifier?.isTypeOnly === true || specifier?.parent.parent.isTypeOnly === true) return false
  return (resolve(checker, symbol).flags & ts.SymbolFlags.Value) !== 0
}

function section(program: ts.Program, types: string, printed: Set<ts.Symbol>): string {
  const checker = program.getTypeChecker()
  const exported = exportsOf(program, types)
  const names = (value: boolean): string =>
    exported
      .filter((symbol) => isValue(checker, symbol) === value)
      .map(({ name }) => name)
      .join(', ')
  const list = `Values: ${names(true) || 'none'}\n\nTypes: ${names(false) || 'none'}\n`
  const targets = exported.map((symbol) => resolve(checker, symbol))
  const beneath = leanedOn(program, targets).toSorted((a, b) => (a.name < b.name ? -1 : 1))
  const text = (symbols: readonly ts.Symbol[]): string[] => {
    const news = symbols.filter((symbol) => isTopLevel(program, symbol) && !printed.has(symbol))
    for (const symbol of news) printed.add(symbol)
    return news.map(print)
  }
  const declared = text(targets)
  const internal = text(beneath)
  const lines = [...declared, ...(internal.length > 0 ? ['// not exported', ...internal] : [])]
  return lines.length === 0 ? list : `${list}\n\`\`\`ts\n${lines.join('\n')}\n\`\`\`\n`
}

function exportsOf(program: ts.Program, types: string): ts.Symbol[] {
  const checker = program.getTypeChecker()
  const source = program.getSourceFile(types)
  const module = source && checker.getSymbolAtLocation(source)
  if (module === undefined) throw new Error(`${types} declares no module: build the packages first`)
  return checker.getExportsOfModule(module).toSorted((a, b) => (a.name < b.name ? -1 : 1))
}

function resolve(checker: ts.TypeChecker, symbol: ts.Symbol): ts.Symbol {
  return (symbol.flags & ts.SymbolFlags.Alias) === 0 ? symbol : checker.getAliasedSymbol(symbol)
}

/** Declarations of the same package that exported ones refer to, at any distance. */
function leanedOn(program: ts.Program, exported: readonly ts.Symbol[]): ts.Symbol[] {
  const checker = program.getTypeChecker()
  const seen = new Set(exported)
  const found: ts.Symbol[] = []
  const visit = (node: ts.Node): void => {
    if (ts.isIdentifier(node)) {
      const symbol = checker.getSymbolAtLocation(node)
      const target = symbol && resolve(checker, symbol)
      if (target !== undefined && !seen.has(target) && isTopLevel(program, target)) {
        seen.add(target)
        found.push(target)
        for (const declaration of target.declarations ?? []) visit(declaration)
      }
    }
    node.forEachChild(visit)
  }
  for (const symbol of exported) {
    if (isTopLevel(program, symbol)) for (const declaration of symbol.declarations ?? []) visit(declaration)
  }
  return found
}

/** True for a declaration at the top of one of the package's own files. */
function isTopLevel(program: ts.Program, symbol: ts.Symbol): boolean {
  const [declaration] = symbol.declarations ?? []
  if (declaration === undefined) return false
  const statement = ts.isVariableDeclaration(declaration) ? declaration.parent.parent : declaration
  if (ts.isSourceFile(statement) || !ts.isSourceFile(statement.parent)) return false
  const file = statement.getSourceFile()
  return /\/dist\/[^/]+\.d\.ts$/.test(file.fileName) && sameFolder(program, file.fileName)
}

function sameFolder(program: ts.Program, file: string): boolean {
  const folder = file.slice(0, file.lastIndexOf('/'))
  return program.getRootFileNames().some((root) => root.startsWith(`${folder}/`))
}

function print(symbol: ts.Symbol): string {
  const statements = (symbol.declarations ?? []).map((declaration) =>
    ts.isVariableDeclaration(declaration) ? declaration.parent.parent : declaration,
  )
  const printer = ts.createPrinter({ removeComments: true, omitTrailingSemicolon: true })
  const text = (node: ts.Node): string => printer.printNode(ts.EmitHint.Unspecified, node, node.getSourceFile())
  return statements.map((node) => text(node).replace(/^(export )?declare /, '')).join('\n')
}
