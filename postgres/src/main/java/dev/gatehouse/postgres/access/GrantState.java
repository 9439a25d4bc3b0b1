package dev.gatehouse.postgres.access;

import dev.gatehouse.core.dialect.Row;
import dev.gatehouse.postgres.grant.AclObject;
import dev.gatehouse.postgres.grant.AclState;
import dev.gatehouse.postgres.grant.AclState.AclEntry;
import dev.gatehouse.postgres.session.Queries;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;

/** All that a change of grants is planned by and judged by, as one moment has it. */
final class GrantState {
  private static final String SEQUENCES =
      "select quote_ident(n.nspname) || '.' || quote_ident(c.relname) as table,"
          + " quote_ident(m.nspname) || '.' || quote_ident(s.relname) as sequence"
          + " from pg_attrdef f join pg_depend d on d.classid = 'pg_attrdef'::regclass"
          + " and d.objid = f.oid and d.refclassid = 'pg_class'::regclass"
          + " join pg_class s on s.oid = d.refobjid and s.relkind = 'S'"
          + " join pg_namespace m on m.oid = s.relnamespace"
          + " join pg_class c on c.oid = f.adrelid join pg_namespace n on n.oid = c.relnamespace"
          + " order by 1, 2";

  private static final Set<String> OTHERS = Set.of("pg_catalog", "information_schema", "gatehouse");

  private final PostgresAccess access;
  private final AclState acl;
  private final Map<String, List<String>> sequences;
  private final int current;
  private final BitSet powers;
  private final BitSet settable;
  private final Map<String, Integer> numbers = new HashMap<>();
  private final Map<String, Map<String, Set<String>>> options = new HashMap<>();

  private GrantState(
      PostgresAccess access,
      AclState acl,
      Map<String, List<String>> sequences,
      int current,
      int session) {
    this.access = access;
    this.acl = acl;
    this.sequences = sequences;
    this.current = current;
    RoleGraph graph = access.snapshot().graph();
    this.powers = graph.own(current);
    this.settable = (BitSet) graph.settable(session).clone();
    if (graph.role(session).superuser()) {
      settable.set(1, graph.roles().size());
    }
    graph.roles().forEach(role -> numbers.put(role.quoted(), role.number()));
    for (AclEntry entry : acl.entries()) {
      if (entry.grantable()) {
        options
            .computeIfAbsent(acl.object(entry).toString(), key -> new HashMap<>())
            .computeIfAbsent(entry.grantee(), key -> new HashSet<>())
            .add(entry.privilege());
      }
    }
  }

  /**
   * Reads it.
   *
   * @param connection in a transaction, with a search_path of pg_catalog alone
   */
  static GrantState read(Connection connection) throws SQLException {
    PostgresAccess access = AccessSnapshot.whole(connection);
    AclState acl = AclState.read(connection);
    Map<String, List<String>> sequences = new HashMap<>();
    for (Row row : Queries.rowsOnPath(connection, SEQUENCES, Function.identity())) {
      sequences
          .computeIfAbsent(row.text("table"), key -> new ArrayList<>())
          .add(row.text("sequence"));
    }
    Map<String, Integer> numbers = access.snapshot().roleNumbers();
    return Queries.rowsOnPath(
            connection,
            "select current_user, session_user",
            row ->
                new GrantState(
                    access,
                    acl,
                    sequences,
                    numbers.getOrDefault(row.text("current_user"), 0),
                    numbers.getOrDefault(row.text("session_user"), 0)))
        .get(0);
  }

  PostgresAccess access() {
    return access;
  }

  Snapshot snapshot() {
    return access.snapshot();
  }

  RoleGraph graph() {
    return access.snapshot().graph();
  }

  AclState acl() {
    return acl;
  }

  /** Whether it is neither the product's own nor Gatehouse's. */
  boolean users(Securable item) {
    return item.schema() >= 0 && !OTHERS.contains(snapshot().items().get(item.schema()).plain());
  }

  /** Those that the defaults of a table's columns take numbers from. */
  List<String> sequences(String table) {
    return sequences.getOrDefault(table, List.of());
  }

  /** Who holds what with grant option, by the object as GRANT names it. */
  Map<String, Set<String>> options(String object) {
    return options.getOrDefault(object, Map.of());
  }

  /** Whether sequences that the creator makes in the schema will let the role take numbers. */
  boolean comingOnSequences(int creator, String schema, int role) {
    String maker = "FOR ROLE " + graph().role(creator).quoted();
    BitSet held = graph().held(role);
    return acl.entries().stream()
        .filter(entry -> entry.object().startsWith("D"))
        .filter(entry -> Set.of("USAGE", "UPDATE").contains(entry.privilege()))
        .filter(
            entry -> {
              AclObject object = acl.object(entry);
              return object.part().equals("SEQUENCES")
                  && (object.name().equals(maker)
                      || object.name().equals(maker + " IN SCHEMA " + schema));
            })
        .map(entry -> number(entry.grantee()))
        .anyMatch(grantee -> grantee >= 0 && held.get(grantee));
  }

  /** In whose name the account works. */
  Role account() {
    return graph().role(current);
  }

  /** Whether statements of the account are those of that role. */
  boolean is(int role) {
    return account().superuser() || powers.get(role);
  }

  /** Whether the account itself has what the role has, without being above it. */
  boolean holds(int role) {
    return powers.get(role);
  }

  /** Whether the account may SET ROLE to it. */
  boolean canBecome(int role) {
    return settable.get(role);
  }

  /** By the name that SQL wants; -1 when there is none. */
  int number(String quoted) {
    return numbers.getOrDefault(quoted, -1);
  }
}
