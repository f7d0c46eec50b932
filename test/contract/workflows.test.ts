import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';

import { commit, git, writeFiles } from '../helpers/repository.js';
import { createRunner, jobs, workflows, type Runner, type Step } from '../helpers/workflow.js';

const manifest = JSON.parse(readFileSync('package.json', 'utf8')) as {
  readonly version: string;
  readonly scripts: Readonly<Record<string, string>>;
};
const steps = jobs.flatMap(([file, name, job]) => job.steps.map((step) => ({ file, job: name, step })));
const runLines = new Set(steps.flatMap(({ step }) => step.run ?? []));

/** What a stand-in answers for while the lines run here, and why it does. */
const standIns: Readonly<Record<string, string>> = {
  'npm ci': 'installs what is installed',
  'npm test': 'would run this file again',
  'npm run demo': 'the tests of the examples run it',
  'npm run drift': 'asks upstream; has tests of its own',
  'npm run update-spec': 'asks upstream; has tests of its own',
  'npm run refresh': 'builds and measures the package; what it writes is checked by `npm test`',
  'npm view': 'asks the registry',
  'npm publish': 'publishes',
  'gh pr': 'changes a repository at GitHub',
  'gh issue': 'changes a repository at GitHub',
  'gh workflow': 'starts a workflow',
  'gh release': 'releases',
};

const triedLines = new Set<string>();
const triedCalls = new Set<string>();
const runners: Runner[] = [];

afterEach(() => {
  for (const { tree } of runners.splice(0)) rmSync(dirname(tree), { recursive: true, force: true });
});

/** A small repository, checked out as `tree`, whose origin stands beside it. */
const template = mkdtempSync(join(tmpdir(), 'mistral-sdk-workflows-'));

beforeAll(() => {
  const tree = join(template, 'tree');
  for (const file of [
    'package.json',
    'package-lock.json',
    'CHANGELOG.md',
    'spec/source.json',
    'scripts/propose-update.mjs',
    'scripts/absolute-links.mjs',
    'README.md',
    'docs/README.md',
  ])
    cpSync(file, join(tree, file), { recursive: true });
  for (const folder of ['.changeset', 'api-report', 'generated', 'overlays', 'dist'])
    writeFiles(tree, { [`${folder}/old.txt`]: 'old\n' });
  git(template, 'init', '--quiet', '--template=', '--bare', '--initial-branch=main', 'origin');
  git(tree, 'init', '--quiet', '--template=', '--initial-branch=main');
  commit(tree);
  git(tree, 'remote', 'add', 'origin', '../origin');
  git(tree, 'push', '--quiet', 'origin', 'main');
});

afterAll(() => {
  rmSync(template, { recursive: true, force: true });
});

function checkOut(): Runner {
  const runner = createRunner(template);
  runners.push(runner);
  return runner;
}

/** The step with this name, or with this line. */
function stepOf(file: string, job: string, name: string): Step {
  const step = workflows[file]?.jobs[job]?.steps.find((one) => [one.name, one.run].includes(name));
  if (step === undefined) throw new Error(`${file} has no step ${name} in ${job}`);
  return step;
}

/** Runs the step with the values that its expressions stand for. */
function runStep(
  runner: Runner,
  [file, job, name]: [string, string, string],
  values: Record<string, string> = {},
) {
  const step = stepOf(file, job, name);
  const env = Object.fromEntries(
    Object.entries({ ...workflows[file]!.jobs[job]!.env, ...step.env }).map(([key, value]) => [
      key,
      value.replaceAll(/\$\{\{ (.+?) \}\}/g, (_, expression: string) => {
        const known = { 'github.token': 'a-token', 'github.repository': 'octocat/mistral-sdk', ...values };
        // What is given by hand, or else the default behind it.
        const [, input, otherwise] = /^(inputs\.\w+) \|\| '(.+)'$/.exec(expression) ?? [];
        if (input !== undefined) return values[input] ?? otherwise!;
        if (!(expression in known)) throw new Error(`${name} needs a value for ${expression}`);
        return known[expression as keyof typeof known];
      }),
    ]),
  );
  const result = runner.run(step, env);
  triedLines.add(step.run!);
  for (const call of result.calls) {
    const words = call.replace('--silent ', '').split(' ');
    triedCalls.add(words.slice(0, words[1] === 'run' ? 3 : 2).join(' '));
  }
  return result;
}

describe('every workflow', () => {
  test.each(steps.flatMap(({ file, step }) => (step.uses === undefined ? [] : [[file, step.uses]])))(
    '%s pins %s to a whole version',
    (_, action) => {
      expect(action).toMatch(/^[\w-]+\/[\w-]+@v\d+\.\d+\.\d+$/);
    },
  );

  test('may write only what it says here', () => {
    const writes = jobs.flatMap(([file, name, { permissions = {} }]) =>
      Object.keys(permissions)
        .filter((scope) => permissions[scope] === 'write')
        .map((scope) => `${file} ${name}: ${scope}`),
    );

    for (const { permissions } of Object.values(workflows))
      expect([{}, { contents: 'read' }]).toContainEqual(permissions);
    expect(writes).toEqual([
      'drift.yml propose: actions',
      'drift.yml propose: contents',
      'drift.yml propose: issues',
      'drift.yml propose: pull-requests',
      'release.yml version: actions',
      'release.yml version: contents',
      'release.yml version: pull-requests',
      'release.yml publish: contents',
      'release.yml publish: id-token',
    ]);
  });

  test('ends by itself, and does not run twice at once', () => {
    for (const { concurrency } of Object.values(workflows)) expect(concurrency).toBeDefined();
    for (const [, , job] of jobs) expect(job['timeout-minutes']).toBeLessThanOrEqual(30);
  });

  test('knows no secret but the token of its own run', () => {
    expect(JSON.stringify(workflows)).not.toContain('secrets.');
  });

  test('puts nothing into a command but by its environment', () => {
    expect([...runLines].filter((line) => line.includes('${{'))).toEqual([]);
  });

  test('names scripts that there are', () => {
    const named = [...JSON.stringify(workflows).matchAll(/npm run (?:--silent )?([\w:-]+)/g)].map(
      ([, script]) => script!,
    );

    expect(named.length).toBeGreaterThan(3);
    expect([...new Set(named)].filter((script) => !(script in manifest.scripts))).toEqual([]);
  });
});

describe('ci.yml', () => {
  test('runs the two commands of the README, on every Node that is supported', () => {
    const [, block = ''] = /```sh\n([\s\S]*?)```/.exec(readFileSync('README.md', 'utf8')) ?? [];
    const commands = block.match(/^[^#\n]+(?=\s+#)/gm)?.map((command) => command.trim());
    const job = workflows['ci.yml']!.jobs['test']!;

    expect(commands).toHaveLength(2);
    expect(job.steps.flatMap(({ run }) => run ?? [])).toEqual(commands);
    expect(job.strategy?.matrix).toEqual({ node: ['20.20.2', '22', '24'] });
  });

  test.each([...runLines].filter((line) => line.startsWith('npm ci')))('`%s` stops at what fails', (line) => {
    const { file, job } = steps.find(({ step }) => step.run === line)!;
    const runner = checkOut();

    runner.stub('npm', 'exit 0');
    expect(runStep(runner, [file, job, line])).toMatchObject({ status: 0, calls: line.split(' && ') });
    runner.stub('npm', 'exit 7');
    expect(runStep(runner, [file, job, line])).toMatchObject({ status: 7, calls: ['npm ci'] });
  });
});

describe('drift.yml compares', () => {
  const compare = ['drift.yml', 'compare', 'Compare with upstream'] satisfies [string, string, string];
  /** Reports and ends as told, as `npm run drift` does. */
  const drift = (status: number, report: string) =>
    `while [ $# -gt 0 ]; do if [ "$1" = --markdown ]; then printf '%s' ${JSON.stringify(report)} > "$2"; fi; shift; done; exit ${status}`;

  test.each([
    ['no drift', 0, '# No drift', '0', false],
    ['a drift', 1, '# 3 operations are new', '1', false],
    ['that it could not tell', 2, '', '2', true],
    ['that it could not be run, which is no drift', 1, '', '2', true],
  ])('and says %s', (_, status, report, output, warns) => {
    const runner = checkOut();
    runner.stub('npm', drift(status, report));

    const result = runStep(runner, compare);

    expect(result).toMatchObject({ status: 0, outputs: { status: output }, summary: report });
    expect(result.log.includes('::warning')).toBe(warns);
    expect(result.calls[0]).toContain(
      'npm run --silent drift -- --against https://raw.githubusercontent.com/',
    );
  });

  test('with what the command compares with by itself, or with what is given by hand', () => {
    const runner = checkOut();
    runner.stub('npm', drift(0, '# No drift'));
    const known = /'(https:\/\/raw[^']+)'/.exec(readFileSync('scripts/drift.ts', 'utf8'))![1]!;
    const other = 'https://example.com/other.yaml';
    const against = (values?: Record<string, string>) => runStep(runner, compare, values).calls.at(-1);

    expect(known).toMatch(/\/openapi-public-doc\.yaml$/);
    expect(against()).toContain(`--against ${known} `);
    expect(against({ 'inputs.upstream': other })).toContain(`--against ${other} `);
  });

  test('and shows no more than a summary may have', () => {
    const runner = checkOut();
    runner.stub('npm', drift(1, '').replace('printf \'%s\' ""', 'head --bytes=2000000 /dev/zero'));

    expect(runStep(runner, compare).summary).toHaveLength(1_000_000);
  });
});

/** Writes what `update-spec` and `refresh` would. */
const regenerates = `case "$*" in
  *update-spec*) echo new > generated/new.txt; rm overlays/old.txt; echo new > spec/openapi.yaml; echo new > .changeset/follow-upstream.md;;
  *refresh*) echo new > api-report/old.txt;;
esac`;
const regenerate = ['drift.yml', 'compare', 'Regenerate'] satisfies [string, string, string];

describe('drift.yml regenerates', () => {
  test('a patch of all that changes, new files and deleted ones too', () => {
    const runner = checkOut();
    mkdirSync(join(runner.temporary, 'drift'));
    runner.stub('npm', regenerates);

    const { status, log } = runStep(runner, regenerate);
    git(runner.tree, 'reset', '--quiet', '--hard');
    git(runner.tree, 'apply', join(runner.temporary, 'drift/update.patch'));

    expect(status, log).toBe(0);
    expect(git(runner.tree, 'status', '--porcelain', '--untracked-files=all').split('\n')).toEqual([
      ' M api-report/old.txt',
      ' D overlays/old.txt',
      '?? .changeset/follow-upstream.md',
      '?? generated/new.txt',
      '?? spec/openapi.yaml',
      '',
    ]);
  });

  test.each(['update-spec', 'refresh'])('nothing where `%s` fails, and says why', (script) => {
    const runner = checkOut();
    mkdirSync(join(runner.temporary, 'drift'));
    runner.stub('npm', `case "$*" in *${script}*) echo 'the reason' >&2; exit 1;; esac`);

    const { status, log } = runStep(runner, regenerate);

    expect(status).toBe(0);
    expect(log).toContain('::warning');
    expect(readFileSync(join(runner.temporary, 'drift/update.txt'), 'utf8')).toBe('the reason\n');
    expect(existsSync(join(runner.temporary, 'drift/update.patch'))).toBe(false);
  });
});

describe('drift.yml proposes', () => {
  const branch = 'drift/upstream';
  const ours = '{"number":5,"isCrossRepository":false}';
  const issue = `{"number":6,"title":"Follow the API's description"}`;

  /** A runner that was handed a drift: with a patch, or with the words of an update that failed. */
  function handed(update: 'patch' | 'failure', report = '# 3 operations are new\n'): Runner {
    const runner = checkOut();
    const folder = join(runner.temporary, 'drift');
    mkdirSync(folder);
    if (update === 'patch') {
      runner.stub('npm', regenerates);
      runStep(runner, regenerate);
      git(runner.tree, 'reset', '--quiet', '--hard');
    } else writeFileSync(join(folder, 'update.txt'), 'chat.complete: no such schema\n');
    writeFileSync(join(folder, 'report.md'), report);
    return runner;
  }

  /** What is open at GitHub is what `gh` lists. */
  function propose(runner: Runner, { pulls = '', issues = '', refuses = '' } = {}) {
    runner.stub(
      'gh',
      `case "$1 $2" in
        'pr list') echo '[${pulls}]';;
        'issue list') echo ${JSON.stringify(`[${issues}]`)};;
        '${refuses}') echo 'GitHub says no' >&2; exit 1;;
      esac`,
    );
    const result = runStep(runner, ['drift.yml', 'propose', 'Open or update the pull request or the issue']);
    const body = join(runner.temporary, 'drift/body.md');
    return {
      ...result,
      // Without what only looks.
      calls: result.calls.filter((call) => !/^gh \w+ list/.test(call)),
      body: existsSync(body) ? readFileSync(body, 'utf8') : '',
    };
  }

  const commits = (runner: Runner): string[] =>
    git(runner.tree, 'ls-remote', 'origin', branch) === ''
      ? []
      : git(runner.tree, 'log', '--format=%an: %s', `main..origin/${branch}`).trim().split('\n');

  const opensPull = expect.stringMatching(/^gh pr create .*--base main --head drift\/upstream$/) as string;
  const editsPull = expect.stringMatching(/^gh pr edit 5 --body-file /) as string;
  const opensIssue = expect.stringMatching(/^gh issue create /) as string;
  const editsIssue = expect.stringMatching(/^gh issue edit 6 --body-file /) as string;
  const checks = `gh workflow run ci.yml --ref ${branch}`;

  test('a pull request with the code and the report, and has it checked', () => {
    const runner = handed('patch');

    const { status, calls, body, log } = propose(runner);

    expect(status, log).toBe(0);
    expect(calls).toEqual([checks, opensPull]);
    expect(body).toContain('# 3 operations are new');
    expect(commits(runner)).toEqual(["github-actions[bot]: Follow the API's description"]);
    expect(git(runner.tree, 'show', `origin/${branch}:generated/new.txt`)).toBe('new\n');
  });

  test('the same pull request the next day, and pushes nothing where nothing is new', () => {
    const runner = handed('patch');
    propose(runner);
    git(runner.tree, 'switch', '--quiet', 'main');
    const before = git(runner.tree, 'ls-remote', 'origin', branch);

    const { calls } = propose(runner, { pulls: ours });

    expect(calls).toEqual([editsPull]);
    expect(git(runner.tree, 'ls-remote', 'origin', branch)).toBe(before);
  });

  test('newer code in place of its own', () => {
    const runner = handed('patch');
    git(runner.tree, 'push', '--quiet', 'origin', `main:${branch}`);
    git(runner.tree, 'fetch', '--quiet');

    expect(propose(runner, { pulls: ours }).calls).toEqual([checks, editsPull]);
    expect(commits(runner)).toHaveLength(1);
  });

  test('no code over the work of people', () => {
    const runner = handed('patch');
    propose(runner);
    git(runner.tree, 'commit', '--quiet', '--allow-empty', '--message', 'Name the new operations');
    git(runner.tree, 'push', '--quiet', 'origin', branch);
    git(runner.tree, 'switch', '--quiet', 'main');

    const { calls, body } = propose(runner, { pulls: ours });

    expect(calls).toEqual([editsPull]);
    expect(body).toContain('so it was left as it is');
    expect(commits(runner)[0]).toBe('Ada: Name the new operations');
  });

  test('a pull request of its own beside that of a fork', () => {
    const fork = '{"number":4,"isCrossRepository":true}';

    expect(propose(handed('patch'), { pulls: fork }).calls).toEqual([checks, opensPull]);
  });

  test('a pull request in place of the issue', () => {
    const { calls } = propose(handed('patch'), { issues: issue });

    expect(calls).toEqual([checks, opensPull, expect.stringMatching(/^gh issue close 6 /)]);
  });

  test('an issue that names the branch, where a workflow may open no pull request', () => {
    const { status, calls, body } = propose(handed('patch'), { refuses: 'pr create' });

    expect(status).toBe(0);
    expect(calls).toEqual([checks, opensPull, opensIssue]);
    expect(body).toContain(`\`${branch}\``);
  });

  test('an issue with the reason and the report, where there is no code', () => {
    const runner = handed('failure');

    const { status, calls, body } = propose(runner);

    expect(status).toBe(0);
    expect(calls).toEqual([opensIssue]);
    expect(body).toContain('chat.complete: no such schema');
    expect(body).toContain('# 3 operations are new');
    expect(commits(runner)).toEqual([]);
  });

  test('no second issue, and none beside a pull request', () => {
    const other = '{"number":3,"title":"Something else"}';

    expect(propose(handed('failure'), { issues: `${other},${issue}` }).calls).toEqual([editsIssue]);
    expect(propose(handed('failure'), { issues: issue, pulls: ours }).calls).toEqual([editsPull]);
  });

  test('nothing that calls people or closes issues in words of upstream, nor more than GitHub takes', () => {
    const { body } = propose(handed('failure', `ask @ada, fixes #7\n${'long '.repeat(20_000)}`));

    expect(body).not.toMatch(/@ada|#7/);
    expect(body.length).toBeLessThan(65_536);
    expect(body).toContain("in the summary of the workflow's run");
  });

  test.each(['pr list', 'pr edit', 'workflow run'])('nothing quietly where `gh %s` fails', (refuses) => {
    const runner = handed('patch');
    const { status, log } =
      refuses === 'pr list'
        ? propose(runner, { pulls: "' not JSON" })
        : propose(runner, { pulls: ours, refuses });

    expect(status).toBe(1);
    expect(log).toContain('::error');
    expect(log).not.toContain('    at ');
  });
});

describe('release.yml', () => {
  const { version } = manifest;
  const values = { 'needs.version.outputs.version': version };

  test('tells whether the version is released by its tag', () => {
    const runner = checkOut();
    const look = () =>
      runStep(runner, ['release.yml', 'version', 'See whether this version is released']).outputs;

    expect(look()).toEqual({ version, released: 'false' });
    git(runner.tree, 'tag', `v${version}`);
    git(runner.tree, 'push', '--quiet', 'origin', `v${version}`);
    expect(look()).toEqual({ version, released: 'true' });
  });

  test('has its pull request checked', () => {
    const runner = checkOut();
    runner.stub('gh', 'exit 0');

    expect(runStep(runner, ['release.yml', 'version', 'Check the pull request']).calls).toEqual([
      'gh workflow run ci.yml --ref changeset-release/main',
    ]);
  });

  test('publishes what it packed, once, and tags it with what the changelog says', () => {
    const runner = checkOut();
    writeFileSync(
      join(runner.tree, 'CHANGELOG.md'),
      '# mistral-sdk\n\n## 2.0.0\n\n- New.\n\n## 1.0.0\n\n- Old.\n',
    );
    const release = join(runner.temporary, 'release');
    const publish = ['release.yml', 'publish', 'Publish to npm'] satisfies [string, string, string];

    const packed = runStep(runner, ['release.yml', 'pack', 'Pack']);
    const shipped = execFileSync(
      'tar',
      ['-xzOf', join(release, `mistral-sdk-${version}.tgz`), 'package/package.json'],
      {
        encoding: 'utf8',
      },
    );
    expect(packed.status, packed.log).toBe(0);
    expect(JSON.parse(shipped)).toMatchObject({
      version,
      repository: { type: 'git', url: 'git+https://github.com/octocat/mistral-sdk.git' },
    });
    expect(readFileSync(join(release, 'notes.md'), 'utf8')).toBe('\n- New.\n\n');
    const { components } = JSON.parse(readFileSync(join(release, 'sbom.cdx.json'), 'utf8')) as {
      components: { name: string }[];
    };
    expect(components.map(({ name }) => name)).toContain('@hey-api/openapi-ts');
    execFileSync('sha256sum', ['--check', '--quiet', 'SHA256SUMS'], { cwd: release });

    // Unknown to the registry: npm fails where there is no such package, and prints nothing where no such version.
    runner.stub('npm', 'case "$1" in view) exit 1;; publish) test -s "$2";; esac');
    expect(runStep(runner, publish, values)).toMatchObject({
      status: 0,
      calls: [
        `npm view mistral-sdk@${version} version`,
        `npm publish ${release}/mistral-sdk-${version}.tgz --provenance --access public`,
      ],
    });
    runner.stub('npm', `if [ "$1" = view ]; then echo ${version}; fi`);
    expect(runStep(runner, publish, values).calls).toEqual([`npm view mistral-sdk@${version} version`]);

    runner.stub('gh', 'for file in "${@: -3}"; do test -s "$file"; done');
    const tagged = runStep(runner, ['release.yml', 'publish', 'Tag the release'], values);
    expect(tagged.status).toBe(0);
    expect(tagged.calls[0]).toMatch(`gh release create v${version} --target 0123456789abcdef`);
    expect(tagged.calls[0]).toMatch(
      / --notes-file notes\.md mistral-sdk-[\d.]+\.tgz sbom\.cdx\.json SHA256SUMS$/,
    );
  });
});

test('every line was run, and every stand-in was called', () => {
  expect([...runLines].filter((line) => !triedLines.has(line))).toEqual([]);
  expect([...triedCalls].toSorted()).toEqual(Object.keys(standIns).toSorted());
});
