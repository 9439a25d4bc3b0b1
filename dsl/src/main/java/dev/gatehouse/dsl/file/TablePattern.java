package dev.gatehouse.dsl.file;

import dev.gatehouse.core.access.NamePattern;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Tables by name, as sources write them: {@code eng_*} in any schema, {@code eng.*} in one. Upper
 * and lower case are the same, because somewhere they are.
 */
final class TablePattern {

  /** Whether a name in a source is one of these tables. */
  enum Hit {
    NO,
    /** It may be: the source makes the name while it runs, or leaves out the schema. */
    MAYBE,
    YES
  }

  /** No source has it. */
  private static final String MORE = "\u0001";

  private final String text;
  private final Pattern schema;
  private final Pattern table;
  private final boolean anySchema;
  private final boolean anyTable;

  private TablePattern(String text, String schema, String table) {
    this.text = text;
    this.schema = regex(schema);
    this.table = regex(table);
    this.anySchema = schema.isEmpty();
    this.anyTable = table.equals("*");
  }

  /**
   * @throws IllegalArgumentException when it is no pattern, or has more than a schema and a table
   */
  static TablePattern of(String text) {
    NamePattern.of(text);
    String plain = text.strip().replace("\"", "").replace("`", "");
    String[] parts = plain.split("\\.", -1);
    if (parts.length > 2 || parts[parts.length - 1].isBlank()) {
      throw new IllegalArgumentException("'" + text + "' is no table: eng_orders, eng_*, or eng.*");
    }
    return parts.length == 1
        ? new TablePattern(text, "", parts[0])
        : new TablePattern(text, parts[0], parts[1]);
  }

  private static Pattern regex(String pattern) {
    StringBuilder regex = new StringBuilder();
    for (int i = 0; i < pattern.length(); i++) {
      char letter = pattern.charAt(i);
      switch (letter) {
        case '*' -> regex.append(".*");
        case '{' -> regex.append("(?:");
        case '}' -> regex.append(')');
        case ',' -> regex.append('|');
        default -> regex.append(Pattern.quote(String.valueOf(letter)));
      }
    }
    return Pattern.compile(
        regex.toString(), Pattern.CASE_INSENSITIVE | Pattern.UNICODE_CASE | Pattern.DOTALL);
  }

  Hit hit(TableName name) {
    Hit ofTable = ofTable(name);
    Hit ofSchema = anySchema ? Hit.YES : ofSchema(name);
    return ofTable.compareTo(ofSchema) < 0 ? ofTable : ofSchema;
  }

  private Hit ofTable(TableName name) {
    Matcher asItStands = table.matcher(name.table());
    if (!name.open()) {
      return asItStands.matches() ? Hit.YES : Hit.NO;
    }
    boolean begun = asItStands.matches() && !name.table().isEmpty();
    if (begun || table.matcher(name.table() + MORE).matches()) {
      return Hit.YES;
    }
    Matcher further = table.matcher(name.table());
    further.matches();
    return further.hitEnd() ? Hit.MAYBE : Hit.NO;
  }

  /** Where a table stands alone, the path of a session says which schema is meant. */
  private Hit ofSchema(TableName name) {
    if (name.anySchema()) {
      return Hit.MAYBE;
    }
    if (name.schema().isEmpty()) {
      return anyTable ? Hit.NO : Hit.MAYBE;
    }
    return schema.matcher(name.schema()).matches() ? Hit.YES : Hit.NO;
  }

  /**
   * Whether its tables are meant by their names alone once a session's path leads to its schema.
   */
  boolean isIn(String aSchema) {
    return !anySchema && schema.matcher(aSchema).matches();
  }

  @Override
  public String toString() {
    return text;
  }
}
