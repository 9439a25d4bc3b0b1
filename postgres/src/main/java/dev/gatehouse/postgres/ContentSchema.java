package dev.gatehouse.postgres;

import dev.gatehouse.core.json.Sha256;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/**
 * One digest over the definitions of all objects, their owners and privileges: equal for a database
 * and its restored copy. Needs a session without a search_path, so that the server prints each name
 * in full.
 */
final class ContentSchema {
  private static final String USER = ContentReader.USER_SCHEMA;

  private static final String OWN =
      " AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.classid = '%s'::regclass"
          + " AND d.objid = %s.oid AND d.deptype = 'e')";

  private static final List<String> QUERIES =
      List.of(
          "SELECT 'schema', n.nspname, n.nspowner::regrole::text, "
              + acl("n.nspacl", "'n'", "n.nspowner")
              + " FROM pg_namespace n WHERE "
              + USER
              + OWN.formatted("pg_namespace", "n"),
          "SELECT 'relation', n.nspname, c.relname, c.relkind::text, c.relpersistence::text,"
              + " c.relowner::regrole::text, c.relrowsecurity::text,"
              + " c.relforcerowsecurity::text, array_to_string(c.reloptions, ','),"
              + " coalesce(pg_get_partkeydef(c.oid), ''), coalesce(pg_get_expr(c.relpartbound,"
              + " c.oid), ''), c.relreplident::text, c.relispopulated::text, (SELECT"
              + " string_agg(i.inhparent::regclass::text, ',' ORDER BY i.inhseqno)"
              + " FROM pg_inherits i WHERE i.inhrelid = c.oid), "
              + "CASE WHEN c.relkind IN ('v', 'm') THEN pg_get_viewdef(c.oid) END, "
              + acl(
                  "c.relacl",
                  "CASE WHEN c.relkind = 'S' THEN 's'::\"char\" ELSE 'r'::\"char\" END",
                  "c.relowner")
              + " FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace"
              + " WHERE c.relkind IN ('r', 'p', 'v', 'm', 'S', 'f', 'c')"
              + " AND c.relpersistence <> 't' AND "
              + USER
              + OWN.formatted("pg_class", "c"),
          "SELECT 'column', n.nspname, c.relname, a.attname,"
              + " format_type(a.atttypid, a.atttypmod), a.attnotnull::text, a.attidentity::text,"
              + " a.attgenerated::text, pg_get_expr(f.adbin, f.adrelid),"
              + " CASE WHEN a.attcollation <> 0 THEN a.attcollation::regcollation::text END,"
              + " array_to_string(a.attoptions, ','), a.attacl::text"
              + " FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid"
              + " JOIN pg_namespace n ON n.oid = c.relnamespace"
              + " LEFT JOIN pg_attrdef f ON f.adrelid = a.attrelid AND f.adnum = a.attnum"
              + " WHERE a.attnum > 0 AND NOT a.attisdropped AND c.relkind IN"
              + " ('r', 'p', 'v', 'm', 'f', 'c') AND c.relpersistence <> 't' AND "
              + USER
              + OWN.formatted("pg_class", "c"),
          "SELECT 'sequence', n.nspname, c.relname, format_type(s.seqtypid, NULL),"
              + " s.seqstart::text, s.seqincrement::text, s.seqmax::text, s.seqmin::text,"
              + " s.seqcache::text, s.seqcycle::text FROM pg_sequence s"
              + " JOIN pg_class c ON c.oid = s.seqrelid"
              + " JOIN pg_namespace n ON n.oid = c.relnamespace WHERE "
              + USER
              + OWN.formatted("pg_class", "c"),
          "SELECT 'constraint', n.nspname, o.conrelid::regclass::text, o.contypid::regtype::text,"
              + " o.conname, o.contype::text, o.convalidated::text, pg_get_constraintdef(o.oid)"
              + " FROM pg_constraint o JOIN pg_namespace n ON n.oid = o.connamespace WHERE "
              + USER
              + OWN.formatted("pg_constraint", "o"),
          "SELECT 'index', n.nspname, c.relname, i.indisvalid::text, i.indisclustered::text,"
              + " i.indisreplident::text, pg_get_indexdef(c.oid) FROM pg_index i"
              + " JOIN pg_class c ON c.oid = i.indexrelid"
              + " JOIN pg_namespace n ON n.oid = c.relnamespace WHERE c.relpersistence <> 't' AND "
              + USER
              + OWN.formatted("pg_class", "c"),
          "SELECT 'routine', n.nspname, p.proname, p.proowner::regrole::text,"
              + " CASE WHEN p.prokind = 'a' THEN p.oid::regprocedure::text ELSE"
              + " pg_get_functiondef(p.oid) END, "
              + acl("p.proacl", "'f'", "p.proowner")
              + " FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace WHERE "
              + USER
              + OWN.formatted("pg_proc", "p"),
          "SELECT 'trigger', n.nspname, c.relname, t.tgname, t.tgenabled::text,"
              + " pg_get_triggerdef(t.oid) FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid"
              + " JOIN pg_namespace n ON n.oid = c.relnamespace WHERE NOT t.tgisinternal AND "
              + USER,
          "SELECT 'rule', n.nspname, c.relname, r.rulename, r.ev_enabled::text,"
              + " pg_get_ruledef(r.oid) FROM pg_rewrite r JOIN pg_class c ON c.oid = r.ev_class"
              + " JOIN pg_namespace n ON n.oid = c.relnamespace WHERE r.rulename <> '_RETURN' AND "
              + USER,
          "SELECT 'policy', p.schemaname, p.tablename, p.policyname, p.permissive,"
              + " p.roles::text, p.cmd, p.qual, p.with_check FROM pg_policies p"
              + " JOIN pg_namespace n ON n.nspname = p.schemaname WHERE "
              + USER,
          "SELECT 'type', n.nspname, t.typname, t.typtype::text, t.typowner::regrole::text,"
              + " t.typnotnull::text, t.typdefault, CASE WHEN t.typbasetype <> 0 THEN"
              + " format_type(t.typbasetype, t.typtypmod) END, (SELECT string_agg(e.enumlabel,"
              + " ',' ORDER BY e.enumsortorder) FROM pg_enum e WHERE e.enumtypid = t.oid)"
              + " FROM pg_type t JOIN pg_namespace n ON n.oid = t.typnamespace"
              + " WHERE t.typtype IN ('e', 'd', 'r', 'm') AND "
              + USER
              + OWN.formatted("pg_type", "t"),
          "SELECT 'extension', e.extname, e.extversion, n.nspname FROM pg_extension e"
              + " JOIN pg_namespace n ON n.oid = e.extnamespace",
          "SELECT 'event trigger', e.evtname, e.evtevent, e.evtenabled::text,"
              + " e.evtowner::regrole::text, e.evtfoid::regprocedure::text,"
              + " array_to_string(e.evttags, ',') FROM pg_event_trigger e",
          "SELECT 'publication', p.pubname, p.pubowner::regrole::text, p.puballtables::text,"
              + " (SELECT string_agg(r.prrelid::regclass::text, ',' ORDER BY"
              + " r.prrelid::regclass::text COLLATE \"C\") FROM pg_publication_rel r"
              + " WHERE r.prpubid = p.oid) FROM pg_publication p",
          "SELECT 'server', s.srvname, s.srvowner::regrole::text,"
              + " array_to_string(s.srvoptions, ',') FROM pg_foreign_server s",
          "SELECT 'default privileges', n.nspname, a.defaclrole::regrole::text,"
              + " a.defaclobjtype::text, "
              + acl("a.defaclacl", "'r'", "a.defaclrole")
              + " FROM pg_default_acl a LEFT JOIN pg_namespace n ON n.oid = a.defaclnamespace");

  private ContentSchema() {}

  /** Privileges sorted by name: the same list can stand in the catalogue in any order. */
  private static String acl(String list, String kind, String owner) {
    return "(SELECT string_agg(x.line, ',' ORDER BY x.line COLLATE \"C\") FROM (SELECT"
        + " coalesce(g.rolname, 'public') || '=' || e.privilege_type || e.is_grantable AS line"
        + " FROM aclexplode(coalesce("
        + list
        + ", acldefault("
        + kind
        + ", "
        + owner
        + "))) e LEFT JOIN pg_roles g ON g.oid = e.grantee) x)";
  }

  static String digest(Connection session) throws SQLException {
    MessageDigest digest = Sha256.begin();
    for (String query : QUERIES) {
      lines(session, query).stream()
          .sorted()
          .forEach(line -> digest.update((line + "\n").getBytes(StandardCharsets.UTF_8)));
    }
    return "sha256:" + Sha256.end(digest);
  }

  static List<String> lines(Connection session, String query) throws SQLException {
    List<String> lines = new ArrayList<>();
    try (PreparedStatement statement = session.prepareStatement(query);
        ResultSet rows = statement.executeQuery()) {
      int columns = rows.getMetaData().getColumnCount();
      while (rows.next()) {
        StringBuilder line = new StringBuilder();
        for (int i = 1; i <= columns; i++) {
          String value = rows.getString(i);
          line.append(value == null ? "-" : value.length() + ":" + value).append(' ');
        }
        lines.add(line.toString());
      }
    }
    return lines;
  }
}
