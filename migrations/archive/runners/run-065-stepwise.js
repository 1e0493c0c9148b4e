// Superseded-by: 065_standardize_turns_pk_to_id (one rename in one transaction; nothing to run in steps).
//
// Ran 065_standardize_turns_pk_to_id_stepwise.sql statement by statement and wrote down how far it got,
// so that it could be stopped and taken up again. Kept to be read; no part of the system calls it.

'use strict';

const fs = require('node:fs');
const path = require('node:path');
const { DatabaseAgent } = require('./database-agent');

const SCRIPT = path.join(__dirname, '../sql/data-migration/065_standardize_turns_pk_to_id_stepwise.sql');
const PROGRESS = path.join(__dirname, '.065-stepwise-progress.json');

// The script separates its steps by comment lines of this form.
const STEP = /^-- Step (\d+): (.*)$/;

function stepsOf(text) {
  const steps = [];
  for (const line of text.split('\n')) {
    const marker = STEP.exec(line);
    if (marker) {
      steps.push({ number: Number(marker[1]), title: marker[2], sql: '' });
    } else if (line.startsWith('COMMIT') || line.startsWith('-- @')) {
      break;
    } else if (steps.length > 0) {
      steps[steps.length - 1].sql += line + '\n';
    }
  }
  return steps;
}

function lastFinishedStep() {
  if (!fs.existsSync(PROGRESS)) return 0;
  return JSON.parse(fs.readFileSync(PROGRESS, 'utf8')).finished;
}

async function main() {
  const agent = await DatabaseAgent.connect(process.env.DATABASE_URL);
  try {
    if (!(await agent.tableExists('conversation', 'turns'))) {
      throw new Error('conversation.turns does not exist: wrong database?');
    }
    const finished = lastFinishedStep();
    for (const step of stepsOf(fs.readFileSync(SCRIPT, 'utf8'))) {
      if (step.number <= finished) {
        console.log(`step ${step.number} was finished earlier`);
        continue;
      }
      console.log(`step ${step.number}: ${step.title}`);
      // The flaw that retired this runner: the step and the note of it were never one transaction. A
      // crash between the next two lines left a step done that was then done again.
      await agent.query(step.sql);
      fs.writeFileSync(PROGRESS, JSON.stringify({ finished: step.number }));
    }
    fs.rmSync(PROGRESS, { force: true });
  } finally {
    await agent.close();
  }
}

main().catch((error) => {
  console.error(error.message);
  process.exitCode = 1;
});
