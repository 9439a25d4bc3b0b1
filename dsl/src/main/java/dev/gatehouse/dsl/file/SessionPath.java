package dev.gatehouse.dsl.file;

import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A schema that a source makes the one of names without a schema: {@code search_path}, {@code
 * currentSchema}, {@code USE}, or the schema of a mapping.
 */
record SessionPath(int at, String schema) {
  private static final Pattern USE =
      Pattern.compile("\\bUSE\\s+[`\"\\[]?(\\w+)", Pattern.CASE_INSENSITIVE);
  private static final Pattern PATH =
      Pattern.compile(
          "(?:search_path|currentSchema|default_schema)([^;\\n]{0,200})", Pattern.CASE_INSENSITIVE);

  /** {@code schema = "eng"}, {@code pgSchema('eng')}, {@code withSchema("eng")}. */
  private static final Pattern MAPPED =
      Pattern.compile(
          "schema\\w*[\"']?\\s*(?:=>|[:=(])\\s*[\"'`](\\w+)[\"'`]", Pattern.CASE_INSENSITIVE);

  private static final Pattern WORD = Pattern.compile("\\w+");

  static List<SessionPath> in(String text) {
    Stream<SessionPath> uses =
        Stream.of(USE, MAPPED)
            .flatMap(pattern -> pattern.matcher(text).results())
            .map(one -> new SessionPath(one.start(), one.group(1)));
    Stream<SessionPath> paths =
        PATH.matcher(text)
            .results()
            .flatMap(
                one ->
                    WORD.matcher(one.group(1))
                        .results()
                        .map(word -> new SessionPath(one.start(), word.group())));
    return Stream.concat(uses, paths).toList();
  }
}
