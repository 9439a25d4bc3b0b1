// What the venture hub does with the database: it writes its own tables, and reads eng's.
import { pool } from './pool.js';

export async function record(venture, status) {
  // never INSERT INTO eng.teams from here: the boundary is checked before each promotion
  await pool.query(
    `INSERT INTO vh.ingest_runs (id, venture_id, status, created_at)
     VALUES ((SELECT max(id) + 1 FROM vh.ingest_runs), $1, $2, now())`,
    [venture, status]);
}

export async function teams() {
  const { rows } = await pool.query('SELECT id, name FROM eng.teams ORDER BY name');
  return rows;
}
