package dev.gatehouse.postgres.access;

/** The first relation of the outermost FROM of a query as the engine prints it. */
final class OuterFromRelation {
  private OuterFromRelation() {}

  /** Empty when there is none that is a plain name. */
  static String of(String query) {
    int depth = 0;
    for (int at = 0; at < query.length(); at++) {
      char c = query.charAt(at);
      if (c == '\'' || c == '"') {
        at = query.indexOf(c, at + 1);
        if (at < 0) {
          return "";
        }
      } else if (c == '(') {
        depth++;
      } else if (c == ')') {
        depth--;
      } else if (depth == 0 && query.startsWith(" FROM ", at)) {
        return name(query, at + " FROM ".length());
      }
    }
    return "";
  }

  private static String name(String query, int from) {
    int begin = query.startsWith("ONLY ", from) ? from + "ONLY ".length() : from;
    int at = begin;
    while (at < query.length()
        && !Character.isWhitespace(query.charAt(at))
        && ";,)".indexOf(query.charAt(at)) < 0) {
      at = query.charAt(at) == '"' ? query.indexOf('"', at + 1) + 1 : at + 1;
    }
    return query.substring(begin, at);
  }
}
