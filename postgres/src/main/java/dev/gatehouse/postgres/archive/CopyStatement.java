package dev.gatehouse.postgres.archive;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** The statement by which an archive's rows of a table are read: {@code COPY t (a, b) FROM ...}. */
public final class CopyStatement {
  private final String sql;
  private int at;

  private CopyStatement(String sql) {
    this.sql = sql;
  }

  /**
   * Names of the columns, in the order of a row's values; empty when it names none.
   *
   * @throws IOException when it is no such statement
   */
  static List<String> columns(String sql) throws IOException {
    CopyStatement copy = new CopyStatement(sql);
    copy.word("COPY ");
    copy.name();
    while (copy.has('.')) {
      copy.at++;
      copy.name();
    }
    while (copy.has(' ')) {
      copy.at++;
    }
    List<String> columns = List.of();
    if (copy.has('(')) {
      copy.at++;
      columns = copy.names();
      copy.word(") ");
    }
    copy.word("FROM ");
    return columns;
  }

  /**
   * Those names, without what they are quoted by.
   *
   * @param quoted {@code a, "B"}
   * @throws IOException when it is no such list
   */
  public static List<String> names(String quoted) throws IOException {
    CopyStatement list = new CopyStatement(quoted);
    List<String> names = quoted.isEmpty() ? List.of() : list.names();
    if (list.at < quoted.length()) {
      throw new IOException("not a list of columns: " + quoted);
    }
    return names;
  }

  private List<String> names() throws IOException {
    List<String> names = new ArrayList<>(List.of(name()));
    while (has(',')) {
      word(", ");
      names.add(name());
    }
    return names;
  }

  private boolean has(char c) {
    return at < sql.length() && sql.charAt(at) == c;
  }

  private void word(String word) throws IOException {
    if (!sql.startsWith(word, at)) {
      throw new IOException("not a COPY statement: " + sql);
    }
    at += word.length();
  }

  private String name() throws IOException {
    StringBuilder name = new StringBuilder();
    if (!has('"')) {
      while (at < sql.length() && " .,()\"".indexOf(sql.charAt(at)) < 0) {
        name.append(sql.charAt(at++));
      }
      return name.toString();
    }
    for (at++; at < sql.length(); at++) {
      if (!has('"')) {
        name.append(sql.charAt(at));
      } else if (at + 1 < sql.length() && sql.charAt(at + 1) == '"') {
        name.append(sql.charAt(++at));
      } else {
        at++;
        return name.toString();
      }
    }
    throw new IOException("not a COPY statement: " + sql);
  }
}
