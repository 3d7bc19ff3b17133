import { dirname, join } from 'node:path';
import ts from 'typescript';

/** A handler, with every refusal that its code can reach and by which calls. */
export interface Thrown {
  /** As in the OpenAPI document: `Accounts_freeze`. */
  readonly operationId: string;
  /** Code → the calls that lead to it. */
  readonly codes: ReadonlyMap<string, readonly string[]>;
}

interface Facts {
  readonly codes: Set<string>;
  readonly calls: Set<ts.Declaration>;
}

const ROOT = join(import.meta.dirname, '../..');
const SRC = join(ROOT, 'src/');

/**
 * Follows the calls of every controller's handlers through `src/` and collects the error codes on the way: ports lead to
 * all that implement them, object literals stand for the interface that they are given as. What is only compared
 * (`isDomainError`) is not thrown. It finds too much rather than too little; what cannot happen the caller says.
 */
export function thrownRefusals(): Thrown[] {
  const program = programOf();
  const graph = new CallGraph(program.getTypeChecker(), program.getSourceFiles().filter(isOurs));
  return graph.handlers().map(({ operationId, handler }) => ({ operationId, codes: graph.reach(handler) }));
}

const isOurs = (source: ts.SourceFile): boolean => source.fileName.startsWith(SRC);

/** Only our own files: what the libraries look like changes no code of ours, and to read them takes longer than all else. */
function programOf(): ts.Program {
  const config = ts.readConfigFile(join(ROOT, 'tsconfig.json'), (file) => ts.sys.readFile(file));
  const { options, fileNames } = ts.parseJsonConfigFileContent(config.config, ts.sys, ROOT);
  const ours: ts.CompilerOptions = { ...options, noEmit: true, incremental: false, types: [] };
  delete ours.tsBuildInfoFile;
  const host = ts.createCompilerHost(ours);
  host.resolveModuleNameLiterals = (literals, importer) =>
    literals.map(({ text }) => ({
      resolvedModule: text.startsWith('.')
        ? { resolvedFileName: join(dirname(importer), text.replace(/\.js$/, '.ts')), extension: '.ts' }
        : undefined,
    }));
  return ts.createProgram(
    fileNames.filter((file) => file.startsWith(SRC) && !file.endsWith('.spec.ts')),
    ours,
    host,
  );
}

class CallGraph {
  private readonly facts = new Map<ts.Declaration, Facts>();
  private readonly heirs = new Map<ts.Symbol, ts.ClassDeclaration[]>();
  private readonly literals = new Map<ts.Declaration, ts.ObjectLiteralElementLike[]>();

  constructor(
    private readonly checker: ts.TypeChecker,
    private readonly sources: readonly ts.SourceFile[],
  ) {
    for (const source of sources) this.index(source);
  }

  handlers(): { operationId: string; handler: ts.MethodDeclaration }[] {
    return this.sources
      .flatMap((source) => source.statements.filter(ts.isClassDeclaration))
      .filter((c) => c.name?.text.endsWith('Controller'))
      .flatMap((c) =>
        c.members.filter(ts.isMethodDeclaration).map((handler) => ({
          operationId: `${c.name?.text.replace(/Controller$/, '')}_${handler.name.getText()}`,
          handler,
        })),
      );
  }

  reach(from: ts.Declaration): Map<string, readonly string[]> {
    const found = new Map<string, readonly string[]>();
    const calledBy = new Map<ts.Declaration, ts.Declaration | undefined>([[from, undefined]]);
    for (const [declaration] of calledBy) {
      const { codes, calls } = this.factsOf(declaration);
      for (const code of codes) if (!found.has(code)) found.set(code, pathTo(declaration, calledBy));
      for (const call of calls) if (!calledBy.has(call)) calledBy.set(call, declaration);
    }
    return found;
  }

  /** Who implements what: classes their bases and ports, object literals the interface that is expected of them. */
  private index(node: ts.Node): void {
    if (ts.isClassDeclaration(node)) {
      for (const type of (node.heritageClauses ?? []).flatMap((clause) => clause.types)) {
        const base = this.symbolAt(type.expression);
        if (base) this.heirs.set(base, [...(this.heirs.get(base) ?? []), node]);
      }
    }
    if (ts.isObjectLiteralExpression(node)) {
      const doing = node.properties.filter(isFunction);
      const expected = doing.length === 0 ? undefined : this.checker.getContextualType(node);
      for (const member of doing)
        for (const declaration of expected?.getProperty(member.name.getText())?.declarations ?? [])
          this.literals.set(declaration, [...(this.literals.get(declaration) ?? []), member]);
    }
    ts.forEachChild(node, (child) => this.index(child));
  }

  private factsOf(declaration: ts.Declaration): Facts {
    const known = this.facts.get(declaration);
    if (known) return known;
    const facts: Facts = { codes: new Set(), calls: new Set() };
    this.facts.set(declaration, facts);
    const { body, initializer } = declaration as { body?: ts.Node; initializer?: ts.Node };
    const work = body ?? initializer;
    if (work) this.read(work, facts);
    for (const member of [...(this.literals.get(declaration) ?? []), ...this.overridesOf(declaration)])
      facts.calls.add(member);
    return facts;
  }

  private read(node: ts.Node, facts: Facts): void {
    if (ts.isDecorator(node) || ts.isTypeNode(node) || isComparison(node)) return;
    const code = this.codeOf(node);
    if (code !== undefined) {
      facts.codes.add(code);
      return;
    }
    if (ts.isIdentifier(node)) for (const called of this.calledBy(node)) facts.calls.add(called);
    ts.forEachChild(node, (child) => this.read(child, facts));
  }

  /** `ACCOUNT_ERRORS.account_gone`, whatever it is called here. */
  private codeOf(node: ts.Node): string | undefined {
    if (!ts.isPropertyAccessExpression(node)) return undefined;
    const declared = this.symbolAt(node.expression)?.valueDeclaration;
    const made = declared && ts.isVariableDeclaration(declared) ? declared.initializer : undefined;
    const isErrors = made && ts.isCallExpression(made) && made.expression.getText() === 'defineErrors';
    return isErrors ? node.name.text : undefined;
  }

  private calledBy(node: ts.Identifier): ts.Declaration[] {
    const symbol = ts.isShorthandPropertyAssignment(node.parent)
      ? this.checker.getShorthandAssignmentValueSymbol(node.parent)
      : this.symbolAt(node);
    return (symbol?.declarations ?? []).filter((d) => isOurs(d.getSourceFile())).flatMap((d) => callable(d, node));
  }

  private overridesOf(declaration: ts.Declaration): ts.Declaration[] {
    const owner = declaration.parent;
    if (!(ts.isClassDeclaration(owner) || ts.isInterfaceDeclaration(owner)) || !owner.name) return [];
    const name = ts.getNameOfDeclaration(declaration)?.getText();
    const found: ts.Declaration[] = [];
    const seen = new Set<ts.Symbol>();
    const below = (symbol: ts.Symbol | undefined): void => {
      if (symbol === undefined || seen.has(symbol)) return;
      seen.add(symbol);
      for (const heir of this.heirs.get(symbol) ?? []) {
        found.push(...heir.members.filter((m) => m.name?.getText() === name));
        if (heir.name) below(this.symbolAt(heir.name));
      }
    };
    below(this.symbolAt(owner.name));
    return found;
  }

  private symbolAt(node: ts.Node): ts.Symbol | undefined {
    const symbol = this.checker.getSymbolAtLocation(node);
    return symbol && symbol.flags & ts.SymbolFlags.Alias ? this.checker.getAliasedSymbol(symbol) : symbol;
  }
}

const isFunction = (member: ts.ObjectLiteralElementLike): member is ts.MethodDeclaration | ts.PropertyAssignment =>
  ts.isMethodDeclaration(member) ||
  (ts.isPropertyAssignment(member) &&
    (ts.isArrowFunction(member.initializer) || ts.isFunctionExpression(member.initializer)));

const isComparison = (node: ts.Node): boolean =>
  ts.isCallExpression(node) &&
  ts.isIdentifier(node.expression) &&
  ['isDomainError', 'defineErrors'].includes(node.expression.text);

/** What runs, or may, where a name of ours stands: functions, members, constants of a file, constructors. */
function callable(declaration: ts.Declaration, name: ts.Identifier): ts.Declaration[] {
  if (ts.isClassDeclaration(declaration))
    return ts.isNewExpression(name.parent) ? declaration.members.filter(ts.isConstructorDeclaration) : [];
  if (ts.isVariableDeclaration(declaration))
    return ts.isSourceFile(declaration.parent.parent.parent) ? [declaration] : [];
  const runs =
    ts.isMethodDeclaration(declaration) ||
    ts.isFunctionDeclaration(declaration) ||
    ts.isMethodSignature(declaration) ||
    ts.isPropertySignature(declaration) ||
    ts.isPropertyDeclaration(declaration) ||
    ts.isGetAccessor(declaration);
  return runs ? [declaration] : [];
}

function pathTo(end: ts.Declaration, calledBy: ReadonlyMap<ts.Declaration, ts.Declaration | undefined>): string[] {
  const path: string[] = [];
  for (let at: ts.Declaration | undefined = end; at !== undefined; at = calledBy.get(at))
    path.unshift(ts.getNameOfDeclaration(at)?.getText() ?? 'constructor');
  return path;
}
