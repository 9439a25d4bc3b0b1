package dev.gatehouse.postgres.script;

import dev.gatehouse.core.dialect.ScriptReader.ScriptStatement;
import dev.gatehouse.core.outcome.Finding;
import dev.gatehouse.core.outcome.Refusal;
import dev.gatehouse.postgres.session.Queries;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Values that a transaction adds to an enum, and may not use before it has committed, unless it has
 * made the enum itself. Manual: ALTER TYPE, Notes. Statements are looked at as text: where a value
 * is made up while they run, the server tells (55P04).
 */
final class NewEnumValues {
  static final String FIX =
      "put ALTER TYPE ... ADD VALUE into an inOneTransaction(...) of its own before this one: the"
          + " server lets a new value be used once it is committed";

  private static final int FLAGS = Pattern.CASE_INSENSITIVE | Pattern.DOTALL;

  // Possessive: else each character of a text costs a frame of the stack.
  private static final String PART = "(?:\"(?:[^\"]++|\"\")++\"|[\\w$]+)";
  private static final String NAME = "(" + PART + "(?:\\s*\\.\\s*" + PART + ")*+)";
  private static final String LABEL = "\\s+'((?:[^']++|'')*+)'";
  private static final Pattern CREATED =
      Pattern.compile("create\\s+type\\s+" + NAME + "\\s+as\\s+enum.*", FLAGS);
  private static final Pattern ADDED =
      Pattern.compile(
          "alter\\s+type\\s+"
              + NAME
              + "\\s+add\\s+value(?:\\s+if\\s+not\\s+exists)?"
              + LABEL
              + ".*",
          FLAGS);
  private static final Pattern RENAMED =
      Pattern.compile(
          "alter\\s+type\\s+" + NAME + "\\s+rename\\s+value" + LABEL + "\\s+to" + LABEL + ".*",
          FLAGS);

  private static final Pattern CREATED_WITHIN =
      Pattern.compile("create\\s+type\\s+" + NAME + "\\s+as\\s+enum\\b", FLAGS);

  /** The quote behind a label may be followed by the one that ends the text around it. */
  private static final Pattern ADDED_WITHIN =
      Pattern.compile(
          "alter\\s+type\\s+" + NAME + "\\s+add\\s+value(?:\\s+if\\s+not\\s+exists)?\\s+'([^']*+)'",
          FLAGS);

  private static final Pattern BLOCK = Pattern.compile("do\\b.*", FLAGS);

  /** Labels stand there as names, or as texts that are looked at when they are executed. */
  private static final Pattern HARMLESS =
      Pattern.compile(
          "(?:(?:create|alter)\\s+type\\b|comment\\s+on\\b"
              + "|create\\s+(?:or\\s+replace\\s+)?(?:function|procedure)\\b"
              + "(?=.*\\blanguage\\s+'?plpgsql\\b)).*",
          FLAGS);

  private record Added(String type, String label, ScriptStatement by) {}

  private final Set<String> created = new HashSet<>();
  private final List<Added> added = new ArrayList<>();
  private final List<Finding> findings = new ArrayList<>();
  private final boolean ownEnumsAreFree;

  /** Since version 17 a transaction may use what it adds to an enum that it has made itself. */
  private NewEnumValues(Connection reading) throws SQLException {
    this.ownEnumsAreFree = reading.getMetaData().getDatabaseMajorVersion() >= 17;
  }

  static void refuseUse(Connection reading, List<ScriptStatement> statements) throws SQLException {
    NewEnumValues values = new NewEnumValues(reading);
    for (ScriptStatement statement : statements) {
      values.follow(reading, statement);
    }
    if (!values.findings.isEmpty()) {
      throw Refusal.of(values.findings);
    }
  }

  private void follow(Connection reading, ScriptStatement statement) throws SQLException {
    Matcher create = CREATED.matcher(statement.sql());
    Matcher add = ADDED.matcher(statement.sql());
    Matcher rename = RENAMED.matcher(statement.sql());
    if (create.matches()) {
      created.add(last(create.group(1)));
    } else if (add.matches()) {
      add(reading, last(add.group(1)), add.group(2).replace("''", "'"), statement);
    } else if (rename.matches()) {
      rename(last(rename.group(1)), rename);
    } else if (BLOCK.matcher(statement.sql()).matches()) {
      findUse(statement);
      followBlock(reading, statement);
    } else if (!HARMLESS.matcher(statement.sql()).matches()) {
      findUse(statement);
    }
  }

  /** What a DO block holds, in plain words or as a text to execute. */
  private void followBlock(Connection reading, ScriptStatement block) throws SQLException {
    String sql = block.sql().replace("''", "'");
    for (Matcher m = CREATED_WITHIN.matcher(sql); m.find(); ) {
      if (!isThere(reading, last(m.group(1)))) {
        created.add(last(m.group(1)));
      }
    }
    for (Matcher m = ADDED_WITHIN.matcher(sql); m.find(); ) {
      add(reading, last(m.group(1)), m.group(2), block);
    }
  }

  private void findUse(ScriptStatement statement) {
    added.stream()
        .filter(one -> uses(statement, one.label()))
        .findFirst()
        .ifPresent(one -> findings.add(used(one, statement)));
  }

  private void add(Connection reading, String type, String label, ScriptStatement by)
      throws SQLException {
    boolean there =
        !Queries.column(
                reading,
                "SELECT 1 FROM pg_catalog.pg_enum e JOIN pg_catalog.pg_type t ON t.oid ="
                    + " e.enumtypid WHERE lower(t.typname) = ? AND e.enumlabel = ?",
                type,
                label)
            .isEmpty();
    if (!there && !(ownEnumsAreFree && created.contains(type))) {
      added.add(new Added(type, label, by));
    }
  }

  private static boolean isThere(Connection reading, String type) throws SQLException {
    return !Queries.column(
            reading, "SELECT 1 FROM pg_catalog.pg_type WHERE lower(typname) = ?", type)
        .isEmpty();
  }

  private void rename(String type, Matcher rename) {
    String before = rename.group(2).replace("''", "'");
    String now = rename.group(3).replace("''", "'");
    added.replaceAll(
        one ->
            one.type().equals(type) && one.label().equals(before)
                ? new Added(type, now, one.by())
                : one);
  }

  private static boolean uses(ScriptStatement statement, String label) {
    String quoted = Pattern.quote(label.replace("'", "''"));
    return Pattern.compile("['{,\"]\\s*" + quoted + "\\s*['},\"]").matcher(statement.sql()).find()
        || Pattern.compile("\\$\\w*\\$" + Pattern.quote(label) + "\\$\\w*\\$")
            .matcher(statement.sql())
            .find()
        || statement.data().filter(data -> hasField(data, label)).isPresent();
  }

  private static boolean hasField(String data, String label) {
    return data.lines()
        .flatMap(line -> Arrays.stream(line.split("[\t,{}\"]")))
        .anyMatch(label::equals);
  }

  private static Finding used(Added added, ScriptStatement by) {
    return Finding.of(
            "script.new-enum-value", "a transaction uses a value that it adds to an enum itself")
        .withExpected("'" + added.label() + "' committed before it is used")
        .withFound(
            added.by().where() + " adds it to " + added.type() + "; " + by.where() + " names it")
        .withFix(FIX);
  }

  /**
   * Without its schema, and as one name however it is written: who takes two for one is refused.
   */
  private static String last(String name) {
    String[] parts = name.split("\\.");
    String bare = parts[parts.length - 1].strip();
    return (bare.startsWith("\"") ? bare.substring(1, bare.length() - 1) : bare)
        .toLowerCase(Locale.ROOT);
  }
}
