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

  /** A name that it stands for: one of these signs for a _, all of them for a %. */
  static String filled(String pattern, String signs) {
    StringBuilder name = new StringBuilder();
    for (int i = 0; i < pattern.length(); i++) {
      char c = pattern.charAt(i);
      if (c == '\\' && i + 1 < pattern.length()) {
        i++;
        name.append(pattern.charAt(i));
      } else if (c == '%' || c == '_') {
        name.append(c == '%' ? signs : signs.substring(0, 1));
      } else {
        name.append(c);
      }
    }
    return name.toString();
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

  /**
   * How many names it stands for, as MariaDB reckons (acl_dbs and acl_users are kept in this
   * order): none with wildcards first, then by how many signs they may stand for; of two alike the
   * one whose first wildcard comes earlier.
   *
   * @param longest name that there is
   */
  static long breadth(String pattern, int longest) {
    int fixed = 0;
    int single = 0;
    int many = 0;
    int prefix = 0;
    for (int i = 0; i < pattern.length(); i++) {
      char c = pattern.charAt(i);
      if (c == '%' || c == '_') {
        prefix = single + many == 0 ? fixed : prefix;
        boolean again = c == '%' && i > 0 && pattern.charAt(i - 1) == '%';
        many += c == '%' && !again ? 1 : 0;
        single += c == '_' ? 1 : 0;
      } else {
        i += c == '\\' && i + 1 < pattern.length() ? 1 : 0;
        fixed++;
      }
    }
    long free = many == 0 ? 0 : longest - fixed - single;
    long base = longest + 1L;
    long small = Math.min(base, 32);
    long one = Math.min(single, 31);
    long groups = Math.min(many, 31);
    return free > one
        ? (((free * 2 + 1) * base + groups) * small + one) * base + prefix
        : ((one * 2 * base + free) * small + groups) * base + prefix;
  }
}
