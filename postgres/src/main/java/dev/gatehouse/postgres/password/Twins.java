package dev.gatehouse.postgres.password;

import dev.gatehouse.core.outcome.Finding;
import dev.gatehouse.core.outcome.Refusal;
import dev.gatehouse.postgres.session.Queries;
import dev.gatehouse.postgres.session.SqlNames;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/**
 * Whether two roles are one and the same to the server: all that they may do comes by roles that
 * both are members of, in every database.
 */
final class Twins {

  /** What differs, one line each: attributes, settings, memberships with their options. */
  private static final String DIFFERENT =
      "WITH traits AS (SELECT r.rolname, a.trait FROM pg_roles r CROSS JOIN LATERAL (VALUES"
          + " ('superuser ' || r.rolsuper), ('inherit ' || r.rolinherit), ('createrole ' ||"
          + " r.rolcreaterole), ('createdb ' || r.rolcreatedb), ('replication ' ||"
          + " r.rolreplication), ('bypassrls ' || r.rolbypassrls), ('connection limit ' ||"
          + " r.rolconnlimit), ('valid until ' || coalesce(r.rolvaliduntil::text, 'infinity'))) a"
          + " (trait)"
          + " UNION ALL SELECT r.rolname, 'set ' || coalesce(d.datname || ': ', '') || c.setting"
          + " FROM pg_roles r JOIN pg_db_role_setting s ON s.setrole = r.oid LEFT JOIN pg_database d"
          + " ON d.oid = s.setdatabase CROSS JOIN LATERAL unnest(s.setconfig) c (setting)"
          + " UNION ALL SELECT r.rolname, 'member of ' || (SELECT g.rolname FROM pg_roles g WHERE"
          + " g.oid = m.roleid) || (to_jsonb(m) - '{oid,roleid,member,grantor}'::text[])::text FROM"
          + " pg_roles r JOIN pg_auth_members m ON m.member = r.oid)"
          + " SELECT trait FROM traits WHERE rolname IN (?, ?) GROUP BY trait HAVING"
          + " count(DISTINCT rolname) = 1 ORDER BY trait";

  /** Owned, granted or named there; of other databases only how many. */
  private static final String OWN =
      "SELECT r.rolname || ' ' || CASE d.deptype WHEN 'o' THEN 'owns' WHEN 'r' THEN 'is named by the"
          + " policy on' ELSE 'has privileges of its own on' END || ' ' || CASE WHEN d.dbid = 0 OR"
          + " d.dbid = (SELECT oid FROM pg_database WHERE datname = current_database()) THEN"
          + " string_agg(pg_describe_object(d.classid, d.objid, d.objsubid), ', ' ORDER BY d.objid)"
          + " ELSE count(*) || ' objects of database ' || (SELECT datname FROM pg_database WHERE oid"
          + " = d.dbid) END FROM pg_shdepend d JOIN pg_roles r ON r.oid = d.refobjid WHERE"
          + " d.refclassid = 'pg_catalog.pg_authid'::regclass AND r.rolname IN (?, ?) GROUP BY"
          + " r.rolname, d.deptype, d.dbid ORDER BY 1";

  private Twins() {}

  static void requireEqual(Connection reading, String old, String next) throws SQLException {
    List<String> found = new ArrayList<>(Queries.column(reading, DIFFERENT, old, next));
    found.addAll(Queries.column(reading, OWN, old, next));
    if (!found.isEmpty()) {
      throw new Refusal(
          Finding.of("password.no-twin", "'" + next + "' is not the equal of '" + old + "'")
              .withExpected(
                  "the same attributes, settings and memberships; what they own and may, by a role"
                      + " that both are members of")
              .withFound(String.join("\n", found))
              .withFix(
                  "a role with NOLOGIN that owns and may all of it: REASSIGN OWNED BY "
                      + SqlNames.quoted(old)
                      + " TO it, GRANT it to both, ALTER ROLE both SET role TO it"));
    }
  }
}
