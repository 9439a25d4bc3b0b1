package dev.gatehouse.postgres.mutation;

import dev.gatehouse.core.dialect.Row;
import dev.gatehouse.postgres.session.Queries;
import dev.gatehouse.postgres.session.SqlNames;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** Mutants of one policy, and of the row security of one table. */
final class PolicyMutants {
  private static final String QUERY =
      """
      SELECT p.polname, p.polcmd, p.polpermissive, pg_get_expr(p.polqual, p.polrelid) AS using,
        pg_get_expr(p.polwithcheck, p.polrelid) AS checked,
        (SELECT string_agg(CASE o.r WHEN 0 THEN 'PUBLIC' ELSE quote_ident(pg_get_userbyid(o.r)) END, chr(10) ORDER BY o.r)
          FROM unnest(p.polroles) o (r)) AS roles
      FROM pg_policy p WHERE p.polrelid = ?::oid ORDER BY p.polname COLLATE "C\"\
      """;

  /** A policy as CREATE POLICY takes it. */
  private record Policy(
      String name,
      String command,
      boolean permissive,
      String using,
      String check,
      List<String> to) {

    static Policy of(Row row) {
      return new Policy(
          row.text("polname"),
          command(row.text("polcmd")),
          row.isTrue("polpermissive"),
          row.text("using"),
          row.text("checked"),
          List.of(row.text("roles").split("\n", -1)));
    }

    private static String command(String letter) {
      return switch (letter) {
        case "r" -> "SELECT";
        case "a" -> "INSERT";
        case "w" -> "UPDATE";
        case "d" -> "DELETE";
        default -> "ALL";
      };
    }

    /** What new rows are asked: without a condition for them, that for rows that are there. */
    String checked() {
      return check.isEmpty() ? using : check;
    }

    boolean writes() {
      return !command.equals("SELECT") && !command.equals("DELETE");
    }
  }

  private final Table table;
  private final List<String> roles;
  private final List<Mutant> made = new ArrayList<>();

  private PolicyMutants(Table table, List<String> roles) {
    this.table = table;
    this.roles = roles;
  }

  static List<Mutant> of(Connection connection, Table table, List<String> roles)
      throws SQLException {
    PolicyMutants mutants = new PolicyMutants(table, roles);
    Queries.rowsOnPath(connection, QUERY, Policy::of, table.oid()).forEach(mutants::of);
    mutants.ofTheTable();
    return mutants.made;
  }

  private void add(Operator operator, String event, String doubt, String... sql) {
    String notice =
        switch (operator) {
          case DISABLE -> "rowSecurity().enabledOn(" + Wording.java(table.words()) + ")";
          case NO_FORCE -> "rowSecurity().forcedOn(" + Wording.java(table.words()) + ")";
          default ->
              "rowSecurity().on(%s).actingAs(%s).separates(...)"
                  .formatted(Wording.java(table.words()), Wording.java(roles.get(0)));
        };
    made.add(new Mutant(operator, table.oid(), List.of(sql), event, doubt, notice));
  }

  private String who() {
    return String.join(" or ", roles);
  }

  private String may() {
    return "should " + who() + " be able to do that?";
  }

  private String needs() {
    return "does " + who() + " not need what it let pass?";
  }

  private void of(Policy policy) {
    String words = "policy " + policy.name() + " of " + table.words();
    String alter = "ALTER POLICY " + SqlNames.quoted(policy.name()) + " ON " + table.quoted();
    add(
        Operator.DROP_POLICY,
        words + " was gone",
        policy.permissive() ? needs() : may(),
        drop(policy));
    if (!policy.using().isEmpty()) {
      using(policy, words, alter);
    }
    if (policy.writes()) {
      check(policy, words, alter);
    }
    add(
        Operator.FLIP,
        words + " was " + (policy.permissive() ? "restrictive" : "permissive"),
        policy.permissive() ? needs() : may(),
        drop(policy),
        create(policy, !policy.permissive(), policy.command(), policy.check()));
    if (policy.command().equals("ALL") && !policy.using().isEmpty()) {
      add(
          Operator.NARROW,
          words + " was for SELECT alone",
          policy.permissive() ? "does " + who() + " not write these rows?" : may(),
          drop(policy),
          create(policy, policy.permissive(), "SELECT", ""));
    }
    retarget(policy, words, alter);
  }

  private void using(Policy policy, String words, String alter) {
    String using = policy.using();
    if (!using.equals("true")) {
      add(
          Operator.USING_TRUE,
          words + " let every row be " + reached(policy),
          may(),
          alter + " USING (true)");
    }
    if (!using.equals("false")) {
      add(
          Operator.USING_FALSE,
          words + " let no row be " + reached(policy),
          needs(),
          alter + " USING (false)");
    }
    add(
        Operator.USING_NOT,
        words + " let the opposite rows be " + reached(policy),
        may(),
        alter + " USING (NOT (" + using + "))");
    for (String shorter : Terms.of(using).withoutOne()) {
      add(
          Operator.DROP_TERM,
          words + " asked only whether " + shorter,
          may(),
          alter + " USING (" + shorter + ")");
    }
  }

  private static String reached(Policy policy) {
    return switch (policy.command()) {
      case "SELECT" -> "read";
      case "UPDATE" -> "updated";
      case "DELETE" -> "deleted";
      default -> policy.check().isEmpty() ? "read and written" : "read, updated and deleted";
    };
  }

  private void check(Policy policy, String words, String alter) {
    String checked = policy.checked();
    if (!checked.equals("true")) {
      add(
          Operator.CHECK_TRUE,
          words + " let every row be written",
          may(),
          alter + " WITH CHECK (true)");
    }
    add(
        Operator.CHECK_NOT,
        words + " let the opposite rows be written",
        may(),
        alter + " WITH CHECK (NOT (" + checked + "))");
    for (String shorter : Terms.of(checked).withoutOne()) {
      add(
          Operator.DROP_TERM,
          words + " asked of new rows only whether " + shorter,
          may(),
          alter + " WITH CHECK (" + shorter + ")");
    }
  }

  private void retarget(Policy policy, String words, String alter) {
    if (!policy.to().contains("PUBLIC")) {
      add(
          Operator.RETARGET,
          words + " was for everybody",
          "should everybody with a grant be able to do that?",
          alter + " TO PUBLIC");
    }
    for (String role : policy.to()) {
      if (policy.to().size() > 1) {
        add(
            Operator.RETARGET,
            words + " was no longer for " + role,
            "does " + role + " not need what it let pass?",
            alter
                + " TO "
                + policy.to().stream()
                    .filter(other -> !other.equals(role))
                    .collect(Collectors.joining(", ")));
      }
    }
  }

  private String drop(Policy policy) {
    return "DROP POLICY " + SqlNames.quoted(policy.name()) + " ON " + table.quoted();
  }

  private String create(Policy policy, boolean permissive, String command, String check) {
    return "CREATE POLICY %s ON %s AS %s FOR %s TO %s%s%s"
        .formatted(
            SqlNames.quoted(policy.name()),
            table.quoted(),
            permissive ? "PERMISSIVE" : "RESTRICTIVE",
            command,
            String.join(", ", policy.to()),
            policy.using().isEmpty() ? "" : " USING (" + policy.using() + ")",
            check.isEmpty() ? "" : " WITH CHECK (" + check + ")");
  }

  private void ofTheTable() {
    if (!table.enabled()) {
      return;
    }
    for (String command : List.of("SELECT", "INSERT", "UPDATE", "DELETE")) {
      add(
          Operator.ADD_POLICY,
          "another policy of " + table.words() + " let every row pass for " + command,
          may(),
          "CREATE POLICY gatehouse_mutant ON %s FOR %s%s%s"
              .formatted(
                  table.quoted(),
                  command,
                  command.equals("INSERT") ? "" : " USING (true)",
                  "INSERT UPDATE".contains(command) ? " WITH CHECK (true)" : ""));
    }
    add(
        Operator.DISABLE,
        "row security of " + table.words() + " was off",
        may(),
        "ALTER TABLE " + table.quoted() + " DISABLE ROW LEVEL SECURITY");
    if (table.forced()) {
      add(
          Operator.NO_FORCE,
          "no policy of " + table.words() + " held for its owner",
          "should " + table.owner() + " reach every row?",
          "ALTER TABLE " + table.quoted() + " NO FORCE ROW LEVEL SECURITY");
    }
  }
}
