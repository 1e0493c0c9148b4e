// Superseded-by: 065_standardize_turns_pk_to_id (a rename drops nothing, so nothing must be built again).
//
// Dropped the key of the turns with CASCADE, which took every foreign key to it along, and built these
// again from what it had read in the catalogue before. Kept to be read; no part of the system calls it.

'use strict';

const { DatabaseAgent } = require('./database-agent');

// pg_get_constraintdef() prints the definition as it would have to be written, which at this point
// still names the old column.
const REFERENCES_TO_TURNS = `
  SELECT conrelid::regclass::text AS table_name, conname, pg_get_constraintdef(oid) AS definition
  FROM pg_constraint
  WHERE contype = 'f' AND confrelid = 'conversation.turns'::regclass
  ORDER BY 1, 2`;

function retarget(definition) {
  return definition.replace(
    /REFERENCES conversation\.turns\(turn_id\)/,
    'REFERENCES conversation.turns(id)',
  );
}

async function countReferences(agent) {
  const { rows } = await agent.query(REFERENCES_TO_TURNS);
  return rows.length;
}

async function replaceKey(agent) {
  await agent.query('ALTER TABLE conversation.turns DROP CONSTRAINT pk_turns CASCADE');
  await agent.query('ALTER TABLE conversation.turns RENAME COLUMN turn_id TO id');
  await agent.query('ALTER TABLE conversation.turns ADD CONSTRAINT pk_turns PRIMARY KEY (id)');
}

async function main() {
  const agent = await DatabaseAgent.connect(process.env.DATABASE_URL);
  try {
    if (!(await agent.tableExists('conversation', 'turns'))) {
      throw new Error('conversation.turns does not exist: wrong database?');
    }
    const { rows: references } = await agent.query(REFERENCES_TO_TURNS);
    console.log(`${references.length} foreign keys refer to conversation.turns`);

    await agent.query('BEGIN');
    try {
      await replaceKey(agent);
      for (const { table_name, conname, definition } of references) {
        console.log(`building ${conname} on ${table_name} again`);
        await agent.query(`ALTER TABLE ${table_name} ADD CONSTRAINT ${conname} ${retarget(definition)}`);
      }
      // What retired this runner: CASCADE also takes views along, and those are not in this list.
      const after = await countReferences(agent);
      if (after !== references.length) {
        throw new Error(`${references.length} foreign keys before, ${after} after`);
      }
      await agent.query('COMMIT');
    } catch (error) {
      await agent.query('ROLLBACK');
      throw error;
    }
  } finally {
    await agent.close();
  }
}

main().catch((error) => {
  console.error(error.message);
  process.exitCode = 1;
});
