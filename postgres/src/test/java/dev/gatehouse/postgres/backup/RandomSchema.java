package dev.gatehouse.postgres.backup;

import dev.gatehouse.core.testkit.engine.Account;
import dev.gatehouse.core.testkit.engine.TestDatabase;
import dev.gatehouse.postgres.session.Queries;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;

/**
 * A database of an ordinary owner, made up by chance of pieces whose dependencies a dump does not
 * know or whose makers were others.
 */
final class RandomSchema {
  private static final int FEWEST = 2;
  private static final int MORE = 4;
  private static final int SUPERUSERS = 3;

  private final TestDatabase database;
  private final Account owner;
  private final Random random;
  private final Map<Character, String> roles;
  private final List<String> chosen = new ArrayList<>();

  /**
   * Who makes what: the owner, a role it is a member of, one it is not, one it is without having
   * its privileges, and a superuser.
   */
  RandomSchema(TestDatabase database, Account owner, Random random) throws SQLException {
    this.database = database;
    this.owner = owner;
    this.random = random;
    roles =
        Map.of(
            'd', owner.name(),
            'm', database.newName("mine"),
            'o', database.newName("others"),
            'i', database.newName("mere"),
            's', database.account());
    for (char role : new char[] {'m', 'o', 'i'}) {
      database.run("CREATE ROLE " + roles.get(role));
    }
    database.run("GRANT " + roles.get('m') + " TO " + owner.name());
    // Only from version 16 on this tells one membership from another.
    boolean options = Integer.parseInt(database.one("SHOW server_version_num")) >= 160000;
    database.run(
        "GRANT " + roles.get('i') + " TO " + owner.name() + (options ? " WITH INHERIT FALSE" : ""));
  }

  /** In which words it can be made again. */
  @Override
  public String toString() {
    return String.join(", ", chosen);
  }

  void make(RandomPiece piece) throws SQLException {
    chosen.add(piece.name());
    List<String> sql = new ArrayList<>(List.of("d CREATE SCHEMA s0"));
    sql.addAll(piece.sql());
    make(piece.name(), sql, "s0", 0);
  }

  void make() throws SQLException {
    int pieces = FEWEST + random.nextInt(MORE);
    List<RandomPiece> all = RandomPiece.ALL;
    for (int number = 0; number < pieces; number++) {
      RandomPiece piece = all.get(random.nextInt(all.size()));
      // Most of what a superuser made is refused; too much of it would hide the rest.
      if (piece.bySuperuser() && random.nextInt(SUPERUSERS) > 0) {
        continue;
      }
      chosen.add(piece.name());
      String schema = random.nextBoolean() ? "public" : "s" + number;
      List<String> sql = new ArrayList<>();
      if (!schema.equals("public")) {
        sql.add("d CREATE SCHEMA " + schema);
        if (random.nextInt(3) == 0) {
          sql.add("d GRANT USAGE, CREATE ON SCHEMA " + schema + " TO @m");
        }
      }
      sql.addAll(piece.sql());
      make(piece.name(), sql, schema, number);
    }
  }

  private void make(String name, List<String> lines, String schema, int number)
      throws SQLException {
    try (Connection session = database.connect()) {
      for (String line : lines) {
        String sql = filled(line.substring(2), schema, number);
        Queries.run(session, "RESET ROLE");
        if (line.charAt(0) != 's') {
          Queries.run(session, "SET ROLE " + roles.get(line.charAt(0)));
        }
        try {
          Queries.run(session, sql);
        } catch (SQLException e) {
          if (name.endsWith("without a path")) {
            // From version 17 on the server itself has none where it computes such things.
            return;
          }
          // Extensions are there once; all else is a fault of the generator.
          if (!String.valueOf(e.getMessage()).contains("already exists")) {
            throw new SQLException(toString() + ": " + sql + ": " + e.getMessage(), e);
          }
        }
      }
    }
  }

  private String filled(String sql, String schema, int number) {
    String filled =
        sql.replace("@n", String.valueOf(number))
            .replace("@x", schema)
            .replace("@b", database.name());
    for (Map.Entry<Character, String> role : roles.entrySet()) {
      filled = filled.replace("@" + role.getKey(), role.getValue());
    }
    return filled;
  }

  /** What the owner itself can do to it afterwards; what is refused is none. */
  void damage() throws SQLException {
    List<String> tables =
        named(
            "SELECT c.oid::regclass::text FROM pg_class c WHERE c.relkind IN ('r', 'p')"
                + " AND c.oid >= 16384 AND pg_has_role('%s', c.relowner, 'USAGE') ORDER BY 1");
    List<String> routines =
        named(
            "SELECT p.oid::regprocedure::text FROM pg_proc p WHERE p.oid >= 16384"
                + " AND pg_has_role('%s', p.proowner, 'USAGE') ORDER BY 1");
    List<String> extensions =
        named(
            "SELECT quote_ident(x.extname) FROM pg_extension x WHERE x.oid >= 16384"
                + " AND pg_has_role('%s', x.extowner, 'USAGE') ORDER BY 1");
    List<String> sql =
        new ArrayList<>(
            List.of(
                "CREATE TABLE public.later (a int)",
                "CREATE SCHEMA later CREATE TABLE more AS SELECT 1 AS a",
                "CREATE FUNCTION public.later() RETURNS int LANGUAGE sql AS 'SELECT 1'",
                "CREATE EXTENSION ltree",
                "SELECT lo_create(0)",
                "SELECT count(lo_unlink(oid)) FROM pg_largeobject_metadata",
                "ALTER DEFAULT PRIVILEGES GRANT SELECT ON TABLES TO PUBLIC",
                "COMMENT ON SCHEMA public IS 'damaged'",
                "GRANT CREATE ON SCHEMA public TO PUBLIC",
                "DROP SCHEMA IF EXISTS s0, s1 CASCADE"));
    for (String table : tables) {
      String[] kinds = {
        "DROP TABLE %s CASCADE",
        "DELETE FROM %s",
        "TRUNCATE %s CASCADE",
        "ALTER TABLE %s ADD COLUMN later int DEFAULT 1",
        "GRANT SELECT ON %s TO PUBLIC",
        "ALTER TABLE %s OWNER TO " + roles.get('m'),
        "COMMENT ON TABLE %s IS 'damaged'",
      };
      sql.add(kinds[random.nextInt(kinds.length)].formatted(table));
    }
    routines.forEach(routine -> sql.add("DROP ROUTINE " + routine + " CASCADE"));
    extensions.forEach(extension -> sql.add("DROP EXTENSION " + extension + " CASCADE"));
    int turns = 1 + random.nextInt(6);
    try (Connection session = database.connect(owner)) {
      for (int turn = 0; turn < turns; turn++) {
        tryIt(session, sql.get(random.nextInt(sql.size())));
      }
    }
  }

  private static void tryIt(Connection session, String sql) {
    try {
      Queries.run(session, sql);
    } catch (SQLException refused) {
      // What the server refuses damages nothing.
      return;
    }
  }

  private List<String> named(String query) throws SQLException {
    try (Connection session = database.connect()) {
      return Queries.column(session, query.formatted(owner.name()));
    }
  }
}
