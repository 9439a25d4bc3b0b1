package dev.gatehouse.mysql.backup;

import dev.gatehouse.core.artifact.Content;
import dev.gatehouse.core.artifact.Staging;
import dev.gatehouse.core.outcome.Finding;
import dev.gatehouse.core.outcome.Refusal;
import dev.gatehouse.core.script.ScriptPart;
import dev.gatehouse.mysql.backup.Definition.Kind;
import dev.gatehouse.mysql.script.StatementParts;
import dev.gatehouse.mysql.sql.PrintedSql;
import dev.gatehouse.mysql.sql.SqlNames;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * The SQL of a backup, for the product's own client and for a drill: {@code schema.sql} before the
 * rows, {@code load.sql} for the rows, {@code programs.sql} behind them. Events are disabled.
 */
final class SchemaScripts {
  static final String SCHEMA = "schema.sql";
  static final String LOAD = "load.sql";
  static final String PROGRAMS = "programs.sql";

  private static final List<String> DELIMITERS =
      List.of(";;", "//", "^^", "||", "~~", ";//", ";^^", ";|~");

  private final StringBuilder text = new StringBuilder();
  private final List<String> statements = new ArrayList<>();
  private final Map<String, String> settings = new TreeMap<>();
  private final String collation;
  private final Set<String> definers;

  private SchemaScripts(Schema schema) {
    definers = schema.definers();
    collation = schema.collation();
    settings.put("database_collation", collation);
    text.append("-- Written by Gatehouse. The database it is executed in should be empty.\n");
    statement("SET NAMES utf8mb4");
    set("sql_mode", "");
    statement("SET SESSION foreign_key_checks = 0");
  }

  /**
   * Writes nothing.
   *
   * @throws Refusal when a definition could not be written, or would be refused by a restore
   */
  static void require(Schema schema) {
    before(schema);
    behind(schema, Map.of());
  }

  /** The statements that make routines, views, triggers and disabled events. */
  static List<ScriptPart> programs(Schema schema) {
    return programs(schema, Map.of());
  }

  /** The same behind those that set what AUTO_INCREMENT and sequences give next. */
  static List<ScriptPart> programs(Schema schema, Map<String, String> states) {
    return parts(PROGRAMS, behind(schema, states));
  }

  /** The statements that make tables and sequences. */
  static List<ScriptPart> tables(Schema schema) {
    return parts(SCHEMA, before(schema));
  }

  private static List<ScriptPart> parts(String name, String script) {
    List<ScriptPart> parts = new ArrayList<>();
    byte[] text = script.getBytes(StandardCharsets.UTF_8);
    try {
      StatementParts.each(name, new ByteArrayInputStream(text), parts::add);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return parts;
  }

  /** Writes all three. */
  static List<String> write(
      Schema schema, Content content, Map<String, String> files, Staging staging)
      throws IOException {
    for (Map.Entry<String, String> script :
        Map.of(
                SCHEMA,
                before(schema),
                LOAD,
                load(schema, files),
                PROGRAMS,
                behind(schema, content.states()))
            .entrySet()) {
      try (OutputStream stored = staging.compressing(script.getKey())) {
        stored.write(script.getValue().getBytes(StandardCharsets.UTF_8));
      }
    }
    return List.of(SCHEMA, LOAD, PROGRAMS);
  }

  private static String before(Schema schema) {
    SchemaScripts script = new SchemaScripts(schema);
    script.statement("ALTER DATABASE " + schema.defaults());
    for (Definition one : schema.definitions()) {
      if (one.kind() == Kind.SEQUENCE || one.kind() == Kind.TABLE) {
        script.statement(one.sql());
      }
    }
    return script.proved(SCHEMA);
  }

  private static String behind(Schema schema, Map<String, String> states) {
    SchemaScripts script = new SchemaScripts(schema);
    for (Table table : schema.tables()) {
      String next = states.getOrDefault(SnapshotReading.counter(table.name()), "1");
      if (!next.equals("1")) {
        script.statement("ALTER TABLE " + table.quoted() + " AUTO_INCREMENT = " + next);
      }
    }
    for (Definition sequence : schema.of(Kind.SEQUENCE)) {
      String next = states.getOrDefault(SnapshotReading.sequence(sequence.name()), "1");
      String quoted = SqlNames.quoted(sequence.name());
      script.statement("ALTER SEQUENCE " + quoted + " RESTART WITH " + next);
    }
    for (Definition one : schema.definitions()) {
      if (one.kind().isProgram()) {
        one.settings().forEach(script::set);
        script.statement(one.sql());
      }
    }
    script.set("database_collation", script.collation);
    return script.proved(PROGRAMS);
  }

  /** For the client alone; Gatehouse reads the rows by itself. */
  private static String load(Schema schema, Map<String, String> files) {
    StringBuilder text = new StringBuilder("-- mysql --local-infile=1 DATABASE < load.sql\n");
    text.append("SET NAMES utf8mb4;\nSET SESSION sql_mode = ");
    text.append("'NO_AUTO_VALUE_ON_ZERO,ALLOW_INVALID_DATES', time_zone = '+00:00',");
    text.append(" foreign_key_checks = 0").append(TableLoad.UNCHECKED).append(";\n");
    for (Table table : schema.tables()) {
      List<String> into = new ArrayList<>();
      List<String> sets = new ArrayList<>();
      for (int i = 0; i < table.columns().size(); i++) {
        Column column = table.columns().get(i);
        into.add("@c" + i);
        sets.add(column.quoted() + " = " + column.kind().inserted("@c" + i));
      }
      text.append("LOAD DATA LOCAL INFILE '").append(files.get(table.name())).append("'");
      text.append(" INTO TABLE ").append(table.quoted()).append(" CHARACTER SET binary (");
      text.append(String.join(", ", into)).append(")\n  SET ");
      text.append(String.join(", ", sets)).append(";\n");
    }
    return text.toString();
  }

  private void set(String name, String value) {
    if (!value.equals(settings.put(name, value))) {
      statement(
          name.equals("database_collation")
              ? PrintedSql.of("ALTER DATABASE COLLATE " + value).collated().text()
              : "SET SESSION " + name + " = '" + value + "'");
    }
  }

  private void statement(String sql) {
    statements.add(sql);
    if (!sql.contains(";")) {
      text.append(sql).append(";\n");
      return;
    }
    String end =
        DELIMITERS.stream()
            .filter(one -> !sql.contains(one))
            .findFirst()
            .orElseThrow(() -> uncut(sql, "no delimiter that the text does not hold"));
    text.append("DELIMITER ").append(end).append('\n').append(sql).append('\n').append(end);
    text.append("\nDELIMITER ;\n");
  }

  /** What is read back from it is what was written, sign by sign. */
  private String proved(String name) {
    List<String> read = new ArrayList<>();
    byte[] bytes = text.toString().getBytes(StandardCharsets.UTF_8);
    try {
      StatementParts.each(
          name,
          new ByteArrayInputStream(bytes),
          part -> {
            ReplayRules.require(name, part, definers);
            read.add(part.text());
          });
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (Refusal refused) {
      Finding finding = refused.findings().get(0);
      throw uncut("what a restore executes", finding.headline() + "\n" + finding.found());
    }
    for (int i = 0; i < statements.size(); i++) {
      String found = i < read.size() ? read.get(i) : "nothing";
      if (!found.equals(statements.get(i).strip())) {
        throw uncut(statements.get(i), found);
      }
    }
    return text.toString();
  }

  private static Refusal uncut(String expected, String found) {
    return new Refusal(
        Finding.of("backup.uncut", "a definition cannot be written so that a restore would take it")
            .withExpected(expected)
            .withFound(found)
            .withFix(
                "make this object anew, under a sql_mode without ANSI_QUOTES and"
                    + " NO_BACKSLASH_ESCAPES, without quotes or comments that do not end"));
  }
}
