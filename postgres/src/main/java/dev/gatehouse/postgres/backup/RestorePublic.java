package dev.gatehouse.postgres.backup;

import dev.gatehouse.core.dialect.Baseline;
import dev.gatehouse.core.dialect.Row;
import dev.gatehouse.postgres.session.Queries;
import dev.gatehouse.postgres.session.SqlNames;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Optional;

/** The schema public with the owner, the privileges and the comment that initdb gives it. */
final class RestorePublic {
  /** Before this version anybody could create in public. */
  private static final int CLOSED = 15;

  private static final String STATE =
      "SELECT o.rolname AS owner, (SELECT string_agg(coalesce(g.rolname, 'PUBLIC') || ' ' ||"
          + " e.privilege_type || ' ' || e.is_grantable, ', ' ORDER BY g.rolname NULLS LAST,"
          + " e.privilege_type) FROM aclexplode(coalesce(n.nspacl, acldefault('n', n.nspowner))) e"
          + " LEFT JOIN pg_roles g ON g.oid = e.grantee) AS rights FROM pg_namespace n"
          + " JOIN pg_roles o ON o.oid = n.nspowner WHERE n.nspname = 'public'";

  private static final String GRANTEES =
      "SELECT DISTINCT coalesce(quote_ident(g.rolname), 'PUBLIC') FROM pg_namespace n"
          + " CROSS JOIN LATERAL aclexplode(n.nspacl) e"
          + " LEFT JOIN pg_roles g ON g.oid = e.grantee WHERE n.nspname = 'public'";

  /** A dump leaves out this one, and tells any other, or that there is none. */
  private static final String COMMENT = "standard public schema";

  private static final String COMMENTED =
      "SELECT 1 FROM pg_namespace n WHERE n.nspname = 'public'"
          + " AND obj_description(n.oid, 'pg_namespace') = ?";

  private record State(String owner, String rights) {
    static State of(Row row) {
      return new State(row.text("owner"), row.text("rights"));
    }
  }

  private final Connection session;

  RestorePublic(Connection session) {
    this.session = session;
  }

  void reset() throws SQLException {
    resetRights();
    if (!Queries.exists(session, COMMENTED, COMMENT)) {
      Queries.run(session, "COMMENT ON SCHEMA public IS " + SqlNames.literal(COMMENT));
    }
  }

  /** Where it had been dropped, the archive does not say so: what was recorded beside it does. */
  static void dropUnless(Optional<Baseline> recorded, Connection session) throws SQLException {
    boolean dropped =
        recorded
            .filter(
                all ->
                    all.objects().stream()
                        .noneMatch(
                            object ->
                                object.kind().equals("schema") && object.name().equals("public")))
            .isPresent();
    if (dropped) {
      Queries.run(session, "DROP SCHEMA IF EXISTS public");
    }
  }

  private void resetRights() throws SQLException {
    boolean closed = session.getMetaData().getDatabaseMajorVersion() >= CLOSED;
    String owner =
        closed
            ? "pg_database_owner"
            : Queries.pinned(session, "SELECT rolname FROM pg_roles WHERE oid = 10");
    String rights =
        owner
            + " CREATE false, "
            + owner
            + " USAGE false, "
            + (closed ? "" : "PUBLIC CREATE false, ")
            + "PUBLIC USAGE false";
    Optional<State> found = Queries.first(session, STATE, State::of);
    if (found.equals(Optional.of(new State(owner, rights)))) {
      return;
    }
    String quoted = SqlNames.quoted(owner);
    if (found.isEmpty()) {
      Queries.run(session, "CREATE SCHEMA public AUTHORIZATION " + quoted);
    } else if (!found.get().owner().equals(owner)) {
      Queries.run(session, "ALTER SCHEMA public OWNER TO " + quoted);
    }
    for (String grantee : Queries.column(session, GRANTEES)) {
      Queries.run(session, "REVOKE ALL ON SCHEMA public FROM " + grantee + " CASCADE");
    }
    Queries.run(session, "GRANT ALL ON SCHEMA public TO " + quoted);
    Queries.run(
        session, "GRANT USAGE" + (closed ? "" : ", CREATE") + " ON SCHEMA public TO PUBLIC");
  }
}
