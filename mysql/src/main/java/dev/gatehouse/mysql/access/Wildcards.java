package dev.gatehouse.mysql.access;

/** Names with {@code %} and {@code _} as the servers compare them. */
final class Wildcards {
  private Wildcards() {}

  /** Whether any sign of it stands for others, a backslash before it or not. */
  static boolean any(String pattern) {
    return pattern.indexOf('%') >= 0 || pattern.indexOf('_') >= 0;
  }

  /** Whether it stands for the whole name; what follows a backslash stands for itself. */
  static boolean match(String pattern, String name) {
    return match(pattern, 0, name, 0);
  }

  private static boolean match(String pattern, int at, String name, int from) {
    int p = at;
    int n = from;
    while (p < pattern.length()) {
      char c = pattern.charAt(p);
      if (c == '%') {
        for (int rest = n; rest <= name.length(); rest++) {
          if (match(pattern, p + 1, name, rest)) {
            return true;
          }
        }
        return false;
      }
      if (n == name.length()) {
        return false;
      }
      if (c == '\\' && p + 1 < pattern.length()) {
        p++;
        c = pattern.charAt(p);
        if (c != name.charAt(n)) {
          return false;
        }
      } else if (c != '_' && c != name.charAt(n)) {
        return false;
      }
      p++;
      n++;
    }
    return n == name.length();
  }

  /**
   * How narrow it is, as the servers sort: without wildcards first, then by the place of the first
   * of them, {@code %} alone, nothing at all.
   */
  static int narrowness(String pattern) {
    boolean signs = false;
    for (int i = 0; i < pattern.length(); i++) {
      char c = pattern.charAt(i);
      if (c == '\\' && i + 1 < pattern.length()) {
        i++;
      } else if (c == '%' || c == '_') {
        return pattern.equals("%") ? 1 : Math.min(i + 2, 127);
      }
      signs = true;
    }
    return signs ? 128 : 0;
  }
}
