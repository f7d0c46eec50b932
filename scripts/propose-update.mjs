/**
 * Opens the one pull request with code regenerated from upstream's description, or brings it up to date. Where
 * the code could not be regenerated, it does the same with one issue.
 *
 * The folder has `report.md`, the output of `update-spec` as `update.txt`, and `update.patch` if that succeeded.
 * This runs with a token that may write, so it imports nothing but Node.
 *
 * Run: node scripts/propose-update.mjs FOLDER          (drift.yml does)
 */
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const branch = 'drift/upstream';
const title = "Follow the API's description";
const author = 'github-actions[bot]';
const email = '41898282+github-actions[bot]@users.noreply.github.com';
// GitHub refuses more than 65,536.
const maxBodyLength = 60_000;

function main(folder) {
  const pull = openPull();
  if (existsSync(join(folder, 'update.patch'))) {
    const isOurs = pushUpdate(join(folder, 'update.patch'));
    const note = isOurs
      ? `Upstream's description has changed, and this is the code that it makes. Look at the diff of generated/api.md first, then at the proposed names in overlays/.`
      : 'Upstream has changed again. People have committed to this branch, so it was left as it is: delete it to have it made anew.';
    if (pull !== undefined) update('pr', pull, bodyFile(folder, note));
    else if (!create('pr', bodyFile(folder, note), '--base', 'main', '--head', branch)) {
      const remedy = `Upstream's description has changed. The regenerated code is on the branch \`${branch}\`; workflows may open no pull request here (Settings → Actions → General), so please open it yourself.`;
      reportIssue(bodyFile(folder, remedy));
      return;
    }
    const issue = openIssue();
    if (issue !== undefined)
      gh('issue', 'close', issue, '--comment', `There is a pull request now: ${branch}.`);
    return;
  }
  const output = readFileSync(join(folder, 'update.txt'), 'utf8').trim().slice(-10_000);
  const note = `Upstream's description has changed, and \`npm run update-spec\` could not make code of it:\n\n\`\`\`\n${output}\n\`\`\``;
  const body = bodyFile(folder, note);
  if (pull !== undefined) update('pr', pull, body);
  else reportIssue(body);
}

/** Pushes the code unless the branch has it already; not over the work of people. Tells whether the branch is ours. */
function pushUpdate(patch) {
  const pushed = `refs/remotes/origin/${branch}`;
  const isPushed = succeeds('git', 'rev-parse', '--verify', '--quiet', pushed);
  if (isPushed) {
    const emails = run('git', 'log', '--format=%ae', `HEAD..${pushed}`).split('\n');
    if (emails.some((other) => other !== '' && other !== email)) return false;
  }
  run('git', 'switch', '--force-create', branch);
  run('git', 'apply', '--index', patch);
  run(
    'git',
    '-c',
    `user.name=${author}`,
    '-c',
    `user.email=${email}`,
    'commit',
    '--quiet',
    '--message',
    title,
  );
  if (isPushed && succeeds('git', 'diff', '--quiet', pushed, 'HEAD')) return true;
  run('git', 'push', '--force', 'origin', `HEAD:refs/heads/${branch}`);
  // What this token pushes starts no workflow by itself.
  gh('workflow', 'run', 'ci.yml', '--ref', branch);
  return true;
}

/** The note, then the report, as a file for gh. */
function bodyFile(folder, note) {
  const text = `${note}\n\n${readFileSync(join(folder, 'report.md'), 'utf8')}`;
  const cut =
    text.length > maxBodyLength
      ? `${text.slice(0, maxBodyLength)}\n\n… The rest is in the summary of the workflow's run.`
      : text;
  const file = join(folder, 'body.md');
  writeFileSync(file, withoutReferences(cut));
  return file;
}

/** Upstream's prose shall call nobody, and close nothing. */
const withoutReferences = (text) => text.replaceAll(/@(?=\w)|#(?=\d)/g, '$&\u200B');

function openPull() {
  const pulls = JSON.parse(
    run('gh', 'pr', 'list', '--state', 'open', '--head', branch, '--json', 'number,isCrossRepository'),
  );
  return pulls.find(({ isCrossRepository }) => !isCrossRepository)?.number;
}

function openIssue() {
  const issues = JSON.parse(
    run('gh', 'issue', 'list', '--state', 'open', '--app', 'github-actions', '--json', 'number,title'),
  );
  return issues.find((issue) => issue.title === title)?.number;
}

function reportIssue(body) {
  const issue = openIssue();
  if (issue !== undefined) update('issue', issue, body);
  else if (!create('issue', body)) throw new Error('gh could not open an issue; its words are above.');
}

const update = (kind, number, body) => gh(kind, 'edit', number, '--body-file', body);

/** Tells whether it could: a repository may allow workflows neither. */
function create(kind, body, ...options) {
  const { status, stdout } = start('gh', [kind, 'create', '--title', title, '--body-file', body, ...options]);
  console.log(stdout.trim());
  return status === 0;
}

const gh = (...words) => console.log(run('gh', ...words).trim());

function run(command, ...words) {
  const { status, stdout } = start(command, words);
  if (status !== 0) throw new Error(`\`${[command, ...words].join(' ')}\` failed; its words are above.`);
  return stdout;
}

const succeeds = (command, ...words) => start(command, words).status === 0;

const start = (command, words) =>
  spawnSync(command, words.map(String), { encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] });

try {
  main(process.argv[2]);
} catch (error) {
  console.error(`::error title=Drift::${error.message}`);
  process.exitCode = 1;
}
