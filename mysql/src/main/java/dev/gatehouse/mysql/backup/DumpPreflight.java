package dev.gatehouse.mysql.backup;

import dev.gatehouse.core.outcome.Finding;
import dev.gatehouse.core.outcome.Refusal;
import dev.gatehouse.mysql.session.Accounts;
import dev.gatehouse.mysql.session.OwnRights;
import dev.gatehouse.mysql.session.Products;
import dev.gatehouse.mysql.sql.PrintedSql;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/** Refuses, while planning, a dump that would hold less than it seems. */
final class DumpPreflight {
  private static final Pattern FLOAT = Pattern.compile("^float\\b");
  private static final Pattern VERSIONED = Pattern.compile("WITH SYSTEM VERSIONING");

  private DumpPreflight() {}

  /** The tool that dumps this schema. */
  static DumpProgram check(Connection session, Schema schema, DumpTools tools) throws SQLException {
    OwnRights rights = OwnRights.of(session);
    if (!rights.hold("RELOAD ON *.*") && !rights.hold("FLUSH_TABLES ON *.*")) {
      throw new Refusal(
          Finding.of("backup.unlocked", "a dump tool and the proof beside it need one snapshot")
              .withExpected("RELOAD, to keep others from committing until both have begun")
              .withFound("not granted")
              .withFix(
                  "GRANT RELOAD ON *.* TO "
                      + Accounts.current(session)
                      + "; or back up without a tool: MySql.dialect()"));
    }
    List<String> lost = new ArrayList<>();
    for (Definition table : schema.of(Definition.Kind.TABLE)) {
      lost.addAll(lost(table));
    }
    String collation = schema.collation();
    for (Definition one : schema.definitions()) {
      String own = one.settings().getOrDefault("database_collation", collation);
      if (!own.equals(collation)) {
        lost.add(
            one.title() + ": made under " + own + ", which a dump sets by the database's name");
      }
    }
    if (!lost.isEmpty()) {
      throw new Refusal(
          Finding.of("backup.lossy", "a dump tool does not write this database as it is")
              .withExpected("nothing that it writes otherwise")
              .withFound(String.join("\n", lost))
              .withFix("back up without a tool: MySql.dialect()"));
    }
    return DumpProgram.find(tools, Products.of(session));
  }

  private static List<String> lost(Definition table) {
    PrintedSql printed = PrintedSql.of(table.sql());
    List<String> lost = new ArrayList<>();
    if (VERSIONED.matcher(printed.bare()).find()) {
      lost.add(table.title() + ": rows that were, by system versioning");
    }
    for (String item : printed.items(printed.bare().indexOf('('))) {
      if (item.startsWith("`") && FLOAT.matcher(PrintedSql.of(item).behindName(0)).find()) {
        lost.add(
            table.title()
                + ": FLOAT column "
                + PrintedSql.of(item).name(0)
                + ", of which it writes six digits");
      }
    }
    return lost;
  }
}
