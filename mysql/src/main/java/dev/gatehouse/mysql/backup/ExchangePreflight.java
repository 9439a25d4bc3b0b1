package dev.gatehouse.mysql.backup;

import dev.gatehouse.core.dialect.Poll;
import dev.gatehouse.core.dialect.Row;
import dev.gatehouse.core.dialect.Target;
import dev.gatehouse.core.outcome.Finding;
import dev.gatehouse.core.outcome.Refusal;
import dev.gatehouse.core.outcome.Refusals;
import dev.gatehouse.mysql.session.Accounts;
import dev.gatehouse.mysql.session.ErrorCodes;
import dev.gatehouse.mysql.session.OwnRights;
import dev.gatehouse.mysql.session.Products;
import dev.gatehouse.mysql.session.Queries;
import dev.gatehouse.mysql.session.Sessions;
import dev.gatehouse.mysql.sql.PrintedSql;
import dev.gatehouse.mysql.sql.SqlNames;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Refuses an exchange of tables that could not be made, or would not be what it seems. */
final class ExchangePreflight {
  private static final List<String> RIGHTS =
      List.of(
          "SELECT",
          "INSERT",
          "CREATE",
          "ALTER",
          "DROP",
          "CREATE VIEW",
          "SHOW VIEW",
          "TRIGGER",
          "EVENT",
          "CREATE ROUTINE",
          "ALTER ROUTINE");

  private static final String FROM_OUTSIDE =
      "SELECT DISTINCT CONCAT(table_schema, '.', table_name, ' by ', constraint_name)"
          + " FROM information_schema.key_column_usage WHERE referenced_table_schema = DATABASE()"
          + " AND table_schema <> DATABASE() ORDER BY 1 LIMIT 5";

  /** Named in another way by each product; all of them, whatever the account may read. */
  private static final List<String> ENGINE_LISTS = List.of("innodb_foreign", "innodb_sys_foreign");

  private static final String SESSIONS =
      "SELECT CONCAT('connection ', id, ' of ', user, ' from ', host)"
          + " FROM information_schema.processlist WHERE db = DATABASE() AND id <> CONNECTION_ID()"
          + " AND command NOT IN ('Daemon', 'Binlog Dump', 'Binlog Dump GTID')"
          + " AND IS_USED_LOCK(CONCAT('gatehouse.c.', id)) IS NULL ORDER BY id LIMIT 5";

  /** Each server knows some of them. */
  private static final List<String> DEFINING =
      List.of("SET_USER_ID ON *.*", "SET_ANY_DEFINER ON *.*", "SET USER ON *.*");

  private static final String UNTRUSTED =
      "SELECT @@GLOBAL.log_bin = 1 AND @@GLOBAL.log_bin_trust_function_creators = 0";

  private static final Pattern NEXT_VALUE =
      Pattern.compile("\\b(nextval|lastval|setval)\\b", Pattern.CASE_INSENSITIVE);

  private static final Pattern REFERENCED = Pattern.compile(" REFERENCES (?=`[^`]+`[^.])");

  private ExchangePreflight() {}

  static void check(Target target) throws SQLException {
    Refusals refusals = new Refusals();
    try (Connection session = Sessions.reading(target)) {
      refusals.in(() -> refuseWithoutRights(session));
      refusals.in(() -> refuseForeignKeysFromOutside(session));
      refusals.in(() -> refuseOfSchema(session));
    }
    refusals.in(() -> refuseWithoutPlaces(target));
    refusals.refuse();
  }

  private static void refuseOfSchema(Connection session) throws SQLException {
    Schema schema = SchemaReading.of(session);
    Refusals refusals = new Refusals();
    refusals.in(() -> refuseSequenceDefaults(schema));
    refusals.in(() -> refuseUnmakeable(session, schema));
    refusals.refuse();
  }

  private static void refuseWithoutPlaces(Target target) throws SQLException {
    try (Connection session = Sessions.writing(target)) {
      refuseWithoutPlaces(session);
    }
  }

  private static void refuseWithoutRights(Connection session) throws SQLException {
    OwnRights rights = OwnRights.of(session);
    List<String> missing =
        RIGHTS.stream().filter(right -> !rights.hold(right + " ON this")).toList();
    if (!missing.isEmpty()) {
      String here = SqlNames.quoted(Queries.one(session, "SELECT DATABASE()")) + ".*";
      throw new Refusal(
          Finding.of("restore.rights", "this account may not exchange the tables of the target")
              .withExpected(String.join(", ", RIGHTS) + " on the database")
              .withFound("not granted: " + String.join(", ", missing))
              .withFix(
                  "GRANT "
                      + String.join(", ", missing)
                      + " ON "
                      + here
                      + " TO "
                      + Accounts.current(session)));
    }
  }

  /** MariaDB can have triggers do again what their rows in the log have done already. */
  private static void refuseTriggers(Connection session) throws SQLException {
    String set = "SHOW GLOBAL VARIABLES LIKE 'slave_run_triggers_for_rbr'";
    String value = Queries.first(session, set, row -> row.text("value")).orElse("NO");
    if (!value.equalsIgnoreCase("NO")) {
      throw new Refusal(
          Finding.of("restore.triggers", "triggers would be executed for rows that are replayed")
              .withExpected("slave_run_triggers_for_rbr = NO")
              .withFound(value)
              .withFix("SET GLOBAL slave_run_triggers_for_rbr = NO, while it is restored"));
    }
  }

  /** BINLOG asks for no right on a table, and for this one. */
  static void refuseWithoutReplay(Target target) throws SQLException {
    try (Connection session = Sessions.reading(target)) {
      refuseTriggers(session);
      OwnRights rights = OwnRights.of(session);
      List<String> any = Products.of(session).replayRights();
      if (any.stream().noneMatch(rights::hold)) {
        throw new Refusal(
            Finding.of("restore.rights", "this account may not replay changes of a binary log")
                .withExpected("one of " + String.join(", ", any))
                .withFound("none of them is granted")
                .withFix("GRANT " + any.get(0) + " TO " + Accounts.current(session)));
      }
    }
  }

  /** What is dropped before the exchange must come back, whether it succeeds or not. */
  private static void refuseUnmakeable(Connection session, Schema schema) throws SQLException {
    OwnRights rights = OwnRights.of(session);
    if (rights.hold("SUPER ON *.*")) {
      return;
    }
    String account = Accounts.current(session);
    List<String> others = new ArrayList<>(schema.definers());
    others.removeIf(definer -> definer.replace('`', '\'').equals(account));
    if (!others.isEmpty() && DEFINING.stream().noneMatch(rights::hold)) {
      throw new Refusal(
          Finding.of(
                  "restore.definers", "this account may not make objects of other definers again")
              .withExpected("one of " + String.join(", ", DEFINING) + ", or SUPER")
              .withFound("objects of " + String.join(", ", others) + ", and none of these rights")
              .withFix("restore with an account that has it, as GRANT names it on this server"));
    }
    boolean logged =
        !schema.of(Definition.Kind.FUNCTION).isEmpty()
            || !schema.of(Definition.Kind.TRIGGER).isEmpty();
    if (logged && Queries.one(session, UNTRUSTED).equals("1")) {
      throw new Refusal(
          Finding.of("restore.untrusted", "this account may not make functions and triggers again")
              .withExpected("SUPER, or log_bin_trust_function_creators = ON")
              .withFound("neither, and the server writes a binary log")
              .withFix("SET GLOBAL log_bin_trust_function_creators = ON"));
    }
  }

  /** Asked by statements that are prepared and never executed. */
  private static void refuseWithoutPlaces(Connection session) throws SQLException {
    Refusals refusals = new Refusals();
    for (String place : List.of(ExchangePlaces.SIDE, ExchangePlaces.OLD)) {
      refusals.in(() -> refuseWithoutPlace(session, place));
    }
    refusals.refuse();
  }

  private static void refuseWithoutPlace(Connection session, String place) throws SQLException {
    try {
      Queries.run(
          session,
          "PREPARE gatehouse_right FROM 'CREATE TABLE " + place + "0000000000000000.t (i INT)'");
      Queries.run(session, "DEALLOCATE PREPARE gatehouse_right");
    } catch (SQLException e) {
      if (ErrorCodes.isDenied(e)) {
        throw new Refusal(
            Finding.of("restore.rights", "a restore may not make its databases beside the target")
                .withExpected("every privilege on databases named " + place + "...")
                // a driver says the number of the connection first, and each has another
                .withFound(String.valueOf(e.getMessage()).replaceFirst("^\\(conn=\\d+\\) ", ""))
                .withFix(
                    "GRANT ALL PRIVILEGES ON `"
                        + place.replace("_", "\\_")
                        + "%`.* TO "
                        + Accounts.current(session)));
      }
      // It is not there yet, which is what is wanted: 1049.
      if (ErrorCodes.of(e) != 1049) {
        throw e;
      }
    }
  }

  /** They would follow the old table away: RENAME TABLE takes them along. */
  static void refuseForeignKeysFromOutside(Connection session) throws SQLException {
    List<String> found = new ArrayList<>(Queries.column(session, FROM_OUTSIDE));
    String database = Queries.one(session, "SELECT DATABASE()") + "/";
    for (String list : ENGINE_LISTS) {
      if (Queries.exists(
          session,
          "SELECT 1 FROM information_schema.tables WHERE table_schema = 'information_schema' AND"
              + " table_name = ?",
          list)) {
        for (Row key :
            Queries.rows(
                session,
                "SELECT id, for_name, ref_name FROM information_schema." + list,
                Function.identity())) {
          if (key.text("ref_name").startsWith(database)
              && !key.text("for_name").startsWith(database)) {
            found.add(key.text("for_name").replace('/', '.') + " by " + key.text("id"));
          }
        }
      }
    }
    if (!found.isEmpty()) {
      throw new Refusal(
          Finding.of("restore.foreign-keys", "tables of other databases refer to the target's")
              .withExpected("no foreign key from another database: it would follow the old table")
              .withFound(String.join(", ", found))
              .withFix("drop these foreign keys, restore, and add them again"));
    }
  }

  /** MariaDB keeps the database of the sequence in the default, and RENAME does not change it. */
  static void refuseSequenceDefaults(Schema schema) {
    for (Definition table : schema.of(Definition.Kind.TABLE)) {
      if (NEXT_VALUE.matcher(PrintedSql.of(table.sql()).bare()).find()) {
        throw new Refusal(
            Finding.of("restore.sequence-default", "a default is the next value of a sequence")
                .withExpected("tables whose defaults name no sequence, which RENAME leaves behind")
                .withFound("table " + table.name())
                .withFix(
                    "restore by hand into a new database, see RESTORE.md of the artifact; or use"
                        + " AUTO_INCREMENT"));
      }
    }
  }

  /** RENAME has the key go on naming a table of the database beside the target. */
  static void refuseForeignKeysToNowhere(Schema schema) {
    for (Definition table : schema.of(Definition.Kind.TABLE)) {
      PrintedSql printed = PrintedSql.of(table.sql());
      Matcher key = REFERENCED.matcher(printed.bare());
      while (key.find()) {
        String parent = printed.name(key.end());
        if (schema.find(Definition.Kind.TABLE, parent).isEmpty()) {
          throw new Refusal(
              Finding.of(
                      "restore.foreign-keys", "a foreign key refers to a table that is not there")
                  .withExpected("foreign keys among the tables of the backup")
                  .withFound("table " + table.name() + " refers to " + parent)
                  .withFix(
                      "drop the key in the source or make the table, and back up again; or load"
                          + " this one by hand into a new database, see RESTORE.md of the artifact"));
        }
      }
    }
  }

  /** Sessions that have just ended are seen for a moment. */
  static void refuseSessions(Connection session) throws SQLException {
    List<String> others =
        Poll.every(Duration.ofMillis(100))
            .until(Duration.ofSeconds(2), () -> Queries.column(session, SESSIONS), List::isEmpty);
    if (!others.isEmpty()) {
      throw new Refusal(
          Finding.of("restore.sessions", "others have sessions in the target")
              .withExpected("nobody else in it while its tables are exchanged")
              .withFound(String.join(", ", others))
              .withFix("stop the application, and run the restore again"));
    }
  }
}
